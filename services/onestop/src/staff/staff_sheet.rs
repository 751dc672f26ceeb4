//! The sheet of staff (人员表): a row an account. A row that is an account already changes nothing; one whose account belongs
//! to another person, or has another post, is refused: no sheet overwrites a colleague.

use std::collections::BTreeMap;

use onestop_directory::{Directory, Unit, WINDOW};
use onestop_gateway::accounts::{Account, needs_reason};
use onestop_proto::{
    actor::Role,
    division::DivisionCode,
    ids::{StaffId, UnitId, UnitKind},
    text::Words,
    typed::{half_width, is_invisible},
};
use onestop_spreadsheet::{AllowedValues, Column, RowProblem, Sheet, SheetRow, Template};

pub(super) const ID: Column = Column::text("id", "账号");
pub(super) const NAME: Column = Column::text("name", "姓名");
const ROLE: Column = Column::text("role", "角色");
pub(super) const UNIT: Column = Column::text("unit", "单位");

pub(super) const COLUMNS: &[Column] = &[ID, NAME, ROLE, UNIT];

/// The longest name, in signs.
const LONGEST_NAME: usize = 60;

/// Whether one person may add accounts with power over others: at the machine with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Stated,
    Missing,
}

/// What a sheet is checked against.
pub(super) struct Known<'a> {
    pub(super) directory: &'a Directory,
    pub(super) accounts: &'a [Account],
    pub(super) reason: Reason,
}

/// The accounts that a sheet adds, and all that is wrong with it.
pub(super) fn check(sheet: &Sheet, known: &Known<'_>) -> (Vec<Account>, Vec<RowProblem>) {
    let accounts = known.accounts.iter().map(|one| (&one.id, one));
    let accounts: BTreeMap<&StaffId, &Account> = accounts.collect();
    let (mut added, mut problems) = (Vec::new(), Vec::new());
    let mut first_rows: BTreeMap<StaffId, usize> = BTreeMap::new();
    for row in &sheet.rows {
        let mut checked = CheckedRow {
            row,
            known,
            problems: Vec::new(),
        };
        // Every column is checked, so that all faults of a row are reported at once.
        let (id, name) = (checked.id(), checked.name());
        let (role, unit) = (checked.role(), checked.unit());
        if let Some(id) = &id {
            checked.note_repeated(id, &mut first_rows);
        }
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
                Some(there) => checked.note_other(there, &wanted),
                None if checked.problems.is_empty() => added.push(wanted),
                None => {}
            }
        }
        problems.append(&mut checked.problems);
    }
    (added, problems)
}

struct CheckedRow<'a> {
    row: &'a SheetRow,
    known: &'a Known<'a>,
    problems: Vec<RowProblem>,
}

impl CheckedRow<'_> {
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
        let typed = half_width(&self.required(ID)?);
        let id = typed.trim().parse().ok();
        if id.is_none() {
            let zh = format!("“{typed}”不能作账号，请只用小写字母、数字和连字符，如 zhang-li");
            let en = format!("'{typed}' is no account; write small letters, digits and hyphens");
            self.note_problem(ID, zh, en);
        }
        id
    }

    fn name(&mut self) -> Option<String> {
        let typed = self.required(NAME)?;
        if typed.chars().any(is_invisible) || typed.chars().count() > LONGEST_NAME {
            let zh = format!("请写姓名，最多 {LONGEST_NAME} 个字，不含看不见的字符");
            let en = format!("write a name of at most {LONGEST_NAME} visible signs");
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
        if needs_reason(role) && self.known.reason == Reason::Missing {
            let zh = format!("{}平时须两人办理，一人导入请说明理由", role.text().zh);
            let en = format!(
                "a {} takes two people; state the reason why one imports it",
                role.text().en
            );
            self.note_problem(ROLE, zh, en);
            return None;
        }
        Some(role)
    }

    /// The unit that a row names: by its id, by the code of its division, which means the window there, or by code and kind.
    fn unit(&mut self) -> Option<UnitId> {
        let typed = half_width(&self.required(UNIT)?);
        let unit = unit_of(&typed, self.known.directory).map(|unit| unit.id.clone());
        if unit.is_none() {
            let zh = format!(
                "名录中没有“{typed}”，请写区划代码（窗口）、“区划代码.类别”（如 530821.legal-aid）或单位编号"
            );
            let en = format!(
                "the directory has no '{typed}'; write the code of a division (its window), code and kind \
                 (530821.legal-aid), or the id of a unit"
            );
            self.note_problem(UNIT, zh, en);
        }
        unit
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

    /// Refuses an account that exists, unless it is what the row says.
    fn note_other(&mut self, there: &Account, wanted: &Account) {
        if (&there.name, there.role, &there.unit) == (&wanted.name, wanted.role, &wanted.unit) {
            return;
        }
        let (name, role) = (&there.name, there.role.text());
        let zh = format!(
            "账号已有人使用（{name}，{}），不会被覆盖。请换一个账号；要变更原账号，请在“人员”页办理",
            role.zh
        );
        let en = format!(
            "is the account of {name} ({}) already and is not overwritten. Take another, or change that one on the page of staff",
            role.en
        );
        self.note_problem(ID, zh, en);
    }
}

/// The roles that people have.
fn roles() -> impl Iterator<Item = Role> {
    let all = Role::ALL.iter().copied();
    all.filter(|role| *role != Role::System)
}

fn unit_of<'a>(typed: &str, directory: &'a Directory) -> Option<&'a Unit> {
    let by_id = typed.parse::<UnitId>().ok();
    if let Some(unit) = by_id.and_then(|id| directory.unit(&id)) {
        return Some(unit);
    }
    let (division, kind) = typed.split_once('.').unwrap_or((typed, WINDOW));
    let code: DivisionCode = division.trim().parse().ok()?;
    let kind: UnitKind = kind.trim().parse().ok()?;
    directory.unit_named(code, &kind)
}

/// A sheet to begin with.
pub(super) fn template() -> Template {
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
