//! Requests for the approval of late entries (补录审批): one person enters something late and names an approver, who approves or
//! refuses it under their own sign-in.

use onestop_proto::{
    actor::Actor,
    ids::{CaseNumber, CommandId, StaffId},
    late_entry::{APPROVAL_SECONDS, ApprovalClaim, ContentHash, LateReason},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use serde_json::Value;

use super::{drafts::DraftKey, parsed};

/// A request is kept for so many seconds after it was asked: ninety days.
const KEPT: i64 = 90 * 86_400;

/// So many requests of one person wait at most: more paper than a window enters in a week.
const MOST_WAITING: u32 = 200;

/// So many requests are shown to an approver at once, the oldest.
const MOST_SHOWN: usize = 200;

/// What an approver is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LateEntryRequest {
    /// The idempotency key of the command.
    pub(crate) entry: CommandId,
    pub(crate) doer: Actor,
    pub(crate) approver: StaffId,
    /// When it is said to have happened.
    pub(crate) occurred_at: Timestamp,
    pub(crate) reason: LateReason,
    /// The command, as `<service>.<command>`.
    pub(crate) act: String,
    /// The case that it is about, as it was named; nothing where it opens one.
    pub(crate) case: Option<String>,
    /// The hash of the command's data.
    pub(crate) content: ContentHash,
}

impl LateEntryRequest {
    /// What the approver signs.
    pub(crate) fn claim(&self) -> ApprovalClaim<'_> {
        ApprovalClaim {
            entry: self.entry,
            act: &self.act,
            case: self.case.as_deref(),
            doer: &self.doer,
            occurred_at: self.occurred_at,
            reason: self.reason,
            content: &self.content,
        }
    }
}

/// A request as it is made: with what its approver reads of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AskedEntry {
    pub(crate) request: LateEntryRequest,
    /// The command's data.
    pub(crate) data: Value,
    /// The number of the case, where the command names it otherwise and it is known.
    pub(crate) number: Option<CaseNumber>,
}

/// A request that waits for its approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingRequest {
    pub(crate) id: i64,
    pub(crate) request: LateEntryRequest,
    pub(crate) asked_at: Timestamp,
    /// The number of the case, where the command names it otherwise.
    pub(crate) number: Option<CaseNumber>,
}

impl WaitingRequest {
    /// What people call the case; nothing where the entry opens one.
    pub(crate) fn case_name(&self) -> Option<String> {
        let number = self.number.as_ref().map(ToString::to_string);
        number.or_else(|| self.request.case.clone())
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Waiting,
    /// Approved: the signed approval.
    Approved(String),
    /// Refused: why.
    Refused(String),
}

/// Stores a request, unless the same waits already; false if as many of the same person wait as may.
pub(crate) fn ask(
    db: &mut Connection,
    key: &DraftKey,
    asked: &AskedEntry,
    now: Timestamp,
) -> Result<bool> {
    let change = db.transaction()?;
    change.execute(
        "DELETE FROM late_approval WHERE asked_at < ?1",
        params![now.plus_seconds(-KEPT).as_micros()],
    )?;
    change.execute(
        "UPDATE late_approval SET data = NULL WHERE asked_at < ?1 AND data IS NOT NULL",
        params![now.plus_seconds(-APPROVAL_SECONDS).as_micros()],
    )?;
    let request = &asked.request;
    let entry = request.entry.to_string();
    let data = key.encrypt(&owner_of_data(&entry), &asked.data.to_string());
    if answer(&change, key, request, now)? == Some(Answer::Waiting) {
        // A request of before waits without what its approver reads.
        change.execute(
            "UPDATE late_approval SET data = ?2 WHERE entry = ?1 AND decided_at IS NULL AND data IS NULL",
            params![entry, data],
        )?;
    } else {
        if waiting_of(&change, &request.doer, now)? >= MOST_WAITING {
            return Ok(false);
        }
        change.execute(
            "INSERT INTO late_approval
                 (entry, doer, approver, occurred_at, reason, act, case_ref, asked_at, content, data, case_number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                entry,
                request.doer.to_string(),
                request.approver.as_str(),
                request.occurred_at.as_micros(),
                request.reason.as_str(),
                request.act,
                request.case,
                now.as_micros(),
                key.encrypt(&entry, request.content.as_str()),
                data,
                asked.number.as_ref().map(ToString::to_string),
            ],
        )?;
    }
    change.commit()?;
    Ok(true)
}

/// To what the data of an entry is bound, so that it is taken for nothing else.
fn owner_of_data(entry: &str) -> String {
    format!("{entry} data")
}

/// To what the reason of a refusal is bound: it may say something of a citizen.
fn owner_of_reason(entry: &str) -> String {
    format!("{entry} why")
}

/// How many requests of this person wait.
fn waiting_of(db: &Connection, doer: &Actor, now: Timestamp) -> Result<u32> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM late_approval
         WHERE doer = ?1 AND decided_at IS NULL AND asked_at > ?2",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    statement.query_row(params![doer.to_string(), since], |row| row.get(0))
}

