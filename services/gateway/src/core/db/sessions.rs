//! Sessions.

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};
use serde::{Deserialize, Serialize};

use super::{
    parsed_option, posts,
    staff::{self, Staff, WIDTH},
    token_hash,
};
use crate::core::post::Post;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SignInMethod {
    Password,
    /// With OpenID Connect. A password that must be changed is then not used and not asked to be changed.
    OpenId,
}

#[derive(Debug, Clone)]
pub(crate) struct ActiveSession {
    pub(crate) staff: Staff,
    pub(crate) method: SignInMethod,
    pub(crate) csrf: String,
    pub(crate) began_at: Timestamp,
    pub(crate) seen_at: Timestamp,
}

impl ActiveSession {
    /// The session in its post; without one, in the main post of its owner.
    fn in_post(self, post: Option<&Post>) -> Option<Self> {
        let Some(post) = post else {
            return Some(self);
        };
        let staff = self.staff.acting_as(post)?;
        Some(Self { staff, ..self })
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct NewSession<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) post: &'a Post,
    pub(crate) method: SignInMethod,
    pub(crate) token: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) began_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// Stores a session; of its token, only the hash. The next sign-in leads to the same post.
pub(crate) fn begin(db: &Connection, session: &NewSession<'_>) -> Result<()> {
    // The post of an ended session is known for a week: signing in again in its browser leads to the same one.
    let long_ago = session.began_at.plus_seconds(-7 * 86_400);
    db.execute(
        "DELETE FROM session WHERE ends_at <= ?1",
        [long_ago.as_micros()],
    )?;
    db.execute(
        "INSERT INTO session (token, staff, csrf, began_at, seen_at, ends_at, elsewhere, post)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
        params![
            token_hash(session.token),
            session.staff.as_str(),
            session.csrf,
            session.began_at.as_micros(),
            session.ends_at.as_micros(),
            session.method == SignInMethod::OpenId,
            session.post.to_string(),
        ],
    )?;
    posts::remember(db, session.staff, session.post)
}

/// What a valid session is within. The upper limits are for a clock that was ahead when the session began or was seen:
/// set right, it does not prolong a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionLimits {
    pub(crate) now: Timestamp,
    /// Not seen since, it is idle.
    pub(crate) idle_since: Timestamp,
    /// No session that begins now ends later.
    pub(crate) last_end: Timestamp,
}

/// The session of a token, its owner in the post that it is for; unless it has ended, has been idle for too long, its account
/// is disabled, or its post was removed.
pub(crate) fn find(
    db: &Connection,
    token: &str,
    limits: SessionLimits,
) -> Result<Option<ActiveSession>> {
    let sql = format!(
        "SELECT {}, session.csrf, session.seen_at, session.elsewhere, session.began_at, session.post
         FROM session JOIN staff ON staff.id = session.staff
         WHERE session.token = ?1 AND session.ends_at > ?2 AND session.seen_at > ?3
             AND session.ends_at <= ?4 AND staff.disabled_at IS NULL",
        staff::COLUMNS
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row(
            params![
                token_hash(token),
                limits.now.as_micros(),
                limits.idle_since.as_micros(),
                limits.last_end.as_micros()
            ],
            |row| {
                let mut staff = staff::read(row)?;
                let method = if row.get(WIDTH + 2)? {
                    SignInMethod::OpenId
                } else {
                    SignInMethod::Password
                };
                staff.must_change &= method == SignInMethod::Password;
                let session = ActiveSession {
                    staff,
                    method,
                    csrf: row.get(WIDTH)?,
                    began_at: Timestamp::from_micros(row.get(WIDTH + 3)?),
                    seen_at: Timestamp::from_micros(row.get(WIDTH + 1)?),
                };
                let post: Option<Post> = parsed_option(row, WIDTH + 4)?;
                Ok((session, post))
            },
        )
        .optional()?;
    Ok(found.and_then(|(session, post)| session.in_post(post.as_ref())))
}

/// Changes what is a user's own, unless their session has ended while the request was under way: it may have been ended because a
/// stranger has it. The connection is held, so it does not end meanwhile.
pub(crate) fn within<T>(
    db: &mut Connection,
    token: &str,
    change: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<Option<T>> {
    let is_there = db
        .prepare_cached("SELECT 1 FROM session WHERE token = ?1")?
        .exists([token_hash(token)])?;
    if !is_there {
        return Ok(None);
    }
    change(db).map(Some)
}

/// Stores the time of the last request.
pub(crate) fn seen(db: &Connection, token: &str, now: Timestamp) -> Result<()> {
    db.execute(
        "UPDATE session SET seen_at = ?2 WHERE token = ?1",
        params![token_hash(token), now.as_micros()],
    )?;
    Ok(())
}

/// A session in the list of its owner.
#[derive(Debug, Clone)]
pub(crate) struct SessionSummary {
    pub(crate) began_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    /// Whether it is the session of the request.
    pub(crate) own: bool,
}

/// The valid sessions of an account, the newest first.
pub(crate) fn list(
    db: &Connection,
    staff: &StaffId,
    token: &str,
    now: Timestamp,
) -> Result<Vec<SessionSummary>> {
    let mut statement = db.prepare_cached(
        "SELECT began_at, seen_at, token = ?2 FROM session WHERE staff = ?1 AND ends_at > ?3 ORDER BY began_at DESC",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(SessionSummary {
            began_at: Timestamp::from_micros(row.get(0)?),
            seen_at: Timestamp::from_micros(row.get(1)?),
            own: row.get(2)?,
        })
    };
    statement
        .query_map(
            params![staff.as_str(), token_hash(token), now.as_micros()],
            read,
        )?
        .collect()
}

/// Ends all sessions of an account but one.
pub(crate) fn end_others(db: &Connection, staff: &StaffId, token: &str) -> Result<()> {
    db.execute(
        "DELETE FROM session WHERE staff = ?1 AND token <> ?2",
        params![staff.as_str(), token_hash(token)],
    )?;
    Ok(())
}

pub(crate) fn end(db: &Connection, token: &str) -> Result<()> {
    db.execute("DELETE FROM session WHERE token = ?1", [token_hash(token)])?;
    Ok(())
}
