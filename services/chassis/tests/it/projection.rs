//! A read model on disk is what a fold of the log from nothing says, whatever happened to its file.
//!
//! `TESTS_SEED=… cargo nextest run -p onestop-chassis projection` repeats a run.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use onestop_chassis::{
    projection::{Awaited, Folded, Projected, Projection, ProjectionError},
    rusqlite::{self, Connection, Transaction, params},
    shutdown::Shutdown,
    store::{Rules, Store},
    supervisor::Supervisor,
};
use onestop_eventlog::{Append, ExpectedRevision, NewEvent};
use onestop_proto::{ids::CaseId, time::Timestamp};
use onestop_testing::{TempStore, seed};

use crate::support::{Added, Count, RULES, add, meta, new_subject, stream};

const SUBJECTS: usize = 6;
const STEPS: u32 = 120;
/// A sum from which something follows by itself, at the moment of that number.
const AWAITED: u32 = 30;

/// Every sum, and how often one was written.
pub(crate) struct Sums {
    reference: &'static str,
    written: Arc<AtomicUsize>,
}

impl Projected for Sums {
    type State = Count;
    type Event = Added;

    const RULES: Rules<Count, Added> = RULES;
    const STREAMS: &'static str = "counter/";
    const FILE: &'static str = "sums.sqlite";
    const VERSION: u32 = 2;
    const TABLES: &'static str =
        "CREATE TABLE sum (subject TEXT PRIMARY KEY, sum INTEGER, revision INTEGER, begun INTEGER)";

    fn reference(&self) -> String {
        self.reference.to_owned()
    }

    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Count>) -> rusqlite::Result<()> {
        self.written.fetch_add(1, Ordering::Relaxed);
        let subject = folded.subject.to_string();
        if let Some(begun) = folded.begun {
            rows.execute(
                "INSERT INTO sum VALUES (?1, NULL, NULL, ?2)",
                params![subject, begun.as_micros()],
            )?;
        }
        let sum = folded.state.map(|count| count.sum);
        rows.execute(
            "UPDATE sum SET sum = ?2, revision = ?3 WHERE subject = ?1",
            params![subject, sum, folded.revision],
        )?;
        Ok(())
    }

    fn awaited(&self, count: &Count, _: Timestamp) -> Option<Awaited> {
        let at = Some(Timestamp::from_micros(i64::from(count.sum)));
        let unit = "s4k2m9qxa.window".parse().unwrap();
        (count.sum >= AWAITED).then_some(Awaited { unit, at })
    }
}

/// A read model of a log, and the tasks that keep it.
pub(crate) struct Followed {
    pub(crate) sums: Projection<Sums>,
    supervisor: Supervisor,
    shutdown: Shutdown,
    written: Arc<AtomicUsize>,
}

impl Followed {
    pub(crate) async fn start(temp: &TempStore, reference: &'static str) -> Self {
        let shutdown = Shutdown::default();
        let mut supervisor = Supervisor::new(shutdown.clone());
        let written = Arc::default();
        let sums = Sums {
            reference,
            written: Arc::clone(&written),
        };
        let sums = Projection::follow(sums, &temp.store, temp.folder(), &mut supervisor).unwrap();
        sums.built().await;
        Self {
            sums,
            supervisor,
            shutdown,
            written,
        }
    }

    pub(crate) async fn stop(self) {
        self.shutdown.request();
        drop(self.sums);
        self.supervisor.run(Duration::from_secs(5)).await.unwrap();
    }

    fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    /// The rows of the tables, once they include everything in the log.
    async fn rows(&self, store: &Store) -> Vec<(String, u32, u64)> {
        if let Some(last) = store.log().head().count.checked_sub(1) {
            self.sums.wait_for(last).await;
        }
        let rows = self.sums.query(|rows| {
            let mut rows =
                rows.prepare("SELECT subject, sum, revision FROM sum WHERE begun > 0 ORDER BY 1")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        });
        rows.await.unwrap()
    }

    async fn due(&self, now: u32) -> Vec<CaseId> {
        let due = self.sums.due(Timestamp::from_micros(i64::from(now))).await;
        due.unwrap().into_iter().map(|due| due.subject).collect()
    }
}

/// What a fold from nothing says.
fn folded(store: &Store, subjects: &[CaseId]) -> Vec<(String, u32, u64)> {
    let of = |subject: &CaseId| {
        let (count, revision) = store.load(&stream(*subject), &RULES).unwrap()?;
        Some((subject.to_string(), count.sum, revision))
    };
    let mut all: Vec<_> = subjects.iter().filter_map(of).collect();
    all.sort();
    all
}

async fn append(store: &Store, subject: CaseId, by: u32) {
    let meta = meta(store.clock().command(), subject, by);
    // Beyond the limit it is rejected.
    let _ = add(store, &meta, None, by).await;
}

