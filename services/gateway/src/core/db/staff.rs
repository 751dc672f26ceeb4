//! Accounts of staff.

use onestop_proto::{
    actor::{Actor, Role},
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::{
    parsed,
    staff_history::{self, Author, Entry, own, put_phrase},
    token_hash, webhook_owners,
};
use crate::core::post::{Post, Posts};

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
    /// The role of the post in use: of a session or token its own, else the main one.
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
    /// The posts of the same person that are not in use.
    pub(crate) other_posts: Vec<Post>,
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) preferences: Preferences,
    /// Whether an administrator has set the password, so that it must be changed first.
    pub(crate) must_change: bool,
    /// Whether a second factor is asked for at sign-in.
    pub(crate) second_factor: bool,
}

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) hash: Option<String>,
    pub(crate) disabled: bool,
}

impl Staff {
    /// An enabled account with one post, which has its preferences still to choose.
    pub(crate) fn new(id: StaffId, name: impl Into<String>, role: Role, unit: UnitId) -> Self {
        Self {
            id,
            name: name.into(),
            role,
            unit,
            other_posts: Vec::new(),
            disabled_at: None,
            preferences: Preferences::default(),
            must_change: false,
            second_factor: false,
        }
    }

    /// A clerk of the tests.
    #[cfg(test)]
    pub(crate) fn clerk(id: &str, name: &str) -> Self {
        let unit = "s4k2m9qxa.window".parse().unwrap();
        Self::new(id.parse().unwrap(), name, Role::Clerk, unit)
    }

    /// The actor of this person's questions and commands.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            role: self.role,
            staff: self.id.clone(),
            unit: self.unit.clone(),
        }
    }

    pub(crate) fn post(&self) -> Post {
        Post {
            role: self.role,
            unit: self.unit.clone(),
        }
    }

    /// Whether the person holds a post.
    pub(crate) fn holds(&self, post: &Post) -> bool {
        self.post() == *post || self.other_posts.contains(post)
    }

    pub(crate) fn roles(&self) -> impl Iterator<Item = Role> {
        let others = self.other_posts.iter().map(|post| post.role);
        std::iter::once(self.role).chain(others)
    }

    pub(crate) fn units(&self) -> impl Iterator<Item = &UnitId> {
        let others = self.other_posts.iter().map(|post| &post.unit);
        std::iter::once(&self.unit).chain(others)
    }

    /// The same person in another of their posts; nothing if they do not hold it.
    pub(crate) fn acting_as(mut self, post: &Post) -> Option<Self> {
        let before = self.post();
        if before == *post {
            return Some(self);
        }
        let at = self.other_posts.iter().position(|other| other == post)?;
        let Post { role, unit } = self.other_posts.remove(at);
        self.other_posts.insert(0, before);
        Some(Self { role, unit, ..self })
    }
}

/// The columns for [`read`].
pub(super) const COLUMNS: &str = "staff.id, staff.name, staff.role, staff.unit, staff.disabled_at, staff.language, staff.elder, staff.must_change,
    EXISTS (SELECT 1 FROM second_factor_set WHERE second_factor_set.staff = staff.id),
    coalesce((SELECT group_concat(post.role || '@' || post.unit, ' ') FROM post WHERE post.staff = staff.id), '')";

/// How many columns that are.
pub(super) const WIDTH: usize = 10;

pub(super) fn read(row: &Row<'_>) -> Result<Staff> {
    Ok(Staff {
        id: parsed(row, 0)?,
        name: row.get(1)?,
        role: parsed(row, 2)?,
        unit: parsed(row, 3)?,
        other_posts: parsed::<Posts>(row, 9)?.0,
        disabled_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_micros),
        preferences: Preferences {
            language: row.get::<_, Option<String>>(5)?,
            elder: row.get(6)?,
        },
        must_change: row.get(7)?,
        second_factor: row.get(8)?,
    })
}

pub(crate) fn all(db: &Connection) -> Result<Vec<Staff>> {
    let mut all = db.prepare_cached(&format!("SELECT {COLUMNS} FROM staff ORDER BY unit, id"))?;
    all.query_map([], read)?.collect()
}

