//! The coverage is the same for a reader, for a spreadsheet and for a program; and each of its numbers leads to its sites.

use reqwest::Method;
use serde_json::Value;

use super::{Web, body, new_client, refused, started};

/// The numbers in the order of the columns of page and file.
const NUMBERS: [&str; 14] = [
    "planned",
    "pilot",
    "operating",
    "suspended",
    "none",
    "all",
    "due",
    "late",
    "undated",
    "stale",
    "without-document",
    "photographed",
    "meets-standard",
    "unverified",
];
const ASKED: &str = "within=5308&on=2026-12-01";

/// What a page or a table says first of a line: its place, then its numbers.
fn numbers(line: &Value) -> Vec<String> {
    let counts = NUMBERS.map(|number| line["counts"][number].to_string());
    counts.to_vec()
}

#[tokio::test]
async fn the_coverage_of_a_page_and_its_file_is_that_of_the_api_and_each_number_leads_to_its_sites()
{
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    // It is public: a program needs no token.
    let client = new_client();
    let ask = async |path: &str| {
        let answer = client.get(format!("{}{path}", clerk.base())).send().await;
        body(answer.unwrap()).await
    };
    let counted = ask(&format!("/api/v1/directory/coverage?{ASKED}")).await;
    let all = |name: &str| counted[name].as_array().unwrap().clone();
    let lines = [all("lines"), all("totals")].concat();
    assert_eq!(counted["on"], "2026-12-01");

    let file = clerk.page(Method::GET, &format!("/coverage.csv?{ASKED}"));
    let file = file.send().await.unwrap().text().await.unwrap();
    let rows: Vec<Vec<String>> = file
        .lines()
        .skip(1)
        .map(|row| row.split(',').map(str::to_owned).collect())
        .collect();
    assert_eq!(rows.len(), lines.len(), "{file}");
    for (row, line) in rows.iter().zip(&lines) {
        let place = line["place"].as_str().unwrap();
        assert!(place.starts_with(row[0].trim()), "{row:?} {line}");
        assert_eq!(row[3..], numbers(line), "{line}");
    }

    // 雪林佤族乡 is planned: its county leads to it.
    let planned = |line: &&Value| line["place"] == "530828000000" && line["tier"] == "township";
    let line = lines.iter().find(planned).unwrap();
    for number in NUMBERS {
        let address = format!("{}&cell={number}", line["sites"].as_str().unwrap());
        let behind = ask(&address).await;
        assert_eq!(behind["total"], line["counts"][number], "{address}");
        let listed = behind["sites"].as_array().unwrap().len();
        assert_eq!(behind["total"], listed, "{address}");
        if number == "planned" {
            assert_eq!(behind["sites"][0]["division"], "530828207000");
            assert_eq!(behind["sites"][0]["state"], "planned");
        }
    }
    for wrong in [
        "/directory/coverage",
        "/directory/coverage?within=990000",
        "/directory/coverage?within=5308&on=tomorrow-ish",
        "/directory/coverage/sites?within=5308&tier=street",
        "/directory/coverage/sites?within=5308&tier=county&cell=burnt-down",
        "/directory/coverage/sites?within=5308&tier=county&page=0",
    ] {
        refused(clerk.get(wrong), 422, "malformed").await;
    }
}
