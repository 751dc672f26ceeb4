//! What stands in which list.

use onestop_proto::{
    clock::{ClockPaused, ClockStarted, DayKind},
    ids::UnitId,
    ledger::{
        CaseHead, CasesPage, ClockStatus, ReturnKind, SortOrder, Today, WorklistPage, WorklistTab,
    },
    legal_aid,
    matter::{Received, SupplementRequested},
    referral::ReturnReason,
};
use serde_json::json;

use super::{Running, given::Given, moment, told};

/// In which part of a unit's worklist the one case stands.
async fn tab(running: &Running, by: &str, unit: &UnitId) -> Option<WorklistTab> {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_through_the_worklists_of_both() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    let (window, agency) = (given.window.id.clone(), given.agency.id.clone());
    let (clerk, specialist) = (given.clerk().to_string(), given.specialist().to_string());
    let tabs = async || {
        let ours = tab(&running, &clerk, &window).await;
        (ours, tab(&running, &specialist, &agency).await)
    };

    given.opened();
    running.hear(given.told()).await;
    assert_eq!(tabs().await, (Some(WorklistTab::AtWindow), None));

    given.offered();
    running.hear(given.told()).await;
    assert_eq!(
        tabs().await,
        (Some(WorklistTab::OfferedByUs), Some(WorklistTab::ToAccept))
    );
    let page: WorklistPage = running
        .ask(
            "worklist",
            &specialist,
            json!({ "unit": agency, "tab": "to-accept" }),
        )
        .await;
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

    given.declined(ReturnReason::NoCapacity);
    running.hear(given.told()).await;
    assert_eq!(
        tabs().await,
        (Some(WorklistTab::Returned), Some(WorklistTab::SentAway))
    );
    let head: CaseHead = running
        .ask("case", &clerk, json!({ "case": given.number() }))
        .await;
    let back = head.row.back.unwrap();
    assert_eq!(
        (back.how, back.by),
        (ReturnKind::Declined, Some(agency.clone()))
    );
    assert_eq!(back.reason, Some(ReturnReason::NoCapacity));

    given.offered();
    given.accepted();
    let received = Received {
        handoff: "019ab0c4-8000-7000-8000-0000000000bb".parse().unwrap(),
        unit: agency.clone(),
        division: given.agency.division,
        topic: "labour-pay".parse().unwrap(),
        number: given.number(),
    };
    let (unit, actor) = (given.agency, given.specialist());
    given.say(
        "legal-aid",
        legal_aid::Event::from(received),
        unit,
        actor.clone(),
    );
    let step = "legal-aid.review".parse().unwrap();
    let limit = directory
        .limit(&step, unit.division, given.at.china_date())
        .unwrap();
    let due = directory.due(&limit, given.at);
    let at = Some(given.at);
    let started = legal_aid::Event::from(ClockStarted {
        step,
        limit,
        due,
        at,
    });
    given.say("legal-aid", started, unit, actor.clone());
    running.hear(given.told()).await;
    assert_eq!(
        tabs().await,
        (Some(WorklistTab::WithOthers), Some(WorklistTab::Working))
    );

    let missing = vec!["identity-card".parse().unwrap()];
    let requested = legal_aid::Event::from(SupplementRequested { missing });
    given.say("legal-aid", requested, unit, actor.clone());
    let paused = ClockPaused {
        step: "legal-aid.review".parse().unwrap(),
        basis: "补充材料".to_owned(),
        at: given.at,
    };
    given.say("legal-aid", legal_aid::Event::from(paused), unit, actor);
    running.hear(given.told()).await;
    let both = (
        Some(WorklistTab::WithOthers),
        Some(WorklistTab::WaitingForPapers),
    );
    assert_eq!(tabs().await, both);
    let head: CaseHead = running
        .ask("case", &specialist, json!({ "case": given.number() }))
        .await;
    assert_eq!(head.row.step.unwrap().pace, ClockStatus::Paused);
    assert_eq!(head.row.back, None, "it went out again");
    assert_eq!(head.row.staff.unwrap().as_str(), "wang");
    assert_eq!(head.custody.len(), 2);
    assert_eq!((&head.custody[1].unit, head.custody[1].to), (&agency, None));

    given.completed();
    running.hear(given.told()).await;
    let both = (Some(WorklistTab::ToClose), Some(WorklistTab::Working));
    assert_eq!(tabs().await, both, "a clock of the agency's runs on");
    given.closed();
    running.hear(given.told()).await;
    assert_eq!(tabs().await.0, Some(WorklistTab::Done));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_characters_a_part_of_a_number_or_an_english_word_are_found() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    given.opened();
    running.hear(told(&directory, 7, 60, "530822")).await;
    running.hear(given.told()).await;
    let prefecture = directory.site_at("5308".parse().unwrap()).unwrap();
    let auditor = format!("auditor/li@{}.window", prefecture.id);
    let number = given.number().to_string();
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
        let found = page.rows.iter().any(|row| row.number == given.number());
        assert!(found, "'{text}' finds {}", page.rows.len());
    }
    for text in ["讨薪 公证", "洱宁", "wagesowed"] {
        let page: CasesPage = running
            .ask("cases", &auditor, json!({ "filters": { "text": text } }))
            .await;
        assert!(
            !page.rows.iter().any(|row| row.number == given.number()),
            "{text}"
        );
    }
    let page: WorklistPage = running
        .ask(
            "worklist",
            &given.clerk().to_string(),
            json!({ "unit": given.window.id, "tab": "at-window", "filters": { "text": "讨薪" } }),
        )
        .await;
    assert_eq!((page.rows.len(), page.total), (1, Some(1)));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_whatever_comes_in() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut entries = told(&directory, 3, 400, "530821");
    let late = entries.split_off(entries.len() * 9 / 10);
    running.hear(entries).await;
    let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
    let agency = &agency.unwrap().id;
    let specialist = format!("specialist/staff-1@{agency}");
    let county = format!("supervisor/li@{}.bureau", agency.site());
    for order in SortOrder::ALL {
        for (name, by, data) in [
            (
                "worklist",
                &specialist,
                json!({ "unit": agency, "tab": "done", "order": order, "limit": 200 }),
            ),
            ("cases", &county, json!({ "order": order, "limit": 200 })),
        ] {
            let whole: CasesPage = running.ask(name, by, data.clone()).await;
            assert!(whole.rows.len() > 20, "{name} {}", whole.rows.len());
            let mut seen = Vec::new();
            let mut cursor = None;
            while seen.len() < whole.rows.len() {
                let mut data = data.clone();
                data["limit"] = json!(7);
                data["cursor"] = json!(cursor);
                let page: CasesPage = running.ask(name, by, data).await;
                seen.extend(page.rows.into_iter().map(|row| row.case));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let whole: Vec<_> = whole.rows.iter().map(|row| row.case).collect();
            assert_eq!(seen[..whole.len()], whole, "{name} by {order}");
        }
    }
    let newest = json!({ "order": "opened", "limit": 5 });
    let first: CasesPage = running.ask("cases", &county, newest.clone()).await;
    let mut next = newest.clone();
    next["cursor"] = json!(first.next);
    let second: CasesPage = running.ask("cases", &county, next.clone()).await;
    running.hear(late).await;
    let again: CasesPage = running.ask("cases", &county, next).await;
    let cases = |page: CasesPage| {
        page.rows
            .into_iter()
            .map(|row| row.case)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        cases(again),
        cases(second),
        "what came in is on the first page"
    );

    let mut wrong = newest;
    wrong["cursor"] = json!("due.12");
    assert_eq!(
        running.refused("cases", &county, wrong).await.code,
        "malformed"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_sees_its_day() {
    let running = Running::start();
    let directory = running.directory.clone();
    let now = running.store.clock().now();
    let mut given = Given::at(&directory, &now.to_string());
    given.opened();
    running.hear(given.told()).await;
    let unit = given.window.id.clone();
    let clerk = given.clerk().to_string();
    let today: Today = running.ask("today", &clerk, json!({ "unit": unit })).await;
    assert_eq!((today.taken.count, today.taken.rows.len()), (1, 1));
    assert_eq!((today.due.count, today.to_close.count), (0, 0));
    let mine = json!({ "unit": unit, "staff": "zhang-li" });
    let mine: Today = running.ask("today", &clerk, mine).await;
    assert_eq!(mine.taken.count, 1);
    let others = json!({ "unit": unit, "staff": "li-si" });
    let others: Today = running.ask("today", &clerk, others).await;
    assert_eq!(others.taken.count, 0);

    given.offered();
    given.accepted();
    given.completed();
    running.hear(given.told()).await;
    let today: Today = running.ask("today", &clerk, json!({ "unit": unit })).await;
    assert_eq!((today.to_close.count, today.taken.count), (1, 1));
    running.stop().await;
}

/// A site whose log was restored from an old copy may give a number again.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_given_twice_stops_nothing() {
    let running = Running::start();
    let directory = running.directory.clone();
    running.hear(told(&directory, 3, 10, "530821101001")).await;
    let again = told(&directory, 4, 10, "530821101001");
    running.hear(again).await;
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
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    given.opened();
    given.offered();
    given.at = moment("2026-03-04 09:00:00");
    given.accepted();
    given.at = moment("2026-03-10 09:00:00");
    given.completed();
    given.at = moment("2026-03-11 09:00:00");
    given.closed();
    let clerk = given.clerk().to_string();
    let number = given.number();
    running.hear(given.told()).await;
    let head: CaseHead = running.ask("case", &clerk, json!({ "case": number })).await;
    let journey = head.row.journey;
    assert_eq!((journey.used, journey.limit), (7, Some(15)));
    assert_eq!(journey.kind, DayKind::Working);
    assert_eq!(journey.due.unwrap().to_string(), "2026-03-23");
    assert_eq!(journey.pace, ClockStatus::Running);
    running.stop().await;
}
