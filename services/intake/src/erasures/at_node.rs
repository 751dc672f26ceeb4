//! The list of erasures where a setting says that it is: in a file, or at another node's journal. That one keeps lines that intake has
//! signed, each behind the one before, and gives them to each node that asks.

use onestop_chassis::{bounded_file, identity::Issuer, settings::ErasureListAddress, web};
use onestop_proto::{ids::CaseId, time::Timestamp};
use serde::Serialize;

use super::{ErasureList, ListError};

/// The header with intake's signature.
const SIGNATURE: &str = "onestop-token";
/// So many cases are entered at once: what is sent is bounded there.
const PART: usize = 200;
/// How often lines are made anew, because others were entered meanwhile.
const TRIES: usize = 3;
/// The status where other lines were entered meanwhile.
const CONFLICT: u16 = 409;

/// Lines that follow the one with this hash.
#[derive(Serialize)]
struct NewLines {
    before: String,
    lines: String,
}

impl ErasureList {
    /// Reads the list that a setting names; nothing where none was begun.
    ///
    /// # Errors
    /// If it cannot be read, or was altered.
    pub fn begun_at(address: &ErasureListAddress) -> Result<Option<Self>, ListError> {
        match address {
            ErasureListAddress::File(path) if !path.exists() => Ok(None),
            ErasureListAddress::File(path) => Self::read(path).map(Some),
            ErasureListAddress::Node(url) => read(url),
        }
    }

    /// Enters the cases that are missing in the list that a setting names. They are durable there.
    ///
    /// # Errors
    /// If the list was altered, or cannot be written.
    pub(super) fn enter_at(
        address: &ErasureListAddress,
        issuer: Option<&Issuer>,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<Self, ListError> {
        match address {
            ErasureListAddress::File(path) => Self::enter(path, cases, now),
            ErasureListAddress::Node(url) => enter(url, issuer, cases, now),
        }
    }
}

/// Reads the list; nothing where none was begun.
fn read(url: &str) -> Result<Option<ErasureList>, ListError> {
    let longest = usize::try_from(bounded_file::GROWN).unwrap_or(usize::MAX);
    let answer = web::get(&format!("{url}/erasures.jsonl"), longest).map_err(at(url))?;
    match answer.status {
        200 => ErasureList::parse(url.as_ref(), &answer.body).map(Some),
        404 => Ok(None),
        status => Err(at(url)(anyhow::anyhow!("it answered {status}"))),
    }
}

/// Enters the cases that are missing.
fn enter(
    url: &str,
    issuer: Option<&Issuer>,
    cases: &[CaseId],
    now: Timestamp,
) -> Result<ErasureList, ListError> {
    let mut list = read(url)?.unwrap_or_default();
    let (mut parts, mut tries) = (cases.chunks(PART).peekable(), TRIES);
    while let Some(part) = parts.peek() {
        let (mut longer, before) = (list.clone(), list.head().chain);
        let lines = longer
            .add(part, now)
            .map_err(|error| at(url)(error.into()))?;
        if lines.is_empty() {
            parts.next();
            continue;
        }
        match send(url, issuer, &NewLines { before, lines }).map_err(at(url))? {
            200 => list = longer,
            CONFLICT if tries > 0 => {
                tries -= 1;
                list = read(url)?.unwrap_or_default();
            }
            status => return Err(at(url)(anyhow::anyhow!("it answered {status}"))),
        }
    }
    Ok(list)
}

/// Sends lines; the status of the answer.
fn send(url: &str, issuer: Option<&Issuer>, lines: &NewLines) -> anyhow::Result<u16> {
    let body = serde_json::to_vec(lines)?;
    let name = url.rsplit('/').next().unwrap_or_default();
    let token = issuer.and_then(|it| it.token(&format!("witness/{name}/erasures"), &body, None));
    let token = token.ok_or_else(|| anyhow::anyhow!("intake has no key to sign with"))?;
    let longest = usize::try_from(bounded_file::SMALL).unwrap_or(usize::MAX);
    let answer = web::post(
        &format!("{url}/erasures"),
        (SIGNATURE, &token),
        body,
        longest,
    )?;
    Ok(answer.status)
}

fn at(url: &str) -> impl Fn(anyhow::Error) -> ListError {
    let at = url.to_owned();
    move |problem| ListError::Node {
        at: at.clone(),
        problem: format!("{problem:#}"),
    }
}
