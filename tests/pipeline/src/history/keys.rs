//! The keys of the cases, and what is sealed with them.
//!
//! A key's file is written here and not by the keyring, which syncs each: a million would take an hour. It is the
//! file that the release 0.1.0 wrote, which every later one takes over.

use std::{
    fs,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use onestop_chassis::settings::Settings;
use onestop_intake::keyring::{
    Keyring, MasterKey, TermKind, folder_of,
    master::{ExistingKeys, MasterKeySource},
};
use onestop_proto::{
    case::{Applicant, Ciphertext},
    ids::CaseId,
};
use sha2::Sha256;

/// Bytes of a key.
const KEY: usize = 32;

/// Makes keys in the folder of an intake that does not run.
pub struct Keys {
    folder: PathBuf,
    master: MasterKey,
    search: Vec<u8>,
    keyring: Keyring,
}

impl Keys {
    /// Opens the keys of a data folder on which Onestop has run before.
    #[must_use]
    pub fn open(data: &Path) -> Self {
        let settings = Settings {
            data: data.to_owned(),
            ..Settings::default()
        };
        let (folder, source) = (folder_of(&settings), MasterKeySource::of(&settings));
        let master = MasterKey::load(&source, ExistingKeys::Wrapped).unwrap();
        let keyring = Keyring::open(&folder, &source).unwrap();
        let wrapped = fs::read(folder.join("search.key")).unwrap();
        let search = master.unwrap(b"search", &wrapped).unwrap();
        Self {
            folder,
            master,
            search,
            keyring,
        }
    }

    /// Writes the file of a case's key, with the blind indexes of its applicant.
    pub(super) fn begin(&self, case: CaseId, applicant: &Applicant, random: &mut fastrand::Rng) {
        let mut clear: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(KEY).collect();
        for index in self.blind_indexes(applicant) {
            clear.extend(index.to_be_bytes());
        }
        let bytes = self.master.wrap(case.uuid().as_bytes(), &clear);
        let path = self.folder.join(format!("{case}.key"));
        let mut file = fs::File::options();
        let file = file.write(true).create_new(true).mode(0o600).open(path);
        std::io::Write::write_all(&mut file.unwrap(), &bytes).unwrap();
    }

    pub(super) fn seal(&self, case: CaseId, text: &[u8]) -> Ciphertext {
        self.keyring.seal(case, text).unwrap()
    }

    /// The hash of a command with a personal part.
    pub(super) fn keyed_hash(&self, case: CaseId, hash: &str) -> String {
        self.keyring.keyed_hash(case, hash).unwrap()
    }

    fn blind_indexes(&self, applicant: &Applicant) -> Vec<u64> {
        let mut indexes = Vec::new();
        for person in &applicant.people {
            indexes.push(self.blind_index(TermKind::Name, &person.name));
            for variant in variants(&person.name) {
                indexes.push(self.blind_index(TermKind::NearName, &variant));
            }
            let number = person.document.as_ref().and_then(|one| one.number.as_ref());
            for (kind, text) in [
                (TermKind::Phone, person.phone.as_ref()),
                (TermKind::Document, number),
            ] {
                indexes.extend(text.map(|text| self.blind_index(kind, text)));
            }
        }
        indexes.sort_unstable();
        indexes.dedup();
        indexes
    }

    fn blind_index(&self, kind: TermKind, text: &str) -> u64 {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.search).unwrap();
        mac.update(&[kind as u8]);
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        u64::from_be_bytes(digest[..8].try_into().unwrap())
    }
}

/// A name, and the name with each of its characters left out.
fn variants(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let without = |left_out: usize| {
        let others = letters.iter().enumerate();
        let others = others.filter(|(index, _)| *index != left_out);
        others.map(|(_, letter)| *letter).collect()
    };
    let shorter = (0..letters.len()).map(without);
    std::iter::once(name.to_owned()).chain(shorter).collect()
}
