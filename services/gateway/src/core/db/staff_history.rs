//! The history of accounts: what was changed, by whom.

use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, Result, Row, params};

use super::{drafts::DraftKey, history_reason, parsed};

/// Who changes an account, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// A change that the owner of an account makes.
pub(crate) fn own(id: &StaffId, at: Timestamp) -> Author<'_> {
    Author {
        by: id.as_str(),
        at,
    }
}

/// What the history says of a change, and who made it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) what: &'a str,
    pub(crate) author: Author<'a>,
}

/// What the history says of an account that was added or changed.
pub(crate) fn put_phrase(role: Role, unit: &UnitId) -> String {
    format!("put: {role} for {unit}")
}

/// Appends to the history of an account.
pub(crate) fn record(
    db: &Connection,
    staff: &StaffId,
    what: &str,
    author: Author<'_>,
) -> Result<()> {
    db.execute(
        "INSERT INTO staff_history (at, by, staff, what) VALUES (?1, ?2, ?3, ?4)",
        params![author.at.as_micros(), author.by, staff.as_str(), what],
    )?;
    Ok(())
}

/// A line of the history of accounts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct HistoryEntry {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) staff: StaffId,
    /// With its reason sealed; see [`HistoryEntry::opened`].
    pub(crate) what: String,
}

impl HistoryEntry {
    /// The same, with its reason as it was typed.
    pub(crate) fn opened(self, key: &DraftKey) -> Self {
        let what = history_reason::opened(key, &self.staff, self.what);
        Self { what, ..self }
    }
}

/// The entries of the history after one of them, the oldest first: each with its number.
pub(crate) fn after(db: &Connection, last: u64, limit: u32) -> Result<Vec<(u64, HistoryEntry)>> {
    let mut statement = db.prepare_cached(
        "SELECT staff, at, by, what, id FROM staff_history WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(4)?.max(0) as u64, entry(row)?));
    statement.query_map(params![last, limit], read)?.collect()
}

fn entry(row: &Row<'_>) -> Result<HistoryEntry> {
    Ok(HistoryEntry {
        staff: parsed(row, 0)?,
        at: Timestamp::from_micros(row.get(1)?),
        by: row.get(2)?,
        what: row.get(3)?,
    })
}

/// The history of an account, or of all; the newest first.
pub(crate) fn list(db: &Connection, id: Option<&StaffId>, limit: u32) -> Result<Vec<HistoryEntry>> {
    let mut statement = db.prepare_cached(
        "SELECT staff, at, by, what FROM staff_history WHERE ?1 IS NULL OR staff = ?1
         ORDER BY id DESC LIMIT ?2",
    )?;
    statement
        .query_map(params![id.map(StaffId::as_str), limit], entry)?
        .collect()
}

/// The history of several accounts; the newest first.
pub(crate) fn of_accounts(
    db: &Connection,
    accounts: &[String],
    limit: u32,
) -> Result<Vec<HistoryEntry>> {
    let accounts = serde_json::Value::from(accounts).to_string();
    let mut statement = db.prepare_cached(
        "SELECT staff, at, by, what FROM staff_history WHERE staff IN (SELECT value FROM json_each(?1))
         ORDER BY id DESC LIMIT ?2",
    )?;
    statement
        .query_map(params![accounts, limit], entry)?
        .collect()
}
