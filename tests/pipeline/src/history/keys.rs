//! The keys of the cases, and what is sealed with them, as the release 0.1.0 stored both: every later one takes that
//! over. The keyring is not asked, since it syncs each key: a million would take an hour.

use std::{
    fs,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use onestop_chassis::settings::Settings;
use onestop_intake::keyring::{
    MasterKey, TermKind, folder_of,
    master::{ExistingKeys, MasterKeySource},
};
use onestop_proto::{
    case::{Applicant, Ciphertext},
    ids::CaseId,
};
use sha2::Sha256;

/// Bytes of a key, and of the nonce before what is sealed.
const KEY: usize = 32;
const NONCE: usize = 24;

/// Makes keys in the folder of an intake that does not run.
pub struct Keys {
    folder: PathBuf,
    master: MasterKey,
    search: Vec<u8>,
}

pub(super) struct CaseKey {
    case: CaseId,
    key: [u8; KEY],
}

impl Keys {
    /// Opens the keys of a data folder on which Onestop has run before.
    #[must_use]
    pub fn open(data: &Path) -> Self {
        let settings = Settings {
            data: data.to_owned(),
            ..Settings::default()
        };
        let folder = folder_of(&settings);
        let source = MasterKeySource::of(&settings);
        let master = MasterKey::load(&source, ExistingKeys::Wrapped).unwrap();
        let wrapped = fs::read(folder.join("search.key")).unwrap();
        let search = master.unwrap(b"search", &wrapped).unwrap();
        Self {
            folder,
            master,
            search,
        }
    }

    /// Makes a case's key, and writes its file, with the blind indexes of its applicant.
    pub(super) fn make(
        &self,
        case: CaseId,
        applicant: &Applicant,
        random: &mut fastrand::Rng,
    ) -> CaseKey {
        let mut key = [0; KEY];
        random.fill(&mut key);
        let mut clear = key.to_vec();
        for index in self.blind_indexes(applicant) {
            clear.extend(index.to_be_bytes());
        }
        let bytes = self.master.wrap(case.uuid().as_bytes(), &clear);
        let path = self.folder.join(format!("{case}.key"));
        let mut file = fs::File::options();
        let file = file.write(true).create_new(true).mode(0o600).open(path);
        std::io::Write::write_all(&mut file.unwrap(), &bytes).unwrap();
        CaseKey { case, key }
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
        let mut mac = mac(&self.search);
        mac.update(&[kind as u8]);
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        u64::from_be_bytes(digest[..8].try_into().unwrap())
    }
}

impl CaseKey {
    /// Encrypts a text, bound to its case, behind the nonce.
    pub(super) fn seal(&self, text: &[u8], random: &mut fastrand::Rng) -> Ciphertext {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let case = self.case.uuid();
        let payload = Payload {
            msg: text,
            aad: case.as_bytes(),
        };
        let cipher = XChaCha20Poly1305::new(&self.key.into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap();
        let sealed = [&nonce[..], &sealed[..]].concat();
        Ciphertext(BASE64.encode(&sealed))
    }

    /// The hash of a command with a personal part.
    pub(super) fn keyed_hash(&self, hash: &str) -> String {
        let mut mac = mac(&self.key);
        mac.update(hash.as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).unwrap()
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

#[cfg(test)]
mod tests {
    use onestop_intake::keyring::Keyring;

    use super::*;
    use crate::history::persons;

    #[test]
    fn intake_reads_what_is_sealed_and_finds_whom_it_seeks() {
        let data = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: data.path().to_owned(),
            ..Settings::default()
        };
        let open = || Keyring::open(folder_of(&settings), &MasterKeySource::of(&settings));
        drop(open().unwrap());
        let keys = Keys::open(data.path());
        let mut random = fastrand::Rng::with_seed(7);
        let case = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let key = keys.make(case, &persons::applicant(&mut random), &mut random);
        let sealed = key.seal("岩温".as_bytes(), &mut random);
        let keyring = open().unwrap();
        assert_eq!(keyring.unseal(case, &sealed).unwrap(), "岩温".as_bytes());
        let index = keyring.search().blind_index(TermKind::Phone, "13912345678");
        let ours = keys.blind_index(TermKind::Phone, "13912345678");
        assert_eq!(format!("{index:?}"), format!("BlindIndex({ours})"));
    }
}
