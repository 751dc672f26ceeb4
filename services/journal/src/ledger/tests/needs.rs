//! Every list shows what has to be done for a case; what a person may not see is not found.

use onestop_proto::{
    case::{Care, NeedKind, NeedOutcome, Needs, SpokenLanguage},
    ledger::{CaseHead, CasesPage, Timeliness, Today, WorklistPage},
};
use serde_json::json;

use super::{Running, case_story::CaseStory, moment};

fn needs(care: &[Care]) -> Needs {
    Needs {
        care: care.to_vec(),
        language: Some(SpokenLanguage::Lahu),
        interpreter: true,
        home_visit: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn needs_stand_in_every_row_as_last_corrected() {
    let running = Running::start();
    let directory = running.directory.clone();
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    let (clerk, unit) = (story.clerk().to_string(), story.window.id.clone());
    let taken_down = needs(&[Care::Elderly]);
    story.opened_with(taken_down.clone());
    running.append(story.take_entries()).await;
    let rows = async || {
        let list = json!({ "unit": unit, "tab": "at-window" });
        let list: WorklistPage = running.ask("worklist", &clerk, list).await;
        let today: Today = running.ask("today", &clerk, json!({ "unit": unit })).await;
        let found: CasesPage = running.ask("cases", &clerk, json!({})).await;
        let head: CaseHead = running
            .ask("case", &clerk, json!({ "case": list.rows[0].number }))
            .await;
        [
            list.rows[0].clone(),
            today.taken.rows[0].clone(),
            found.rows[0].clone(),
            head.row,
        ]
    };
    for row in rows().await {
        assert!(row.urgent && row.needs == taken_down, "{row:?}");
    }
    let corrected = needs(&[Care::Elderly, Care::Disabled]);
    story.needs_corrected(corrected.clone());
    running.append(story.take_entries()).await;
    for row in rows().await {
        assert!(row.urgent && row.needs == corrected, "{row:?}");
    }
    running.stop().await;
}

/// An obligation: a row says what was seen to, and the figures count it once.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_to_is_marked_and_counted() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened_with(needs(&[]));
    story.need_settled(NeedKind::Interpreter, NeedOutcome::ByOthers);
    story.need_settled(NeedKind::Interpreter, NeedOutcome::ByStaff);
    story.need_settled(NeedKind::HomeVisit, NeedOutcome::Declined);
    running.append(story.take_entries()).await;
    let clerk = story.clerk().to_string();
    let found: CasesPage = running.ask("cases", &clerk, json!({})).await;
    let row = found.rows.first().unwrap();
    assert_eq!(row.settled, [NeedKind::Interpreter, NeedKind::HomeVisit]);
    // How, and by whom: that it was not wanted is not that it was met.
    let told: Vec<_> = row
        .settlements
        .iter()
        .map(|one| (one.how, one.by.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (NeedOutcome::ByOthers, "zhang-li"),
            (NeedOutcome::Declined, "zhang-li")
        ]
    );
    assert!(row.open_needs().is_empty(), "{row:?}");
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let asked =
        json!({ "from": moment("2026-03-01 00:00:00"), "to": moment("2026-04-01 00:00:00") });
    let found: Timeliness = running.ask("timeliness", &supervisor, asked).await;
    assert_eq!((found.total.needs_met, found.total.needs_declined), (1, 1));
    running.stop().await;
}

/// Rows say that a case cannot wait from when its window said so until it took that back.
#[tokio::test(flavor = "multi_thread")]
async fn what_turned_out_to_be_urgent_stands_in_its_row() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(story.take_entries()).await;
    let clerk = story.clerk().to_string();
    let is_urgent = async || {
        let found: CasesPage = running.ask("cases", &clerk, json!({})).await;
        found.rows[0].urgent
    };
    assert!(!is_urgent().await);
    story.marked_urgent();
    running.append(story.take_entries()).await;
    assert!(is_urgent().await);
    story.urgency_lifted();
    running.append(story.take_entries()).await;
    assert!(!is_urgent().await);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn needs_stand_beside_what_is_late() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened_with(needs(&[]));
    story.offered();
    running.append(story.take_entries()).await;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let asked =
        json!({ "from": moment("2026-03-01 00:00:00"), "to": moment("2026-04-01 00:00:00") });
    let found: Timeliness = running.ask("timeliness", &supervisor, asked).await;
    let late = found.overdue.first().unwrap();
    assert!(late.urgent && late.needs == needs(&[]), "{late:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_found_as_it_is_typed_and_signs_find_nothing() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(story.take_entries()).await;
    let clerk = story.clerk().to_string();
    let number = story.number().to_string();
    let wide = |sign: char| match sign {
        '-' => '—',
        sign => char::from_u32(u32::from(sign) + 0xFEE0).unwrap(),
    };
    let typed = [
        number.to_uppercase(),
        number.replace('-', ""),
        number.replace('-', " "),
        number.chars().map(wide).collect(),
    ];
    let rows = async |text: &str| {
        let filters = json!({ "text": text });
        let found: CasesPage = running
            .ask("cases", &clerk, json!({ "filters": filters }))
            .await;
        let list = json!({ "unit": story.window.id, "tab": "at-window", "filters": filters });
        let list: WorklistPage = running.ask("worklist", &clerk, list).await;
        (found.rows.len(), list.rows.len())
    };
    for text in typed.iter().map(String::as_str).chain(["", "  "]) {
        assert_eq!(rows(text).await, (1, 1), "{text}");
    }
    for signs in ["?!", "……", "-"] {
        assert_eq!(rows(signs).await, (0, 0), "{signs}");
    }
    running.stop().await;
}
