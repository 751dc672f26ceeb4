//! Slabs under many hands, and after a power cut.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::keyring::slab::file::SLOTS;

fn case(number: u32) -> CaseId {
    // Every other one shares its last four bytes with another case.
    let (one, last) = (number % 2, number / 2);
    format!("019ab0c4-8000-7000-8{one:03}-{last:012}")
        .parse()
        .unwrap()
}

/// Bytes that nothing else in a slab has.
fn wrapped(number: u32, time: u8) -> Vec<u8> {
    let part = |part: u8| {
        let [a, b, c, d] = number.to_be_bytes();
        crc32fast::hash(&[a, b, c, d, time, part]).to_be_bytes()
    };
    (0..21).flat_map(part).collect()
}

fn make(number: u32, time: u8) -> Change {
    Change::Make {
        case: case(number),
        wrapped: wrapped(number, time),
    }
}

fn erase(number: u32) -> Change {
    Change::Erase { case: case(number) }
}

fn group(changes: impl IntoIterator<Item = Change>) -> Group {
    let mut group = Group::default();
    for change in changes {
        group.add(change);
    }
    group
}

fn opened(folder: &TempDir) -> Slabs {
    Slabs::open(folder.path()).unwrap()
}

/// What is stored of so many cases.
fn stored(slabs: &Slabs, cases: u32) -> BTreeMap<u32, Stored> {
    let of = |number| Some((number, slabs.find(case(number)).unwrap()?));
    (0..cases).filter_map(of).collect()
}

#[derive(Debug, Clone)]
enum Step {
    Commit(BTreeMap<u32, Option<u8>>),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let changes =
        prop::collection::btree_map(0..20_u32, prop::option::weighted(0.7, 1..250_u8), 1..8);
    prop_oneof![6 => changes.prop_map(Step::Commit), 1 => Just(Step::Reopen)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn slabs_are_a_map(steps in prop::collection::vec(step(), 1..20)) {
        let folder = tempfile::tempdir().unwrap();
        let mut slabs = opened(&folder);
        let mut model: BTreeMap<u32, Stored> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Reopen => slabs = opened(&folder),
                Step::Commit(changes) => {
                    let group = group(changes.iter().map(|(number, time)| match time {
                        Some(time) => make(*number, *time),
                        None => erase(*number),
                    }));
                    let answers = slabs.commit(&group).unwrap();
                    for ((number, time), answer) in changes.into_iter().zip(answers) {
                        let after = match time {
                            Some(time) => model
                                .entry(number)
                                .or_insert_with(|| Stored::Key(wrapped(number, time)))
                                .clone(),
                            None => Stored::Erased,
                        };
                        model.insert(number, after.clone());
                        prop_assert_eq!(answer.unwrap(), after);
                    }
                }
            }
            prop_assert_eq!(&stored(&slabs, 20), &model);
            for number in 0..20 {
                let erased = model.get(&number) == Some(&Stored::Erased);
                prop_assert_eq!(slabs.is_erased(case(number)).unwrap(), erased);
            }
        }
    }

    /// Power fails while a group is written: of each piece of 64 bytes that it changes, the disk has the old or the new.
    #[test]
    fn a_power_cut_takes_nothing_that_was_answered(
        before in 1..40_u32,
        erased in prop::collection::btree_set(0..40_u32, 0..10),
        made in 0..20_u32,
        pieces in prop::collection::vec(any::<bool>(), 80 * 4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let slabs = opened(&folder);
        let first = group((0..before).map(|number| make(number, 1)));
        slabs.commit(&first).unwrap();
        let path = slab_path(folder.path(), 0);
        let old = fs::read(&path).unwrap();
        let erased: BTreeSet<u32> = erased.into_iter().filter(|number| *number < before).collect();
        let fresh = 100..100 + made;
        let last = erased.iter().map(|number| erase(*number));
        let last = group(last.chain(fresh.clone().map(|number| make(number, 2))));
        if last.len() > 0 {
            slabs.commit(&last).unwrap();
        }
        drop(slabs);
        let mut disk = fs::read(&path).unwrap();
        for (piece, is_new) in (4..).zip(&pieces) {
            if !is_new {
                disk[piece * 64..][..64].copy_from_slice(&old[piece * 64..][..64]);
            }
        }
        fs::write(&path, disk).unwrap();

        let slabs = opened(&folder);
        for number in (0..before).filter(|number| !erased.contains(number)) {
            let found = slabs.find(case(number)).unwrap();
            prop_assert_eq!(found, Some(Stored::Key(wrapped(number, 1))));
        }
        // Nothing of the last group was answered. What is on record to be erased is erased again, and who did not get
        // an answer asks again.
        let again = erased.iter().map(|number| erase(*number));
        let again = group(again.chain(fresh.clone().map(|number| make(number, 3))));
        if again.len() > 0 {
            slabs.commit(&again).unwrap();
        }
        for slabs in [slabs, opened(&folder)] {
            for number in &erased {
                prop_assert!(slabs.is_erased(case(*number)).unwrap());
            }
            for number in fresh.clone() {
                let Some(Stored::Key(found)) = slabs.find(case(number)).unwrap() else {
                    panic!("{number} has no key")
                };
                prop_assert!(found == wrapped(number, 2) || found == wrapped(number, 3));
            }
        }
        let disk = fs::read(&path).unwrap();
        for number in erased {
            let key = wrapped(number, 1);
            prop_assert!(!disk.windows(40).any(|bytes| *bytes == key[..40]));
        }
    }
}

