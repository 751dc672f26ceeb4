//! Accounts of staff.

use onestop_proto::{
    actor::{Actor, Role},
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::token_hash;

/// How a user wants to see the workbench.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Preferences {
    /// None: the browser's, else Chinese.
    pub(crate) language: Option<String>,
    /// Larger letters and targets (长者模式).
    pub(crate) elder: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staff {
    pub(crate) id: StaffId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) preferences: Preferences,
    /// Whether an administrator has set the password, so that it must be changed first.
    pub(crate) must_change: bool,
}

/// Who changes an account, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// A new password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewPassword<'a> {
    pub(crate) hash: &'a str,
    /// Whether it must be changed at the next sign-in, because an administrator has set it.
    pub(crate) must_change: bool,
}

/// Whether an account can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Enabled,
    Disabled,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    pub(crate) hash: Option<String>,
    pub(crate) locked_until: Option<Timestamp>,
    pub(crate) disabled: bool,
}

impl Staff {
    /// The actor of this person's questions and commands.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            role: self.role,
            staff: self.id.clone(),
            unit: self.unit.clone(),
        }
    }
}

/// The columns for [`read`].
pub(super) const COLUMNS: &str = "staff.id, staff.name, staff.role, staff.unit, staff.disabled_at, staff.language, staff.elder, staff.must_change";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Staff> {
    Ok(Staff {
        id: parsed(row, 0)?,
        name: row.get(1)?,
        role: parsed(row, 2)?,
        unit: parsed(row, 3)?,
        disabled_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_micros),
        preferences: Preferences {
            language: row.get::<_, Option<String>>(5)?,
            elder: row.get(6)?,
        },
        must_change: row.get(7)?,
    })
}

/// Parses a text column.
pub(super) fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Staff>> {
    let mut all = db.prepare_cached(&format!("SELECT {COLUMNS} FROM staff ORDER BY unit, id"))?;
    all.query_map([], read)?.collect()
}

pub(crate) fn find(db: &Connection, id: &StaffId) -> rusqlite::Result<Option<Staff>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM staff WHERE id = ?1"))?
        .query_row([id.as_str()], read)
        .optional()
}

pub(crate) fn credential(db: &Connection, id: &StaffId) -> rusqlite::Result<Option<Credential>> {
    db.prepare_cached("SELECT password, locked_until, disabled_at FROM staff WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok(Credential {
                hash: row.get(0)?,
                locked_until: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_micros),
                disabled: row.get::<_, Option<i64>>(2)?.is_some(),
            })
        })
        .optional()
}

/// Adds or changes an account. Its sessions end, because their rights may have changed.
pub(crate) fn put(
    db: &mut Connection,
    staff: &Staff,
    hash: Option<&str>,
    author: Author<'_>,
) -> rusqlite::Result<()> {
    let change = db.transaction()?;
    change.execute(
        "INSERT INTO staff (id, name, role, unit, created_at, password, must_change)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, unit = ?4,
             password = coalesce(?6, password), must_change = ?7, failures = 0, locked_until = NULL",
        params![
            staff.id.as_str(),
            staff.name,
            staff.role.as_str(),
            staff.unit.to_string(),
            author.at.as_micros(),
            hash,
            staff.must_change,
        ],
    )?;
    change.execute("DELETE FROM session WHERE staff = ?1", [staff.id.as_str()])?;
    let what = format!("put: {} for {}", staff.role, staff.unit);
    record_history(&change, &staff.id, &what, author)?;
    change.commit()
}

/// A change that the owner of an account makes.
pub(crate) fn own(id: &StaffId, at: Timestamp) -> Author<'_> {
    Author {
        by: id.as_str(),
        at,
    }
}

/// Appends to the history of an account.
pub(crate) fn record_history(
    db: &Connection,
    staff: &StaffId,
    what: &str,
    author: Author<'_>,
) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO staff_history (at, by, staff, what) VALUES (?1, ?2, ?3, ?4)",
        params![author.at.as_micros(), author.by, staff.as_str(), what],
    )?;
    Ok(())
}

