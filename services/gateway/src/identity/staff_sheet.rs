//! The sheet of staff (人员表): a row an account. A row that is an account already changes nothing; one whose account belongs
//! to another person, or has another post, is refused: no sheet overwrites a colleague. The command line and the workbench
//! read the same sheet, each by the rights of its user.

mod rights;
mod units;

use std::collections::BTreeMap;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    text::Words,
    typed::account,
};
use onestop_spreadsheet::{AllowedValues, Column, RowProblem, Sheet, SheetRow, Template};

pub(crate) use self::rights::OfAdministrator;
pub use self::rights::{SheetReason, SheetRights, SoleOperator};
use self::units::Units;
use super::{
    account_act::{LONGEST_NAME, is_name},
    accounts::Account,
    unit_roles::role_not_there,
};

/// The name to sign in with.
pub const ID: Column = Column::text("id", "账号");
/// The person's name.
pub const NAME: Column = Column::text("name", "姓名");
const ROLE: Column = Column::text("role", "角色");
/// The unit of the account's post.
pub const UNIT: Column = Column::text("unit", "单位");

/// The columns of the sheet.
pub const COLUMNS: &[Column] = &[ID, NAME, ROLE, UNIT];

/// What a sheet is checked against.
pub struct SheetContext<'a> {
    /// The units that rows name.
    pub directory: &'a Directory,
    pub accounts: &'a [Account],
    /// Which accounts the user may add.
    pub rights: &'a dyn SheetRights,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAccount {
    pub row: usize,
    pub account: Account,
}

#[derive(Debug, Default)]
pub struct CheckedSheet {
    pub added: Vec<RowAccount>,
    /// The rows that are accounts already.
    pub unchanged: usize,
    /// All that is wrong with it.
    pub problems: Vec<RowProblem>,
}

/// Checks every row of a sheet.
pub fn check(sheet: &Sheet, context: &SheetContext<'_>) -> CheckedSheet {
    let accounts = context.accounts.iter().map(|one| (&one.id, one));
    let accounts: BTreeMap<&StaffId, &Account> = accounts.collect();
    let mut checked_sheet = CheckedSheet::default();
    let mut first_rows: BTreeMap<StaffId, usize> = BTreeMap::new();
    let units = Units::new(context.directory, context.rights);
    for row in &sheet.rows {
        let mut checked = CheckedRow {
            row,
            context,
            units: &units,
            problems: Vec::new(),
        };
        // Every column is checked, so that all faults of a row are reported at once.
        let (id, name) = (checked.id(), checked.name());
        let (role, unit) = (checked.role(), checked.unit());
        if let Some(id) = &id {
            checked.note_repeated(id, &mut first_rows);
        }
        checked.note_role_not_there(role, unit.as_ref());
        if let (Some(id), Some(name), Some(role), Some(unit)) = (id, name, role, unit) {
            let wanted = Account {
                id,
                name,
                role,
                unit,
                other_posts: Vec::new(),
                disabled_at: None,
            };
            match accounts.get(&wanted.id) {
                Some(there) if is_same(there, &wanted) => checked_sheet.unchanged += 1,
                Some(there) => checked.note_other(there),
                None => checked.add(wanted, &mut checked_sheet.added),
            }
        }
        checked_sheet.problems.append(&mut checked.problems);
    }
    checked_sheet
}

/// Whether an account is what a row says.
fn is_same(there: &Account, wanted: &Account) -> bool {
    (&there.name, there.role, &there.unit) == (&wanted.name, wanted.role, &wanted.unit)
}

struct CheckedRow<'a, 'd> {
    row: &'a SheetRow,
    context: &'a SheetContext<'a>,
    units: &'a Units<'d>,
    problems: Vec<RowProblem>,
}

impl CheckedRow<'_, '_> {
    fn note_problem(&mut self, column: Column, zh: String, en: String) {
        self.problems.push(RowProblem {
            row: self.row.number,
            column: column.heading,
            words: Words { zh, en },
        });
    }

    /// The text of a cell that has to be filled in.
    fn required(&mut self, column: Column) -> Option<String> {
        let text = self.row.get(column.key).map(str::to_owned);
        if text.is_none() {
            self.note_problem(column, "必须填写".to_owned(), "is needed".to_owned());
        }
        text
    }

