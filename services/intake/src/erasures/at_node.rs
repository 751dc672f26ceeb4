//! The list of erasures where a setting says that it is: in a file, or at another node's journal. That one keeps lines that intake has
//! signed, each behind the one before, and gives them to each node that asks. Its operator could write others: intake believes
//! the lines that it has signed, and no others.

use onestop_chassis::{
    bounded_file,
    identity::{InstanceKeys, Issuer},
    settings::{ErasureListAddress, Settings},
    web,
};
use onestop_proto::{case::SERVICE, ids::CaseId, time::Timestamp};
use serde::Serialize;
use tracing::warn;

use super::{
    ErasureList, ListError, ListHead,
    lines::{Entry, Lines},
    tail::ListTail,
};

/// The header with intake's signature.
const SIGNATURE: &str = "onestop-token";
/// So many cases are entered at once: what is sent is bounded there.
const PART: usize = 100;
/// So many cases of unsigned lines the log names.
const NAMED: usize = 20;
/// How often lines are made anew, because others were entered meanwhile.
const TRIES: usize = 3;
/// The status where other lines were entered meanwhile.
const CONFLICT: u16 = 409;
/// The status of a part of the list.
const PARTIAL: u16 = 206;

/// Lines that follow the one with this hash.
#[derive(Serialize)]
struct SentLines<'a> {
    before: &'a str,
    lines: &'a str,
}

impl ErasureList {
    /// Reads the list that a setting names; nothing where none was begun. Of one at another node, this node's intake must have
    /// signed a line, with a key of the roster that the settings name: others count for nothing, and the log names them.
    ///
    /// # Errors
    /// If it cannot be read, or was altered; or, of one at another node, if there is no roster.
    pub fn begun_at(
        address: &ErasureListAddress,
        settings: &Settings,
    ) -> Result<Option<Self>, ListError> {
        match address {
            ErasureListAddress::File(path) if !path.exists() => Ok(None),
            ErasureListAddress::File(path) => Self::read(path).map(Some),
            ErasureListAddress::Node(url) => read(url, settings),
        }
    }

    /// How far the list goes that a setting names, signed lines or not; nothing where none was begun.
    ///
    /// # Errors
    /// If it cannot be read, or was altered.
    pub fn head_at(address: &ErasureListAddress) -> Result<Option<ListHead>, ListError> {
        let list = match address {
            ErasureListAddress::File(path) if !path.exists() => None,
            ErasureListAddress::File(path) => Some(Self::read(path)?),
            ErasureListAddress::Node(url) => fetch(url)?,
        };
        Ok(list.map(|list| list.head()))
    }
}

impl ListTail {
    /// Enters the cases that are missing in the list that a setting names, of which this is the end that was read last. They are
    /// durable there.
    ///
    /// # Errors
    /// If what is new in the list was altered, or it cannot be written.
    pub(super) fn enter_at(
        &mut self,
        address: &ErasureListAddress,
        settings: &Settings,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<(), ListError> {
        match address {
            ErasureListAddress::File(path) => self.enter_in_file(path, cases, now),
            ErasureListAddress::Node(url) => self.enter_at_node(url, settings, cases, now),
        }
    }

    fn enter_at_node(
        &mut self,
        url: &str,
        settings: &Settings,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<(), ListError> {
        let issuer = Issuer::of(settings).map_err(|error| at(url)(error.into()))?;
        let no_key = || at(url)(anyhow::anyhow!("intake has no key to sign with"));
        let issuer = issuer.ok_or_else(no_key)?;
        let (mut parts, mut tries) = (cases.chunks(PART).peekable(), TRIES);
        while let Some(part) = parts.peek() {
            let new = self.new_lines(part, now, |statement| issuer.sign_statement(statement));
            let Some(new) = new.map_err(|error| at(url)(error.into()))? else {
                parts.next();
                continue;
            };
            let sent = SentLines {
                before: &self.head().chain,
                lines: &new.text,
            };
            match send(url, &issuer, &sent).map_err(at(url))? {
                200 => self.entered(&new),
                CONFLICT if tries > 0 => {
                    tries -= 1;
                    self.read_on(url, &keys_of(url, settings)?)?;
                }
                status => return Err(at(url)(anyhow::anyhow!("it answered {status}"))),
            }
        }
        Ok(())
    }

    /// Reads what follows; the whole list where another one lies there than was read.
    fn read_on(&mut self, url: &str, keys: &InstanceKeys) -> Result<(), ListError> {
        let is_signed = |entry: &Entry| entry.is_signed_by(keys);
        let rest = web::get_from(&list_of(url), self.length(), longest()).map_err(at(url))?;
        if rest.status == PARTIAL
            && let Ok(lines) = Lines::behind(self.head(), url.as_ref(), &rest.body)
        {
            self.take(&lines, is_signed);
            return Ok(());
        }
        *self = Self::default();
        if let Some(body) = fetch_bytes(url)? {
            let lines = Lines::behind(self.head(), url.as_ref(), &body)?;
            self.take(&lines, is_signed);
        }
        Ok(())
    }
}

/// Reads the list, and believes what is signed; nothing where none was begun.
fn read(url: &str, settings: &Settings) -> Result<Option<ErasureList>, ListError> {
    let Some(mut list) = fetch(url)? else {
        return Ok(None);
    };
    list.believe_signed(&keys_of(url, settings)?);
    let unsigned = list.unsigned();
    if !unsigned.is_empty() {
        warn!(
            list = url,
            lines = unsigned.len(),
            cases = ?unsigned.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>(),
            "the list of erasures has lines that this intake has not signed: nothing is erased for them"
        );
    }
    Ok(Some(list))
}

/// Reads the list, without a look at its signatures; nothing where none was begun.
fn fetch(url: &str) -> Result<Option<ErasureList>, ListError> {
    let body = fetch_bytes(url)?;
    body.map(|body| ErasureList::parse(url.as_ref(), &body))
        .transpose()
}

fn fetch_bytes(url: &str) -> Result<Option<Vec<u8>>, ListError> {
    let answer = web::get(&list_of(url), longest()).map_err(at(url))?;
    match answer.status {
        200 => Ok(Some(answer.body)),
        404 => Ok(None),
        status => Err(at(url)(anyhow::anyhow!("it answered {status}"))),
    }
}

fn list_of(url: &str) -> String {
    format!("{url}/erasures.jsonl")
}

fn longest() -> usize {
    usize::try_from(bounded_file::GROWN).unwrap_or(usize::MAX)
}

fn keys_of(url: &str, settings: &Settings) -> Result<InstanceKeys, ListError> {
    InstanceKeys::of(settings, SERVICE).map_err(|error| at(url)(error.into()))
}

/// Sends lines; the status of the answer.
fn send(url: &str, issuer: &Issuer, lines: &SentLines<'_>) -> anyhow::Result<u16> {
    let body = serde_json::to_vec(lines)?;
    let name = url.rsplit('/').next().unwrap_or_default();
    let token = issuer.token(&format!("witness/{name}/erasures"), &body, None);
    let token = token.ok_or_else(|| anyhow::anyhow!("intake cannot sign with its key"))?;
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
