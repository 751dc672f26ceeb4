//! Accounts of staff, for the command line: `onestop staff`. It works on the gateway's file itself, whether
//! the gateway runs or not; so the first administrator needs nobody to let them in.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    time::Timestamp,
};
use rusqlite::Connection;

use crate::{
    auth::password,
    db::{Db, FILE, sessions::Look, staff},
};

/// An account, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// With what one signs in.
    pub id: StaffId,
    /// The person's name, as colleagues see it.
    pub name: String,
    /// In what capacity they act.
    pub role: Role,
    /// For which unit.
    pub unit: UnitId,
    /// Since when it lets nobody in; nothing while it does.
    pub disabled_at: Option<Timestamp>,
}

pub use crate::auth::password::one_time;

/// Where the file is below a data folder: the gateway's folder and its name.
#[must_use]
pub fn file() -> PathBuf {
    Path::new(crate::NAME).join(FILE)
}

/// The accounts of a gateway.
pub struct Accounts(Db);

impl Accounts {
    /// Opens those of the gateway whose data is in this folder.
    ///
    /// # Errors
    /// If its file cannot be used.
    pub fn open(data: &Path) -> anyhow::Result<Self> {
        Ok(Self(Db::open(data)?))
    }

    /// All of them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<Account>> {
        let all = self.0.now(|db| staff::all(db))?;
        let account = |staff: staff::Staff| Account {
            id: staff.id,
            name: staff.name,
            role: staff.role,
            unit: staff.unit,
            disabled_at: staff.disabled_at,
        };
        Ok(all.into_iter().map(account).collect())
    }

    /// Adds an account, or changes one: name, role, unit and password. Its sessions end.
    ///
    /// # Errors
    /// If the password is too short, the role is the system's, or the file cannot be written.
    pub fn put(&self, account: Account, password: &str, by: &str) -> anyhow::Result<()> {
        if account.role == Role::System {
            bail!("nobody signs in as the system. Take another role");
        }
        if password.chars().count() < password::SHORTEST {
            bail!(
                "the password is too short: take {} characters or more",
                password::SHORTEST
            );
        }
        let hash = password::hash(password)?;
        let one = staff::Staff {
            id: account.id,
            name: account.name,
            role: account.role,
            unit: account.unit,
            disabled_at: None,
            look: Look::default(),
            must_change: false,
        };
        self.0
            .now(|db| staff::put(db, &one, Some(&hash), (by, SystemClock.now())))
            .context("the account was not written")
    }

    /// Lets an account in no more, or again.
    ///
    /// # Errors
    /// If there is no such account, or the file cannot be written.
    pub fn set_disabled(&self, id: &StaffId, disabled: bool, by: &str) -> anyhow::Result<()> {
        self.known(id)?;
        self.0
            .now(|db| staff::set_disabled(db, id, disabled, (by, SystemClock.now())))
    }

    /// Sets a one-time password, which must be changed at the next sign-in.
    ///
    /// # Errors
    /// If there is no such account, or the file cannot be written.
    pub fn reset(&self, id: &StaffId, by: &str) -> anyhow::Result<String> {
        self.known(id)?;
        let one_time = password::one_time()?;
        let hash = password::hash(&one_time)?;
        self.0
            .now(|db| staff::set_password(db, id, (&hash, true), None, (by, SystemClock.now())))?;
        Ok(one_time)
    }

    /// What happened to accounts, the newest first: when, by whom, to which, what.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn history(&self, limit: u32) -> anyhow::Result<Vec<[String; 4]>> {
        let noted = self.0.now(|db| staff::history(db, None, limit))?;
        let line =
            |one: staff::Noted| [one.at.china_text(), one.by, one.staff.to_string(), one.what];
        Ok(noted.into_iter().map(line).collect())
    }

    /// A copy of the file as it stands, made while it is used: accounts, tokens, webhooks. Who is signed in and
    /// what somebody was only typing is not in it: neither outlives the machine.
    ///
    /// # Errors
    /// If it cannot be read, or the copy not written.
    pub fn copy_to(&self, path: &Path) -> anyhow::Result<()> {
        let whole = path.with_extension("whole");
        self.0
            .now(|db| db.execute("VACUUM INTO ?1", [whole.to_string_lossy()]))?;
        let copy = Connection::open(&whole)?;
        copy.execute_batch("DELETE FROM session; DELETE FROM draft;")?;
        // Made anew: what was deleted is not between its pages either.
        copy.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        drop(copy);
        std::fs::remove_file(&whole)?;
        Ok(())
    }

    fn known(&self, id: &StaffId) -> anyhow::Result<()> {
        let found = self.0.now(|db| staff::find(db, id))?;
        found.with_context(|| format!("there is no account '{id}'. See 'onestop staff list'"))?;
        Ok(())
    }
}
