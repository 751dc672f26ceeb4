//! The directory changes while the ledger runs, and between two starts of it: what the registry records, and a new list of
//! divisions.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use onestop_chassis::{clock::SystemClock, store::Store};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::{Directory, RegistryChanges};
use onestop_eventlog::{Direction, EventLog, Options, Record};
use onestop_proto::{
    clock::DayKind,
    envelope::Source,
    feed::{EventsPage, EventsQuery},
    ids::{SiteId, UnitId},
    journal,
    ledger::{CaseHead, CasesPage, Timeliness, Workload},
    registry::{self, DaysOffDeclared, LimitSet},
};
use rusqlite::Connection;
use serde_json::json;

use super::{Running, append_to, assert_same, case_story::CaseStory, dump, generated};
use crate::{
    event_feed,
    ledger::{FILE, writer::Writer},
};

/// The county promises ten days for what the province gives fifteen.
fn promise(directory: &Directory) -> RegistryChanges {
    let mut changes = RegistryChanges::default();
    changes.take_in(&limit_set(directory, "intake.legal-aid", 10));
    changes
}

fn limit_set(directory: &Directory, step: &str, days: u32) -> registry::Event {
    let site = directory.site_at("530821".parse().unwrap()).unwrap();
    let set = LimitSet {
        site: site.id.clone(),
        unit: directory.window_of(site).unwrap().id.clone(),
        division: site.division,
        step: step.parse().unwrap(),
        days,
        day_kind: DayKind::Working,
        from: "2026-03-01".parse().unwrap(),
        until: None,
        basis: "服务承诺".to_owned(),
        decided_by: None,
    };
    set.into()
}

/// The limit of the case as the county's supervisor reads it.
async fn limit(running: &Running, number: &str) -> Option<u32> {
    let bureau = running
        .directory
        .site_at("530821".parse().unwrap())
        .unwrap();
    let by = format!("supervisor/li@{}.bureau", bureau.id);
    let head: CaseHead = running.ask("case", &by, json!({ "case": number })).await;
    head.row.journey.limit
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_limit_counts_as_soon_as_it_is_heard_and_makes_no_file_anew() {
    let files = Directory::built_in().unwrap();
    let current = CurrentDirectory::from(files.clone());
    let running = Running::with(tempfile::tempdir().unwrap(), current.clone());
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    let number = story.number().to_string();
    running.append(story.take_entries()).await;
    assert_eq!(limit(&running, &number).await, Some(15));

    let changes = promise(&files);
    current.set(files.with_changes(changes.clone()));
    assert_eq!(limit(&running, &number).await, Some(10));

    // The next start continues the file, with the limit that was heard before it.
    let folder = running.stop().await;
    let marked = Connection::open(folder.path().join(FILE)).unwrap();
    marked.execute_batch("CREATE TABLE mark (one)").unwrap();
    drop(marked);
    let running = Running::with(folder, files.with_changes(changes).into());
    running.caught_up().await;
    assert_eq!(limit(&running, &number).await, Some(10));
    let file = Connection::open(running.folder.path().join(FILE)).unwrap();
    let marks = "SELECT count(*) FROM sqlite_master WHERE name = 'mark'";
    let marks: i64 = file.query_row(marks, [], |row| row.get(0)).unwrap();
    assert_eq!(marks, 1);
    drop(file);
    running.stop().await;
}

/// A log of cases, and files made of it.
struct Cases {
    folder: tempfile::TempDir,
    store: Store,
    records: Vec<Record>,
}

impl Cases {
    fn of_two_counties(directory: &Directory) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("log"), SystemClock.uuid());
        let log = EventLog::open(options).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        for (seed, county) in [(29, "530821"), (31, "530822")] {
            runtime.block_on(append_to(&log, generated(directory, seed, 60, county)));
        }
        let records = log.read_all(0, Direction::Forward, 100_000).unwrap();
        let store = Store::new(log, Source::main(journal::service()));
        Self {
            folder,
            store,
            records,
        }
    }

    fn open(&self, path: &Path, directory: &Arc<Directory>) -> Writer {
        Writer::open(path, &self.store, directory, || {}).unwrap()
    }

    /// A file made by a directory.
    fn file(&self, name: &str, directory: &Arc<Directory>) -> PathBuf {
        let path = self.folder.path().join(name);
        self.open(&path, directory).append(&self.records).unwrap();
        path
    }
}

fn open_cases(path: &Path, condition: &str) -> usize {
    let file = Connection::open(path).unwrap();
    let count = format!("SELECT count(*) FROM cases WHERE closed = 0 {condition}");
    file.query_row(&count, [], |row| row.get(0)).unwrap()
}

/// What a file holds, but closed cases, whose whole is awaited no more and stays as it was.
fn open_rows(path: &Path) -> Vec<String> {
    let file = Connection::open(path).unwrap();
    file.execute_batch("DELETE FROM cases WHERE closed = 1")
        .unwrap();
    drop(file);
    dump(path)
}

