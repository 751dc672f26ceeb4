//! A new master key.

use super::{super::rotation::rotate, *};

fn third() -> CaseId {
    "019ab0c4-8000-7000-8000-000000000003".parse().unwrap()
}

#[test]
fn a_new_master_key_opens_everything_and_the_old_one_nothing() {
    let world = World::new();
    let (case, other) = cases();
    let keyring = world.open();
    let index = keyring.search().blind_index(TermKind::Name, "岩温");
    let sealed = keyring.made(case).seal(b"somebody");
    keyring.made(other);
    keyring.erased(other);
    keyring.made(third());
    drop(keyring);
    let before = fs::read(world.slab()).unwrap();
    let wrapped = before[slot_of(&before, case) + 24..][..40].to_vec();
    let (old, _) = world.master("master.key");
    let (new, file) = world.master("new.key");

    let (rotated, rotation) = rotate(&world.keys(), &old, &new).unwrap();
    assert_eq!((rotated.keys, rotated.before), (3, 0));
    assert!(!holds(&world.bytes(), &wrapped));
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
    assert!(keyring.case_key(third()).unwrap().is_some());
    assert!(keyring.is_erased(other).unwrap());
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
    let sealed = open().unwrap().made(case).seal(b"somebody");
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
