//! The fields of the form of an account. Pure.

use onestop_proto::{ids::StaffId, typed::account};
use serde::Deserialize;

use crate::{
    core::db::staff::{Staff, Writing},
    identity::account_act::{NewAccount, is_name},
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

/// A field that does not fit, with the message that says why.
pub(super) type FieldMessage = (&'static str, &'static str);

impl AccountForm {
    /// The account, and what it is to be.
    ///
    /// # Errors
    /// The fields that do not fit, all at once.
    pub(super) fn parsed(&self) -> Result<(StaffId, NewAccount), Vec<FieldMessage>> {
        let (id, name) = (account(&self.id), self.name.trim());
        let mut wrong = Vec::new();
        let parsed_id: Option<StaffId> = id.parse().ok();
        if id.is_empty() {
            wrong.push(("id", "staff-id-missing"));
        } else if parsed_id.is_none() {
            wrong.push(("id", "staff-id-wrong"));
        }
        if name.is_empty() {
            wrong.push(("name", "staff-name-missing"));
        } else if !is_name(name) {
            wrong.push(("name", "staff-name-wrong"));
        }
        let (role, unit) = (self.role.parse().ok(), self.unit.parse().ok());
        if role.is_none() {
            wrong.push(("role", "staff-role-missing"));
        }
        if unit.is_none() {
            wrong.push(("unit", "staff-unit-missing"));
        }
        match (parsed_id, role, unit) {
            (Some(id), Some(role), Some(unit)) if wrong.is_empty() => {
                let name = name.to_owned();
                Ok((id, NewAccount { name, role, unit }))
            }
            _ => Err(wrong),
        }
    }

    /// Whether this account is to be added or changed.
    pub(super) fn writing(&self, id: &StaffId) -> Writing {
        if self.change.trim() == id.as_str() {
            Writing::Change
        } else {
            Writing::Add
        }
    }

    /// The account that is to be changed, as the form names it.
    pub(super) fn changed(&self) -> &str {
        self.change.trim()
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
    use crate::identity::account_act::LONGEST_NAME;

    #[test]
    fn every_field_that_does_not_fit_is_named_and_none_is_cut() {
        let form = AccountForm {
            id: "张丽".to_owned(),
            name: "丽".repeat(LONGEST_NAME + 1),
            role: "clerk".to_owned(),
            ..AccountForm::default()
        };
        let wrong: Vec<_> = form.parsed().unwrap_err();
        let fields: Vec<_> = wrong.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["id", "name", "unit"]);
        let signs = AccountForm {
            name: "***".to_owned(),
            ..form.clone()
        };
        let wrong = signs.parsed().unwrap_err();
        assert!(wrong.contains(&("name", "staff-name-wrong")), "{wrong:?}");
        let right = AccountForm {
            id: " Ｚhang－li　".to_owned(),
            name: "丽".repeat(LONGEST_NAME),
            unit: "s4k2m9qxa.window".to_owned(),
            ..form
        };
        let (id, new) = right.parsed().unwrap();
        assert_eq!(
            (id.as_str(), new.name.chars().count()),
            ("zhang-li", LONGEST_NAME)
        );
    }

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
