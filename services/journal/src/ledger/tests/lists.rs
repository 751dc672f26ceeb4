//! Worklists, lists and search.

use onestop_proto::{
    case::ReopenReason,
    clock::DayKind,
    ids::UnitId,
    ledger::{CaseHead, CasesPage, ClockStatus, ReturnKind, Today, WorklistPage, WorklistTab},
    referral::ReturnReason,
};
use serde_json::json;

use super::{Running, case_story::CaseStory, generated, moment};

/// The part of a unit's worklist that holds the one case.
pub(super) async fn tab(running: &Running, by: &str, unit: &UnitId) -> Option<WorklistTab> {
    let mut found = Vec::new();
    for tab in WorklistTab::ALL {
        let page: WorklistPage = running
            .ask("worklist", by, json!({ "unit": unit, "tab": tab }))
            .await;
        let counted = page.counts.iter().find(|count| count.tab == *tab).unwrap();
        assert_eq!(counted.count, page.rows.len() as u64, "{tab}");
        assert_eq!(page.total, Some(counted.count));
        found.extend(page.rows.iter().map(|row| row.tab.unwrap()));
    }
    assert!(found.len() <= 1, "in one part at most: {found:?}");
    found.pop()
}

/// The parts of the window's and of the agency's worklist that hold the one case.
async fn tabs(
    running: &Running,
    story: &CaseStory<'_>,
) -> (Option<WorklistTab>, Option<WorklistTab>) {
    let (clerk, specialist) = (story.clerk().to_string(), story.specialist().to_string());
    let window = tab(running, &clerk, &story.window.id).await;
    (window, tab(running, &specialist, &story.agency.id).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_case_is_returned_in_the_worklist_of_its_window() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let agency = story.agency.id.clone();
    let (clerk, specialist) = (story.clerk().to_string(), story.specialist().to_string());

    story.opened();
    running.append(story.take_entries()).await;
    assert_eq!(
        tabs(&running, &story).await,
        (Some(WorklistTab::AtWindow), None)
    );

    story.offered();
    running.append(story.take_entries()).await;
    let both = (Some(WorklistTab::OfferedByUs), Some(WorklistTab::ToAccept));
    assert_eq!(tabs(&running, &story).await, both);
    let data = json!({ "unit": agency, "tab": "to-accept" });
    let page: WorklistPage = running.ask("worklist", &specialist, data).await;
    let row = &page.rows[0];
    assert_eq!(row.offer.as_ref().unwrap().to, agency);
    assert_eq!(
        row.custody_revision,
        Some(2),
        "taken, offered, clock started"
    );
    let step = row.step.as_ref().unwrap();
    assert_eq!((step.step.as_str(), step.limit), ("referral.accept", 2));
    assert_eq!(step.pace, ClockStatus::Overdue, "that was in March");

    story.declined(ReturnReason::NoCapacity);
    running.append(story.take_entries()).await;
    let both = (Some(WorklistTab::Returned), Some(WorklistTab::SentAway));
    assert_eq!(tabs(&running, &story).await, both);
    let data = json!({ "case": story.number() });
    let head: CaseHead = running.ask("case", &clerk, data).await;
    let back = head.row.back.unwrap();
    assert_eq!(
        (back.how, back.by),
        (ReturnKind::Declined, Some(agency.clone()))
    );
    assert_eq!(back.reason, Some(ReturnReason::NoCapacity));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_case_goes_through_the_worklists_of_both() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let agency = story.agency.id.clone();
    let specialist = story.specialist().to_string();

    story.opened();
    story.offered();
    story.declined(ReturnReason::NoCapacity);
    story.offered();
    story.accepted();
    story.received();
    running.append(story.take_entries()).await;
    let both = (Some(WorklistTab::WithOthers), Some(WorklistTab::Working));
    assert_eq!(tabs(&running, &story).await, both);

    story.supplement_requested();
    running.append(story.take_entries()).await;
    let both = (
        Some(WorklistTab::PapersMissing),
        Some(WorklistTab::WaitingForPapers),
    );
    assert_eq!(tabs(&running, &story).await, both);
    // The window hears of it: in its day, with what is missing.
    let clerk = story.clerk().to_string();
    let unit = json!({ "unit": story.window.id });
    let today: Today = running.ask("today", &clerk, unit).await;
    assert_eq!(today.papers.count, 1);
    let papers = today.papers.rows[0].papers.as_ref().unwrap();
    assert_eq!(papers.papers[0].as_str(), "identity-card");
    let data = json!({ "case": story.number() });
    let head: CaseHead = running.ask("case", &specialist, data).await;
    assert_eq!(head.row.step.unwrap().pace, ClockStatus::Paused);
    assert_eq!(head.row.back, None, "it went out again");
    assert_eq!(head.row.staff.unwrap().as_str(), "wang");
    assert_eq!(head.custody.len(), 2);
    assert_eq!((&head.custody[1].unit, head.custody[1].to), (&agency, None));

    story.completed();
    running.append(story.take_entries()).await;
    let both = (Some(WorklistTab::ToClose), Some(WorklistTab::AfterClose));
    let found = tabs(&running, &story).await;
    assert_eq!(found, both, "a clock of the agency's runs on");
    story.closed();
    running.append(story.take_entries()).await;
    assert_eq!(tabs(&running, &story).await.0, Some(WorklistTab::Done));

    // 责令改正: it waits for the window again, and says why.
    story.reopened(ReopenReason::CorrectionOrdered);
    running.append(story.take_entries()).await;
    assert_eq!(tabs(&running, &story).await.0, Some(WorklistTab::Returned));
    let data = json!({ "case": story.number() });
    let head: CaseHead = running.ask("case", &clerk, data).await;
    assert_eq!(head.row.reopened, Some(ReopenReason::CorrectionOrdered));
    assert_eq!(head.row.papers, None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_characters_a_part_of_a_number_or_an_english_word_are_found() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(generated(&directory, 7, 60, "530822")).await;
    running.append(story.take_entries()).await;
    let prefecture = directory.site_at("5308".parse().unwrap()).unwrap();
    let auditor = format!("auditor/li@{}.window", prefecture.id);
    let number = story.number().to_string();
    let part = &number[3..7];
    for text in [
        "讨薪",
        "宁洱",
        "宁洱镇 讨薪",
        "劳动报酬",
        "wages",
        part,
        &number,
        "0302",
    ] {
        let page: CasesPage = running
            .ask("cases", &auditor, json!({ "filters": { "text": text } }))
            .await;
        let found = page.rows.iter().any(|row| row.number == story.number());
        assert!(found, "'{text}' finds {}", page.rows.len());
    }
    for text in ["讨薪 公证", "洱宁", "wagesowed"] {
        let page: CasesPage = running
            .ask("cases", &auditor, json!({ "filters": { "text": text } }))
            .await;
        assert!(
            !page.rows.iter().any(|row| row.number == story.number()),
            "{text}"
        );
    }
    let page: WorklistPage = running
        .ask(
            "worklist",
            &story.clerk().to_string(),
            json!({ "unit": story.window.id, "tab": "at-window", "filters": { "text": "讨薪" } }),
        )
        .await;
    assert_eq!((page.rows.len(), page.total), (1, Some(1)));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_sees_its_day() {
    let running = Running::start();
    let directory = running.directory.clone();
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    story.opened();
    running.append(story.take_entries()).await;
    let unit = story.window.id.clone();
    let clerk = story.clerk().to_string();
    let today: Today = running.ask("today", &clerk, json!({ "unit": unit })).await;
    assert_eq!((today.taken.count, today.taken.rows.len()), (1, 1));
    assert_eq!((today.due.count, today.to_close.count), (0, 0));
    let mine = json!({ "unit": unit, "staff": "zhang-li" });
    let mine: Today = running.ask("today", &clerk, mine).await;
    assert_eq!(mine.taken.count, 1);
    let others = json!({ "unit": unit, "staff": "li-si" });
    let others: Today = running.ask("today", &clerk, others).await;
    assert_eq!(others.taken.count, 0);

    story.offered();
    story.accepted();
    story.completed();
    running.append(story.take_entries()).await;
    let today: Today = running.ask("today", &clerk, json!({ "unit": unit })).await;
    assert_eq!((today.to_close.count, today.taken.count), (1, 1));
    running.stop().await;
}

/// A site whose log was restored from an old copy may give a number again.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_given_twice_stops_nothing() {
    let running = Running::start();
    let directory = running.directory.clone();
    running
        .append(generated(&directory, 3, 10, "530821101001"))
        .await;
    let again = generated(&directory, 4, 10, "530821101001");
    running.append(again).await;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let data = json!({ "order": "number", "limit": 3, "cursor": cursor });
        let page: CasesPage = running.ask("cases", &supervisor, data).await;
        seen.extend(page.rows.into_iter().map(|row| row.number));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 20);
    let distinct: std::collections::BTreeSet<_> = seen.iter().map(ToString::to_string).collect();
    assert!(distinct.len() < 20, "the same numbers came again");
    running.stop().await;
}

/// Opened on a Monday; the bureau promises the whole within fifteen working days, and the way ends with the close.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_has_the_days_that_are_promised() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    story.at = moment("2026-03-04 09:00:00");
    story.accepted();
    story.at = moment("2026-03-10 09:00:00");
    story.completed();
    story.at = moment("2026-03-11 09:00:00");
    story.closed();
    let clerk = story.clerk().to_string();
    let number = story.number();
    running.append(story.take_entries()).await;
    let head: CaseHead = running.ask("case", &clerk, json!({ "case": number })).await;
    let journey = head.row.journey;
    assert_eq!((journey.used, journey.limit), (7, Some(15)));
    assert_eq!(journey.kind, DayKind::Working);
    assert_eq!(journey.due.unwrap().to_string(), "2026-03-23");
    assert_eq!(journey.pace, ClockStatus::Running);
    running.stop().await;
}
