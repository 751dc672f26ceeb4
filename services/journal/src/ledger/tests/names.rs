//! A case is found in whatever way it is named.

use onestop_proto::{
    ids::short_code::ShortCode,
    ledger::{CaseHead, CasesPage},
};
use serde_json::json;

use super::{
    Running,
    case_story::{CASE, CaseStory},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_found_by_every_name_of_it() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let clerk = story.clerk().to_string();
    story.opened();
    running.append(story.take_entries()).await;
    let number = story.number();
    let head: CaseHead = running.ask("case", &clerk, json!({ "case": number })).await;
    // Its opening has none, as those of before: it has the one that intake derives too.
    let code = head.row.short_code.clone().unwrap();
    assert_eq!(code, ShortCode::derived(CASE.parse().unwrap()));
    let official = directory.official_number(&number).unwrap();
    let names = [
        CASE.to_owned(),
        code.to_string(),
        code.in_groups(),
        official,
    ];
    for name in names {
        let found: CaseHead = running.ask("case", &clerk, json!({ "case": name })).await;
        assert_eq!(found.row, head.row, "{name}");
    }
    // So does a list that is searched.
    let official = directory.official_number(&number).unwrap();
    for text in [official.replace(['〔', '〕'], " "), code.in_groups()] {
        let data = json!({ "filters": { "text": text } });
        let found: CasesPage = running.ask("cases", &clerk, data).await;
        assert_eq!(found.rows.len(), 1, "{text}");
    }
}