#[test]
fn what_is_recorded_of_limits_has_only_the_open_cases_reckoned_that_it_may_concern() {
    let files = Directory::built_in().unwrap();
    let mut changes = RegistryChanges::default();
    let by_files = Arc::new(files.clone());
    let cases = Cases::of_two_counties(&files);
    let path = cases.file("continued", &by_files);
    let county = "AND origin BETWEEN 530821000000 AND 530821999999";
    let all = open_cases(&path, "");
    let of_county = open_cases(&path, county);
    let of_item = open_cases(&path, &format!("{county} AND item = 'legal-aid'"));
    assert!(0 < of_item && of_item < of_county && of_county < all);

    let site = files.site_at("530821".parse().unwrap()).unwrap();
    let days_off = DaysOffDeclared {
        site: site.id.clone(),
        unit: files.window_of(site).unwrap().id.clone(),
        division: site.division,
        holiday: "县庆".to_owned(),
        from: SystemClock.now().china_date(),
        until: SystemClock.now().china_date().tomorrow().unwrap(),
        basis: "县政府通知".to_owned(),
    };
    let mut writer = cases.open(&path, &by_files);
    for (recorded, reckoned) in [
        (limit_set(&files, "intake.legal-aid", 10), of_item),
        (limit_set(&files, "legal-aid.review", 2), 0),
        (limit_set(&files, "intake.legal-aid", 9), of_item),
        (days_off.into(), of_county),
    ] {
        changes.take_in(&recorded);
        let directory = Arc::new(files.with_changes(changes.clone()));
        assert_eq!(writer.reckon(&directory).unwrap(), reckoned, "{recorded:?}");
        assert_eq!(writer.reckon(&directory).unwrap(), 0, "{recorded:?}");
    }
    drop(writer);
    // A file that is made anew has the same.
    let directory = Arc::new(files.with_changes(changes));
    let anew = cases.file("anew", &directory);
    assert_same(
        &open_rows(&path),
        &open_rows(&anew),
        "reckoned and made anew",
    );
}

/// A township of 墨江 that has become part of 宁洱镇.
const FORMER: &str = "
[[former_division]]
code = \"530822199000\"
name = \"老镇\"
until = 2026-12-31
successor = \"530821101000\"
";

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_a_code_of_before_is_in_the_lists_and_figures_of_its_successor() {
    let directory = Directory::built_in_with("sites.toml", FORMER).unwrap();
    let running = Running::with(tempfile::tempdir().unwrap(), directory.into());
    let directory = running.directory.clone();
    // The window of before keeps its id; what it did then was recorded at the code of then.
    let code = "530822199000".parse().unwrap();
    let window: UnitId = format!("{}.window", SiteId::derived(code)).parse().unwrap();
    let mut old = directory.unit(&window).unwrap().clone();
    old.division = code;
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.window = &old;
    story.opened();
    let number = story.number().to_string();
    running.append(story.take_entries()).await;

    let bureau = |place: &str| {
        let site = directory.site_at(place.parse().unwrap()).unwrap();
        format!("supervisor/li@{}.bureau", site.id)
    };
    let (successor, before) = (bureau("530821"), bureau("530822"));
    for (by, seen) in [(&successor, 1), (&before, 0)] {
        for filters in [
            json!({}),
            json!({ "text": number }),
            json!({ "origin": "530822199000" }),
            json!({ "origin": "530821101000" }),
        ] {
            let data = json!({ "filters": filters });
            let page: CasesPage = running.ask("cases", by, data).await;
            assert_eq!(page.rows.len(), seen, "{filters} by {by}");
        }
        let actor = by.parse().unwrap();
        let case = super::case_story::CASE.parse().unwrap();
        let may_see = running.ledger.may_see(actor, case).await.unwrap();
        assert_eq!(may_see, seen == 1, "{by}");
        let query: EventsQuery = serde_json::from_value(json!({})).unwrap();
        let (store, actor) = (&running.store, Some(by.parse().unwrap()));
        let feed = event_feed::answer(store, directory.clone(), actor, query).await;
        let feed: EventsPage = feed.unwrap();
        assert_eq!(feed.events.is_empty(), seen == 0, "{by}");
        let period = json!({ "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z" });
        let figures: Timeliness = running.ask("timeliness", by, period).await;
        assert_eq!(figures.total.received, seen as u64, "{by}");
        let load: Workload = running.ask("workload", by, json!({})).await;
        assert_eq!(load.total.cases, seen as u64, "{by}");
    }
    // What is asked within the code of before is asked within its successor; the row keeps the code of then.
    let within = json!({ "within": "530822199000" });
    let page: CasesPage = running.ask("cases", &successor, within).await;
    assert_eq!(page.rows.len(), 1);
    running.stop().await;
}