/// Counts a wrong password; locks the account after `allowed` of them until `locked_until`. Returns whether it is
/// locked now.
pub(crate) fn record_failure(
    db: &mut Connection,
    id: &StaffId,
    allowed: u32,
    locked_until: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let change = db.transaction()?;
    change.execute(
        "UPDATE staff SET failures = failures + 1 WHERE id = ?1",
        [id.as_str()],
    )?;
    let locked = change.execute(
        "UPDATE staff SET locked_until = ?2, failures = 0 WHERE id = ?1 AND failures >= ?3",
        params![id.as_str(), locked_until.as_micros(), allowed],
    )? > 0;
    if locked {
        record_history(&change, id, "locked after wrong passwords", own(id, now))?;
    }
    change.commit()?;
    Ok(locked)
}

/// Resets the failures after a right password.
pub(crate) fn record_success(
    db: &Connection,
    id: &StaffId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE staff SET failures = 0, locked_until = NULL WHERE id = ?1",
        [id.as_str()],
    )?;
    record_history(db, id, "signed in", own(id, now))
}

/// Disables or enables an account. Its sessions end; if disabled, its tokens are revoked.
pub(crate) fn set_access(
    db: &mut Connection,
    id: &StaffId,
    access: Access,
    author: Author<'_>,
) -> rusqlite::Result<()> {
    let change = db.transaction()?;
    let now = author.at.as_micros();
    let (at, what) = match access {
        Access::Enabled => (None, "enabled"),
        Access::Disabled => (Some(now), "disabled"),
    };
    change.execute(
        "UPDATE staff SET disabled_at = ?2, failures = 0, locked_until = NULL WHERE id = ?1",
        params![id.as_str(), at],
    )?;
    change.execute("DELETE FROM session WHERE staff = ?1", [id.as_str()])?;
    change.execute(
        "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE staff = ?1 AND ?3",
        params![id.as_str(), now, access == Access::Disabled],
    )?;
    record_history(&change, id, what, author)?;
    change.commit()
}

/// Sets a password; ends all sessions but `keep`.
pub(crate) fn set_password(
    db: &mut Connection,
    id: &StaffId,
    password: NewPassword<'_>,
    keep: Option<&str>,
    author: Author<'_>,
) -> rusqlite::Result<()> {
    let change = db.transaction()?;
    change.execute(
        "UPDATE staff SET password = ?2, must_change = ?3, failures = 0, locked_until = NULL WHERE id = ?1",
        params![id.as_str(), password.hash, password.must_change],
    )?;
    let kept = keep.map(token_hash);
    change.execute(
        "DELETE FROM session WHERE staff = ?1 AND token IS NOT ?2",
        params![id.as_str(), kept],
    )?;
    if password.must_change {
        // An administrator resets it: the tokens made with the old one are revoked.
        change.execute(
            "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE staff = ?1",
            params![id.as_str(), author.at.as_micros()],
        )?;
    }
    let what = if password.must_change {
        "password reset"
    } else {
        "password changed"
    };
    record_history(&change, id, what, author)?;
    change.commit()
}

/// A line of the history of accounts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct HistoryEntry {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) staff: StaffId,
    pub(crate) what: String,
}

/// The history of an account, or of all; the newest first.
pub(crate) fn history(
    db: &Connection,
    id: Option<&StaffId>,
    limit: u32,
) -> rusqlite::Result<Vec<HistoryEntry>> {
    let mut noted = db.prepare_cached(
        "SELECT staff, at, by, what FROM staff_history WHERE ?1 IS NULL OR staff = ?1
         ORDER BY id DESC LIMIT ?2",
    )?;
    let read = |row: &Row<'_>| {
        Ok(HistoryEntry {
            staff: parsed(row, 0)?,
            at: Timestamp::from_micros(row.get(1)?),
            by: row.get(2)?,
            what: row.get(3)?,
        })
    };
    noted
        .query_map(params![id.map(StaffId::as_str), limit], read)?
        .collect()
}

pub(crate) fn set_preferences(
    db: &Connection,
    id: &StaffId,
    preferences: &Preferences,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE staff SET language = ?2, elder = ?3 WHERE id = ?1",
        params![id.as_str(), preferences.language, preferences.elder],
    )?;
    Ok(())
}