#[test]
fn a_slab_that_is_full_is_followed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let slabs = opened(&folder);
    let many = SLOTS + 10;
    for first in (0..many).step_by(4_096) {
        let some = first..many.min(first + 4_096);
        slabs
            .commit(&group(some.map(|number| make(number, 1))))
            .unwrap();
    }
    let again = opened(&folder);
    for slabs in [&slabs, &again] {
        for number in [0, SLOTS - 2, SLOTS - 1, SLOTS, many - 1] {
            let found = slabs.find(case(number)).unwrap();
            assert_eq!(found, Some(Stored::Key(wrapped(number, 1))), "{number}");
        }
    }
    let last = group([erase(SLOTS - 1), make(many, 1)]);
    again.commit(&last).unwrap();
    let again = opened(&folder);
    assert_eq!(again.find(case(SLOTS - 1)).unwrap(), Some(Stored::Erased));
    assert_eq!(
        again.find(case(many)).unwrap(),
        Some(Stored::Key(wrapped(many, 1)))
    );
    fs::remove_file(slab_path(folder.path(), 0)).unwrap();
    let refused = Slabs::open(folder.path()).unwrap_err();
    assert!(matches!(refused, KeyringError::File { .. }), "{refused}");
}

/// Of all who make a key for a case at once, every one gets the same.
#[test]
fn many_hands_make_one_key_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let slabs = opened(&folder);
    let writer = Writer::start(slabs.clone()).unwrap();
    let got: Vec<Vec<Stored>> = std::thread::scope(|scope| {
        let hands = (0..8_u8).map(|hand| {
            let writer = &writer;
            scope.spawn(move || {
                let made = (0..200).map(|number| writer.write_blocking(make(number, hand + 1)));
                made.map(Result::unwrap).collect()
            })
        });
        let hands: Vec<_> = hands.collect();
        hands.into_iter().map(|hand| hand.join().unwrap()).collect()
    });
    assert!(got.iter().all(|one| *one == got[0]));
    drop(writer);
    let again = opened(&folder);
    for (number, one) in (0..).zip(&got[0]) {
        assert_eq!(again.find(case(number)).unwrap().as_ref(), Some(one));
    }
}

/// A key that cannot be written is refused, and one that was made before can be read.
#[test]
fn a_folder_that_is_gone_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let slabs = opened(&folder);
    let writer = Writer::start(slabs.clone()).unwrap();
    fs::remove_dir(folder.path()).unwrap();
    for _ in 0..2 {
        let refused = writer.write_blocking(make(1, 1)).unwrap_err();
        assert!(matches!(refused, KeyringError::Shared(_)), "{refused}");
    }
    fs::create_dir(folder.path()).unwrap();
    writer.write_blocking(make(1, 1)).unwrap();
}
