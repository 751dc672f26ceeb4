//! The keys of the cases, and what is sealed with them.

use std::path::Path;

use onestop_chassis::settings::Settings;
use onestop_intake::keyring::{Keyring, folder_of, master::MasterKeySource};
use onestop_proto::{case::Ciphertext, ids::CaseId};

/// Makes keys in the folder of an intake that does not run.
pub struct Keys {
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
        let keyring = Keyring::open(folder_of(&settings), &MasterKeySource::of(&settings));
        let keyring = keyring.unwrap();
        Self { keyring }
    }

    /// Makes a case's key.
    pub(super) fn begin(&self, case: CaseId) {
        self.keyring.begin_blocking(case).unwrap();
    }

    pub(super) fn seal(&self, case: CaseId, text: &[u8]) -> Ciphertext {
        self.keyring.seal(case, text).unwrap()
    }

    /// The hash of a command with a personal part.
    pub(super) fn keyed_hash(&self, case: CaseId, hash: &str) -> String {
        self.keyring.existing_key(case).unwrap().keyed_hash(hash)
    }
}
