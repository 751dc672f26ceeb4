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

/// A session that goes on.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) staff: Staff,
    /// What a form of this session carries, so that no other site can send one.
    pub(crate) csrf: String,
    pub(crate) seen_at: Timestamp,
}

fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Begins a session under a token that only the browser keeps.
pub(crate) fn begin(
    db: &Connection,
    staff: &StaffId,
    (token, csrf): (&str, &str),
    (now, ends): (Timestamp, Timestamp),
) -> rusqlite::Result<()> {
    db.execute("DELETE FROM session WHERE ends_at <= ?1", [now.as_micros()])?;
    db.execute(
        "INSERT INTO session (token, staff, csrf, began_at, seen_at, ends_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        params![
            hashed(token),
            staff.as_str(),
            csrf,
            now.as_micros(),
            ends.as_micros()
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
        "SELECT {}, session.csrf, session.seen_at FROM session JOIN staff ON staff.id = session.staff
         WHERE session.token = ?1 AND session.ends_at > ?2 AND session.seen_at > ?3
             AND staff.disabled_at IS NULL",
        staff::COLUMNS
    );
    db.prepare_cached(&sql)?
        .query_row(
            params![hashed(token), now.as_micros(), idle_since.as_micros()],
            |row| {
                Ok(Live {
                    staff: staff::read(row)?,
                    csrf: row.get(7)?,
                    seen_at: Timestamp::from_micros(row.get(8)?),
                })
            },
        )
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

/// Ends a session.
pub(crate) fn end(db: &Connection, token: &str) -> rusqlite::Result<()> {
    db.execute("DELETE FROM session WHERE token = ?1", [hashed(token)])?;
    Ok(())
}
