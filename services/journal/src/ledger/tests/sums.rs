//! Timeliness, as of any moment.

use onestop_proto::{
    ledger::{Timeliness, UnitReturnKind},
    referral::ReturnReason,
};
use serde_json::json;

use super::{Running, given::Given, moment, told};

/// Offered on a Monday, due on Wednesday night; accepted on Friday.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_late_at_a_moment_is_late_at_that_moment_for_ever() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    given.opened();
    given.offered();
    given.at = moment("2026-03-06 09:00:00");
    given.accepted();
    given.at = moment("2026-03-10 09:00:00");
    given.completed();
    given.at = moment("2026-03-11 09:00:00");
    given.closed();
    running.hear(given.told()).await;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let as_of = async |at: &str| -> Timeliness {
        let at = moment(at);
        let (from, to) = (moment("2026-03-01 00:00:00"), moment("2026-04-01 00:00:00"));
        let data = json!({ "from": from, "to": to, "as_of": at });
        running.ask("timeliness", &supervisor, data).await
    };
    let figures = async |at: &str| {
        let total = as_of(at).await.total;
        (total.due_soon, total.overdue, total.steps, total.in_time)
    };
    assert_eq!(figures("2026-03-01 12:00:00").await, (0, 0, 0, 0));
    assert_eq!(
        figures("2026-03-02 12:00:00").await,
        (0, 0, 0, 0),
        "due on the 4th"
    );
    assert_eq!(
        figures("2026-03-03 12:00:00").await,
        (1, 0, 0, 0),
        "one working day before"
    );
    assert_eq!(figures("2026-03-05 12:00:00").await, (0, 1, 0, 0));
    assert_eq!(
        figures("2026-03-20 12:00:00").await,
        (0, 0, 1, 0),
        "done, and late"
    );

    let late = as_of("2026-03-06 08:00:00").await;
    assert_eq!(late.overdue.len(), 1);
    let row = &late.overdue[0];
    assert_eq!((row.number.clone(), row.over), (given.number(), 2));
    assert_eq!(row.unit, given.agency.id);
    let whole = as_of("2026-03-31 12:00:00").await;
    assert_eq!((whole.total.received, whole.total.closed), (1, 1));
    assert!(whole.overdue.is_empty());
    let days = whole.total.average_days.unwrap();
    assert!((3.9..4.0).contains(&days), "{days}");
    // The window lies in the township, the agency at the county itself.
    let rows: Vec<_> = whole
        .rows
        .iter()
        .map(|row| {
            (
                row.division.short(),
                row.figures.received,
                row.figures.steps,
            )
        })
        .collect();
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
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    given.opened();
    given.offered();
    given.at = moment("2026-03-03 09:00:00");
    given.declined(ReturnReason::NotInJurisdiction);
    running.hear(given.told()).await;
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
    let entries = told(&directory, 2, 150, "5308");
    let opened = |name: &str| {
        let of_type = entries
            .iter()
            .filter(|entry| entry.event.event_type.contains(name));
        of_type.count() as u64
    };
    let (received, closed, offered) = (
        opened("case.opened"),
        opened("case.closed"),
        opened("referral.offered"),
    );
    let sent = opened("referral.declined") + opened("referral.returned");
    running.hear(entries.clone()).await;
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
    running.hear(told(&directory, 5, 120, "530821")).await;
    let bureau = directory.site_at("5308".parse().unwrap()).unwrap();
    let supervisor = format!("supervisor/li@{}.bureau", bureau.id);
    let asked = async |from: &str, to: &str, more: serde_json::Value| {
        let mut data = json!({ "from": moment(from), "to": moment(to) });
        if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        let told: Timeliness = running.ask("timeliness", &supervisor, data).await;
        let total = told.total;
        let counts = [
            total.received,
            total.closed,
            total.steps,
            total.in_time,
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
        let (whole, whole_days) = asked(begin, end, narrowed.clone()).await;
        assert!(whole[0] > 0, "{narrowed}: {whole:?}");
        for between in [
            "2026-03-10 00:00:00",
            "2026-03-10 12:34:56",
            "2026-03-17 23:59:59",
        ] {
            let (before, days) = asked(begin, between, narrowed.clone()).await;
            let (after, more_days) = asked(between, end, narrowed.clone()).await;
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
