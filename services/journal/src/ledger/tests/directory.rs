//! The directory changes while the ledger runs, and between two starts of it: what the registry records, and a new list of
//! divisions.

use onestop_current_directory::CurrentDirectory;
use onestop_directory::{Directory, RegistryChanges};
use onestop_proto::{
    clock::DayKind,
    feed::{EventsPage, EventsQuery},
    ids::{SiteId, UnitId},
    ledger::{CaseHead, CasesPage, Timeliness, Workload},
    registry::{self, LimitSet},
};
use rusqlite::Connection;
use serde_json::json;

use super::{Running, case_story::CaseStory};
use crate::{event_feed, ledger::FILE};

/// The county promises ten days for what the province gives fifteen.
fn promise(directory: &Directory) -> RegistryChanges {
    let site = directory.site_at("530821".parse().unwrap()).unwrap();
    let set = LimitSet {
        site: site.id.clone(),
        unit: directory.window_of(site).unwrap().id.clone(),
        division: site.division,
        step: "intake.legal-aid".parse().unwrap(),
        days: 10,
        day_kind: DayKind::Working,
        from: "2026-03-01".parse().unwrap(),
        until: None,
        basis: "服务承诺".to_owned(),
        decided_by: None,
    };
    let mut changes = RegistryChanges::default();
    changes.take_in(&registry::Event::from(set));
    changes
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
