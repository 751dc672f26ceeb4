//! Files that are written over: what they held before, whole or torn, is never taken for new.

use std::collections::BTreeMap;
use std::fs;

use bytes::Bytes;
use proptest::prelude::*;
use uuid::Uuid;

use super::{DIRECTORY, Gap, Scan, encode};
use crate::StreamName;
use crate::commit_state::CommitState;
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::Tree;
use crate::record::{Head, Record, Unchained};

const EPOCH: Uuid = Uuid::from_u128(5);

/// Commits of one record each, with payloads of these sizes; an empty one only sets a cursor.
struct History {
    state: CommitState,
}

impl History {
    fn new() -> History {
        History {
            state: CommitState::EMPTY,
        }
    }

    /// The next commit, as an entry.
    fn commit(&mut self, size: usize) -> Vec<u8> {
        let commit = self.state.commit + 1;
        let mut records = Vec::new();
        let mut cursors = BTreeMap::new();
        if size == 0 {
            cursors.insert("source/a".to_owned(), commit);
        } else {
            let payload = Bytes::from(vec![commit as u8; size]);
            records.push(Record::chain(
                self.state.head,
                Unchained {
                    stream: StreamName::new("case/1").unwrap(),
                    revision: self.state.head.count,
                    id: Uuid::from_u128(u128::from(commit)),
                    labels: crate::labels::Labels::NONE,
                    payload_hash: Hash::of_payload(&payload),
                    payload,
                },
            ));
        }
        self.state = CommitState {
            commit,
            head: records.last().map_or(self.state.head, Record::head),
            cursors: Hash::ZERO,
        };
        entry(&self.state, &cursors, &records)
    }
}

fn entry(state: &CommitState, cursors: &BTreeMap<String, u64>, records: &[Record]) -> Vec<u8> {
    encode((EPOCH, &Identity::default()), state, cursors, records)
}

/// How many commits behind `sealed` are read from a file with these bytes, and the gap behind them.
fn read(first: u64, bytes: &[u8], sealed: CommitState) -> (usize, Option<Gap>) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join(DIRECTORY);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(format!("{first:020}")), bytes).unwrap();
    let scan = Scan::read(directory.path()).unwrap();
    let (commits, gap) = scan.commits(sealed, EPOCH, &mut Tree::new());
    let next = first + commits.len() as u64;
    assert_eq!(scan.resume(sealed.commit).unwrap().next, next);
    (commits.len(), gap)
}

/// Puts `part` over the beginning of `bytes` from `at`.
fn put(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.resize(bytes.len().max(at + part.len()), 0);
    bytes[at..at + part.len()].copy_from_slice(part);
}

/// Sizes of payloads: often the same, so that entries old and new lie at the same places.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    let size = prop_oneof![Just(0), Just(40), Just(40), 1usize..3_000];
    proptest::collection::vec(size, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_a_file_held_before_is_never_taken_for_new(
        lives in proptest::collection::vec(sizes(), 1..4), new in sizes(),
        sectors in proptest::collection::vec(any::<bool>(), 0..64), sector in prop_oneof![Just(512), Just(4096)],
    ) {
        let mut history = History::new();
        let mut bytes = Vec::new();
        for life in lives {
            let mut at = 0;
            for size in life {
                let entry = history.commit(size);
                put(&mut bytes, at, &entry);
                at += entry.len();
            }
        }
        let sealed = history.state;
        let (mut at, mut whole) = (0, 0);
        for size in &new {
            let entry = history.commit(*size);
            if whole + 1 < new.len() {
                put(&mut bytes, at, &entry);
                whole += 1;
                at += entry.len();
                continue;
            }
            // The last one was being written when the power went: some sectors are on the disk.
            let before = bytes.clone();
            put(&mut bytes, at, &entry);
            let after = bytes.clone();
            let mut is_whole = true;
            for (number, begin) in (0..after.len()).step_by(sector).enumerate() {
                let range = begin..(begin + sector).min(before.len());
                if range.end > range.start && !sectors.get(number).copied().unwrap_or(false) {
                    bytes[range.clone()].copy_from_slice(&before[range.clone()]);
                    is_whole &= before[range.clone()] == after[range];
                }
            }
            whole += usize::from(is_whole);
        }
        let (found, gap) = read(sealed.commit + 1, &bytes, sealed);
        prop_assert!(gap.is_none(), "{:?}", gap);
        prop_assert_eq!(found, whole);
    }

    #[test]
    fn a_damaged_entry_before_a_whole_one_is_a_gap(
        old in sizes(), at in any::<proptest::sample::Index>(), bit in 0u8..8,
    ) {
        let mut history = History::new();
        let mut bytes: Vec<u8> = old.iter().flat_map(|size| history.commit(*size)).collect();
        let sealed = history.state;
        let entries = [30, 900, 30].map(|size| history.commit(size));
        put(&mut bytes, 0, &entries.concat());
        // Somewhere in the records of the second one.
        let begin = entries[0].len() + 200;
        bytes[begin + at.index(entries[1].len() - 200)] ^= 1 << bit;
        let (found, gap) = read(sealed.commit + 1, &bytes, sealed);
        prop_assert_eq!(found, 1);
        prop_assert!(gap.is_some());
    }
}

/// An old payload that reads as an entry with the right number, exactly where the new entries end, and
/// where the one that was torn would have ended.
#[test]
fn a_payload_cannot_imitate_an_entry() {
    let mut history = History::new();
    history.commit(40);
    let sealed = history.state;
    let first = history.commit(40);
    let known = history.state;
    let torn = history.commit(700);
    for (number, head) in [(3, sealed.head), (3, Head::EMPTY), (4, sealed.head)] {
        let state = CommitState {
            commit: number,
            head,
            ..known
        };
        let cursors = BTreeMap::from([("source/a".to_owned(), 7)]);
        let imitation = entry(&state, &cursors, &[]);
        for is_torn in [false, true] {
            let mut bytes = vec![0x55; 4_096];
            put(&mut bytes, 0, &first);
            let mut end = first.len();
            if is_torn {
                put(&mut bytes, end, &torn[..300]);
                end += torn.len();
            }
            put(&mut bytes, end, &imitation);
            let (found, gap) = read(2, &bytes, sealed);
            assert_eq!(found, 1);
            assert!(gap.is_none(), "{gap:?}");
        }
    }
}

/// A file whose name promises more than the log has is not gone on with.
#[test]
fn a_file_that_begins_too_late_is_not_read() {
    let mut history = History::new();
    let entries: Vec<_> = (0..3).map(|_| history.commit(40)).collect();
    let (found, gap) = read(2, &entries.concat(), CommitState::EMPTY);
    assert_eq!((found, gap.is_some()), (0, false));
}
