//! `onestop staff import`: accounts from a sheet, checked first. One-time passwords are in a file before the first account
//! is made, so that an interrupted import has lost none; the same sheet goes on from there.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use onestop_directory::Directory;
use onestop_gateway::{
    accounts::{Account, Accounts, Hand, one_time},
    staff_sheet::{self, COLUMNS, ID, NAME, SheetContext, SheetReason, SoleOperator, UNIT},
};
use onestop_spreadsheet::{Column, FileKind};

use crate::{output::Output, progress::Bar, sheet};

const PASSWORD: Column = Column::text("password", "一次性密码");
/// What is given to those who get an account.
const PASSWORD_COLUMNS: &[Column] = &[ID, NAME, UNIT, PASSWORD];
/// Files of passwords beside one sheet.
const MOST_FILES: u32 = 99;

/// What to do with a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Only say what is wrong with it, and how many accounts it would add.
    Check,
    /// Add the accounts, if nothing is wrong with it.
    Add,
}

/// Where accounts are added, by whom.
pub(super) struct Target<'a> {
    pub(super) accounts: &'a Accounts,
    pub(super) directory: &'a Directory,
    pub(super) hand: Hand<'a>,
}

/// An account to add, with its password.
struct NewAccount {
    account: Account,
    password: String,
}

/// Checks a sheet, and adds its accounts.
pub(super) fn import(
    path: &Path,
    purpose: Purpose,
    target: &Target<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let sheet = sheet::read(path, COLUMNS, output)?;
    let reason = SheetReason::of(target.hand.reason.unwrap_or_default());
    let context = SheetContext {
        directory: target.directory,
        accounts: &target.accounts.list()?,
        rights: &SoleOperator(reason),
    };
    let checked = staff_sheet::check(&sheet, &context);
    let added: Vec<Account> = checked.added.into_iter().map(|one| one.account).collect();
    let problems = sheet.problems(checked.problems);
    sheet::report(path, &sheet, &problems, output)?;
    let value = serde_json::json!({
        "rows": sheet.rows.len(), "added": added.len(), "wrong": sheet::wrong_rows(&problems),
    });
    if problems.is_empty() && purpose == Purpose::Add && !added.is_empty() {
        let file = PasswordFile {
            sheet: path,
            kind: sheet.kind,
        };
        add(&file, added, target, output)?;
    }
    output.print_value(&value, || {
        let word = |id: &str| output.message(id);
        let (rows, added) = (&value["rows"], &value["added"]);
        let wrong = sheet::wrong_rows(&problems).len();
        format!(
            "{} {rows}  {} {added}  {} {wrong}",
            word("sheet-rows"),
            word("staff-new"),
            word("sheet-wrong")
        )
    });
    sheet::finish(&problems, output)
}

fn add(
    file: &PasswordFile<'_>,
    added: Vec<Account>,
    target: &Target<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let with_password = |account| {
        anyhow::Ok(NewAccount {
            account,
            password: one_time()?,
        })
    };
    let added: Vec<NewAccount> = added
        .into_iter()
        .map(with_password)
        .collect::<anyhow::Result<_>>()?;
    let rows = added.iter().map(|new| password_row(new, target.directory));
    let bytes = onestop_spreadsheet::write(file.kind, PASSWORD_COLUMNS, rows)?;
    let file = file.write_new(&bytes)?;
    let words = output.message("staff-passwords");
    output.print_error(&format!("{words}: {}", file.display()));
    let mut bar = Bar::new(&output.message("staff-import"), output);
    let total = added.len() as u64;
    for (new, done) in added.into_iter().zip(1_u64..) {
        target
            .accounts
            .add(new.account, &new.password, target.hand)?;
        bar.show(done, total);
    }
    Ok(())
}

fn password_row(new: &NewAccount, directory: &Directory) -> Vec<String> {
    let unit = directory.unit(&new.account.unit);
    vec![
        new.account.id.to_string(),
        new.account.name.clone(),
        unit.map_or_else(|| new.account.unit.to_string(), |unit| unit.name.clone()),
        new.password.clone(),
    ]
}

/// The file of the passwords, beside the sheet and of its kind.
struct PasswordFile<'a> {
    sheet: &'a Path,
    kind: FileKind,
}

impl PasswordFile<'_> {
    /// Writes a file that its owner alone can read. What an earlier import has written stays.
    fn write_new(&self, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        for number in 1..=MOST_FILES {
            let path = self.numbered(number);
            let mut options = OpenOptions::new();
            let opened = options.write(true).create_new(true).mode(0o600).open(&path);
            match opened {
                Ok(mut file) => {
                    let written = file.write_all(bytes).and_then(|()| file.sync_all());
                    written.with_context(|| said!("cannot-write", path = path.display()))?;
                    return Ok(path);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| said!("cannot-write", path = path.display()));
                }
            }
        }
        bail!(said!(
            "staff-password-files",
            most = MOST_FILES,
            path = self.sheet.display()
        ))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let extension = self.kind.extension();
        self.sheet.with_extension(match number {
            1 => format!("passwords.{extension}"),
            number => format!("passwords-{number}.{extension}"),
        })
    }
}

/// Writes a workbook to begin with: headings, an example, the roles there are.
pub(super) fn template(out: &Path, output: &Output) -> anyhow::Result<()> {
    let bytes = staff_sheet::template().to_xlsx()?;
    std::fs::write(out, bytes).with_context(|| said!("cannot-write", path = out.display()))?;
    output.print_value(&out, || out.display().to_string());
    Ok(())
}
