//! The posts (岗位) of accounts: adding and removing them, and the one that a session is for. The main post is in the row of
//! the account, further ones are in a table of their own.

use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, Result, params};

use super::{
    parsed_option,
    staff::Staff,
    staff_history::{self, Author, Entry, own},
    token_hash, webhook_owners,
};
use crate::core::post::{Post, PostChange};

/// What the history says of a post that was added or removed.
pub(crate) fn phrase(change: PostChange, post: &Post) -> String {
    let verb = match change {
        PostChange::Add => "added",
        PostChange::Remove => "removed",
    };
    format!("post {verb}: {} for {}", post.role, post.unit)
}

/// A post of an account, and what is done with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PostOf<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) change: PostChange,
    pub(crate) post: &'a Post,
}

/// Adds or removes a post.
pub(crate) fn put(db: &mut Connection, change: PostOf<'_>, author: Author<'_>) -> Result<()> {
    let transaction = db.transaction()?;
    let what = phrase(change.change, change.post);
    let entry = Entry {
        what: &what,
        author,
    };
    write(&transaction, change, entry)?;
    transaction.commit()
}

/// As [`put`], within a transaction. The sessions and tokens of a removed post end. Where it was the main one, the oldest of
/// the others becomes the main one; the only post of an account stays.
pub(crate) fn write(
    transaction: &Connection,
    PostOf {
        staff: id,
        change,
        post,
    }: PostOf<'_>,
    Entry { what, author }: Entry<'_>,
) -> Result<()> {
    match change {
        PostChange::Add => add(transaction, id, post, author.at)?,
        PostChange::Remove => remove(transaction, id, post, author.at)?,
    }
    staff_history::record(transaction, id, what, author)?;
    webhook_owners::settle(transaction, author)
}

fn add(db: &Connection, id: &StaffId, post: &Post, at: Timestamp) -> Result<()> {
    db.execute(
        "INSERT OR IGNORE INTO post (staff, role, unit, added_at)
         SELECT id, ?2, ?3, ?4 FROM staff WHERE id = ?1 AND NOT (role = ?2 AND unit = ?3)",
        params![
            id.as_str(),
            post.role.as_str(),
            post.unit.to_string(),
            at.as_micros()
        ],
    )?;
    Ok(())
}

fn remove(db: &Connection, id: &StaffId, post: &Post, at: Timestamp) -> Result<()> {
    let (role, unit) = (post.role.as_str(), post.unit.to_string());
    // What names no post is of the main one.
    let main = "(SELECT role || '@' || unit FROM staff WHERE id = ?1)";
    db.execute(
        &format!("DELETE FROM session WHERE staff = ?1 AND coalesce(post, {main}) = ?2"),
        params![id.as_str(), post.to_string()],
    )?;
    db.execute(
        &format!(
            "UPDATE token SET revoked_at = coalesce(revoked_at, ?3)
             WHERE staff = ?1 AND coalesce(post, {main}) = ?2"
        ),
        params![id.as_str(), post.to_string(), at.as_micros()],
    )?;
    db.execute(
        "DELETE FROM post WHERE staff = ?1 AND role = ?2 AND unit = ?3",
        params![id.as_str(), role, unit],
    )?;
    db.execute(
        "UPDATE staff SET (role, unit) =
             (SELECT role, unit FROM post WHERE staff = ?1 ORDER BY added_at, role, unit LIMIT 1)
         WHERE id = ?1 AND role = ?2 AND unit = ?3
             AND EXISTS (SELECT 1 FROM post WHERE staff = ?1)",
        params![id.as_str(), role, unit],
    )?;
    db.execute(
        "DELETE FROM post WHERE staff = ?1
             AND (role, unit) = (SELECT role, unit FROM staff WHERE id = ?1)",
        [id.as_str()],
    )?;
    Ok(())
}

/// The person in the post of the session that ended in their browser, whose token is `former`: a form that was typed in one
/// post is not sent in another. Without one, in the post that their last session was for. Either only if they still hold it.
pub(crate) fn last_used(db: &Connection, staff: Staff, former: Option<&str>) -> Result<Staff> {
    let last: Option<Post> = db
        .prepare_cached(
            "SELECT coalesce(
                 (SELECT post FROM session WHERE token = ?2 AND session.staff = ?1), last_post)
             FROM staff WHERE id = ?1",
        )?
        .query_row(params![staff.id.as_str(), former.map(token_hash)], |row| {
            parsed_option(row, 0)
        })?;
    Ok(match last {
        Some(post) => staff.clone().acting_as(&post).unwrap_or(staff),
        None => staff,
    })
}

/// Remembers the post of a session for the next one.
pub(super) fn remember(db: &Connection, id: &StaffId, post: &Post) -> Result<()> {
    db.execute(
        "UPDATE staff SET last_post = ?2 WHERE id = ?1",
        params![id.as_str(), post.to_string()],
    )?;
    Ok(())
}

/// A session that goes on in another post, under new secrets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch<'a> {
    pub(crate) staff: &'a StaffId,
    pub(crate) to: &'a Post,
    /// The session's token until now.
    pub(crate) before: &'a str,
    pub(crate) token: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) now: Timestamp,
}

/// Gives a session to another post of its owner: pages and streams that were opened with the token before are void. It ends
/// when it would have ended. False if there is no such session, or its owner does not hold the post.
pub(crate) fn switch(db: &mut Connection, switch: Switch<'_>) -> Result<bool> {
    let change = db.transaction()?;
    let changed = change.execute(
        "UPDATE session SET token = ?3, csrf = ?4, post = ?5, seen_at = ?6
         WHERE token = ?2 AND staff = ?1
             AND EXISTS (SELECT 1 FROM held_post
                 WHERE held_post.staff = ?1 AND held_post.role || '@' || held_post.unit = ?5)",
        params![
            switch.staff.as_str(),
            token_hash(switch.before),
            token_hash(switch.token),
            switch.csrf,
            switch.to.to_string(),
            switch.now.as_micros(),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    remember(&change, switch.staff, switch.to)?;
    let what = format!("post in use: {} for {}", switch.to.role, switch.to.unit);
    let author = own(switch.staff, switch.now);
    staff_history::record(&change, switch.staff, &what, author)?;
    change.commit()?;
    Ok(true)
}

#[cfg(test)]
mod tests;
