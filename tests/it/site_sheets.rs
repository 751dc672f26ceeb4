//! Sites from a sheet: looked at first, recorded as a whole, and written out again. The sheet has the sites of one prefecture;
//! with `TESTS_SITES=all` those of the province, which an optimised build records in half a minute. One more change is heard by
//! every service within two seconds after that. A workbook is recorded as a CSV file is.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use onestop_proto::{
    division::DivisionCode,
    registry::{self, ChangeContact, Command},
};
use onestop_spreadsheet::{Column, FileKind, Sheet};
use rust_xlsxwriter::{Workbook, XlsxError};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop},
    registry::{HEARD_WITHIN, heard_by_all},
    test_user::{DIRECTORY, TestUser, unit},
};

const PROVINCE: &str = "supervisor/li-jun@53.bureau";
/// All sites of the province are recorded within this, by an optimised build.
const WITHIN: Duration = Duration::from_secs(30);

fn text(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[tokio::test]
async fn all_sites_of_a_place_are_recorded_from_one_sheet_and_written_out_again() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::TempDir::new().unwrap();
    let sheet = folder.path().join("sites.csv");
    let whole = std::env::var("TESTS_SITES").is_ok_and(|sites| sites == "all");
    let place: DivisionCode = if whole { "53" } else { "5308" }.parse().unwrap();
    let listed = || {
        DIRECTORY
            .sites()
            .filter(|site| place.contains(site.division))
    };
    let sites = listed().count();
    let mut rows = "\u{FEFF}区划代码,电话\n".to_owned();
    for (site, number) in listed().zip(1_000_000..) {
        rows.push_str(&format!("{},0871-{number}\n", site.division));
    }
    fs::write(&sheet, &rows).unwrap();
    let path = sheet.to_str().unwrap();

    let checked = run(
        Some(&onestop),
        &["directory", "import", path, "--check", "--json"],
    );
    assert!(checked.status.success(), "{}", text(&checked));
    let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(
        (&told["rows"], &told["changes"]),
        (&sites.into(), &sites.into())
    );

    let began = Instant::now();
    let imported = run(
        Some(&onestop),
        &["directory", "import", path, "--by", PROVINCE],
    );
    let took = began.elapsed();
    assert!(imported.status.success(), "{}", text(&imported));
    assert!(text(&imported).contains("100 %"), "{}", text(&imported));
    println!("{sites} sites were recorded in {took:?}");
    let is_optimised = !cfg!(debug_assertions);
    assert!(
        took < WITHIN || !is_optimised,
        "{sites} sites took {took:?}"
    );

    let again = run(
        Some(&onestop),
        &["directory", "import", path, "--check", "--json"],
    );
    let told: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(told["changes"], 0, "it is recorded already");

    written_out_again(&onestop, folder.path(), sites);
    one_more_change_is_heard(&onestop, sites).await;
}

/// What was recorded before costs a service that hears of one more change next to nothing.
async fn one_more_change_is_heard(onestop: &Onestop, recorded: usize) {
    let user = TestUser::new(onestop.client().await);
    heard_by_all(&user, recorded).await;
    let change = ChangeContact {
        unit: unit("530821.legal-aid"),
        from: None,
        phone: Some("0879-3230001".to_owned()),
        address: None,
    };
    let service = registry::service();
    let changed = user.command::<Command>(&service, PROVINCE, None, change);
    changed.await.unwrap();
    let began = Instant::now();
    heard_by_all(&user, recorded + 1).await;
    let took = began.elapsed();
    eprintln!("every service heard of one more change within {took:?}");
    let is_optimised = !cfg!(debug_assertions);
    assert!(took < HEARD_WITHIN || !is_optimised, "it took {took:?}");
}

/// The files are written out as they were read, and the sheet as it was recorded.
fn written_out_again(onestop: &Onestop, folder: &Path, sites: usize) {
    let out = folder.join("out");
    let exported = run(
        Some(onestop),
        &["directory", "export", "--out", out.to_str().unwrap()],
    );
    assert!(exported.status.success(), "{}", text(&exported));
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/directory");
    for file in ["sites.toml", "items.toml", "divisions.csv", "calendar.toml"] {
        let original = fs::read(Path::new(shipped).join(file)).unwrap();
        assert!(fs::read(out.join(file)).unwrap() == original, "{file}");
    }
    let written = fs::read_to_string(out.join("sites.csv")).unwrap();
    assert_eq!(written.matches(",0871-1").count(), sites);
}