/// Whether there is no account yet.
pub(crate) fn is_empty(db: &Connection) -> Result<bool> {
    let mut any = db.prepare_cached("SELECT 1 FROM staff LIMIT 1")?;
    Ok(!any.exists([])?)
}

pub(crate) fn find(db: &Connection, id: &StaffId) -> Result<Option<Staff>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM staff WHERE id = ?1"))?
        .query_row([id.as_str()], read)
        .optional()
}

pub(crate) fn credential(db: &Connection, id: &StaffId) -> Result<Option<Credential>> {
    db.prepare_cached("SELECT password, disabled_at FROM staff WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok(Credential {
                hash: row.get(0)?,
                disabled: row.get::<_, Option<i64>>(1)?.is_some(),
            })
        })
        .optional()
}

/// Whether an account is to be added or an existing one changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    Add,
    Change,
}

/// Adds or changes an account and its main post. Its sessions end, because their rights may have changed; so do its tokens,
/// if role, unit or password changes. Further posts stay.
/// One that is to be added, and exists, is returned and stays as it is.
pub(crate) fn put_unless_exists(
    db: &mut Connection,
    staff: &Staff,
    hash: Option<&str>,
    writing: Writing,
    author: Author<'_>,
) -> Result<Option<Staff>> {
    let change = db.transaction()?;
    if let (Writing::Add, Some(existing)) = (writing, find(&change, &staff.id)?) {
        return Ok(Some(existing));
    }
    let what = put_phrase(staff.role, &staff.unit);
    let entry = Entry {
        what: &what,
        author,
    };
    write(&change, staff, hash, entry)?;
    change.commit()?;
    Ok(None)
}

/// Adds or changes an account.
#[cfg(test)]
pub(crate) fn put(
    db: &mut Connection,
    staff: &Staff,
    hash: Option<&str>,
    author: Author<'_>,
) -> Result<()> {
    put_unless_exists(db, staff, hash, Writing::Change, author).map(|_| ())
}

/// Whether an account was added after a moment.
pub(super) fn was_added_after(db: &Connection, id: &StaffId, moment: Timestamp) -> Result<bool> {
    db.query_row(
        "SELECT EXISTS (SELECT 1 FROM staff WHERE id = ?1 AND created_at > ?2)",
        params![id.as_str(), moment.as_micros()],
        |row| row.get(0),
    )
}

