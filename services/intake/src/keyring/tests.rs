//! Keys on a disk.

use std::fs;

use tempfile::TempDir;

use super::{master::MasterKeySource, rotation::rotate, *};

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

    /// Every byte of every key file.
    fn bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.keys()).unwrap();
        files
            .flat_map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect()
    }
}

fn cases() -> (CaseId, CaseId) {
    (CASE.parse().unwrap(), OTHER.parse().unwrap())
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

#[test]
fn a_ciphertext_decrypts_only_for_its_case() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    let sealed = keyring.seal(case, "岩温".as_bytes()).unwrap();
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), "岩温".as_bytes());
    keyring.seal(other, b"somebody else").unwrap();
    assert!(matches!(
        keyring.unseal(other, &sealed),
        Err(KeyringError::Foreign { .. })
    ));
}

#[test]
fn no_key_is_on_disk_in_clear() {
    let world = World::new();
    let keyring = world.open();
    let (case, _) = cases();
    let index = keyring.search().blind_index(TermKind::Name, "岩温");
    keyring.begin(case, &[index]).unwrap();
    let stored = keyring.case_key(case).unwrap().unwrap();
    assert_eq!(stored.blind_indexes, [index]);
    let bytes = world.bytes();
    assert!(!holds(&bytes, &stored.key));
    assert!(!holds(&bytes, &index.to_bytes()));
}

#[test]
fn a_wrapped_key_belongs_to_its_case() {
    let world = World::new();
    let keyring = world.open();
    let (case, other) = cases();
    keyring.begin(case, &[]).unwrap();
    fs::copy(keyring.path(case), keyring.path(other)).unwrap();
    assert!(matches!(
        keyring.case_key(other),
        Err(KeyringError::Wrapped {
            source: UnwrapError::Altered,
            ..
        })
    ));
}

#[test]
fn another_master_key_is_refused_at_the_start() {
    let world = World::new();
    world.open().begin(cases().0, &[]).unwrap();
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
    let sealed = keyring.seal(case, b"somebody").unwrap();
    let kept = keyring.seal(other, b"somebody else").unwrap();
    let file = fs::read(keyring.path(case)).unwrap();
    keyring.erase(case).unwrap();
    keyring.erase(case).unwrap();
    for refused in [
        keyring.unseal(case, &sealed).map(|_| ()),
        keyring.seal(case, b"again").map(|_| ()),
        keyring.begin(case, &[]),
        keyring.reindex(case, &[]),
    ] {
        let erased = matches!(refused, Err(KeyringError::Erased { .. }));
        assert!(erased, "{refused:?}");
    }
    assert!(keyring.is_erased(case));
    assert!(!holds(&world.bytes(), &file[..40]));
    assert_eq!(keyring.unseal(other, &kept).unwrap(), b"somebody else");
    assert_eq!(keyring.cases().unwrap(), [other]);
}

#[test]
fn a_bare_key_of_an_earlier_version_opens_and_is_wrapped() {
    let world = World::new();
    let keyring = world.open();
    let (case, _) = cases();
    let sealed = keyring.seal(case, b"somebody").unwrap();
    let key = keyring.case_key(case).unwrap().unwrap().key;
    fs::write(keyring.path(case), key).unwrap();
    assert!(keyring.case_key(case).unwrap().unwrap().is_unwrapped);
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), b"somebody");
    let index = keyring.search().blind_index(TermKind::Phone, "13800138000");
    keyring.reindex(case, &[index]).unwrap();
    assert!(!keyring.case_key(case).unwrap().unwrap().is_unwrapped);
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), b"somebody");
    assert!(!holds(&world.bytes(), &key));
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
    let aside = keyring.path(cases().0).with_extension("7.new");
    fs::write(&aside, b"half").unwrap();
    drop(keyring);
    world.open();
    assert!(!aside.exists());
}

#[test]
fn a_new_master_key_opens_everything_and_the_old_one_nothing() {
    let world = World::new();
    let (case, other) = cases();
    let keyring = world.open();
    let index = keyring.search().blind_index(TermKind::Name, "岩温");
    let sealed = keyring.seal(case, b"somebody").unwrap();
    keyring.reindex(case, &[index]).unwrap();
    keyring.begin(other, &[]).unwrap();
    drop(keyring);
    let (old, _) = world.master("master.key");
    let (new, file) = world.master("new.key");

    let (rotated, rotation) = rotate(&world.keys(), &old, &new).unwrap();
    assert_eq!((rotated.keys, rotated.before), (3, 0));
    drop(rotation);
    // Killed before the new key was in its place: no intake starts, and a second run finishes it.
    let refused = world.try_open().unwrap_err();
    assert!(
        matches!(refused, KeyringError::Rotating { .. }),
        "{refused}"
    );
    let (rotated, rotation) = rotate(&world.keys(), &old, &new).unwrap();
    assert_eq!((rotated.keys, rotated.before), (0, 3));
    fs::rename(file, world.folder.path().join("master.key")).unwrap();
    rotation.end().unwrap();

    let keyring = world.open();
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), b"somebody");
    assert_eq!(
        keyring.case_key(case).unwrap().unwrap().blind_indexes,
        [index]
    );
    assert_eq!(keyring.search().blind_index(TermKind::Name, "岩温"), index);
    drop(keyring);
    let refused = rotate(&world.keys(), &old, &world.master("third.key").0).unwrap_err();
    assert!(
        matches!(refused, RotationError::Neither { .. }),
        "{refused}"
    );
}

#[test]
fn a_new_master_key_takes_the_place_of_the_old_one() {
    let world = World::new();
    let settings = Settings {
        data: world.folder.path().to_owned(),
        ..Settings::default()
    };
    let (case, _) = cases();
    let open = || Keyring::open(folder_of(&settings), &MasterKeySource::of(&settings));
    let sealed = open().unwrap().seal(case, b"somebody").unwrap();
    let place = settings.data.join("intake/master.key");
    let old = fs::read_to_string(&place).unwrap();

    let running = open().unwrap();
    let refused = rotate_master(&settings, None).unwrap_err();
    let in_use = matches!(refused, RotationError::Keyring(KeyringError::InUse { .. }));
    assert!(in_use, "{refused}");
    drop(running);

    assert_eq!(rotate_master(&settings, None).unwrap().keys, 2);
    assert_ne!(fs::read_to_string(&place).unwrap(), old);
    assert_eq!(open().unwrap().unseal(case, &sealed).unwrap(), b"somebody");
    assert!(!place.with_extension("next").exists());

    // Handed over in the environment: the new one must be named.
    let text = fs::read_to_string(&place).unwrap();
    let given = Settings {
        master_key: Some(text.into()),
        ..settings.clone()
    };
    let refused = rotate_master(&given, None).unwrap_err();
    assert!(matches!(refused, RotationError::NewIsMissing), "{refused}");
    let (_, new) = world.master("new.key");
    rotate_master(&given, Some(&new)).unwrap();
    let refused = open().unwrap_err();
    assert!(matches!(refused, KeyringError::Another { .. }), "{refused}");
    let origin = MasterKeySource::File(new);
    let keyring = Keyring::open(folder_of(&settings), &origin).unwrap();
    assert_eq!(keyring.unseal(case, &sealed).unwrap(), b"somebody");
}