/// What became of the newest request of this entry: of the same act, case and content, by the same person, of the same moment and
/// for the same reason.
pub(crate) fn answer(
    db: &Connection,
    key: &DraftKey,
    request: &LateEntryRequest,
    now: Timestamp,
) -> Result<Option<Answer>> {
    let mut statement = db.prepare_cached(
        "SELECT decided_at, token, why, content FROM late_approval
         WHERE entry = ?1 AND approver = ?2 AND doer = ?3 AND occurred_at = ?4 AND reason = ?5
             AND coalesce(decided_at, asked_at) > ?6 AND act = ?7 AND case_ref IS ?8
         ORDER BY id DESC",
    )?;
    let entry = request.entry.to_string();
    let mut rows = statement.query(params![
        entry,
        request.approver.as_str(),
        request.doer.to_string(),
        request.occurred_at.as_micros(),
        request.reason.as_str(),
        now.plus_seconds(-APPROVAL_SECONDS).as_micros(),
        request.act,
        request.case,
    ])?;
    while let Some(row) = rows.next()? {
        if content(row, 3, (key, &entry))?.as_ref() == Some(&request.content) {
            let decided: Option<i64> = row.get(0)?;
            let token: Option<String> = row.get(1)?;
            let why: Option<String> = row.get(2)?;
            return Ok(Some(match (decided, token) {
                (None, _) => Answer::Waiting,
                (Some(_), Some(token)) => Answer::Approved(token),
                (Some(_), None) => {
                    let why = why.unwrap_or_default();
                    Answer::Refused(key.open_text(&owner_of_reason(&entry), &why))
                }
            }));
        }
    }
    Ok(None)
}

/// The hash of what is approved; nothing of a request of before, or one that was sealed with another key.
fn content(
    row: &Row<'_>,
    column: usize,
    (key, entry): (&DraftKey, &str),
) -> Result<Option<ContentHash>> {
    let sealed: Option<Vec<u8>> = row.get(column)?;
    let opened = sealed.and_then(|sealed| key.decrypt(entry, &sealed));
    Ok(opened.and_then(|text| text.parse().ok()))
}

/// The requests that wait for this person, the oldest first. One that was not answered in seven days is void. Those that cannot be
/// read take no place of others.
pub(crate) fn waiting_for(
    db: &Connection,
    key: &DraftKey,
    approver: &StaffId,
    now: Timestamp,
) -> Result<Vec<WaitingRequest>> {
    let mut statement = db.prepare_cached(
        "SELECT id, entry, doer, approver, occurred_at, reason, act, case_ref, asked_at, content, case_number
         FROM late_approval WHERE approver = ?1 AND decided_at IS NULL AND asked_at > ?2 ORDER BY id",
    )?;
    let since = now.plus_seconds(-APPROVAL_SECONDS).as_micros();
    let read = statement.query_map(params![approver.as_str(), since], |row| read(row, key))?;
    read.filter_map(Result::transpose)
        .take(MOST_SHOWN)
        .collect()
}

/// A request; nothing if what it asks for is not known.
fn read(row: &Row<'_>, key: &DraftKey) -> Result<Option<WaitingRequest>> {
    let entry: CommandId = parsed(row, 1)?;
    let Some(content) = content(row, 9, (key, &entry.to_string()))? else {
        return Ok(None);
    };
    let number: Option<String> = row.get(10)?;
    Ok(Some(WaitingRequest {
        id: row.get(0)?,
        request: LateEntryRequest {
            entry,
            doer: parsed(row, 2)?,
            approver: parsed(row, 3)?,
            occurred_at: Timestamp::from_micros(row.get(4)?),
            reason: parsed(row, 5)?,
            act: row.get(6)?,
            case: row.get(7)?,
            content,
        },
        asked_at: Timestamp::from_micros(row.get(8)?),
        number: number.and_then(|text| text.parse().ok()),
    }))
}

/// The data of a request that waits; nothing of one of before, or one that was sealed with another key.
pub(crate) fn data(
    db: &Connection,
    key: &DraftKey,
    waiting: &WaitingRequest,
) -> Result<Option<Value>> {
    let sealed = db.query_row(
        "SELECT data FROM late_approval WHERE id = ?1 AND decided_at IS NULL",
        params![waiting.id],
        |row| row.get::<_, Option<Vec<u8>>>(0),
    );
    let owner = owner_of_data(&waiting.request.entry.to_string());
    let opened = sealed.optional()?.flatten();
    let opened = opened.and_then(|sealed| key.decrypt(&owner, &sealed));
    let data = opened.and_then(|text| serde_json::from_str(&text).ok());
    // What is shown is what is signed.
    Ok(data.filter(|data| ContentHash::of(data) == waiting.request.content))
}

/// Records the approver's answer; false if the request does not wait any more.
pub(crate) fn decide(
    db: &Connection,
    key: &DraftKey,
    (id, entry): (i64, CommandId),
    (answer, now): (&Answer, Timestamp),
) -> Result<bool> {
    let owner = owner_of_reason(&entry.to_string());
    let (token, why) = match answer {
        Answer::Waiting => return Ok(false),
        Answer::Approved(token) => (Some(token), None),
        Answer::Refused(why) => (None, Some(key.seal_text(&owner, why))),
    };
    let changed = db.execute(
        "UPDATE late_approval SET decided_at = ?2, token = ?3, why = ?4, data = NULL
         WHERE id = ?1 AND decided_at IS NULL",
        params![id, now.as_micros(), token, why],
    )?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests;
