//! Every number of the timeliness and of the workload leads to exactly the cases that it counts.

use onestop_proto::{
    division::DivisionCode,
    ledger::{
        CasesPage, FigureTotal, Load, Timeliness, TimelinessFigures, UnitReturnKind, Workload,
    },
    referral::ReturnReason,
};
use serde_json::{Value, json};

use super::{Running, case_story::CaseStory, generated, moment};

fn supervisor(running: &Running, place: &str) -> String {
    let bureau = running.directory.site_at(place.parse().unwrap()).unwrap();
    format!("supervisor/li@{}.bureau", bureau.id)
}

/// Both objects as one.
fn with(one: &Value, other: &Value) -> Value {
    let mut both = one.clone();
    let fields = both.as_object_mut().unwrap();
    fields.extend(other.as_object().unwrap().clone());
    both
}

/// One who reads figures, of one item or of all.
struct Reader<'a> {
    running: &'a Running,
    by: String,
    filters: Value,
}

impl Reader<'_> {
    /// What a figure says, and how many rows its list has in all.
    async fn behind(&self, figure: &Value) -> (FigureTotal, u64) {
        let (mut total, mut rows, mut cursor) = (None, 0, None);
        loop {
            let data = json!({
                "figure": figure, "filters": self.filters, "limit": 7, "cursor": cursor,
            });
            let page: CasesPage = self.running.ask("cases", &self.by, data).await;
            total = total.or(page.figure);
            rows += page.rows.len() as u64;
            cursor = page.next;
            if cursor.is_none() {
                return (total.unwrap(), rows);
            }
        }
    }

    async fn check(&self, figure: &Value, count: u64) {
        let (total, rows) = self.behind(figure).await;
        assert_eq!(total.times, count, "{figure}");
        assert_eq!(rows, total.cases - total.unseen, "{figure}");
        assert!(total.cases <= total.times, "{figure}");
    }

    async fn check_timeliness(&self, figures: &TimelinessFigures, of: &Value) {
        for (counted, count) in [
            ("received", figures.received),
            ("closed", figures.closed),
            ("offered", figures.offered),
            ("sent-back", figures.sent_back),
            ("need-met", figures.needs_met),
            ("need-declined", figures.needs_declined),
            ("step-done", figures.steps),
            ("step-done-late", figures.steps - figures.in_time),
            ("step-due-soon", figures.due_soon),
            ("step-overdue", figures.overdue),
        ] {
            self.check(&with(of, &json!({ "counted": counted })), count)
                .await;
        }
    }

    async fn check_load(&self, load: &Load, of: &Value) {
        for (counted, count) in [
            ("in-hand", load.cases),
            ("in-hand-overdue", load.overdue),
            ("to-accept", load.to_accept),
            ("came-back", load.returned),
            ("after-close", load.after_close),
            ("after-close-overdue", load.after_close_overdue),
        ] {
            self.check(&with(of, &json!({ "counted": counted })), count)
                .await;
        }
        for age in &load.ages {
            let figure = with(of, &json!({ "counted": "in-hand", "age": age.age }));
            self.check(&figure, age.cases).await;
        }
    }
}

/// How far a row of a table about a division reaches: the row of the division itself has its own level alone.
fn reach(row: DivisionCode, table: DivisionCode) -> &'static str {
    if row == table { "own-level" } else { "all" }
}

async fn check_period(reader: &Reader<'_>, period: &Value) {
    let asked = with(period, &reader.filters);
    let found: Timeliness = reader.running.ask("timeliness", &reader.by, asked).await;
    for row in &found.rows {
        let place = json!({
            "counted_in": row.division, "reach": reach(row.division, found.within),
        });
        reader
            .check_timeliness(&row.figures, &with(period, &place))
            .await;
    }
    reader.check_timeliness(&found.total, period).await;
    for reason in &found.reasons {
        let counted = match reason.how {
            UnitReturnKind::Declined => "declined",
            UnitReturnKind::Returned => "returned",
        };
        let figure = json!({ "counted": counted, "reason": reason.reason });
        reader.check(&with(period, &figure), reason.count).await;
    }
    for reason in &found.reasons_by_unit {
        let figure = json!({
            "counted": "sent-back", "unit": reason.unit, "reason": reason.reason,
        });
        reader.check(&with(period, &figure), reason.count).await;
    }
    let by_unit: u64 = found.reasons_by_unit.iter().map(|one| one.count).sum();
    assert_eq!(by_unit, found.total.sent_back);
}

