//! Timeliness, as of any moment.

use onestop_proto::{
    clock::DayKind,
    ids::CaseNumber,
    ledger::{CasesPage, Timeliness, TimelinessFigures, TimelinessRow, UnitReturnKind},
    referral::ReturnReason,
};
use serde_json::json;

use super::{Running, case_story::CaseStory, generated, moment};

/// Offered on a Monday, due on Wednesday night; accepted on Friday.
async fn append_late_acceptance(running: &Running) -> CaseNumber {
    let mut story = CaseStory::begin(&running.directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    story.at = moment("2026-03-06 09:00:00");
    story.accepted();
    story.at = moment("2026-03-10 09:00:00");
    story.completed();
    story.at = moment("2026-03-11 09:00:00");
    story.closed();
    running.append(story.take_entries()).await;
    story.number()
}

/// The county's figures of March, as of a moment.
async fn march(running: &Running, as_of: &str) -> Timeliness {
    let directory = &running.directory;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let (from, to) = (moment("2026-03-01 00:00:00"), moment("2026-04-01 00:00:00"));
    let data = json!({ "from": from, "to": to, "as_of": moment(as_of) });
    running.ask("timeliness", &supervisor, data).await
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_as_of_a_moment_do_not_change() {
    let running = Running::start();
    append_late_acceptance(&running).await;
    for (as_of, due_soon, overdue, steps, about) in [
        ("2026-03-01 12:00:00", 0, 0, 0, "before it began"),
        ("2026-03-02 12:00:00", 0, 0, 0, "due on the 4th"),
        ("2026-03-03 12:00:00", 1, 0, 0, "one working day before"),
        ("2026-03-05 12:00:00", 0, 1, 0, "past the last day"),
        ("2026-03-20 12:00:00", 0, 0, 1, "done, and late"),
    ] {
        let total = march(&running, as_of).await.total;
        let found = (total.due_soon, total.overdue, total.steps);
        assert_eq!(found, (due_soon, overdue, steps), "{about}");
        assert_eq!(total.in_time, 0, "{about}");
    }
    running.stop().await;
}

/// An acceptance of Friday that is entered with the date of Tuesday, before the last day, is as late as one that is not.
#[tokio::test(flavor = "multi_thread")]
async fn lateness_is_told_by_the_moment_of_the_record() {
    let running = Running::start();
    let mut story = CaseStory::begin(&running.directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    story.at = moment("2026-03-06 09:00:00");
    story.on_paper = Some(moment("2026-03-03 09:00:00"));
    story.accepted();
    running.append(story.take_entries()).await;
    for (as_of, overdue, steps) in [("2026-03-05 12:00:00", 1, 0), ("2026-03-20 12:00:00", 0, 1)] {
        let total = march(&running, as_of).await.total;
        assert_eq!(
            (total.overdue, total.steps, total.in_time),
            (overdue, steps, 0),
            "{as_of}"
        );
        // The figure by paper has a field of its own.
        assert_eq!(total.in_time_on_paper, steps, "{as_of}");
    }
    running.stop().await;
}

/// A case of Monday that is entered on Friday: the figures of Wednesday stay as they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_entry_changes_no_figure_of_the_days_before() {
    let running = Running::start();
    let mut story = CaseStory::begin(&running.directory, "2026-03-06 09:00:00");
    story.on_paper = Some(moment("2026-02-20 09:00:00"));
    story.opened();
    story.offered();
    story.declined(ReturnReason::NoCapacity);
    story.offered();
    story.closed();
    running.append(story.take_entries()).await;
    let before = march(&running, "2026-03-05 12:00:00").await.total;
    assert_eq!(before, TimelinessFigures::default());
    let after = march(&running, "2026-03-20 12:00:00").await.total;
    let counted = (after.received, after.closed, after.offered, after.sent_back);
    assert_eq!(counted, (1, 1, 2, 1));
    running.stop().await;
}

/// Two equal cases, due on Wednesday, both accepted on Friday, one with the date of Tuesday: the record says the same of both,
/// also as it was known on Thursday. The lists mark the one that was entered late.
#[tokio::test(flavor = "multi_thread")]
async fn a_date_mends_no_measure() {
    let figures = async |on_paper: Option<&str>| {
        let running = Running::start();
        let mut story = CaseStory::begin(&running.directory, "2026-03-02 10:00:00");
        story.opened();
        story.offered();
        story.at = moment("2026-03-06 09:00:00");
        story.on_paper = on_paper.map(moment);
        story.accepted();
        running.append(story.take_entries()).await;
        let known = march(&running, "2026-03-05 12:00:00").await.total;
        let now = march(&running, "2026-03-20 12:00:00").await.total;
        let bureau = running.directory.site_at("530821".parse().unwrap());
        let auditor = format!("auditor/li@{}.bureau", bureau.unwrap().id);
        let page: CasesPage = running.ask("cases", &auditor, json!({})).await;
        running.stop().await;
        let marked: Vec<bool> = page.rows.iter().map(|row| row.late_entry).collect();
        let (in_time, on_paper) = (now.in_time, now.in_time_on_paper);
        ((known.overdue, now.steps, in_time), on_paper, marked)
    };
    let honest = figures(None).await;
    let dated = figures(Some("2026-03-03 09:00:00")).await;
    assert_eq!(honest.0, (1, 1, 0));
    assert_eq!(dated.0, honest.0);
    assert_eq!((honest.1, dated.1), (0, 1));
    assert_eq!((honest.2, dated.2), (vec![false], vec![true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_step_is_listed_while_it_is_overdue_and_counted_once_it_is_done() {
    let running = Running::start();
    let number = append_late_acceptance(&running).await;
    let agency = running
        .directory
        .unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
    let late = march(&running, "2026-03-06 08:00:00").await;
    assert_eq!(late.overdue.len(), 1);
    let row = &late.overdue[0];
    assert_eq!((row.number.clone(), row.over), (number, 2));
    // The last day itself, in the limit's own unit.
    let due = row.due.map(|day| day.to_string());
    assert_eq!(
        (due.as_deref(), row.kind),
        (Some("2026-03-04"), DayKind::Working)
    );
    assert_eq!(row.unit, agency.unwrap().id);
    let whole = march(&running, "2026-03-31 12:00:00").await;
    assert_eq!((whole.total.received, whole.total.closed), (1, 1));
    assert!(whole.overdue.is_empty());
    let days = whole.total.average_days.unwrap();
    assert!((3.9..4.0).contains(&days), "{days}");
    // The window lies in the township, the agency at the county itself.
    let row = |row: &TimelinessRow| {
        let division = row.division.short();
        (division, row.figures.received, row.figures.steps)
    };
    let rows: Vec<_> = whole.rows.iter().map(row).collect();
    assert_eq!(
        rows,
        [("530821".to_owned(), 0, 1), ("530821101".to_owned(), 1, 0)]
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_are_counted_when_cases_were_sent_back() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    story.at = moment("2026-03-03 09:00:00");
    story.declined(ReturnReason::NotInJurisdiction);
    running.append(story.take_entries()).await;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("auditor/li@{}.bureau", bureau.id);
    let data = |as_of: &str| {
        let (from, to) = (moment("2026-03-01 00:00:00"), moment("2026-04-01 00:00:00"));
        json!({ "from": from, "to": to, "as_of": moment(as_of) })
    };
    let before: Timeliness = running
        .ask("timeliness", &supervisor, data("2026-03-02 12:00:00"))
        .await;
    assert!(before.reasons.is_empty());
    let after: Timeliness = running
        .ask("timeliness", &supervisor, data("2026-03-04 12:00:00"))
        .await;
    assert_eq!(after.total.return_percent(), Some(100.0));
    let reason = &after.reasons[0];
    assert_eq!((reason.how, reason.count), (UnitReturnKind::Declined, 1));
    assert_eq!(reason.reason, ReturnReason::NotInJurisdiction);
    running.stop().await;
}

/// The sums of a prefecture are those of its counties, and cases counted one by one.
#[tokio::test(flavor = "multi_thread")]
async fn parts_add_up() {
    let running = Running::start();
    let directory = running.directory.clone();
    let entries = generated(&directory, 2, 150, "5308");
    let opened = |name: &str| {
        let of_type = entries
            .iter()
            .filter(|entry| entry.event.event_type.contains(name));
        of_type.count() as u64
    };
    let received = opened("case.opened");
    let closed = opened("case.closed");
    let offered = opened("referral.offered");
    let sent = opened("referral.declined") + opened("referral.returned");
    running.append(entries.clone()).await;
    let bureau = directory.site_at("5308".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let (from, to) = (moment("2020-01-01 00:00:00"), moment("2030-01-01 00:00:00"));
    let whole: Timeliness = running
        .ask("timeliness", &supervisor, json!({ "from": from, "to": to }))
        .await;
    let total = &whole.total;
    assert_eq!((total.received, total.closed), (received, closed));
    assert_eq!((total.offered, total.sent_back), (offered, sent));
    assert!(
        total.steps > 100 && total.in_time <= total.steps,
        "{total:?}"
    );
    assert!(whole.rows.len() > 5, "{}", whole.rows.len());
    let counted: u64 = whole.rows.iter().map(|row| row.figures.overdue).sum();
    assert_eq!(counted, total.overdue);
    assert_eq!(whole.overdue.len() as u64, total.overdue.min(200));
    let reasons: u64 = whole.reasons.iter().map(|reason| reason.count).sum();
    assert_eq!(reasons, total.sent_back);
    running.stop().await;
}

/// Wherever a period is cut, at midnight or at noon, its parts add up to it: sums by day and what is counted one
/// by one are the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_the_sum_of_its_parts() {
    let running = Running::start();
    let directory = running.directory.clone();
    running
        .append(generated(&directory, 5, 120, "530821"))
        .await;
    let bureau = directory.site_at("5308".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let sums = async |from: &str, to: &str, more: serde_json::Value| {
        let mut data = json!({ "from": moment(from), "to": moment(to) });
        if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        let answer: Timeliness = running.ask("timeliness", &supervisor, data).await;
        let total = answer.total;
        let counts = [
            total.received,
            total.closed,
            total.steps,
            total.in_time,
            total.in_time_on_paper,
            total.offered,
            total.sent_back,
        ];
        let days = total.average_days.unwrap_or(0.0) * total.steps as f64;
        (counts, days)
    };
    let (begin, end) = ("2020-01-01 00:00:00", "2030-01-01 00:00:00");
    for narrowed in [
        json!({}),
        json!({ "item": "legal-aid" }),
        json!({ "within": "530821" }),
        json!({ "within": "530821101" }),
    ] {
        let (whole, whole_days) = sums(begin, end, narrowed.clone()).await;
        assert!(whole[0] > 0, "{narrowed}: {whole:?}");
        for between in [
            "2026-03-10 00:00:00",
            "2026-03-10 12:34:56",
            "2026-03-17 23:59:59",
        ] {
            let (before, days) = sums(begin, between, narrowed.clone()).await;
            let (after, more_days) = sums(between, end, narrowed.clone()).await;
            let together: Vec<u64> = before
                .iter()
                .zip(after)
                .map(|(one, two)| one + two)
                .collect();
            assert_eq!(together, whole, "{narrowed}, cut at {between}");
            assert!((days + more_days - whole_days).abs() < 1e-6, "{narrowed}");
        }
    }
    running.stop().await;
}
