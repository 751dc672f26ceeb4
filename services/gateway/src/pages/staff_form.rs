//! The fields of the form of an account. Pure.

use onestop_proto::ids::StaffId;
use serde::Deserialize;

use crate::{
    core::db::staff::{Staff, Writing},
    identity::account_act::NewAccount,
};

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct AccountForm {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) unit: String,
    /// Why, for the second person.
    #[serde(default)]
    pub(super) reason: String,
    /// The account that is to be changed; empty or another one: the account is to be added.
    #[serde(default)]
    change: String,
}

impl AccountForm {
    /// The account, and what it is to be; nothing if a field does not fit.
    pub(super) fn parsed(&self) -> Option<(StaffId, NewAccount)> {
        let name: String = self.name.trim().chars().take(60).collect();
        let new = NewAccount {
            name,
            role: self.role.parse().ok()?,
            unit: self.unit.parse().ok()?,
        };
        let id = self.id.trim().parse().ok()?;
        (!new.name.is_empty()).then_some((id, new))
    }

    /// Whether this account is to be added or changed.
    pub(super) fn writing(&self, id: &StaffId) -> Writing {
        if self.change.trim() == id.as_str() {
            Writing::Change
        } else {
            Writing::Add
        }
    }

    /// The form of an account as it is.
    pub(super) fn of(one: &Staff) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name.clone(),
            role: one.role.to_string(),
            unit: one.unit.to_string(),
            reason: String::new(),
            change: one.id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_changed_only_under_its_own_name() {
        let id: StaffId = "cai-yu".parse().unwrap();
        let form = |change: &str| AccountForm {
            id: " cai-yu ".to_owned(),
            change: change.to_owned(),
            ..AccountForm::default()
        };
        assert_eq!(form("").writing(&id), Writing::Add);
        // The name was typed anew after the change of another account was offered.
        assert_eq!(form("zhang-li").writing(&id), Writing::Add);
        assert_eq!(form("cai-yu").writing(&id), Writing::Change);
    }
}
