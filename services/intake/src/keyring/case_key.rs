//! The key of a case, unwrapped, and what is done with it.

use chacha20poly1305::{Key, aead::Generate};
use data_encoding::{BASE64, HEXLOWER};
use hmac::Mac;
use onestop_proto::{case::Ciphertext, ids::CaseId};

use super::{
    KeyringError,
    cipher::{self, KEY},
    error::UnwrapError,
    mac,
    master::MasterKey,
};

/// The key of a case.
#[derive(Clone)]
pub struct CaseKey {
    case: CaseId,
    key: Key,
}

impl std::fmt::Debug for CaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CaseKey")
            .field("case", &self.case)
            .finish_non_exhaustive()
    }
}

impl CaseKey {
    pub(super) fn generate(case: CaseId) -> Self {
        let key = Key::generate();
        Self { case, key }
    }

    /// The bytes of the key, for tests that look for them where they must not be.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.key
    }

    /// Encrypts a text.
    #[must_use]
    pub fn seal(&self, text: &[u8]) -> Ciphertext {
        let sealed = cipher::encrypt(&self.key, self.case.uuid().as_bytes(), text);
        Ciphertext(BASE64.encode(&sealed))
    }

    /// Decrypts what was encrypted for the case.
    ///
    /// # Errors
    /// If the text was altered or belongs to another case.
    pub fn unseal(&self, sealed: &Ciphertext) -> Result<Vec<u8>, KeyringError> {
        let bytes = BASE64.decode(sealed.0.as_bytes()).ok();
        let case = self.case;
        let clear =
            bytes.and_then(|bytes| cipher::decrypt(&self.key, case.uuid().as_bytes(), &bytes));
        clear.ok_or(KeyringError::Foreign { case })
    }

    /// A hash of a text, keyed so that guesses cannot be tried against it.
    #[must_use]
    pub fn keyed_hash(&self, text: &str) -> String {
        let mut mac = mac(&self.key);
        mac.update(text.as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }

    pub(super) fn wrap(&self, master: &MasterKey) -> Vec<u8> {
        master.wrap(self.case.uuid().as_bytes(), &self.key)
    }

    pub(super) fn unwrap(
        master: &MasterKey,
        case: CaseId,
        wrapped: &[u8],
    ) -> Result<Self, UnwrapError> {
        Self::read(case, &master.unwrap(case.uuid().as_bytes(), wrapped)?)
    }

    /// The key is what comes first: earlier versions kept more behind it.
    pub(super) fn read(case: CaseId, clear: &[u8]) -> Result<Self, UnwrapError> {
        let key = clear.get(..KEY).and_then(|key| Key::try_from(key).ok());
        let key = key.ok_or(UnwrapError::Altered)?;
        Ok(Self { case, key })
    }
}
