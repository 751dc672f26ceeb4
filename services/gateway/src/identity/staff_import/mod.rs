//! Accounts from a sheet that an administrator sends: what would come of it by the rules for one colleague, and the doing.
//! What takes two people is asked for.

mod carrying_out;
pub(crate) mod held_sheets;

use std::collections::BTreeSet;

use onestop_directory::Directory;
use onestop_proto::text::Words;
use onestop_spreadsheet::{Column, RowProblem, Sheet, SheetError};

pub(crate) use self::carrying_out::{ImportWork, NewRow};
use super::{
    account_act::{Act, NewAccount},
    accounts::Account,
    four_eyes::{ActOn, Hands},
    staff_sheet::{self, COLUMNS, ID, OfAdministrator, RowAccount, SheetContext, SheetReason},
};
use crate::core::db::staff::Staff;

/// Rows of one sheet.
pub(crate) const MOST_ROWS: usize = 5_000;
/// Accounts of one sheet that are asked for: a second person confirms each.
pub(crate) const MOST_REQUESTS: usize = 200;

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileRefusal {
    Sheet(SheetError),
    TooManyRows,
}

/// Reads a file.
///
/// # Errors
/// If it is no sheet of staff, or has too many rows.
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, FileRefusal> {
    let sheet = Sheet::read(bytes, COLUMNS).map_err(FileRefusal::Sheet)?;
    if sheet.rows.len() > MOST_ROWS {
        return Err(FileRefusal::TooManyRows);
    }
    Ok(sheet)
}

/// What would come of a sheet.
#[derive(Debug, Default)]
pub(crate) struct ImportPlan {
    pub(crate) added: Vec<RowAccount>,
    /// Accounts that a second person confirms.
    pub(crate) requested: Vec<RowAccount>,
    /// Rows that are accounts already.
    pub(crate) unchanged: usize,
    pub(crate) problems: Vec<RowProblem>,
}

impl ImportPlan {
    /// Judges a sheet by the accounts and rights of now.
    pub(crate) fn of(
        sheet: &Sheet,
        accounts: &[Account],
        asker: &Staff,
        directory: &Directory,
        reason: &str,
    ) -> Self {
        let rights = OfAdministrator {
            staff: asker,
            directory,
            reason: SheetReason::of(reason),
        };
        let context = SheetContext {
            directory,
            accounts,
            rights: &rights,
        };
        let checked = staff_sheet::check(sheet, &context);
        let mut plan = Self {
            unchanged: checked.unchanged,
            problems: sheet.problems(checked.problems),
            ..Self::default()
        };
        let wrong: BTreeSet<usize> = plan.problems.iter().map(|one| one.row).collect();
        for one in checked.added {
            if !wrong.contains(&one.row) {
                plan.place(one, asker, directory);
            }
        }
        plan.problems.sort_by_key(|one| one.row);
        plan
    }

    /// Decides who adds the account of a row.
    fn place(&mut self, one: RowAccount, asker: &Staff, directory: &Directory) {
        let act = act_of(&one.account);
        let wanted = ActOn {
            id: &one.account.id,
            subject: None,
            act: &act,
        };
        match wanted.check_ask(asker, directory) {
            Ok(Hands::One) => self.added.push(one),
            Ok(Hands::Two) if self.requested.len() < MOST_REQUESTS => self.requested.push(one),
            Ok(Hands::Two) => {
                let zh = format!("一次最多申请 {MOST_REQUESTS} 个须另一人确认的账号，请下次再导入");
                let en = format!(
                    "one sheet asks a second person for at most {MOST_REQUESTS} accounts; import this row later"
                );
                self.problems.push(problem(one.row, ID, Words { zh, en }));
            }
            Err(_) => {
                let zh = "该账号不能由您开设".to_owned();
                let en = "you cannot add this account".to_owned();
                self.problems.push(problem(one.row, ID, Words { zh, en }));
            }
        }
    }

    pub(crate) fn wrong_rows(&self) -> usize {
        wrong_rows(&self.problems)
    }
}

/// How many rows have problems.
pub(crate) fn wrong_rows(problems: &[RowProblem]) -> usize {
    let rows: BTreeSet<usize> = problems.iter().map(|one| one.row).collect();
    rows.len()
}

fn act_of(account: &Account) -> Act {
    Act::Put(NewAccount {
        name: account.name.clone(),
        role: account.role,
        unit: account.unit.clone(),
    })
}

const fn problem(row: usize, column: Column, words: Words) -> RowProblem {
    RowProblem {
        row,
        column: column.heading,
        words,
    }
}

#[cfg(test)]
mod tests;
