//! Sessions: who is signed in, until when.

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::staff::{self, Staff};

/// How somebody wants to see the workbench.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Look {
    /// The language; none: the browser's, else Chinese.
    pub(crate) language: Option<String>,
    /// Larger letters and targets (长者模式).
    pub(crate) elder: bool,
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// With the account's password.
    Password,
    /// Another service vouched for them. A password that somebody else has set keeps nobody out who does not
    /// use it.
    Elsewhere,
}

/// A session that goes on.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) staff: Staff,
    /// What a form of this session carries, so that no other site can send one.
    pub(crate) csrf: String,
    pub(crate) seen_at: Timestamp,
}

pub(super) fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Begins a session under a token that only the browser keeps.
pub(crate) fn begin(
    db: &Connection,
    (staff, by): (&StaffId, By),
    (token, csrf): (&str, &str),
    (now, ends): (Timestamp, Timestamp),
) -> rusqlite::Result<()> {
    // Remembered for a week, so that what somebody typed into a session that ended is given back to them
    // alone.
    let long_ago = now.plus_seconds(-7 * 86_400);
    db.execute(
        "DELETE FROM session WHERE ends_at <= ?1",
        [long_ago.as_micros()],
    )?;
    db.execute(
        "INSERT INTO session (token, staff, csrf, began_at, seen_at, ends_at, elsewhere)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        params![
            hashed(token),
            staff.as_str(),
            csrf,
            now.as_micros(),
            ends.as_micros(),
            by == By::Elsewhere,
        ],
    )?;
    Ok(())
}

/// The session of a token, if it goes on: not over, not idle for too long, of an account that is not
/// disabled.
pub(crate) fn find(
    db: &Connection,
    token: &str,
    (now, idle_since): (Timestamp, Timestamp),
) -> rusqlite::Result<Option<Live>> {
    let sql = format!(
        "SELECT {}, session.csrf, session.seen_at, session.elsewhere
         FROM session JOIN staff ON staff.id = session.staff
         WHERE session.token = ?1 AND session.ends_at > ?2 AND session.seen_at > ?3
             AND staff.disabled_at IS NULL",
        staff::COLUMNS
    );
    db.prepare_cached(&sql)?
        .query_row(
            params![hashed(token), now.as_micros(), idle_since.as_micros()],
            |row| {
                let mut staff = staff::read(row)?;
                staff.must_change &= !row.get::<_, bool>(10)?;
                Ok(Live {
                    staff,
                    csrf: row.get(8)?,
                    seen_at: Timestamp::from_micros(row.get(9)?),
                })
            },
        )
        .optional()
}

/// Whose session it was, as long as it is remembered.
pub(crate) fn owner(db: &Connection, token: &str) -> rusqlite::Result<Option<StaffId>> {
    db.prepare_cached("SELECT staff FROM session WHERE token = ?1")?
        .query_row([hashed(token)], |row| staff::parsed(row, 0))
        .optional()
}

/// Notes that somebody is still there.
pub(crate) fn seen(db: &Connection, token: &str, now: Timestamp) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE session SET seen_at = ?2 WHERE token = ?1",
        params![hashed(token), now.as_micros()],
    )?;
    Ok(())
}

/// A session, as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) began_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub(crate) own: bool,
}

/// The sessions of an account that go on; the newest first.
pub(crate) fn of(
    db: &Connection,
    staff: &StaffId,
    token: &str,
    now: Timestamp,
) -> rusqlite::Result<Vec<Kept>> {
    let mut kept = db.prepare_cached(
        "SELECT began_at, seen_at, token = ?2 FROM session WHERE staff = ?1 AND ends_at > ?3 ORDER BY began_at DESC",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Kept {
            began_at: Timestamp::from_micros(row.get(0)?),
            seen_at: Timestamp::from_micros(row.get(1)?),
            own: row.get(2)?,
        })
    };
    kept.query_map(
        params![staff.as_str(), hashed(token), now.as_micros()],
        read,
    )?
    .collect()
}

/// Ends every session of an account but one.
pub(crate) fn end_others(db: &Connection, staff: &StaffId, token: &str) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM session WHERE staff = ?1 AND token <> ?2",
        params![staff.as_str(), hashed(token)],
    )?;
    Ok(())
}

/// Ends a session.
pub(crate) fn end(db: &Connection, token: &str) -> rusqlite::Result<()> {
    db.execute("DELETE FROM session WHERE token = ?1", [hashed(token)])?;
    Ok(())
}
