//! Keys on a disk.

use std::fs;

use tempfile::TempDir;

use super::{master::MasterKeySource, *};

mod rotation;
mod takeover;

const CASE: &str = "019ab0c4-8000-7000-8000-000000000001";
const OTHER: &str = "019ab0c4-8000-7000-8000-000000000002";

struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn origin(&self) -> MasterKeySource {
        MasterKeySource::Own(self.folder.path().join("master.key"))
    }

    fn open(&self) -> Keyring {
        self.try_open().unwrap()
    }

    fn try_open(&self) -> Result<Keyring, KeyringError> {
        Keyring::open(self.keys(), &self.origin())
    }

    fn master(&self, name: &str) -> (MasterKey, PathBuf) {
        let path = self.folder.path().join(name);
        let text = if path.exists() {
            fs::read_to_string(&path).unwrap()
        } else {
            master::make(&path).unwrap()
        };
        (MasterKey::parse(&text, name).unwrap(), path)
    }

    fn bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.keys()).unwrap();
        files
            .flat_map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect()
    }

    fn slab(&self) -> PathBuf {
        self.keys().join("00000.slab")
    }
}

impl Keyring {
    fn made(&self, case: CaseId) -> CaseKey {
        wait(self.begin(case)).unwrap()
    }

    fn erased(&self, case: CaseId) {
        wait(self.erase(case)).unwrap();
    }
}

fn wait<T>(done: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(done)
}

fn cases() -> (CaseId, CaseId) {
    (CASE.parse().unwrap(), OTHER.parse().unwrap())
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

/// Where a case's slot begins in a slab.
fn slot_of(slab: &[u8], case: CaseId) -> usize {
    let id = case.uuid();
    let place = slab.windows(16).position(|it| it == id.as_bytes());
    place.unwrap() / 256 * 256
}

#[test]
fn a_ciphertext_decrypts_only_for_its_case() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    let sealed = keyring.made(case).seal("岩温".as_bytes());
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), "岩温".as_bytes());
    keyring.made(other);
    assert!(matches!(
        keyring.unseal(other, &sealed),
        Err(KeyringError::Foreign { .. })
    ));
}

#[test]
fn a_key_is_made_once_and_is_there_after_a_restart() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    assert!(keyring.case_key(case).unwrap().is_none());
    assert!(matches!(
        keyring.seal(case, b"nothing is made on the way"),
        Err(KeyringError::Erased { .. })
    ));
    let made = keyring.made(case);
    assert_eq!(keyring.made(case).bytes(), made.bytes());
    assert_ne!(keyring.made(other).bytes(), made.bytes());
    drop(keyring);
    let again = world.open().existing_key(case).unwrap();
    assert_eq!(again.bytes(), made.bytes());
}

#[test]
fn no_key_is_on_disk_in_clear() {
    let world = World::new();
    let made = world.open().made(cases().0);
    assert!(!holds(&world.bytes(), made.bytes()));
}

#[test]
fn a_wrapped_key_belongs_to_its_case() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    keyring.made(case);
    keyring.made(other);
    drop(keyring);
    let mut slab = fs::read(world.slab()).unwrap();
    let (from, to) = (slot_of(&slab, case), slot_of(&slab, other));
    slab.copy_within(from + 24..from + 256, to + 24);
    let checksum = crc32fast::hash(&slab[to + 4..to + 256]);
    slab[to..to + 4].copy_from_slice(&checksum.to_le_bytes());
    fs::write(world.slab(), slab).unwrap();
    let refused = world.open().case_key(other).unwrap_err();
    let altered = matches!(
        refused,
        KeyringError::Wrapped {
            source: UnwrapError::Altered,
            ..
        }
    );
    assert!(altered, "{refused}");
}

#[test]
fn a_damaged_key_is_named_and_the_others_open() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    keyring.made(case);
    let kept = keyring.made(other);
    drop(keyring);
    let mut slab = fs::read(world.slab()).unwrap();
    let place = slot_of(&slab, case) + 100;
    slab[place] ^= 1;
    fs::write(world.slab(), slab).unwrap();
    let keyring = world.open();
    let refused = keyring.case_key(case).unwrap_err();
    assert!(matches!(refused, KeyringError::Damaged { .. }), "{refused}");
    assert_eq!(keyring.existing_key(other).unwrap().bytes(), kept.bytes());
    // What is left of it goes when the case is erased.
    keyring.erased(case);
    assert!(keyring.is_erased(case).unwrap());
    assert!(keyring.case_key(case).unwrap().is_none());
}

