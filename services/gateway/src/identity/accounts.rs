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

use super::{
    account_act::{Act, LONGEST_NAME, NewAccount, is_name},
    four_eyes::has_power,
    password, weak_passwords,
};
use crate::core::db::{
    Db, FILE,
    drafts::DraftKey,
    history_reason::Reason,
    second_factors,
    staff::{self, Access, NewPassword, Writing},
    staff_history::{self, Author, Entry},
};

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    pub id: StaffId,
    pub name: String,
    /// What they may do in their main post.
    pub role: Role,
    pub unit: UnitId,
    /// Further posts (兼职身份); [`Accounts::put`] leaves them as they are.
    pub other_posts: Vec<Post>,
    /// When it was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
}

impl From<staff::Staff> for Account {
    fn from(staff: staff::Staff) -> Self {
        Self {
            id: staff.id,
            name: staff.name,
            role: staff.role,
            unit: staff.unit,
            other_posts: staff.other_posts,
            disabled_at: staff.disabled_at,
        }
    }
}

/// An entry of the history of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    pub position: u64,
    pub at: Timestamp,
    /// The account that made it, or `command-line`.
    pub by: String,
    pub staff: StaffId,
    /// What was changed, in the words of the history.
    pub what: String,
}

pub use super::password::one_time;
pub use crate::core::post::{InvalidPost, Post, PostChange};

/// The database's path below the data folder.
pub fn file() -> PathBuf {
    Path::new(crate::NAME).join(FILE)
}

pub struct Accounts {
    db: Db,
    /// The gateway's, with the key that seals reasons.
    folder: PathBuf,
}

/// Who changes accounts at the machine, and why: the reason replaces the second person who would confirm it in the
/// workbench.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// The name that the history gives.
    pub by: &'a str,
    /// Why one person alone does what takes two in the workbench.
    pub reason: Option<&'a str>,
}

impl Hand<'_> {
    fn stated_reason(&self) -> Option<&str> {
        let reason = self.reason.map(str::trim);
        reason.filter(|reason| !reason.is_empty())
    }

    /// Refuses what takes two people in the workbench, where no reason is given.
    fn check_reason(&self) -> anyhow::Result<()> {
        if self.stated_reason().is_some() {
            return Ok(());
        }
        bail!(
            "此事在工作台由第二人确认。由一人办理的，请用 --reason 写明原因，记入变更记录 / \
             in the workbench a second person confirms that. Say with --reason why one person does it: it stands in the history"
        )
    }
}

/// Whether accounts could not be read because their file is damaged, rather than in the way of a full disk or a missing
/// right.
pub fn is_damage(error: &anyhow::Error) -> bool {
    let failed = error.downcast_ref::<rusqlite::Error>();
    failed.is_some_and(onestop_chassis::store::sqlite::is_damage)
}

/// Whether one person alone states a reason to add an account of this role, which in the workbench takes two.
pub const fn needs_reason(role: Role) -> bool {
    has_power(role)
}