async fn check_workload(reader: &Reader<'_>) {
    let asked = reader.filters.clone();
    let found: Workload = reader.running.ask("workload", &reader.by, asked).await;
    reader.check_load(&found.total, &json!({})).await;
    for part in &found.parts {
        let place = json!({
            "counted_in": part.division, "reach": reach(part.division, found.within),
        });
        reader.check_load(&part.load, &place).await;
    }
    for unit in &found.units {
        let of = json!({ "unit": unit.unit });
        reader.check_load(&unit.load, &of).await;
        for person in &unit.people {
            let person_of = match &person.staff {
                Some(staff) => json!({ "staff": staff }),
                None => json!({ "handled": "nobody" }),
            };
            for (counted, count) in [
                ("in-hand", person.cases),
                ("in-hand-overdue", person.overdue),
            ] {
                let figure = with(&person_of, &json!({ "counted": counted }));
                reader.check(&with(&of, &figure), count).await;
            }
        }
        for origin in &unit.origins {
            let figure = json!({ "counted": "in-hand", "opened_in": origin.division });
            reader.check(&with(&of, &figure), origin.cases).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_leads_to_the_cases_that_it_counts() {
    let running = Running::start();
    running
        .append(generated(&running.directory, 41, 120, "5308"))
        .await;
    let now = running.store.clock().now();
    let ago = |days: i64| now.plus_seconds(-days * 24 * 3_600);
    for (place, filters) in [
        ("5308", json!({})),
        ("530821", json!({ "item": "legal-aid" })),
    ] {
        let reader = Reader {
            running: &running,
            by: supervisor(&running, place),
            filters,
        };
        check_period(&reader, &json!({ "from": ago(90), "to": now })).await;
        let past = json!({ "from": ago(45), "to": ago(15), "as_of": ago(15) });
        check_period(&reader, &past).await;
        check_workload(&reader).await;
    }
    running.stop().await;
}

/// A case that is closed, opened again and closed counts twice, and is listed once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_twice_is_listed_once() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    story.closed();
    story.reopened(onestop_proto::case::ReopenReason::NewFacts);
    story.closed();
    running.append(story.take_entries()).await;
    let reader = Reader {
        running: &running,
        by: supervisor(&running, "530821"),
        filters: json!({}),
    };
    let (total, rows) = reader.behind(&json!({ "counted": "closed" })).await;
    assert_eq!((total.times, total.cases, rows), (2, 1, 1));
    let april = json!({ "counted": "closed", "from": moment("2026-04-01 00:00:00") });
    assert_eq!(reader.behind(&april).await.0, FigureTotal::default());
    running.stop().await;
}

/// A unit of one county declined the case of another: it counts there, and stays a case of the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_one_may_not_see_is_counted_and_said_to_be_unseen() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let elsewhere = ("530822".parse().unwrap(), "legal-aid".parse().unwrap());
    story.agency = directory.unit_at(elsewhere.0, &elsewhere.1).unwrap();
    story.opened();
    story.offered();
    story.declined(ReturnReason::WrongItem);
    running.append(story.take_entries()).await;
    for (place, unseen) in [("530822", 1), ("5308", 0)] {
        let reader = Reader {
            running: &running,
            by: supervisor(&running, place),
            filters: json!({}),
        };
        let (total, rows) = reader.behind(&json!({ "counted": "sent-back" })).await;
        assert_eq!((total.times, total.unseen), (1, unseen), "{place}");
        assert_eq!(rows, 1 - unseen, "{place}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_those_who_see_a_division_and_for_theirs() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(story.take_entries()).await;
    let clerk = story.clerk().to_string();
    let figure = json!({ "figure": { "counted": "received" } });
    let refused = running.refused("cases", &clerk, figure).await;
    assert_eq!(refused.code, "not-for-role");
    let elsewhere = supervisor(&running, "530822");
    let figure = json!({ "figure": { "counted": "received", "counted_in": "530821000000" } });
    let refused = running.refused("cases", &elsewhere, figure).await;
    assert_eq!(refused.code, "not-your-division");
    let untyped = json!({ "figure": { "counted_in": "530822000000" } });
    let refused = running.refused("cases", &elsewhere, untyped).await;
    assert_eq!(refused.code, "malformed");
    running.stop().await;
}
