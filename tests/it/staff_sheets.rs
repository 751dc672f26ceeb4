//! Accounts from a sheet: looked at first, added as a whole, no colleague overwritten.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Output};

use onestop_spreadsheet::{Column, FileKind, Sheet};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop},
};

const COLUMNS: &[Column] = &[
    Column::text("id", "账号"),
    Column::text("name", "姓名"),
    Column::text("role", "角色"),
    Column::text("unit", "单位"),
];
const PASSWORDS: &[Column] = &[
    Column::text("id", "账号"),
    Column::text("name", "姓名"),
    Column::text("unit", "单位"),
    Column::text("password", "一次性密码"),
];

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn sheet(rows: &[[&str; 4]]) -> Vec<u8> {
    let rows = rows.iter().map(|row| row.map(str::to_owned).to_vec());
    onestop_spreadsheet::write(FileKind::Xlsx, COLUMNS, rows).unwrap()
}

#[tokio::test]
async fn people_of_a_sheet_get_accounts_and_no_colleague_is_overwritten() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("staff.xlsx");
    let import = |more: &[&str]| {
        let words = ["staff", "import", path.to_str().unwrap(), "--json"];
        run(Some(&onestop), &[&words[..], more].concat())
    };
    let added = |output: &Output| {
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        told["added"].clone()
    };
    let accounts = || {
        let listed = run(Some(&onestop), &["staff", "list", "--json"]);
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        listed.as_array().unwrap().clone()
    };
    let before = accounts().len();
    fs::write(
        &path,
        sheet(&[
            ["zhou-mei", "周梅", "窗口人员", "530821101201"],
            ["yan-sai", "岩赛", "承办人", "530821.legal-aid"],
        ]),
    )
    .unwrap();

    let checked = import(&["--check"]);
    assert!(checked.status.success(), "{}", text(&checked));
    assert_eq!(added(&checked), 2);
    assert_eq!(accounts().len(), before, "a check adds nothing");

    let imported = import(&[]);
    assert!(imported.status.success(), "{}", text(&imported));
    assert_eq!(accounts().len(), before + 2);
    let passwords = folder.path().join("staff.passwords.xlsx");
    let mode = fs::metadata(&passwords).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let given = Sheet::read(&fs::read(&passwords).unwrap(), PASSWORDS).unwrap();
    assert_eq!(given.rows.len(), 2);
    assert!(given.rows.iter().all(|row| row.get("password").is_some()));

    // The same sheet adds nothing, and writes no further passwords.
    assert_eq!(added(&import(&[])), 0);
    assert!(!folder.path().join("staff.passwords-2.xlsx").exists());

    let known = accounts();
    fs::write(
        &path,
        sheet(&[["zhou-mei", "邹梅", "窗口人员", "530821101201"]]),
    )
    .unwrap();
    let refused = import(&[]);
    assert!(!refused.status.success(), "{}", text(&refused));
    assert!(text(&refused).contains("周梅"), "{}", text(&refused));
    assert!(folder.path().join("staff.mend.xlsx").exists());
    assert_eq!(accounts(), known);
}
