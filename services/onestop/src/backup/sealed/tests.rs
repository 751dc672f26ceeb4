//! What a stranger, a wrong identity and a damaged file get: nothing.

use std::{collections::BTreeMap, fs, path::PathBuf};

use age::{secrecy::ExposeSecret, x25519};
use onestop_chassis::clock::SystemClock;
use tempfile::TempDir;

use super::*;
use crate::backup::{Contents, FORMAT, archive};

/// A key in a backup.
const SECRET: &[u8] = b"SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

struct World {
    folder: TempDir,
    identity: x25519::Identity,
}

impl World {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            identity: x25519::Identity::generate(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn identity_file(&self, identity: &x25519::Identity) -> PathBuf {
        let path = self.path(&identity.to_public().to_string());
        let text = format!(
            "# made by a test\n{}\n",
            identity.to_string().expose_secret()
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// A backup of some pieces of 64 KiB, with the secret in it.
    fn backup(&self) -> PathBuf {
        let contents = Contents {
            format: FORMAT.to_owned(),
            made: SystemClock.now(),
            logs: BTreeMap::new(),
            accounts: None,
            erasures: None,
            after: None,
        };
        let key = self.path("intake.nk");
        let filling: Vec<u8> = (0..150_000_u32)
            .flat_map(u32::to_le_bytes)
            .take(150_000)
            .collect();
        fs::write(&key, [SECRET, &filling].concat()).unwrap();
        let path = self.path("node.age");
        let file = File::create(&path).unwrap();
        let sealer = Sealer::begin(&file, &[self.identity.to_public()]).unwrap();
        let mut writer = archive::Writer::begin(sealer, &contents).unwrap();
        writer.file(&key, Path::new("keys/intake.nk")).unwrap();
        writer.end().unwrap().finish().unwrap();
        path
    }

    /// Unpacks a file as a restore does.
    fn unpack(&self, file: &Path, identity: Option<&Path>) -> anyhow::Result<Vec<u8>> {
        archive::contents(file, Opened::open(file, identity)?)?;
        let into = tempfile::tempdir_in(self.folder.path()).unwrap();
        archive::unpack(file, Opened::open(file, identity)?, into.path())?;
        Ok(fs::read(into.path().join("keys/intake.nk")).unwrap())
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

#[test]
fn any_program_that_knows_age_opens_a_backup() {
    let world = World::new();
    let bytes = fs::read(world.backup()).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    assert!(!holds(&bytes, SECRET));
    let clear = age::decrypt(&world.identity, &bytes).unwrap();
    assert!(holds(&clear, SECRET));
    let mut archive = tar::Archive::new(clear.as_slice());
    let names: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(names, ["onestop-backup.json", "keys/intake.nk"]);
}

#[test]
fn only_the_identity_of_a_recipient_opens_it() {
    let world = World::new();
    let file = world.backup();
    let own = world.identity_file(&world.identity);
    assert!(world.unpack(&file, Some(&own)).unwrap().starts_with(SECRET));
    let other = world.identity_file(&x25519::Identity::generate());
    let refused = world.unpack(&file, Some(&other)).unwrap_err().to_string();
    assert!(
        refused.contains("another recipient") && refused.contains("node.age"),
        "{refused}"
    );
    let refused = world.unpack(&file, None).unwrap_err().to_string();
    assert!(refused.contains("--identity"), "{refused}");
    let no_identity = world.path("intake.nk");
    let refused = world
        .unpack(&file, Some(&no_identity))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("holds no identity"), "{refused}");
    // Such a file is secret: what is in it is not printed.
    assert!(!refused.contains("SUACSSL"), "{refused}");
}

/// Every byte of the head, and bytes throughout, are altered; the file is cut everywhere, and made longer.
#[test]
fn what_was_altered_or_cut_is_refused_by_name() {
    let world = World::new();
    let whole = fs::read(world.backup()).unwrap();
    let own = world.identity_file(&world.identity);
    let damaged = world.path("damaged.age");
    let is_refused = |bytes: &[u8], what: &str| {
        fs::write(&damaged, bytes).unwrap();
        match world.unpack(&damaged, Some(&own)) {
            Ok(_) => panic!("{what} was taken"),
            Err(refused) => {
                let said = format!("{refused:#}");
                assert!(said.contains("damaged.age"), "{what}: {said}");
            }
        }
    };
    let head = 300;
    assert!(whole.len() > 2 * 65_536 + head);
    let altered = (0..head).chain((head..whole.len()).step_by(1_499));
    for place in altered.chain([whole.len() - 1]) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        is_refused(&bytes, &format!("byte {place} altered"));
    }
    let pieces = (1..=2).map(|piece| whole.len() - piece * (65_536 + 16));
    for length in (0..whole.len())
        .step_by(2_503)
        .chain(pieces)
        .chain([whole.len() - 1])
    {
        is_refused(&whole[..length], &format!("cut to {length}"));
    }
    is_refused(&[&whole[..], b"\n"].concat(), "a byte more");
    is_refused(&[&whole[..], &whole[..]].concat(), "twice");
}

#[test]
fn without_a_recipient_no_backup_is_made() {
    let settings = |recipients: Option<&str>| Settings {
        backup_recipients: recipients.map(str::to_owned),
        ..Settings::default()
    };
    for none in [None, Some(""), Some(" , ")] {
        let refused = recipients(&settings(none)).err().unwrap().to_string();
        assert!(refused.contains("backup-recipient --out"), "{refused}");
    }
    let (one, two) = (x25519::Identity::generate(), x25519::Identity::generate());
    let both = format!("{}, {}", one.to_public(), two.to_public());
    assert_eq!(recipients(&settings(Some(&both))).unwrap().len(), 2);
    let secret = one.to_string();
    for wrong in ["age1abc", secret.expose_secret()] {
        let refused = recipients(&settings(Some(wrong)))
            .err()
            .unwrap()
            .to_string();
        assert!(
            refused.contains("backup_recipients is no recipient"),
            "{refused}"
        );
        assert!(
            wrong.starts_with("age1") || !refused.contains(wrong),
            "{refused}"
        );
    }
}
