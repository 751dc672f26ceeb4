//! One case is overdue, or in hand, for every view alike: the lists and their filters, the day of a unit, the figures, and the
//! workload.

use std::collections::BTreeSet;

use onestop_directory::Unit;
use onestop_proto::{
    ids::{CaseId, UnitId},
    ledger::{
        CaseRow, CasesPage, OverduePart, Timeliness, Today, WorklistPage, WorklistTab, Workload,
    },
};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{
    Running,
    case_story::CaseStory,
    decisions::{bureau, supervisor},
    generated,
};
use crate::ledger::FILE;

const WITHIN: &str = "5308";

fn ids<'a>(rows: impl IntoIterator<Item = &'a CaseRow>) -> BTreeSet<CaseId> {
    rows.into_iter().map(|row| row.case).collect()
}

fn marked(rows: &[CaseRow]) -> BTreeSet<CaseId> {
    ids(rows.iter().filter(|row| !row.overdue.is_empty()))
}

/// Every row of a list of cases.
async fn cases(running: &Running, by: &str, filters: Value) -> Vec<CaseRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let data = json!({ "filters": filters, "limit": 200, "cursor": cursor });
        let page: CasesPage = running.ask("cases", by, data).await;
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// The rows of a part of a unit's worklist.
async fn worklist(
    running: &Running,
    unit: &UnitId,
    tab: WorklistTab,
    filters: Value,
) -> WorklistPage {
    let by = supervisor(bureau(running, WITHIN)).to_string();
    let data = json!({ "unit": unit, "tab": tab, "filters": filters, "limit": 200 });
    running.ask("worklist", &by, data).await
}

/// The units within the prefecture that take part in any case.
fn units(running: &Running) -> Vec<Unit> {
    let file = Connection::open(running.folder.path().join(FILE)).unwrap();
    let mut select = file.prepare("SELECT unit FROM units").unwrap();
    let names = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let within = WITHIN.parse::<onestop_proto::division::DivisionCode>();
    let within = within.unwrap();
    let known = names.filter_map(|name| {
        let unit: UnitId = name.unwrap().parse().unwrap();
        running.directory.unit(&unit).cloned()
    });
    known
        .filter(|unit| within.contains(unit.division))
        .collect()
}

/// What the units have, each case once.
#[derive(Default)]
struct AllUnits {
    in_hand: BTreeSet<CaseId>,
    in_hand_overdue: BTreeSet<CaseId>,
    after_close: BTreeSet<CaseId>,
    overdue: BTreeSet<CaseId>,
}

/// The list of all cases, its filters and the figures say the same; returns what is overdue.
async fn check_lists(running: &Running, about: &str) -> BTreeSet<CaseId> {
    let by = supervisor(bureau(running, WITHIN)).to_string();
    let rows = cases(running, &by, json!({})).await;
    let overdue = marked(&rows);
    let filtered = cases(running, &by, json!({ "due": "overdue" })).await;
    assert_eq!(ids(&filtered), overdue, "{about}: the filter");
    let asked = json!({ "from": "2026-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z" });
    let figures: Timeliness = running.ask("timeliness", &by, asked).await;
    let counted = figures.overdue_cases.unwrap();
    assert_eq!(counted.any, overdue.len() as u64, "{about}: the figures");
    for (part, filter, counted) in [
        (OverduePart::Step, "overdue-step", counted.step),
        (OverduePart::Whole, "overdue-whole", counted.whole),
        (
            OverduePart::CriticalDate,
            "overdue-critical-date",
            counted.critical_date,
        ),
    ] {
        let with_it = ids(rows.iter().filter(|row| row.overdue.contains(&part)));
        let filtered = cases(running, &by, json!({ "due": filter })).await;
        assert_eq!(ids(&filtered), with_it, "{about}: {filter}");
        assert_eq!(counted, with_it.len() as u64, "{about}: {filter}");
    }
    let late: BTreeSet<CaseId> = figures.overdue.iter().map(|row| row.case).collect();
    // The figures count a step where its unit is.
    let area = figures.within;
    let inside = |row: &&CaseRow| {
        let unit = row.step.as_ref().map(|clock| &clock.unit);
        let unit = unit.and_then(|unit| running.directory.unit(unit));
        unit.is_some_and(|unit| area.contains(unit.division))
    };
    let steps = rows
        .iter()
        .filter(|row| row.overdue.contains(&OverduePart::Step))
        .filter(inside);
    assert_eq!(late, ids(steps), "{about}: the list of late steps");
    for row in rows.iter().filter(|row| row.closed_at.is_some()) {
        assert!(!row.overdue.contains(&OverduePart::Whole), "{about}");
        assert_eq!(row.journey.left, 0, "{about}: nothing runs for the whole");
    }
    overdue
}

