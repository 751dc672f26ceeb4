//! API tokens.

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{
    drafts::DraftKey,
    parsed, parsed_option,
    staff::{self, Staff, WIDTH},
    staff_history, token_hash, unless_disk_full,
};
use crate::{core::post::Post, identity::scope::Scopes};

/// The prefix of every token, by which a leaked one is recognized.
pub(crate) const PREFIX: &str = "onestop_";

/// A token in the list of its owner, who has its text.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The post that it was made in; nothing if it was made before accounts had several.
    pub(crate) post: Option<Post>,
    pub(crate) scopes: Scopes,
    pub(crate) ends_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct NewToken<'a> {
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    /// The post of its owner that it acts in.
    pub(crate) post: &'a Post,
    pub(crate) scopes: &'a Scopes,
    pub(crate) ends_at: Timestamp,
}

/// To what the name of a token is bound: its owner may name a citizen in it.
fn owner_of_name(staff: &StaffId) -> String {
    format!("token-name/{staff}")
}

/// Stores a token; of its text, only the hash.
pub(crate) fn add(
    db: &mut Connection,
    key: &DraftKey,
    staff: &StaffId,
    token: NewToken<'_>,
    now: Timestamp,
) -> Result<()> {
    let change = db.transaction()?;
    change.execute(
        "INSERT INTO token (token, staff, name, scopes, created_at, ends_at, post)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            token_hash(token.text),
            staff.as_str(),
            key.seal_text(&owner_of_name(staff), token.name),
            token.scopes.to_string(),
            now.as_micros(),
            token.ends_at.as_micros(),
            token.post.to_string(),
        ],
    )?;
    let what = format!("token made: {}", token.scopes);
    staff_history::record(&change, staff, &what, staff_history::own(staff, now))?;
    change.commit()
}

/// The owner of a valid token, in the post that it was made in, and its scopes; stores when it was used.
pub(crate) fn find(
    db: &Connection,
    secret: &str,
    now: Timestamp,
) -> Result<Option<(Staff, Scopes)>> {
    let sql = format!(
        "SELECT {}, token.scopes, token.id, token.post FROM token JOIN staff ON staff.id = token.staff
         WHERE token.token = ?1 AND token.ends_at > ?2 AND token.revoked_at IS NULL
             AND staff.disabled_at IS NULL",
        staff::COLUMNS
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row(params![token_hash(secret), now.as_micros()], |row| {
            let post: Option<Post> = parsed_option(row, WIDTH + 2)?;
            let owner = staff::read(row)?;
            let acting = match &post {
                Some(post) => owner.acting_as(post),
                None => Some(owner),
            };
            let scopes: Scopes = parsed(row, WIDTH)?;
            let id: i64 = row.get(WIDTH + 1)?;
            Ok(acting.map(|staff| (staff, scopes, id)))
        })
        .optional()?
        .flatten();
    if let Some((_, _, id)) = &found {
        // To the minute, so that not every request writes.
        let noted = db.execute(
            "UPDATE token SET used_at = ?2 WHERE id = ?1 AND (used_at IS NULL OR used_at < ?3)",
            params![id, now.as_micros(), now.plus_seconds(-60).as_micros()],
        );
        unless_disk_full(noted.map(drop))?;
    }
    Ok(found.map(|(staff, scopes, _)| (staff, scopes)))
}

/// The tokens of an account, the newest first.
pub(crate) fn list(db: &Connection, key: &DraftKey, staff: &StaffId) -> Result<Vec<Token>> {
    let owner = owner_of_name(staff);
    let mut all = db.prepare_cached(
        "SELECT id, name, scopes, ends_at, used_at, revoked_at, post FROM token WHERE staff = ?1 ORDER BY id DESC",
    )?;
    let moment = |row: &Row<'_>, column| {
        Ok::<_, rusqlite::Error>(
            row.get::<_, Option<i64>>(column)?
                .map(Timestamp::from_micros),
        )
    };
    let read = |row: &Row<'_>| {
        Ok(Token {
            id: row.get(0)?,
            name: key.open_text(&owner, &row.get::<_, String>(1)?),
            post: parsed_option(row, 6)?,
            scopes: parsed(row, 2)?,
            ends_at: Timestamp::from_micros(row.get(3)?),
            used_at: moment(row, 4)?,
            revoked_at: moment(row, 5)?,
        })
    };
    all.query_map([staff.as_str()], read)?.collect()
}

pub(crate) fn revoke(db: &mut Connection, staff: &StaffId, id: i64, now: Timestamp) -> Result<()> {
    let change = db.transaction()?;
    let revoked = change.execute(
        "UPDATE token SET revoked_at = ?3 WHERE id = ?2 AND staff = ?1 AND revoked_at IS NULL",
        params![staff.as_str(), id, now.as_micros()],
    )?;
    if revoked > 0 {
        staff_history::record(
            &change,
            staff,
            "token revoked",
            staff_history::own(staff, now),
        )?;
    }
    change.commit()
}
