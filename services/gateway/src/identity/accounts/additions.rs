//! Accounts that are added, and never overwrite another.

use super::{Account, Accounts, Hand, check_name, check_role, entry, needs_reason};
use crate::{
    core::db::staff,
    identity::{
        account_act::{Act, NewAccount},
        password,
    },
};
use anyhow::{Context, bail};

impl Accounts {
    /// Adds an account with a one-time password, which must be changed at the first sign-in. One that exists stays as it is.
    ///
    /// # Errors
    /// If there is an account of this id, the role is the system's, a reason is missing, or the database cannot be written.
    pub fn add(&self, account: Account, one_time: &str, hand: Hand<'_>) -> anyhow::Result<()> {
        check_role(account.role)?;
        check_name(&account.name)?;
        if needs_reason(account.role) {
            hand.check_reason()?;
        }
        let act = Act::Put(NewAccount {
            name: account.name.clone(),
            role: account.role,
            unit: account.unit.clone(),
        });
        let what = self.told(hand, &account.id, &act)?;
        let hash = password::hash(one_time)?;
        let id = account.id.clone();
        let one = staff::Staff {
            must_change: true,
            ..staff::Staff::new(account.id, account.name, account.role, account.unit)
        };
        let entry = entry(&what, hand);
        let is_new = self
            .db
            .blocking(|db| {
                let change = db.transaction()?;
                let is_new = staff::find(&change, &one.id)?.is_none();
                if is_new {
                    staff::write(&change, &one, Some(&hash), entry)?;
                }
                change.commit()?;
                Ok(is_new)
            })
            .context("账号没有写入 / the account was not written")?;
        if !is_new {
            bail!(
                "已有账号 {id}，保持不变 / there is an account '{id}' already, which stays as it is"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::actor::Role;

    use super::*;

    fn account(name: &str, role: Role) -> Account {
        Account {
            id: "zhang-li".parse().unwrap(),
            name: name.to_owned(),
            role,
            unit: "s4k2m9qxa.window".parse().unwrap(),
            other_posts: Vec::new(),
            disabled_at: None,
        }
    }

    #[test]
    fn given_an_account_when_another_of_its_id_is_added_then_it_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::open(folder.path()).unwrap();
        let hand = Hand {
            by: "command-line",
            reason: None,
        };
        let first = account("张丽", Role::Clerk);
        accounts
            .add(first.clone(), "aaaa-bbbb-cccc-dddd", hand)
            .unwrap();
        let other = accounts.add(
            account("章丽", Role::Specialist),
            "eeee-ffff-gggg-hhhh",
            hand,
        );
        assert!(other.unwrap_err().to_string().contains("zhang-li"));
        assert_eq!(accounts.list().unwrap(), std::slice::from_ref(&first));
        let found = accounts.known(&first.id).unwrap();
        assert!(found.must_change, "a one-time password is changed first");
        // In the workbench this takes two people.
        let powerful = Account {
            id: "li-jun".parse().unwrap(),
            ..account("李军", Role::Supervisor)
        };
        assert!(accounts.add(powerful, "aaaa-bbbb-cccc-dddd", hand).is_err());
    }
}