/// A unit's worklist, its day and its line of the workload say the same.
async fn check_unit(running: &Running, unit: &Unit, load: &Workload, all: &mut AllUnits) {
    let (mut in_hand, mut in_hand_overdue) = (0, 0);
    let (mut after_close, mut overdue) = (0, BTreeSet::new());
    let counts = worklist(running, &unit.id, WorklistTab::Done, json!({})).await;
    for count in counts.counts.iter().filter(|count| count.count > 0) {
        let tab = count.tab;
        let page = worklist(running, &unit.id, tab, json!({})).await;
        let (rows, over) = (ids(&page.rows), marked(&page.rows));
        let found = (rows.len() as u64, over.len() as u64);
        assert_eq!((count.count, count.overdue), found, "{tab} of {}", unit.id);
        let filtered = worklist(running, &unit.id, tab, json!({ "due": "overdue" })).await;
        assert_eq!(ids(&filtered.rows), over, "{tab} of {}", unit.id);
        match tab {
            WorklistTab::ToDecide
            | WorklistTab::ToAccept
            | WorklistTab::Working
            | WorklistTab::WaitingForPapers
            | WorklistTab::AtWindow
            | WorklistTab::Returned
            | WorklistTab::ToClose => {
                in_hand += found.0;
                in_hand_overdue += found.1;
                all.in_hand.extend(&rows);
                all.in_hand_overdue.extend(&over);
            }
            WorklistTab::AfterClose => {
                after_close += found.0;
                all.after_close.extend(&rows);
            }
            WorklistTab::OfferedByUs
            | WorklistTab::WithOthers
            | WorklistTab::PapersMissing
            | WorklistTab::Done
            | WorklistTab::SentAway => {}
        }
        overdue.extend(over);
    }
    let line = load.units.iter().find(|line| line.unit == unit.id);
    let line = line.map(|line| &line.load);
    let counted = line.map_or((0, 0, 0), |load| {
        (load.cases, load.overdue, load.after_close)
    });
    let found = (in_hand, in_hand_overdue, after_close);
    assert_eq!(counted, found, "the workload of {}", unit.id);
    let by = supervisor(bureau(running, WITHIN)).to_string();
    let day: Today = running.ask("today", &by, json!({ "unit": unit.id })).await;
    let due = ids(&day.due.rows);
    assert!(day.due.count >= overdue.len() as u64, "{}", unit.id);
    if day.due.count <= 50 {
        assert!(due.is_superset(&overdue), "the day of {}", unit.id);
    }
    check_staff(running, unit, &overdue).await;
    all.overdue.extend(overdue);
}

/// Staff of a unit see its cases alone, and the same of them are overdue; a bureau sees its division.
async fn check_staff(running: &Running, unit: &Unit, overdue: &BTreeSet<CaseId>) {
    if unit.id.as_str().ends_with(".bureau") {
        return;
    }
    let staff = format!("clerk/li@{}", unit.id);
    let rows = cases(running, &staff, json!({})).await;
    let filtered = cases(running, &staff, json!({ "due": "overdue" })).await;
    assert_eq!(ids(&filtered), marked(&rows), "the cases of {}", unit.id);
    assert!(marked(&rows).is_superset(overdue), "{}", unit.id);
}

