//! What holds for apps and passkeys alike: recovery codes come with the first second factor of an account and end with the
//! last one; wrong answers are counted.

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{
    recovery_codes,
    staff_history::{self, own},
    token_hash,
};

/// So many wrong answers in a row make one entry in the account's history.
const NOTED: u32 = 5;

/// Whether a second factor that was set up is the only one of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetUp {
    First,
    Further,
}

/// A second factor that the owner of an account sets up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enrolment<'a> {
    pub(crate) staff: &'a StaffId,
    /// Stored if it is the first.
    pub(crate) recovery_codes: &'a [String],
    /// The token of the session that goes on.
    pub(crate) keep: &'a str,
    pub(crate) now: Timestamp,
}

/// Whether the next second factor of an account is its first.
pub(super) fn next_set_up(db: &Connection, staff: &StaffId) -> Result<SetUp> {
    let is_set: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM second_factor_set WHERE staff = ?1)")?
        .query_row([staff.as_str()], |row| row.get(0))?;
    Ok(if is_set { SetUp::Further } else { SetUp::First })
}

/// Enters a new second factor into the history. With the first, recovery codes are stored, and the other sessions end: they
/// were begun without a second factor.
pub(super) fn record_set_up(db: &Connection, set_up: SetUp, new: Enrolment<'_>) -> Result<()> {
    if set_up == SetUp::First {
        recovery_codes::put(db, new.staff, new.recovery_codes)?;
        reset_failures(db, new.staff)?;
        db.execute(
            "DELETE FROM session WHERE staff = ?1 AND token <> ?2",
            params![new.staff.as_str(), token_hash(new.keep)],
        )?;
    }
    let author = own(new.staff, new.now);
    staff_history::record(db, new.staff, "second factor set up", author)
}

/// Enters the removal of one second factor into the history.
pub(super) fn record_removal(db: &Connection, staff: &StaffId, now: Timestamp) -> Result<()> {
    if next_set_up(db, staff)? == SetUp::First {
        recovery_codes::put(db, staff, &[])?;
    }
    staff_history::record(db, staff, "second factor removed", own(staff, now))
}

/// How many recovery codes are left.
pub(crate) fn recovery_codes_left(db: &Connection, staff: &StaffId) -> Result<u32> {
    recovery_codes::left(db, staff)
}

/// Counts a wrong answer. Every [`NOTED`] of them in a row are entered in the account's history.
pub(super) fn record_failure(db: &Connection, staff: &StaffId, now: Timestamp) -> Result<()> {
    db.execute(
        "UPDATE staff SET factor_failures = factor_failures + 1 WHERE id = ?1",
        [staff.as_str()],
    )?;
    let many = db
        .query_row(
            "SELECT factor_failures FROM staff WHERE id = ?1 AND factor_failures % ?2 = 0",
            params![staff.as_str(), NOTED],
            |row| row.get::<_, u32>(0),
        )
        .optional()?;
    if let Some(failures) = many {
        let what = format!("{failures} wrong codes");
        staff_history::record(db, staff, &what, own(staff, now))?;
    }
    Ok(())
}

pub(super) fn reset_failures(db: &Connection, staff: &StaffId) -> Result<()> {
    db.execute(
        "UPDATE staff SET factor_failures = 0 WHERE id = ?1",
        [staff.as_str()],
    )?;
    Ok(())
}