#[tokio::test]
async fn what_is_wrong_with_a_sheet_is_told_by_row_and_nothing_of_it_is_recorded() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::TempDir::new().unwrap();
    let sheet = folder.path().join("sites.csv");
    let rows = "区划代码,电话,状态,依据\n530821000000,0879-3231234,,\n530828207000,ring,开了,\n";
    fs::write(&sheet, rows).unwrap();
    let path = sheet.to_str().unwrap();
    let refused = run(
        Some(&onestop),
        &["directory", "import", path, "--by", PROVINCE],
    );
    assert!(!refused.status.success(), "{}", text(&refused));
    let mend = fs::read_to_string(folder.path().join("sites.mend.csv")).unwrap();
    assert_eq!(mend.lines().count(), 2, "{mend}");
    assert!(mend.contains("530828207000") && mend.contains("电话：") && mend.contains("状态："));
    // The right row was not recorded by itself.
    let checked = run(
        Some(&onestop),
        &["directory", "import", path, "--check", "--json"],
    );
    assert!(text(&checked).contains("\"changes\":1") || text(&checked).contains("\"changes\": 1"));
}

const COLUMNS: &[Column] = &[
    Column::text("division", "区划代码"),
    Column::text("phone", "电话"),
    Column::day("opens", "计划开放日"),
];

/// The columns of the sheet of sites.
const ALL_COLUMNS: &[Column] = &[
    COLUMNS[0],
    Column::text("name", "站点"),
    Column::text("unit", "单位"),
    COLUMNS[1],
    Column::text("address", "地址"),
    Column::text("state", "状态"),
    Column::text("evidence", "依据"),
    Column::text("document_number", "文号"),
    COLUMNS[2],
    Column::text("reason", "推迟原因"),
    Column::day("full_until", "满负荷至"),
];

/// A workbook as Excel saves it: codes are numbers, and a day is a count of days.
fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("全县站点")?;
    for (column, at) in COLUMNS.iter().zip(1_u16..) {
        sheet.write_string(2, at, column.heading)?;
    }
    sheet.write_number(3, 1, 530_821_000_000_f64)?;
    sheet.write_number(3, 2, 13_900_000_001_f64)?;
    sheet.write_number(4, 1, 530_828_207_000_f64)?;
    sheet.write_string(4, 2, "0879-723000l")?;
    sheet.write_number(4, 3, 46_448)?;
    book.save_to_buffer()
}

#[tokio::test]
async fn a_workbook_is_recorded_and_its_wrong_rows_come_back_as_a_workbook() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::TempDir::new().unwrap();
    let import = |file: &str, more: &[&str]| {
        let path = folder.path().join(file);
        let words = [
            "directory",
            "import",
            path.to_str().unwrap(),
            "--by",
            PROVINCE,
        ];
        run(Some(&onestop), &[&words[..], more].concat())
    };
    fs::write(folder.path().join("sites.xlsx"), workbook().unwrap()).unwrap();
    let refused = import("sites.xlsx", &[]);
    assert!(!refused.status.success(), "{}", text(&refused));
    assert!(
        text(&refused).contains("0879-723000l"),
        "{}",
        text(&refused)
    );

    let mend = fs::read(folder.path().join("sites.mend.xlsx")).unwrap();
    let mend = Sheet::read(&mend, ALL_COLUMNS).unwrap();
    assert_eq!(mend.rows.len(), 1);
    let texts = ["division", "phone", "opens"].map(|key| mend.rows[0].get(key));
    let wanted = ["530828207000", "0879-723000l", "2027-03-02"];
    assert_eq!(texts, wanted.map(Some));

    // The right row, and the wrong one once it is mended.
    let rows = [
        ["530821000000", "13900000001", ""],
        ["530828207000", "0879-7230001", "2027-03-02"],
    ];
    let rows = rows.map(|row| row.map(str::to_owned).to_vec());
    let mended = onestop_spreadsheet::write(FileKind::Xlsx, COLUMNS, rows).unwrap();
    // By its bytes, not by its name.
    fs::write(folder.path().join("mended.csv"), mended).unwrap();
    let recorded = import("mended.csv", &[]);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let checked = import("mended.csv", &["--check", "--json"]);
    let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!((&told["rows"], &told["changes"]), (&2.into(), &0.into()));
}