async fn check(running: &Running, about: &str) -> AllUnits {
    let overdue = check_lists(running, about).await;
    let by = supervisor(bureau(running, WITHIN)).to_string();
    let load: Workload = running.ask("workload", &by, json!({})).await;
    assert_eq!(load.units_left_out, 0, "{about}: every unit is listed");
    let mut all = AllUnits::default();
    for unit in units(running) {
        check_unit(running, &unit, &load, &mut all).await;
    }
    let distinct = |cases: &BTreeSet<CaseId>| cases.len() as u64;
    let total = &load.total;
    assert_eq!(
        total.cases,
        distinct(&all.in_hand),
        "{about}: each case once"
    );
    assert_eq!(total.overdue, distinct(&all.in_hand_overdue), "{about}");
    let after = all.after_close.difference(&all.in_hand).count() as u64;
    assert_eq!(total.after_close, after, "{about}: only the file is left");
    assert_eq!(all.overdue, overdue, "{about}: units and prefecture alike");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_of_random_cases_counts_alike() {
    for seed in [41, 42, 43] {
        let running = Running::start();
        let directory = running.directory.clone();
        running
            .append(generated(&directory, seed, 50, "530821"))
            .await;
        let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
        story.at_agency();
        story.date_set("2026-03-20");
        running.append(story.take_entries()).await;
        let all = check(&running, &format!("seed {seed}")).await;
        assert!(!all.overdue.is_empty() && !all.in_hand.is_empty());
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_of_one_case_counts_alike_at_each_of_its_steps() {
    type Step = fn(&mut CaseStory<'_>);
    let steps: [(&str, Step); 7] = [
        ("at its window", |story| story.opened()),
        ("offered", |story| story.offered()),
        ("at work", |story| {
            story.accepted();
            story.received();
        }),
        ("with a date that has passed", |story| {
            story.date_set("2026-03-20")
        }),
        ("waiting for papers", |story| story.supplement_requested()),
        ("done, with the file to be handed in", |story| {
            story.completed();
            story.closed();
        }),
        ("done, and archived by the window", |story| story.archived()),
    ];
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    for (about, step) in steps {
        step(&mut story);
        running.append(story.take_entries()).await;
        let all = check(&running, about).await;
        assert_eq!(all.overdue.len(), 1, "{about}: that was in March");
        let is_over = about.starts_with("done");
        assert_eq!(all.in_hand.is_empty(), is_over, "{about}");
        assert_eq!(all.after_close.is_empty(), !is_over, "{about}");
    }
    running.stop().await;
}

/// A paused clock is not overdue, and the whole is: without the whole, no view would show that the case is late.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_named() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    story.supplement_requested();
    running.append(story.take_entries()).await;
    let by = supervisor(bureau(&running, WITHIN)).to_string();
    let rows = cases(&running, &by, json!({ "due": "overdue" })).await;
    assert_eq!(rows[0].overdue, [OverduePart::Whole]);
    let by_step = cases(&running, &by, json!({ "due": "overdue-step" })).await;
    assert_eq!(by_step, []);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_waits_for_two_bureaus_counts_once_in_the_sum() {
    let running = Running::start();
    let directory = running.directory.clone();
    let (county, prefecture) = (bureau(&running, "530821"), bureau(&running, WITHIN));
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    story.objected(&running, county);
    story.supervised(&running, county, prefecture);
    running.append(story.take_entries()).await;
    let all = check(&running, "an objection that is overdue").await;
    assert_eq!(all.in_hand.len(), 1);
    let by = supervisor(prefecture).to_string();
    let load: Workload = running.ask("workload", &by, json!({})).await;
    let by_unit: u64 = load.units.iter().map(|unit| unit.load.cases).sum();
    assert!(
        by_unit > 1,
        "it waits for both, and for the agency: {by_unit}"
    );
    assert_eq!((load.total.cases, load.total.overdue), (1, 1));
    running.stop().await;
}
