//! Which accounts a sheet may add: at the machine, and in the workbench. The same rules hold for one colleague.

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    ids::UnitId,
    text::{Text, Words},
    typed::is_blank,
};

use crate::{
    core::db::staff::Staff,
    identity::{
        accounts::Account,
        four_eyes::{ASSIGNABLE, has_power, looks_after},
    },
};

/// Which accounts the user of a sheet may add.
pub trait SheetRights {
    /// Why no account with this role is added.
    fn refuse_role(&self, role: Role) -> Option<Words>;
    /// Why no account is added to this unit.
    fn refuse_unit(&self, unit: &UnitId) -> Option<Words>;
    /// Whether the user looks after this unit's accounts.
    fn looks_after(&self, unit: &UnitId) -> bool;
    /// Whether the user sees this account, and so whose it is.
    fn sees(&self, account: &Account) -> bool;
}

/// Whether the user has said why accounts are added that take two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetReason {
    /// They have.
    Stated,
    /// They have not.
    Missing,
}

impl SheetReason {
    pub fn of(typed: &str) -> Self {
        if is_blank(typed) {
            Self::Missing
        } else {
            Self::Stated
        }
    }
}

/// The operator of the machine, who adds accounts with power alone where a reason is stated.
#[derive(Debug, Clone, Copy)]
pub struct SoleOperator(pub SheetReason);

impl SheetRights for SoleOperator {
    fn refuse_role(&self, role: Role) -> Option<Words> {
        if !has_power(role) || self.0 == SheetReason::Stated {
            return None;
        }
        let Text { zh, en } = role.text();
        Some(Words {
            zh: format!("{zh}平时须两人办理，一人导入请说明理由"),
            en: format!("a {en} takes two people; state the reason why one imports it"),
        })
    }

    fn refuse_unit(&self, _unit: &UnitId) -> Option<Words> {
        None
    }

    fn looks_after(&self, _unit: &UnitId) -> bool {
        true
    }

    fn sees(&self, _account: &Account) -> bool {
        true
    }
}

/// The administrator of a unit. What takes two people is asked for, with a reason.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfAdministrator<'a> {
    pub(crate) staff: &'a Staff,
    pub(crate) directory: &'a Directory,
    pub(crate) reason: SheetReason,
}

impl SheetRights for OfAdministrator<'_> {
    fn refuse_role(&self, role: Role) -> Option<Words> {
        let Text { zh, en } = role.text();
        if !ASSIGNABLE.contains(&role) {
            return Some(Words {
                zh: format!("{zh}的账号由系统管理员在服务器上开设，请从表中删去"),
                en: format!(
                    "the operator of the machine adds the accounts of a {en}; remove the row"
                ),
            });
        }
        (has_power(role) && self.reason == SheetReason::Missing).then(|| Words {
            zh: format!("{zh}须另一人确认，请在页面上写明理由"),
            en: format!("a {en} takes a second person; say why on the page"),
        })
    }

    fn refuse_unit(&self, unit: &UnitId) -> Option<Words> {
        if !self.looks_after(unit) {
            return Some(Words {
                zh: "该单位的人员不由您管理。只能为本单位及下级同类单位（司法局为本局所属和所辖各单位）开设账号".to_owned(),
                en: "you do not look after this unit: only after your own and those of its kind below (a bureau: \
                     its own units and every unit below)"
                    .to_owned(),
            });
        }
        (*unit != self.staff.unit && self.reason == SheetReason::Missing).then(|| Words {
            zh: "外单位的账号须另一人确认，请在页面上写明理由".to_owned(),
            en: "an account of another unit takes a second person; say why on the page".to_owned(),
        })
    }

    fn looks_after(&self, unit: &UnitId) -> bool {
        looks_after(self.staff, unit, self.directory)
    }

    fn sees(&self, account: &Account) -> bool {
        let others = account.other_posts.iter().map(|post| &post.unit);
        let mut units = std::iter::once(&account.unit).chain(others);
        units.any(|unit| self.looks_after(unit))
    }
}