impl Accounts {
    /// Opens the database in a data folder.
    pub fn open(data: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            db: Db::open(data)?,
            folder: data.join(crate::NAME),
        })
    }

    /// All accounts.
    pub fn list(&self) -> anyhow::Result<Vec<Account>> {
        let all = self.db.blocking(|db| staff::all(db))?;
        Ok(all.into_iter().map(Account::from).collect())
    }

    /// Adds an account with a password that its owner goes on with. One that exists stays as it is.
    ///
    /// # Errors
    /// As [`Accounts::put`], or if there is an account of that name.
    pub fn add_with_password(
        &self,
        account: Account,
        password: &str,
        hand: Hand<'_>,
    ) -> anyhow::Result<()> {
        self.set(account, password, hand, Writing::Add)
    }

    /// Adds or changes an account: name, main post and password. Its sessions end.
    ///
    /// # Errors
    /// If the password is too short or among those that are guessed first, the role is the system's, a reason is missing, or
    /// the database cannot be written.
    pub fn put(&self, account: Account, password: &str, hand: Hand<'_>) -> anyhow::Result<()> {
        self.set(account, password, hand, Writing::Change)
    }

    fn set(
        &self,
        account: Account,
        password: &str,
        hand: Hand<'_>,
        writing: Writing,
    ) -> anyhow::Result<()> {
        check_role(account.role)?;
        check_name(&account.name)?;
        weak_passwords::check(password, &account.id, &account.name)?;
        let before = self.db.blocking(|db| staff::find(db, &account.id))?;
        if let (Writing::Add, Some(one)) = (writing, &before) {
            let (id, name, role, unit) = (&one.id, &one.name, one.role.text(), &one.unit);
            bail!(
                "已有账号 {id}（{name}，{}，{unit}）。请另取账号；要变更该账号，请加 --change / \
                 there is an account '{id}' already, of {name}, {} for {unit}. Take another name, or say --change to change that account",
                role.zh,
                role.en
            );
        }
        let had_power = before.is_some_and(|before| before.roles().any(has_power));
        if had_power || has_power(account.role) {
            hand.check_reason()?;
        }
        let act = Act::Put(NewAccount {
            name: account.name.clone(),
            role: account.role,
            unit: account.unit.clone(),
        });
        let what = self.told(hand, &account.id, &act)?;
        let hash = password::hash(password)?;
        let one = staff::Staff::new(account.id, account.name, account.role, account.unit);
        let entry = entry(&what, hand);
        self.db
            .blocking(|db| {
                let change = db.transaction()?;
                staff::write(&change, &one, Some(&hash), entry)?;
                change.commit()
            })
            .context("账号没有写入 / the account was not written")
    }

    /// Disables an account: its sessions end, its tokens are revoked.
    ///
    /// # Errors
    /// If there is no such account, a reason is missing, or the database cannot be written.
    pub fn disable(&self, id: &StaffId, hand: Hand<'_>) -> anyhow::Result<()> {
        self.set_access(id, Access::Disabled, hand)
    }

    /// Enables an account again.
    ///
    /// # Errors
    /// If there is no such account, a reason is missing, or the database cannot be written.
    pub fn enable(&self, id: &StaffId, hand: Hand<'_>) -> anyhow::Result<()> {
        self.set_access(id, Access::Enabled, hand)
    }

    fn set_access(&self, id: &StaffId, access: Access, hand: Hand<'_>) -> anyhow::Result<()> {
        if self.known(id)?.roles().any(has_power) {
            hand.check_reason()?;
        }
        let act = match access {
            Access::Enabled => Act::Enable,
            Access::Disabled => Act::Disable,
        };
        let what = self.told(hand, id, &act)?;
        let entry = entry(&what, hand);
        self.db.blocking(|db| {
            let change = db.transaction()?;
            staff::write_access(&change, id, access, entry)?;
            change.commit()
        })
    }

    /// Sets a one-time password, which must be changed at the next sign-in, and returns it.
    ///
    /// # Errors
    /// If there is no such account, a reason is missing, or the database cannot be written.
    pub fn reset(&self, id: &StaffId, hand: Hand<'_>) -> anyhow::Result<String> {
        self.known(id)?;
        hand.check_reason()?;
        let one_time = password::one_time()?;
        let hash = password::hash(&one_time)?;
        let password = NewPassword {
            hash: &hash,
            must_change: true,
        };
        let what = self.told(hand, id, &Act::ResetPassword)?;
        let entry = entry(&what, hand);
        self.db.blocking(|db| {
            let change = db.transaction()?;
            staff::write_password(&change, id, password, None, entry)?;
            change.commit()
        })?;
        Ok(one_time)
    }

    /// Removes a second factor that its owner has lost with all recovery codes: their sessions end, their tokens are revoked.
    ///
    /// # Errors
    /// If there is no such account, a reason is missing, or the database cannot be written.
    pub fn reset_second_factor(&self, id: &StaffId, hand: Hand<'_>) -> anyhow::Result<()> {
        self.known(id)?;
        hand.check_reason()?;
        let what = self.told(hand, id, &Act::ResetSecondFactor)?;
        let author = author(hand.by);
        self.db.blocking(|db| {
            let change = db.transaction()?;
            second_factors::reset(&change, id, &what, author)?;
            change.commit()
        })
    }

    /// The history of accounts, the newest first: time, actor, account, change.
    pub fn history(&self, limit: u32) -> anyhow::Result<Vec<[String; 4]>> {
        let entries = self
            .db
            .blocking(|db| staff_history::list(db, None, limit))?;
        let key = self.key()?;
        let line = |one: staff_history::HistoryEntry| {
            let one = one.opened(&key);
            [one.at.china_text(), one.by, one.staff.to_string(), one.what]
        };
        Ok(entries.into_iter().map(line).collect())
    }

    /// The history of accounts after an entry, the oldest first.
    pub fn history_after(&self, last: u64, limit: u32) -> anyhow::Result<Vec<AccountChange>> {
        let entries = self
            .db
            .blocking(|db| staff_history::after(db, last, limit))?;
        let key = self.key()?;
        let change = |(position, entry): (u64, staff_history::HistoryEntry)| {
            let entry = entry.opened(&key);
            AccountChange {
                position,
                at: entry.at,
                by: entry.by,
                staff: entry.staff,
                what: entry.what,
            }
        };
        Ok(entries.into_iter().map(change).collect())
    }

    /// Copies the database while it is in use: accounts, tokens, webhooks, without sessions and drafts.
    ///
    /// # Errors
    /// If it cannot be read, or the copy not written.
    pub fn copy_to(&self, path: &Path) -> anyhow::Result<()> {
        let whole = path.with_extension("whole");
        self.db
            .blocking(|db| db.execute("VACUUM INTO ?1", [whole.to_string_lossy()]))?;
        let copy = Connection::open(&whole)?;
        copy.execute_batch("DELETE FROM session; DELETE FROM draft;")?;
        // A second copy, whose free pages hold no deleted data.
        copy.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        drop(copy);
        std::fs::remove_file(&whole)?;
        Ok(())
    }

    fn key(&self) -> anyhow::Result<DraftKey> {
        DraftKey::open(&self.folder)
    }

    /// What the history says of an act on an account.
    fn told(&self, hand: Hand<'_>, id: &StaffId, act: &Act) -> anyhow::Result<String> {
        let phrase = act.phrase();
        Ok(match hand.stated_reason() {
            Some(reason) => Reason::AtTheMachine(reason).sealed(&self.key()?, id, &phrase),
            None => phrase,
        })
    }

    fn known(&self, id: &StaffId) -> anyhow::Result<staff::Staff> {
        let found = self.db.blocking(|db| staff::find(db, id))?;
        found.with_context(|| {
            format!(
                "没有账号 {id}，可用 onestop staff list 查看 / there is no account '{id}'. See 'onestop staff list'"
            )
        })
    }
}

/// Refuses the role that no person has.
fn check_role(role: Role) -> anyhow::Result<()> {
    if role == Role::System {
        bail!(
            "没有人以系统身份登录，请另选角色 / nobody signs in as the system. Take another role"
        );
    }
    Ok(())
}

/// Refuses a name that colleagues could not read.
fn check_name(name: &str) -> anyhow::Result<()> {
    if is_name(name) {
        return Ok(());
    }
    bail!(
        "请写姓名：须有文字，最多 {LONGEST_NAME} 个字，不含看不见的字符 / \
         write a name: letters, at most {LONGEST_NAME} visible signs"
    )
}

fn entry<'a>(what: &'a str, hand: Hand<'a>) -> Entry<'a> {
    Entry {
        what,
        author: author(hand.by),
    }
}

fn author(by: &str) -> Author<'_> {
    Author {
        by,
        at: SystemClock.now(),
    }
}

mod additions;
mod posts;

#[cfg(test)]
mod tests;
