//! What version 0.1.0 stored is taken over, whenever the takeover is interrupted.

use std::{collections::BTreeMap, path::Path, process::Command};

use proptest::prelude::*;

use super::*;

/// The keys folder of 0.1.0 with the keys of so many cases, every fifth of which was erased; what they sealed.
fn made(world: &World, count: usize) -> BTreeMap<CaseId, Option<Ciphertext>> {
    // The search key and the master key are as they were.
    world.open();
    fs::remove_file(world.slab()).ok();
    let (master, _) = world.master("master.key");
    let mut cases = BTreeMap::new();
    for number in 0..count {
        let case: CaseId = format!("019ab0c4-8000-7000-8000-{number:012}")
            .parse()
            .unwrap();
        let file = world.keys().join(case.to_string());
        if number % 5 == 4 {
            fs::write(file.with_extension("erased"), b"").unwrap();
            // Killed in between: the mark was there, the key was not overwritten yet.
            if number % 10 == 9 {
                let key = CaseKey::generate(case).wrap(&master);
                fs::write(file.with_extension("key"), key).unwrap();
            }
            cases.insert(case, None);
            continue;
        }
        let key = CaseKey::generate(case);
        let wrapped = match number % 3 {
            // The versions before did not wrap it.
            0 => key.bytes().to_vec(),
            // Blind indexes lie behind it.
            _ => {
                let clear = [key.bytes(), &vec![7; 8 * (number % 30)]].concat();
                master.wrap(case.uuid().as_bytes(), &clear)
            }
        };
        fs::write(file.with_extension("key"), wrapped).unwrap();
        cases.insert(case, Some(key.seal(b"somebody")));
    }
    cases
}

fn assert_taken_over(world: &World, cases: &BTreeMap<CaseId, Option<Ciphertext>>) {
    for _ in 0..2 {
        let keyring = world.open();
        for (case, sealed) in cases {
            match sealed {
                Some(sealed) => {
                    assert_eq!(
                        keyring.unseal(*case, sealed).unwrap(),
                        b"somebody",
                        "{case}"
                    );
                }
                None => assert!(keyring.is_erased(*case).unwrap(), "{case}"),
            }
        }
    }
    let mut left: Vec<_> = fs::read_dir(world.keys())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["00000.slab", "lock", "search.key"]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_folder_of_files_becomes_a_slab() {
    let world = World::new();
    let cases = made(&world, 1_300);
    assert_taken_over(&world, &cases);
}

#[test]
fn the_node_of_0_1_0_is_taken_over() {
    let world = World::new();
    let node = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/0.1.0/node.tar.gz"
    );
    let unpacked = Command::new("tar")
        .arg("-xzf")
        .arg(node)
        .arg("-C")
        .arg(world.folder.path())
        .status();
    assert!(unpacked.unwrap().success());
    let settings = Settings {
        data: world.folder.path().to_owned(),
        ..Settings::default()
    };
    let folder = folder_of(&settings);
    let of_cases = |extension| {
        let files = files_with_extension(&folder, extension).unwrap();
        let cases = files.iter().filter_map(|path| folder::case_of(path));
        cases.collect::<Vec<_>>()
    };
    let (keys, marks) = (of_cases("key"), of_cases("erased"));
    assert_eq!((keys.len(), marks.len()), (10, 2));
    for _ in 0..2 {
        let keyring = Keyring::open(&folder, &MasterKeySource::of(&settings)).unwrap();
        for case in &keys {
            keyring.existing_key(*case).unwrap();
        }
        for case in &marks {
            assert!(keyring.is_erased(*case).unwrap());
        }
        assert!(of_cases("key").is_empty() && of_cases("erased").is_empty());
    }
}

#[test]
fn a_key_that_does_not_unwrap_stays_and_says_so() {
    let world = World::new();
    let cases = made(&world, 3);
    let (case, other) = (*cases.keys().nth(1).unwrap(), *cases.keys().nth(2).unwrap());
    let file = world.keys().join(format!("{case}.key"));
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, &bytes).unwrap();
    for _ in 0..2 {
        let keyring = world.open();
        let refused = keyring.case_key(case).unwrap_err();
        assert!(matches!(refused, KeyringError::Wrapped { .. }), "{refused}");
        keyring.existing_key(other).unwrap();
        assert!(file.exists());
    }
    let keyring = world.open();
    keyring.erased(case);
    assert!(keyring.is_erased(case).unwrap() && !file.exists());
}

/// What a crash in the middle of a takeover can leave of a file.
#[derive(Debug, Clone, Copy)]
enum Left {
    Whole,
    Overwritten,
    Gone,
}

fn left() -> impl Strategy<Value = Left> {
    prop_oneof![Just(Left::Whole), Just(Left::Overwritten), Just(Left::Gone)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Before the slab is durable, no file is touched, and any part of any slot may be on the disk.
    #[test]
    fn a_crash_before_the_slab_is_durable_loses_nothing(
        written in prop::collection::vec(0..=256_usize, 24)
    ) {
        let (world, done) = (World::new(), World::new());
        let cases = made(&world, 24);
        copy(&world.keys(), &done.keys());
        fs::copy(world.folder.path().join("master.key"), done.folder.path().join("master.key")).unwrap();
        done.open();
        let mut slab = fs::read(done.slab()).unwrap();
        for (number, written) in written.into_iter().enumerate() {
            let slot = (number + 1) * 256;
            slab[slot + written..slot + 256].fill(0);
        }
        fs::write(world.slab(), slab).unwrap();
        // Marks are durable before the first key is: only keys are torn.
        assert_taken_over(&world, &cases);
    }

    /// Once it is, the files go one by one.
    #[test]
    fn a_crash_while_the_files_go_loses_nothing(left in prop::collection::vec(left(), 24)) {
        let (world, done) = (World::new(), World::new());
        let cases = made(&world, 24);
        copy(&world.keys(), &done.keys());
        fs::copy(world.folder.path().join("master.key"), done.folder.path().join("master.key")).unwrap();
        done.open();
        fs::copy(done.slab(), world.slab()).unwrap();
        for (case, left) in cases.keys().zip(left) {
            let file = world.keys().join(format!("{case}.key"));
            match left {
                Left::Whole => {}
                Left::Overwritten if file.exists() => {
                    let length = fs::metadata(&file).unwrap().len();
                    fs::write(&file, vec![0; length as usize]).unwrap();
                }
                Left::Overwritten | Left::Gone => drop(fs::remove_file(&file)),
            }
        }
        assert_taken_over(&world, &cases);
    }
}
