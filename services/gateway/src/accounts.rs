//! Accounts of staff, for the command line: `onestop staff`. It works on the gateway's file itself, whether
//! the gateway runs or not; so the first administrator needs nobody to let them in.

use std::path::Path;

use anyhow::{Context, bail};
use onestop_chassis::clock::Clock;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    time::Timestamp,
};

use crate::{
    auth::password,
    db::{Db, sessions::Look, staff},
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
        };
        self.0
            .now(|db| staff::put(db, &one, Some(&hash), (by, Clock.now())))
            .context("the account was not written")
    }
}