/// Something happens to the file while nothing uses it.
fn spoil(file: &Path, rng: &mut Rng) -> &'static str {
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
    let execute = |sql: &str| {
        let connection = Connection::open(file).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    match rng.u8(..9) {
        0 => {
            fs::remove_file(file).unwrap();
            "the file is gone"
        }
        1 => {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
            let _ = fs::remove_file(beside("-wal"));
            "half of the file is gone"
        }
        2 => {
            fs::write(file, b"not a database, but as long as one may be").unwrap();
            let _ = fs::remove_file(beside("-wal"));
            "another file lies there"
        }
        3 => {
            execute("PRAGMA user_version = 100001; UPDATE sum SET sum = 7777");
            "an earlier version wrote it"
        }
        4 => {
            execute("UPDATE follows SET next = next + 3; UPDATE sum SET sum = 7777");
            "it is ahead of the log"
        }
        5 => {
            execute("UPDATE follows SET epoch = 'another'; UPDATE sum SET sum = 7777");
            "it is another log's"
        }
        6 => {
            execute("UPDATE follows SET hash = 'another'; UPDATE sum SET sum = 7777");
            "the log was restored and went on otherwise"
        }
        7 => {
            execute("DROP TABLE follows");
            "a table is gone"
        }
        _ => "nothing",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_are_the_fold_of_the_log_whatever_happens_to_the_file() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let mut temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let subjects: Vec<CaseId> = (0..SUBJECTS).map(|_| new_subject(&*clock)).collect();
    let mut followed = Followed::start(&temp, "1").await;
    for _ in 0..STEPS {
        let subject = subjects[rng.usize(..SUBJECTS)];
        match rng.u8(..8) {
            0 => {
                let _ = followed.rows(&temp.store).await;
                followed.stop().await;
                // What is appended meanwhile is folded at the next start.
                for _ in 0..rng.u8(..4) {
                    append(&temp.store, subject, 1).await;
                }
                temp = tokio::task::block_in_place(|| temp.reopen());
                let what = spoil(&temp.folder().join(Sums::FILE), &mut rng);
                followed = Followed::start(&temp, "1").await;
                let rows = followed.rows(&temp.store).await;
                assert_eq!(rows, folded(&temp.store, &subjects), "{what}");
            }
            // Many at once are folded together.
            1 => {
                let many = (0..20).map(|_| append(&temp.store, subject, 0));
                futures::future::join_all(many).await;
            }
            _ => append(&temp.store, subject, rng.u32(..4)).await,
        }
        if rng.bool() {
            let rows = followed.rows(&temp.store).await;
            assert_eq!(rows, folded(&temp.store, &subjects));
        }
    }
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_writes_only_what_is_new() {
    let mut temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let subjects: Vec<CaseId> = (0..40).map(|_| new_subject(&*clock)).collect();
    let followed = Followed::start(&temp, "1").await;
    for subject in &subjects {
        append(&temp.store, *subject, 1).await;
    }
    let _ = followed.rows(&temp.store).await;
    followed.stop().await;
    append(&temp.store, subjects[7], 1).await;
    temp = tokio::task::block_in_place(|| temp.reopen());
    let followed = Followed::start(&temp, "1").await;
    assert_eq!(followed.written(), 1);
    let rows = followed.rows(&temp.store).await;
    assert_eq!(rows, folded(&temp.store, &subjects));
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_found_damaged_in_use_is_made_anew() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let followed = Followed::start(&temp, "1").await;
    append(&temp.store, subject, 5).await;
    let before = followed.rows(&temp.store).await;
    let damaged = followed
        .sums
        .query(|_| Err::<(), _>(ProjectionError::Damaged));
    assert!(damaged.await.is_err());
    let again = async {
        loop {
            append(&temp.store, subject, 0).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if followed.written() > 0 && followed.sums.query(|_| Ok(())).await.is_ok() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), again)
        .await
        .unwrap();
    let rows = followed.rows(&temp.store).await;
    assert_eq!((rows.len(), rows[0].1), (1, before[0].1));
    assert_eq!(rows, folded(&temp.store, &[subject]));
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_reference_data_has_every_moment_looked_at_and_makes_nothing_anew() {
    let mut temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let [early, late, never] = [0; 3].map(|_| new_subject(&*clock));
    let followed = Followed::start(&temp, "1").await;
    for (subject, by) in [(late, 60), (early, AWAITED), (never, 5)] {
        append(&temp.store, subject, by).await;
    }
    let _ = followed.rows(&temp.store).await;
    assert_eq!(followed.due(AWAITED - 1).await, []);
    assert_eq!(followed.due(AWAITED).await, [early]);
    assert_eq!(followed.due(60).await, [early, late]);
    followed.stop().await;

    temp = tokio::task::block_in_place(|| temp.reopen());
    let followed = Followed::start(&temp, "2").await;
    assert_eq!(followed.written(), 0);
    let now = temp.store.clock().now();
    let marked = followed.sums.due(now).await.unwrap();
    let mut marked: Vec<CaseId> = marked.into_iter().map(|due| due.subject).collect();
    marked.sort();
    let mut awaiting = vec![early, late];
    awaiting.sort();
    assert_eq!(marked, awaiting);
    followed.sums.refresh(marked).await;
    assert_eq!(followed.due(AWAITED).await, [early]);
    assert_eq!(followed.due(60).await, [early, late]);
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_read_ends_the_service_instead_of_being_tried_for_ever() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let followed = Followed::start(&temp, "1").await;
    append(&temp.store, subject, 5).await;
    let _ = followed.rows(&temp.store).await;
    let unreadable = NewEvent::new(temp.store.clock().uuid(), b"no event".to_vec());
    let stream = stream(subject).parse().unwrap();
    let unreadable = Append::to(stream, ExpectedRevision::Any, [unreadable]);
    temp.store.log().append(unreadable).await.unwrap();
    let ended = followed.supervisor.run(Duration::from_secs(5));
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    assert!(format!("{:#}", ended.unwrap().unwrap_err()).contains("position 1"));
}
