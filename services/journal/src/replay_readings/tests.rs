//! How many replays raise the alarm.

use onestop_chassis::clock::SystemClock;
use onestop_eventlog::{EventLog, Options};
use onestop_proto::{envelope::Source, journal};
use tempfile::TempDir;

use super::*;

/// A journal's log, and what is recorded in it.
struct Journal {
    folder: TempDir,
    readings: ReplayReadings,
    supervisor: Actor,
    bureau: Address,
}

impl Journal {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("log"), SystemClock.uuid());
        let log = EventLog::open(options).unwrap();
        Self::on(folder, Store::new(log, Source::main(journal::service())))
    }

    fn on(folder: TempDir, store: Store) -> Self {
        let directory = onestop_directory::Directory::built_in().unwrap();
        let bureau = directory.unit_at("530821".parse().unwrap(), &"bureau".parse().unwrap());
        let bureau = bureau.unwrap();
        let bureau = Address {
            unit: bureau.id.clone(),
            division: bureau.division,
            item: None,
        };
        let supervisor = format!("supervisor/he-jun@{}", bureau.unit);
        Self {
            folder,
            readings: ReplayReadings::of(store, directory.into(), Metrics::default()),
            supervisor: supervisor.parse().unwrap(),
            bureau,
        }
    }

    /// Counts what the end of the log says, as a start does.
    fn restarted(self) -> Self {
        let Self {
            folder, readings, ..
        } = self;
        Self::on(folder, readings.store)
    }

    async fn show(&self, actor: &Actor, case: CaseId) {
        let shown = self.readings.record(actor, None, case, &self.bureau);
        shown.await.unwrap();
    }

    /// Shows the supervisor the steps of so many cases.
    async fn show_cases(&self, count: u32) {
        for _ in 0..count {
            let case = CaseId::from_uuid(SystemClock.uuid());
            self.show(&self.supervisor, case).await;
        }
    }

    fn recorded(&self) -> u64 {
        self.readings.store.log().head().count
    }

    fn alarms(&self) -> Vec<VolumeExceeded> {
        let records = self.readings.store.envelopes(0, 10_000).unwrap();
        let events = records.iter().map(|record| record.raw().parse::<Event>());
        let alarms = events.filter_map(|event| match event.unwrap() {
            Event::VolumeExceeded(exceeded) => Some(exceeded),
            Event::PersonalDataAccessed(_) => None,
        });
        alarms.collect()
    }
}

/// Who takes the records is recorded once in ten minutes; a clerk's unit works the cases.
#[tokio::test]
async fn an_export_of_the_records_is_recorded_once() {
    let journal = Journal::new();
    let readings = &journal.readings;
    for _ in 0..2 {
        let exported = readings.record_export(&journal.supervisor, None);
        exported.await.unwrap();
    }
    assert_eq!(journal.recorded(), 1);
    let events = readings.store.envelopes(0, 1).unwrap();
    let Event::PersonalDataAccessed(shown) = events[0].raw().parse().unwrap() else {
        panic!("{events:?}")
    };
    assert_eq!(shown.way, Some(AccessWay::AuditExport));
    assert!(shown.is_of_no_case() && shown.kinds.is_empty());
    let clerk = format!("clerk/zhang-li@{}", journal.supervisor.unit);
    let clerk: Actor = clerk.parse().unwrap();
    let exported = readings.record_export(&clerk, None);
    exported.await.unwrap();
    assert_eq!(journal.recorded(), 1);
}

#[tokio::test]
async fn replays_count_towards_the_limit_also_over_a_restart() {
    let mut journal = Journal::new();
    let limit = journal.readings.usual().per_hour;
    journal.show_cases(limit).await;
    assert_eq!(journal.alarms(), []);
    journal = journal.restarted();
    let mut further = 0;
    // An hour may end while this runs: then it takes as many once more.
    while journal.alarms().is_empty() {
        journal.show_cases(1).await;
        further += 1;
        assert!(further <= limit + 1, "there is no alarm");
    }
    let alarms = journal.alarms();
    assert_eq!(alarms[0].limit, limit);
    assert_eq!(alarms[0].span, VolumeSpan::Hour);
    assert_eq!(alarms[0].unit, journal.supervisor.unit);
    assert_eq!(alarms[0].division, journal.bureau.division);
    journal.show_cases(1).await;
    assert_eq!(journal.alarms().len(), 1, "once");
}

#[tokio::test]
async fn the_parts_of_one_replay_are_one_reading_and_units_at_work_none() {
    let journal = Journal::new();
    let case = CaseId::from_uuid(SystemClock.uuid());
    journal.show(&journal.supervisor, case).await;
    journal.show(&journal.supervisor, case).await;
    assert_eq!(journal.recorded(), 1);
    let specialist = journal.supervisor.to_string();
    let specialist = specialist.replace("supervisor/", "specialist/");
    journal.show(&specialist.parse().unwrap(), case).await;
    assert_eq!(journal.recorded(), 1);
}
