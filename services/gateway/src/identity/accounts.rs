//! Accounts of staff for the command line (`onestop staff`). It uses the gateway's database directly, whether
//! or not the gateway runs, so that the first administrator can be added.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::Connection;

use super::{password, weak_passwords};
use crate::core::db::{
    Db, FILE, factor_resets,
    staff::{self, Access, NewPassword, Preferences},
    staff_history::{self, Author},
};

/// An account of the list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// The name to sign in with.
    pub id: StaffId,
    /// The person's name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their unit.
    pub unit: UnitId,
    /// When it was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
}

pub use super::password::one_time;

/// The database's path below the data folder.
#[must_use]
pub fn file() -> PathBuf {
    Path::new(crate::NAME).join(FILE)
}

/// The accounts of a gateway.
pub struct Accounts(Db);

/// Whether accounts could not be read because their file is damaged, rather than in the way of a full disk or a missing
/// right.
#[must_use]
pub fn is_damage(error: &anyhow::Error) -> bool {
    let failed = error.downcast_ref::<rusqlite::Error>();
    failed.is_some_and(onestop_chassis::store::sqlite::is_damage)
}

impl Accounts {
    /// Opens the database in a data folder.
    ///
    /// # Errors
    /// If its database cannot be used.
    pub fn open(data: &Path) -> anyhow::Result<Self> {
        Ok(Self(Db::open(data)?))
    }

    /// All accounts.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<Account>> {
        let all = self.0.blocking(|db| staff::all(db))?;
        let account = |staff: staff::Staff| Account {
            id: staff.id,
            name: staff.name,
            role: staff.role,
            unit: staff.unit,
            disabled_at: staff.disabled_at,
        };
        Ok(all.into_iter().map(account).collect())
    }

    /// Adds or changes an account: name, role, unit and password. Its sessions end.
    ///
    /// # Errors
    /// If the password is too short or among those that are guessed first, the role is the system's, or the database cannot be written.
    pub fn put(&self, account: Account, password: &str, by: &str) -> anyhow::Result<()> {
        if account.role == Role::System {
            bail!("nobody signs in as the system. Take another role");
        }
        weak_passwords::check(password, &account.id, &account.name)?;
        let hash = password::hash(password)?;
        let one = staff::Staff {
            id: account.id,
            name: account.name,
            role: account.role,
            unit: account.unit,
            disabled_at: None,
            preferences: Preferences::default(),
            must_change: false,
            second_factor: false,
        };
        self.0
            .blocking(|db| staff::put(db, &one, Some(&hash), author(by)))
            .context("the account was not written")
    }

    /// Disables an account: its sessions end, its tokens are revoked.
    ///
    /// # Errors
    /// If there is no such account, or the database cannot be written.
    pub fn disable(&self, id: &StaffId, by: &str) -> anyhow::Result<()> {
        self.set_access(id, Access::Disabled, by)
    }

    /// Enables an account again.
    ///
    /// # Errors
    /// If there is no such account, or the database cannot be written.
    pub fn enable(&self, id: &StaffId, by: &str) -> anyhow::Result<()> {
        self.set_access(id, Access::Enabled, by)
    }

    fn set_access(&self, id: &StaffId, access: Access, by: &str) -> anyhow::Result<()> {
        self.known(id)?;
        self.0
            .blocking(|db| staff::set_access(db, id, access, author(by)))
    }

    /// Sets a one-time password, which must be changed at the next sign-in, and returns it.
    ///
    /// # Errors
    /// If there is no such account, or the database cannot be written.
    pub fn reset(&self, id: &StaffId, by: &str) -> anyhow::Result<String> {
        self.known(id)?;
        let one_time = password::one_time()?;
        let hash = password::hash(&one_time)?;
        let password = NewPassword {
            hash: &hash,
            must_change: true,
        };
        self.0
            .blocking(|db| staff::set_password(db, id, password, None, author(by)))?;
        Ok(one_time)
    }

    /// Removes the second factor of somebody who has lost it and has no recovery code left: their sessions end, their tokens
    /// are revoked. In the workbench it takes two administrators.
    ///
    /// # Errors
    /// If there is no such account, or the database cannot be written.
    pub fn reset_second_factor(&self, id: &StaffId, reason: &str, by: &str) -> anyhow::Result<()> {
        self.known(id)?;
        self.0
            .blocking(|db| factor_resets::reset_at_once(db, id, reason, author(by)))
    }

    /// The history of accounts, the newest first: time, actor, account, change.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn history(&self, limit: u32) -> anyhow::Result<Vec<[String; 4]>> {
        let entries = self.0.blocking(|db| staff_history::list(db, None, limit))?;
        let line = |one: staff_history::HistoryEntry| {
            [one.at.china_text(), one.by, one.staff.to_string(), one.what]
        };
        Ok(entries.into_iter().map(line).collect())
    }

    /// Copies the database while it is in use: accounts, tokens, webhooks, without sessions and drafts.
    ///
    /// # Errors
    /// If it cannot be read, or the copy not written.
    pub fn copy_to(&self, path: &Path) -> anyhow::Result<()> {
        let whole = path.with_extension("whole");
        self.0
            .blocking(|db| db.execute("VACUUM INTO ?1", [whole.to_string_lossy()]))?;
        let copy = Connection::open(&whole)?;
        copy.execute_batch("DELETE FROM session; DELETE FROM draft;")?;
        // A second copy, whose free pages hold no deleted data.
        copy.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        drop(copy);
        std::fs::remove_file(&whole)?;
        Ok(())
    }

    fn known(&self, id: &StaffId) -> anyhow::Result<()> {
        let found = self.0.blocking(|db| staff::find(db, id))?;
        found.with_context(|| format!("there is no account '{id}'. See 'onestop staff list'"))?;
        Ok(())
    }
}

fn author(by: &str) -> Author<'_> {
    Author {
        by,
        at: SystemClock.now(),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn a_full_disk_is_no_damage_and_a_file_of_something_else_is() {
        let full = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
        let full = anyhow::Error::from(full).context("cannot use the database");
        assert!(!is_damage(&full));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file());
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        std::fs::write(
            &path,
            "this is no database at all, and longer than its head",
        )
        .unwrap();
        let opened = Accounts::open(folder.path()).and_then(|accounts| accounts.list());
        let error = opened.unwrap_err();
        assert!(is_damage(&error), "{error:#}");
    }
}
