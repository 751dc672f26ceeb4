//! Requests to remove the second factor of a colleague who has lost it. One administrator asks, another one confirms before
//! the deadline; both stand in the account's history.

use onestop_proto::{actor::Role, ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    parsed, second_factors,
    staff_history::{self, Author, own},
};

/// Whoever has made, changed or reset another's account within so many seconds is no second person beside them, nor they
/// beside him: one hand could hold both accounts.
const APART: i64 = 30 * 86_400;

/// A request that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResetRequest {
    pub(crate) id: i64,
    pub(crate) staff: StaffId,
    pub(crate) asked_by: StaffId,
    pub(crate) asked_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) reason: String,
}

/// A request to store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewResetRequest<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) asked_by: &'a StaffId,
    pub(crate) reason: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// What became of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Done,
    /// There is no such request any more.
    Over,
    /// The confirming administrator is no independent second person.
    SamePerson,
}

/// The requests that wait, the oldest first. One whose author is no administrator any more is void.
pub(crate) fn waiting(db: &Connection, now: Timestamp) -> rusqlite::Result<Vec<ResetRequest>> {
    let mut statement = db.prepare_cached(
        "SELECT factor_reset.id, factor_reset.staff, asked_by, asked_at, ends_at, reason
         FROM factor_reset JOIN staff ON staff.id = factor_reset.asked_by
         WHERE decided_at IS NULL AND ends_at > ?1 AND asked_at <= ?1
             AND staff.disabled_at IS NULL AND staff.role = ?2
         ORDER BY factor_reset.id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(ResetRequest {
            id: row.get(0)?,
            staff: parsed(row, 1)?,
            asked_by: parsed(row, 2)?,
            asked_at: Timestamp::from_micros(row.get(3)?),
            ends_at: Timestamp::from_micros(row.get(4)?),
            reason: row.get(5)?,
        })
    };
    statement
        .query_map(
            params![now.as_micros(), Role::UnitAdministrator.as_str()],
            read,
        )?
        .collect()
}

/// Stores a request, unless one waits already, the account has no second factor, or it is one's own; false then.
pub(crate) fn ask(db: &mut Connection, request: NewResetRequest<'_>) -> rusqlite::Result<bool> {
    let change = db.transaction()?;
    let waits = waiting(&change, request.now)?;
    let has_one = has_factor(&change, request.staff)?;
    if !has_one
        || request.staff == request.asked_by
        || waits.iter().any(|one| one.staff == *request.staff)
    {
        return Ok(false);
    }
    change.execute(
        "INSERT INTO factor_reset (staff, asked_by, asked_at, ends_at, reason)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            request.staff.as_str(),
            request.asked_by.as_str(),
            request.now.as_micros(),
            request.ends_at.as_micros(),
            request.reason,
        ],
    )?;
    let what = format!("second factor reset asked: {}", request.reason);
    let author = own(request.asked_by, request.now);
    staff_history::record(&change, request.staff, &what, author)?;
    change.commit()?;
    Ok(true)
}

/// Confirms a request as the second person: the second factor is removed, sessions and tokens end.
pub(crate) fn confirm(
    db: &mut Connection,
    id: i64,
    by: &StaffId,
    now: Timestamp,
) -> rusqlite::Result<Confirmation> {
    let change = db.transaction()?;
    let Some(request) = find(&change, id, now)? else {
        return Ok(Confirmation::Over);
    };
    if *by == request.staff || !are_apart(&change, by, &request.asked_by, now)? {
        return Ok(Confirmation::SamePerson);
    }
    decide(&change, id, by, now)?;
    let what = format!("second factor reset, asked by {}", request.asked_by);
    second_factors::reset(&change, &request.staff, &what, own(by, now))?;
    change.commit()?;
    Ok(Confirmation::Done)
}

/// Refuses or takes back a request; false if there is none any more.
pub(crate) fn refuse(
    db: &mut Connection,
    id: i64,
    by: &StaffId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let change = db.transaction()?;
    let Some(request) = find(&change, id, now)? else {
        return Ok(false);
    };
    decide(&change, id, by, now)?;
    let what = "second factor reset refused";
    staff_history::record(&change, &request.staff, what, own(by, now))?;
    change.commit()?;
    Ok(true)
}

/// Removes a second factor at the machine itself, whose operator can write the file anyway.
pub(crate) fn reset_at_once(
    db: &mut Connection,
    staff: &StaffId,
    reason: &str,
    author: Author<'_>,
) -> rusqlite::Result<()> {
    let change = db.transaction()?;
    let what = format!("second factor reset at the machine: {reason}");
    second_factors::reset(&change, staff, &what, author)?;
    change.commit()
}

/// A request that waits.
pub(crate) fn find(
    db: &Connection,
    id: i64,
    now: Timestamp,
) -> rusqlite::Result<Option<ResetRequest>> {
    let mut waits = waiting(db, now)?.into_iter();
    Ok(waits.find(|one| one.id == id))
}

fn has_factor(db: &Connection, staff: &StaffId) -> rusqlite::Result<bool> {
    let found = db
        .prepare_cached(
            "SELECT 1 FROM second_factor WHERE staff = ?1 AND confirmed_at IS NOT NULL",
        )?
        .query_row([staff.as_str()], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Whether two accounts are surely of two people.
fn are_apart(
    db: &Connection,
    one: &StaffId,
    other: &StaffId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    if one == other {
        return Ok(false);
    }
    db.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM staff_history
             WHERE at > ?3 AND ((by = ?1 AND staff = ?2) OR (by = ?2 AND staff = ?1))
                 AND (what LIKE 'put: %' OR what LIKE 'second factor reset, %'
                     OR what IN ('password reset', 'enabled')))",
    )?
    .query_row(
        params![
            one.as_str(),
            other.as_str(),
            now.plus_seconds(-APART).as_micros()
        ],
        |row| row.get(0),
    )
}

fn decide(db: &Connection, id: i64, by: &StaffId, now: Timestamp) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE factor_reset SET decided_at = ?2, decided_by = ?3 WHERE id = ?1",
        params![id, now.as_micros(), by.as_str()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
