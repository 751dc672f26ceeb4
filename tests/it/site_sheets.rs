//! Sites from a sheet: looked at first, recorded as a whole, and written out again. The sheet has the sites of one prefecture;
//! with `TESTS_SITES=all` those of the province, which an optimised build records in half a minute.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use onestop_proto::division::DivisionCode;
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop},
    test_user::DIRECTORY,
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
