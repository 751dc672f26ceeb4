//! A file that is lost, damaged or made from another log is rebuilt, and is the same.

use std::{collections::BTreeMap, fs, sync::Arc};

use onestop_chassis::clock::SystemClock;
use onestop_eventlog::{Direction, EventLog, Options};
use onestop_proto::{
    envelope::Source,
    journal,
    ledger::{CaseRow, CasesPage},
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

use super::{Running, append_to, assert_same, dump, generated};
use crate::{
    domain::{
        Entry,
        dossier::{Dossier, ReadContext},
    },
    ledger::{FILE, writer::Writer},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_damaged_file_is_rebuilt() {
    let running = Running::start();
    let directory = running.directory.clone();
    running
        .append(generated(&directory, 11, 80, "530821"))
        .await;
    let mut folder = running.stop().await;
    let path = folder.path().join(FILE);
    let whole = dump(&path);
    assert!(whole.len() > 500, "{}", whole.len());
    type Harm = fn(&std::path::Path);
    let harms: [(&str, Harm); 5] = [
        ("gone", |path| fs::remove_file(path).unwrap()),
        ("no database", |path| {
            fs::write(path, b"what is this? ".repeat(500)).unwrap()
        }),
        ("cut short", |path| {
            let file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(fs::metadata(path).unwrap().len() / 2).unwrap();
        }),
        ("of another version", |path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.pragma_update(None, "user_version", 0).unwrap();
        }),
        ("of another log", |path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection
                .execute("UPDATE source SET epoch = 'other'", [])
                .unwrap();
        }),
    ];
    for (harm, harmed) in harms {
        harmed(&path);
        let running = Running::on(folder);
        running.caught_up().await;
        let auditor = format!(
            "auditor/li@{}.bureau",
            directory.site_at("530821".parse().unwrap()).unwrap().id
        );
        // Damage may only be found when the file is read.
        let mut tries = 0;
        let rows = loop {
            let actor = auditor.parse().unwrap();
            let answer = running
                .ledger
                .answer("cases", Some(actor), json!({ "limit": 200 }))
                .await;
            if let Ok(answer) = answer {
                break answer.parse::<CasesPage>().unwrap().rows;
            }
            tries += 1;
            assert!(tries < 20, "{harm}: no answer");
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        };
        assert_eq!(rows.len(), 80, "{harm}");
        running.caught_up().await;
        folder = running.stop().await;
        assert_same(&dump(&path), &whole, harm);
    }
}

/// Entries of a log, taken in as one or in pieces: the same file.
#[test]
fn batches_of_any_size_make_the_same_file() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let log = EventLog::open(Options::new(folder.path().join("log"), SystemClock.uuid())).unwrap();
    let directory = Arc::new(onestop_directory::Directory::built_in().unwrap());
    runtime.block_on(append_to(&log, generated(&directory, 23, 60, "530821")));
    let store = onestop_chassis::store::Store::new(log.clone(), Source::main(journal::service()));
    let records = log.read_all(0, Direction::Forward, 100_000).unwrap();
    let made = |sizes: &[usize]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let open = || Writer::open(&path, &store, &directory, || {}).unwrap();
        let mut writer = open();
        let mut rest = records.as_slice();
        for (place, size) in sizes.iter().cycle().enumerate() {
            if rest.is_empty() {
                break;
            }
            let (some, more) = rest.split_at((*size).min(rest.len()));
            writer.append(some).unwrap();
            rest = more;
            if place % 7 == 6 {
                drop(writer);
                writer = open();
            }
        }
        drop(writer);
        dump(&path)
    };
    let whole = made(&[usize::MAX]);
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(6)
    });
    runner
        .run(&prop::collection::vec(1_usize..200, 1..8), |sizes| {
            assert_same(&made(&sizes), &whole, &format!("{sizes:?}"));
            Ok(())
        })
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// The journal receives each service's events in their order, and the services in any order.
    #[test]
    fn rows_do_not_depend_on_the_order_of_services(seed in 0_u64..1_000, shuffle in any::<u64>()) {
        let directory = onestop_directory::Directory::built_in().unwrap();
        let entries = generated(&directory, seed, 12, "530821");
        let mut by_service: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in &entries {
            let service = entry.event.source.service.to_string();
            by_service.entry(service).or_default().push(entry.clone());
        }
        let mut random = fastrand::Rng::with_seed(shuffle);
        let mut queues: Vec<_> = by_service.into_values().map(Vec::into_iter).collect();
        let mut otherwise = Vec::new();
        while !queues.is_empty() {
            let place = random.usize(..queues.len());
            match queues[place].next() {
                Some(entry) => otherwise.push(entry),
                None => drop(queues.swap_remove(place)),
            }
        }
        prop_assert_eq!(rows(&directory, &entries), rows(&directory, &otherwise));
    }
}

/// Every case as each of its units sees it.
fn rows(directory: &onestop_directory::Directory, entries: &[Entry]) -> Vec<CaseRow> {
    let mut dossiers: BTreeMap<_, Dossier> = BTreeMap::new();
    for entry in entries {
        let dossier = dossiers.entry(entry.event.subject).or_default();
        dossier.apply(&entry.event).unwrap();
        dossier.discard_saved();
        dossier.whole = dossier.reckon_whole(directory);
    }
    let context = ReadContext::new(directory, "2026-12-01 10:00:00".parse().unwrap());
    let mut rows = Vec::new();
    for (case, dossier) in &dossiers {
        for entry in dossier.worklist_entries() {
            // The last to act depends on the order of arrival.
            let row = context.row(*case, dossier, Some(entry.unit)).unwrap();
            rows.push(CaseRow {
                staff: None,
                holder_staff: None,
                ..row
            });
        }
    }
    rows
}
