//! Cached states are what a fold of the whole stream says, whatever was appended, by whom, and in which order.
//!
//! `TESTS_SEED=… cargo nextest run -p onestop-chassis state_cache` repeats a run.

use fastrand::Rng;
use onestop_chassis::store::{Store, recorded};
use onestop_eventlog::Direction;
use onestop_proto::ids::CaseId;
use onestop_testing::{TempStore, seed};

use crate::support::{Count, RULES, add, meta, new_subject, stream};

const SUBJECTS: usize = 8;
/// Fewer than there are subjects: states are forgotten and folded anew.
const CACHED: usize = 3;
const STEPS: u32 = 150;

/// The state and revision by the events alone.
fn folded(store: &Store, subject: CaseId) -> Option<(Count, u64)> {
    let stream = stream(subject).parse().unwrap();
    let records = store
        .log()
        .read_stream(&stream, 0, Direction::Forward, 1_000);
    let records = records.unwrap();
    let events = records
        .iter()
        .map(|record| recorded(record).unwrap().event.parse().unwrap());
    let count = events.fold(None, |count, event| (RULES.evolve)(count, &event));
    count.zip(records.last().map(|record| record.revision))
}

fn assert_loaded(store: &Store, subjects: &[CaseId]) {
    for subject in subjects {
        let loaded = store.load(&stream(*subject), &RULES).unwrap();
        assert_eq!(loaded, folded(store, *subject));
    }
}

/// Several commands at a time for one subject: all but one are decided again.
async fn race(store: &Store, subject: CaseId, count: usize) {
    let commands = (0..count).map(|_| async {
        let command = meta(store.clock().command(), subject, 1);
        add(store, &command, None, 1).await
    });
    for done in futures::future::join_all(commands).await {
        // Beyond the limit it is rejected.
        let _ = done;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_state_is_the_fold_of_its_stream() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let mut temp = TempStore::new("referral");
    let clock = temp.store.clock().clone();
    let subjects: Vec<CaseId> = (0..SUBJECTS).map(|_| new_subject(&*clock)).collect();
    let mut store = temp.store.clone().with_cached_states(CACHED);
    for _ in 0..STEPS {
        let subject = subjects[rng.usize(..SUBJECTS).min(rng.usize(..SUBJECTS))];
        match rng.u8(..10) {
            0 => {
                drop(store);
                temp = tokio::task::block_in_place(|| temp.reopen());
                store = temp.store.clone().with_cached_states(CACHED);
            }
            // Another handle, with a cache of its own, appends: this one's states are old.
            1..4 => race(&temp.store, subject, 1).await,
            4..7 => race(&store, subject, 1).await,
            _ => race(&store, subject, 4).await,
        }
        assert_loaded(&store, &subjects[..rng.usize(1..=SUBJECTS)]);
    }
    assert_loaded(&store, &subjects);
    assert_loaded(&temp.store, &subjects);
}
