//! What became of requests (申请的结果): the page of the person who asked for what another one decides shows the answer until they
//! have seen it.

use std::str::FromStr;

use onestop_proto::{
    ids::{CommandId, StaffId},
    time::Timestamp,
};
use rusqlite::{Connection, Result, Row, params};

use super::{drafts::DraftKey, parsed};

/// An answer is kept for so many seconds: ninety days.
const KEPT: i64 = 90 * 86_400;
/// As many are shown at once.
const SHOWN: u32 = 100;

/// What was asked for. Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// The approval of a late entry (补录); the subject is the command, as `<service>.<command>`.
    LateEntry,
    /// The erasure of the persons of a case; the subject is its number.
    Erasure,
    /// That a parked event is skipped; the subject is its type.
    Skip,
    /// That another history of a log is followed; the subject is the source.
    Follow,
    /// An act on an account; the subject is the act as the account's history has it.
    Account,
}

impl RequestKind {
    const ALL: [Self; 5] = [
        Self::LateEntry,
        Self::Erasure,
        Self::Skip,
        Self::Follow,
        Self::Account,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::LateEntry => "late-entry",
            Self::Erasure => "erasure",
            Self::Skip => "skip",
            Self::Follow => "follow",
            Self::Account => "account",
        }
    }
}

/// What the other person decided. Persisted: a refusal with its reason, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Approved,
    Refused(String),
}

impl Decision {
    /// The same, with its reason sealed for the person who asked: it may say something of a citizen.
    pub(crate) fn sealed(self, key: &DraftKey, asked_by: &StaffId) -> Self {
        match self {
            Self::Refused(why) if !why.is_empty() => {
                Self::Refused(key.seal_text(asked_by.as_str(), &why))
            }
            decision @ (Self::Refused(_) | Self::Approved) => decision,
        }
    }
}

/// A kind that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("a request of an unknown kind")]
pub(crate) struct UnknownKind;

impl FromStr for RequestKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestAnswer {
    pub(crate) kind: RequestKind,
    pub(crate) subject: String,
    /// Where the person who asked goes on.
    pub(crate) link: String,
    pub(crate) decision: Decision,
    /// Who decided.
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

/// A request on which another person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecidedRequest {
    /// The command by which they did: a decision that is published again is the same.
    pub(crate) command: CommandId,
    pub(crate) asked_by: StaffId,
    pub(crate) answer: RequestAnswer,
}

impl DecidedRequest {
    /// The same, with its reason sealed for the person who asked.
    pub(crate) fn sealed(self, key: &DraftKey) -> Self {
        let answer = self.answer.sealed(key, &self.asked_by);
        Self { answer, ..self }
    }
}

impl RequestAnswer {
    /// The same, with its reason sealed for the person who asked.
    pub(crate) fn sealed(self, key: &DraftKey, asked_by: &StaffId) -> Self {
        let decision = self.decision.sealed(key, asked_by);
        Self { decision, ..self }
    }
}

/// An answer that the person who asked has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnseenAnswer {
    pub(crate) id: i64,
    pub(crate) answer: RequestAnswer,
}

/// The answers that were on a page: from the oldest to the newest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShownAnswers {
    pub(crate) oldest: i64,
    pub(crate) newest: i64,
}

/// Keeps an answer for the person who asked. What they decided themselves they know.
pub(crate) fn tell(db: &Connection, asked_by: &StaffId, answer: &RequestAnswer) -> Result<()> {
    insert(db, asked_by, answer, None)
}

/// Keeps an answer that a service has published for the person who asked, if they have an account here: once, however often it is
/// published.
pub(crate) fn tell_of(db: &Connection, decided: &DecidedRequest) -> Result<()> {
    let asked_by = &decided.asked_by;
    let mut account = db.prepare_cached("SELECT 1 FROM staff WHERE id = ?1")?;
    if !account.exists([asked_by.as_str()])? {
        return Ok(());
    }
    let command = decided.command.to_string();
    insert(db, asked_by, &decided.answer, Some(&command))
}

fn insert(
    db: &Connection,
    asked_by: &StaffId,
    answer: &RequestAnswer,
    command: Option<&str>,
) -> Result<()> {
    if *asked_by == answer.by {
        return Ok(());
    }
    db.execute(
        "DELETE FROM request_answer WHERE at < ?1",
        params![answer.at.plus_seconds(-KEPT).as_micros()],
    )?;
    let why = match &answer.decision {
        Decision::Approved => None,
        Decision::Refused(why) => Some(why),
    };
    db.execute(
        "INSERT INTO request_answer (staff, kind, subject, link, why, decided_by, at, command)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (command) DO NOTHING",
        params![
            asked_by.as_str(),
            answer.kind.as_str(),
            answer.subject,
            answer.link,
            why,
            answer.by.as_str(),
            answer.at.as_micros(),
            command,
        ],
    )?;
    Ok(())
}

/// The answers that a person has not seen, the newest first; of many the newest.
pub(crate) fn unseen(
    db: &Connection,
    key: &DraftKey,
    staff: &StaffId,
) -> Result<Vec<UnseenAnswer>> {
    let mut statement = db.prepare_cached(
        "SELECT id, kind, subject, link, why, decided_by, at FROM request_answer
         WHERE staff = ?1 AND seen = 0 ORDER BY id DESC LIMIT ?2",
    )?;
    let read = |row: &Row<'_>| read(row, key, staff);
    let found = statement.query_map(params![staff.as_str(), SHOWN], read)?;
    found.collect()
}

/// How many answers a person has not seen.
pub(crate) fn count_unseen(db: &Connection, staff: &StaffId) -> Result<u64> {
    let count: i64 = db.query_row(
        "SELECT count(*) FROM request_answer WHERE staff = ?1 AND seen = 0",
        [staff.as_str()],
        |row| row.get(0),
    )?;
    Ok(count.unsigned_abs())
}

fn read(row: &Row<'_>, key: &DraftKey, staff: &StaffId) -> Result<UnseenAnswer> {
    let why: Option<String> = row.get(4)?;
    let why = why.map(|why| key.open_text(staff.as_str(), &why));
    Ok(UnseenAnswer {
        id: row.get(0)?,
        answer: RequestAnswer {
            kind: parsed(row, 1)?,
            subject: row.get(2)?,
            link: row.get(3)?,
            decision: why.map_or(Decision::Approved, Decision::Refused),
            by: parsed(row, 5)?,
            at: Timestamp::from_micros(row.get(6)?),
        },
    })
}

/// Notes that a person has seen the answers that were on a page; those that were not stay.
pub(crate) fn mark_seen(db: &Connection, staff: &StaffId, shown: ShownAnswers) -> Result<()> {
    db.execute(
        "UPDATE request_answer SET seen = 1 WHERE staff = ?1 AND seen = 0 AND id BETWEEN ?2 AND ?3",
        params![staff.as_str(), shown.oldest, shown.newest],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
