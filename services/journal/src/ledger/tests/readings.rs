//! Who read what, for those who audit them.

use onestop_chassis::Failure;
use onestop_proto::{
    actor::Actor,
    ids::CaseId,
    personal::{
        AccessWay, Event, PersonalDataAccessed, PersonalDataKind, VolumeExceeded, VolumeSpan,
    },
};
use rusqlite::Connection;

use super::{Running, case_story::CaseStory};
use crate::ledger::FILE;

/// The window opened a case, its clerk opened the personal data, and that was once more than usual.
fn told(running: &Running) -> CaseStory<'_> {
    let mut story = CaseStory::begin(&running.directory, "2026-03-02T09:00:00+08:00");
    story.opened();
    let (window, clerk) = (story.window, story.clerk());
    let opened = PersonalDataAccessed {
        kinds: vec![PersonalDataKind::Identity],
        reason: None,
        holder: window.id.clone(),
        holder_division: window.division,
        way: Some(AccessWay::Applicant),
        file: None,
        piece: None,
        among: None,
        search: None,
    };
    story.record("intake", Event::from(opened), window, clerk.clone());
    let exceeded = VolumeExceeded {
        span: VolumeSpan::Hour,
        limit: 60,
        unit: window.id.clone(),
        division: window.division,
    };
    story.record("intake", Event::from(exceeded), window, clerk);
    story
}

fn auditor(running: &Running, place: &str) -> Actor {
    let window = "window".parse().unwrap();
    let unit = running.directory.unit_at(place.parse().unwrap(), &window);
    let unit = &unit.unwrap().id;
    format!("auditor/wu-lin@{unit}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_and_alarms_are_found_by_those_who_audit_the_reader() {
    let running = Running::start();
    let mut story = told(&running);
    let clerk = story.clerk();
    let entries = story.take_entries();
    // The last but one is the reading, the last the alarm.
    let alarm = entries.len() as u64 - 1;
    let reading = alarm - 1;
    running.append(entries).await;
    let ledger = &running.ledger;
    let of = |by: Option<Actor>, before| {
        let staff = clerk.staff.clone();
        async move { ledger.readings_of(by.as_ref(), staff, (before, 10)).await }
    };
    let county = auditor(&running, "530821");
    let neighbour = auditor(&running, "530822");
    assert_eq!(of(Some(county.clone()), None).await.unwrap(), [reading]);
    let earlier = of(Some(county.clone()), Some(reading)).await.unwrap();
    assert!(earlier.is_empty(), "{earlier:?}");
    let elsewhere = of(Some(neighbour.clone()), None).await.unwrap();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    assert_eq!(of(None, None).await.unwrap(), [reading], "the operator");
    let Err(Failure::Rejected(refused)) = of(Some(clerk.clone()), None).await else {
        panic!("a clerk audits");
    };
    assert_eq!(refused.code, "not-for-role");

    let alarms = ledger.reading_alarms(Some(&county), 10).await.unwrap();
    assert_eq!(alarms, [alarm]);
    let elsewhere = ledger.reading_alarms(Some(&neighbour), 10).await.unwrap();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    running.stop().await;
}

/// It is found with the reader, and no list has a case of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_found_nothing_is_a_reading_and_no_case() {
    let running = Running::start();
    let mut story = CaseStory::begin(&running.directory, "2026-03-02T09:00:00+08:00");
    let (window, clerk) = (story.window, story.clerk());
    let searched = PersonalDataAccessed {
        kinds: vec![PersonalDataKind::FoundByName],
        reason: None,
        holder: window.id.clone(),
        holder_division: window.division,
        way: Some(AccessWay::Find),
        file: None,
        piece: None,
        among: Some(0),
        search: None,
    };
    story.record("intake", Event::from(searched), window, clerk.clone());
    let exceeded = VolumeExceeded {
        span: VolumeSpan::Hour,
        limit: 60,
        unit: window.id.clone(),
        division: window.division,
    };
    story.record("intake", Event::from(exceeded), window, clerk.clone());
    let search: CaseId = "019ab0c4-8000-7000-8000-0000000000cc".parse().unwrap();
    let mut entries = story.take_entries();
    for entry in &mut entries {
        entry.event.subject = search;
    }
    running.append(entries).await;
    let county = auditor(&running, "530821");
    let found = running
        .ledger
        .readings_of(Some(&county), clerk.staff, (None, 10));
    assert_eq!(found.await.unwrap(), [0]);
    let alarms = running.ledger.reading_alarms(Some(&county), 10).await;
    assert_eq!(alarms.unwrap(), [1]);
    let folder = running.stop().await;
    let file = Connection::open(folder.path().join(FILE)).unwrap();
    let cases = file.query_row("SELECT count(*) FROM cases", [], |row| row.get::<_, i64>(0));
    assert_eq!(cases.unwrap(), 0);
}