#[test]
fn another_master_key_is_refused_at_the_start() {
    let world = World::new();
    world.open().made(cases().0);
    let (_, another) = world.master("another");
    let refused = Keyring::open(world.keys(), &MasterKeySource::File(another)).unwrap_err();
    assert!(matches!(refused, KeyringError::Another { .. }), "{refused}");
    fs::remove_file(world.folder.path().join("master.key")).unwrap();
    let refused = world.try_open().unwrap_err();
    let gone = matches!(refused, KeyringError::Master(MasterKeyError::Gone { .. }));
    assert!(gone, "{refused}");
}

#[test]
fn an_erased_case_gets_no_key_again_and_others_keep_theirs() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    let sealed = keyring.made(case).seal(b"somebody");
    let kept = keyring.made(other).seal(b"somebody else");
    let slab = fs::read(world.slab()).unwrap();
    let wrapped = slab[slot_of(&slab, case) + 24..][..40].to_vec();
    assert!(holds(&world.bytes(), &wrapped));
    keyring.erased(case);
    keyring.erased(case);
    let refused = |keyring: &Keyring| {
        for refused in [
            keyring.unseal(case, &sealed).map(|_| ()),
            keyring.seal(case, b"again").map(|_| ()),
            wait(keyring.begin(case)).map(|_| ()),
        ] {
            let erased = matches!(refused, Err(KeyringError::Erased { .. }));
            assert!(erased, "{refused:?}");
        }
        assert!(keyring.is_erased(case).unwrap());
        assert!(!keyring.is_erased(other).unwrap());
        assert!(!holds(&world.bytes(), &wrapped));
        assert_eq!(keyring.unseal(other, &kept).unwrap(), b"somebody else");
    };
    refused(&keyring);
    drop(keyring);
    refused(&world.open());
}

#[test]
fn a_case_that_never_had_a_key_can_be_erased() {
    let world = World::new();
    let keyring = world.open();
    let (case, _) = cases();
    keyring.erase_blocking(case).unwrap();
    drop(keyring);
    let keyring = world.open();
    assert!(keyring.is_erased(case).unwrap());
    assert!(matches!(
        wait(keyring.begin(case)),
        Err(KeyringError::Erased { .. })
    ));
}

#[test]
fn keys_of_a_newer_version_are_refused_at_the_start() {
    let world = World::new();
    world.open().made(cases().0);
    let slab = fs::read(world.slab()).unwrap();
    let mut newer = slab.clone();
    let place = slot_of(&slab, cases().0);
    newer[place + 4] = 9;
    let checksum = crc32fast::hash(&newer[place + 4..place + 256]);
    newer[place..place + 4].copy_from_slice(&checksum.to_le_bytes());
    let mut other_header = slab;
    other_header[13] = b'2';
    for content in [newer, other_header] {
        fs::write(world.slab(), content).unwrap();
        let refused = world.try_open().unwrap_err();
        assert!(matches!(refused, KeyringError::File { .. }), "{refused}");
    }
}

#[test]
fn keys_are_used_by_one_at_a_time() {
    let world = World::new();
    let first = world.open();
    let second = world.try_open().unwrap_err();
    assert!(matches!(second, KeyringError::InUse { .. }), "{second}");
    drop(first);
    world.open();
}

#[test]
fn a_half_written_file_is_removed_at_start() {
    let world = World::new();
    let keyring = world.open();
    let aside = world.keys().join("00000.7.new");
    fs::write(&aside, b"half").unwrap();
    drop(keyring);
    world.open();
    assert!(!aside.exists());
}

/// Version 0.1.0 gave a file that it had written aside a second name, and then took the first away.
#[test]
fn a_file_that_has_its_name_already_keeps_its_bytes() {
    let world = World::new();
    let index = world.open().search().blind_index(TermKind::Name, "岩温");
    let (search, aside) = (world.keys().join(SEARCH), world.keys().join("search.7.new"));
    fs::hard_link(&search, &aside).unwrap();
    let keyring = world.open();
    assert_eq!(keyring.search().blind_index(TermKind::Name, "岩温"), index);
    assert!(!aside.exists());
}