/// As [`put_unless_exists`], within a transaction, whether it exists or not.
pub(crate) fn write(
    change: &Connection,
    staff: &Staff,
    hash: Option<&str>,
    Entry { what, author }: Entry<'_>,
) -> Result<()> {
    change.execute(
        "UPDATE token SET revoked_at = ?4 WHERE staff = ?1 AND revoked_at IS NULL
             AND EXISTS (SELECT 1 FROM staff WHERE id = ?1 AND (role <> ?2 OR unit <> ?3 OR ?5))",
        params![
            staff.id.as_str(),
            staff.role.as_str(),
            staff.unit.to_string(),
            author.at.as_micros(),
            hash.is_some(),
        ],
    )?;
    change.execute(
        "INSERT INTO staff (id, name, role, unit, created_at, password, must_change)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, unit = ?4,
             password = coalesce(?6, password), must_change = ?7, failures = 0",
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
    // What is now the main post is no further one.
    change.execute(
        "DELETE FROM post WHERE staff = ?1 AND role = ?2 AND unit = ?3",
        params![
            staff.id.as_str(),
            staff.role.as_str(),
            staff.unit.to_string()
        ],
    )?;
    change.execute("DELETE FROM session WHERE staff = ?1", [staff.id.as_str()])?;
    staff_history::record(change, &staff.id, what, author)?;
    webhook_owners::settle(change, author)
}

/// Counts a wrong password. Every `noted` of them in a row are entered in the account's history.
pub(crate) fn record_failure(
    db: &mut Connection,
    id: &StaffId,
    noted: u32,
    now: Timestamp,
) -> Result<()> {
    let change = db.transaction()?;
    change.execute(
        "UPDATE staff SET failures = failures + 1 WHERE id = ?1",
        [id.as_str()],
    )?;
    let many = change
        .query_row(
            "SELECT failures FROM staff WHERE id = ?1 AND failures % ?2 = 0",
            params![id.as_str(), noted],
            |row| row.get::<_, u32>(0),
        )
        .optional()?;
    if let Some(failures) = many {
        let what = format!("{failures} wrong passwords");
        staff_history::record(&change, id, &what, own(id, now))?;
    }
    change.commit()
}

/// Resets the failures after a right password; returns whose it was. Nothing if the password was changed or the account disabled
/// while it was judged, which takes long where many sign in.
pub(crate) fn record_success(
    db: &Connection,
    id: &StaffId,
    judged: &Credential,
    now: Timestamp,
) -> Result<Option<Staff>> {
    if credential(db, id)?.as_ref() != Some(judged) {
        return Ok(None);
    }
    db.execute("UPDATE staff SET failures = 0 WHERE id = ?1", [id.as_str()])?;
    let found = find(db, id)?;
    let what = match &found {
        Some(staff) if staff.second_factor => "password accepted",
        Some(_) | None => "signed in",
    };
    staff_history::record(db, id, what, own(id, now))?;
    Ok(found)
}

/// Disables or enables an account. Its sessions end; if disabled, its tokens are revoked.
pub(crate) fn set_access(
    db: &mut Connection,
    id: &StaffId,
    access: Access,
    author: Author<'_>,
) -> Result<()> {
    let change = db.transaction()?;
    let what = match access {
        Access::Enabled => "enabled",
        Access::Disabled => "disabled",
    };
    write_access(&change, id, access, Entry { what, author })?;
    change.commit()
}

/// As [`set_access`], within a transaction.
pub(crate) fn write_access(
    change: &Connection,
    id: &StaffId,
    access: Access,
    Entry { what, author }: Entry<'_>,
) -> Result<()> {
    let now = author.at.as_micros();
    let at = match access {
        Access::Enabled => None,
        Access::Disabled => Some(now),
    };
    change.execute(
        "UPDATE staff SET disabled_at = ?2, failures = 0 WHERE id = ?1",
        params![id.as_str(), at],
    )?;
    change.execute("DELETE FROM session WHERE staff = ?1", [id.as_str()])?;
    change.execute(
        "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE staff = ?1 AND ?3",
        params![id.as_str(), now, access == Access::Disabled],
    )?;
    staff_history::record(change, id, what, author)?;
    webhook_owners::settle(change, author)
}

/// Sets a password; ends all sessions but `keep`, and revokes the tokens, which an intruder with the old one may have made.
pub(crate) fn set_password(
    db: &mut Connection,
    id: &StaffId,
    password: NewPassword<'_>,
    keep: Option<&str>,
    author: Author<'_>,
) -> Result<()> {
    let change = db.transaction()?;
    let what = if password.must_change {
        "password reset"
    } else {
        "password changed"
    };
    write_password(&change, id, password, keep, Entry { what, author })?;
    change.commit()
}

/// As [`set_password`], within a transaction.
pub(crate) fn write_password(
    change: &Connection,
    id: &StaffId,
    password: NewPassword<'_>,
    keep: Option<&str>,
    Entry { what, author }: Entry<'_>,
) -> Result<()> {
    change.execute(
        "UPDATE staff SET password = ?2, must_change = ?3, failures = 0 WHERE id = ?1",
        params![id.as_str(), password.hash, password.must_change],
    )?;
    let kept = keep.map(token_hash);
    change.execute(
        "DELETE FROM session WHERE staff = ?1 AND token IS NOT ?2",
        params![id.as_str(), kept],
    )?;
    change.execute(
        "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE staff = ?1",
        params![id.as_str(), author.at.as_micros()],
    )?;
    staff_history::record(change, id, what, author)
}

pub(crate) fn set_preferences(
    db: &Connection,
    id: &StaffId,
    preferences: &Preferences,
) -> Result<()> {
    db.execute(
        "UPDATE staff SET language = ?2, elder = ?3 WHERE id = ?1",
        params![id.as_str(), preferences.language, preferences.elder],
    )?;
    Ok(())
}