    fn id(&mut self) -> Option<StaffId> {
        let typed = account(&self.required(ID)?);
        let id = typed.parse().ok();
        if id.is_none() {
            let zh = format!("“{typed}”不能作账号，请只用小写字母、数字和连字符，如 zhang-li");
            let en = format!("'{typed}' is no account; write small letters, digits and hyphens");
            self.note_problem(ID, zh, en);
        }
        id
    }

    fn name(&mut self) -> Option<String> {
        let typed = self.required(NAME)?;
        if !is_name(&typed) {
            let zh = format!("请写姓名：须有文字，最多 {LONGEST_NAME} 个字，不含看不见的字符");
            let en = format!("write a name: letters, at most {LONGEST_NAME} visible signs");
            self.note_problem(NAME, zh, en);
            return None;
        }
        Some(typed)
    }

    fn role(&mut self) -> Option<Role> {
        let typed = self.required(ROLE)?;
        let mut known = roles();
        let role = known.find(|role| role.as_str() == typed || role.text().zh == typed);
        let Some(role) = role else {
            let words: Vec<_> = roles().map(|role| role.text().zh).collect();
            let zh = format!("“{typed}”不是角色，请写{}之一", words.join("、"));
            let words: Vec<_> = roles().map(|role| role.as_str()).collect();
            let en = format!("'{typed}' is no role; write one of {}", words.join(", "));
            self.note_problem(ROLE, zh, en);
            return None;
        };
        let refused = self.context.rights.refuse_role(role);
        self.allowed(ROLE, role, refused)
    }

    fn unit(&mut self) -> Option<UnitId> {
        let typed = self.required(UNIT)?;
        let unit = match self.units.meant(&typed) {
            Ok(unit) => unit,
            Err(words) => {
                self.note_problem(UNIT, words.zh, words.en);
                return None;
            }
        };
        let refused = self.context.rights.refuse_unit(&unit);
        self.allowed(UNIT, unit, refused)
    }

    /// Refuses a role of which the unit has no posts, whichever administrator gives it.
    fn note_role_not_there(&mut self, role: Option<Role>, unit: Option<&UnitId>) {
        let Some((role, unit)) = role.zip(unit) else {
            return;
        };
        if !self.context.directory.has_role(unit, role) {
            let words = role_not_there(role);
            self.note_problem(ROLE, words.zh, words.en);
        }
    }

    /// The value of a cell, unless the user may not give it.
    fn allowed<T>(&mut self, column: Column, value: T, refused: Option<Words>) -> Option<T> {
        let Some(words) = refused else {
            return Some(value);
        };
        self.note_problem(column, words.zh, words.en);
        None
    }

    /// Adds the account of a row without problems.
    fn add(&self, account: Account, added: &mut Vec<RowAccount>) {
        if self.problems.is_empty() {
            let row = self.row.number;
            added.push(RowAccount { row, account });
        }
    }

    fn note_repeated(&mut self, id: &StaffId, first_rows: &mut BTreeMap<StaffId, usize>) {
        match first_rows.get(id) {
            Some(first) => self.note_problem(
                ID,
                format!("与第 {first} 行重复，每人一个账号"),
                format!("is in row {first} already; each person has an account of their own"),
            ),
            None => {
                first_rows.insert(id.clone(), self.row.number);
            }
        }
    }

    /// Refuses an account that exists and is not what the row says. Its owner is named to those who see the account anyway.
    fn note_other(&mut self, there: &Account) {
        let role = there.role.text();
        let (zh, en) = if self.context.rights.sees(there) {
            (
                format!("（{}，{}）", there.name, role.zh),
                format!(" by {} ({})", there.name, role.en),
            )
        } else {
            (String::new(), String::new())
        };
        let zh =
            format!("账号已有人使用{zh}，不会被覆盖。请换一个账号；要变更原账号，请在“人员”页办理");
        let en = format!(
            "is used already{en} and is not overwritten. Take another, or change that one on the page of staff"
        );
        self.note_problem(ID, zh, en);
    }
}

fn roles() -> impl Iterator<Item = Role> {
    let all = Role::ALL.iter().copied();
    all.filter(|role| *role != Role::System)
}

pub fn template() -> Template {
    let example = ["zhang-li", "张丽", Role::Clerk.text().zh, "530821101201"];
    Template {
        columns: COLUMNS,
        example: example.map(str::to_owned).to_vec(),
        allowed: vec![AllowedValues {
            key: ROLE.key,
            values: roles().map(|role| role.text().zh.to_owned()).collect(),
        }],
    }
}

#[cfg(test)]
mod tests;
