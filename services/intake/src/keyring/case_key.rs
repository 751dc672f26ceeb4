//! The key of a case, unwrapped, and what is done with it.

use chacha20poly1305::{Key, aead::Generate};
use data_encoding::{BASE64, HEXLOWER};
use hkdf::Hkdf;
use hmac::Mac;
use onestop_chassis::texts::TextSecret;
use onestop_proto::{case::Ciphertext, ids::CaseId};
use sha2::Sha256;

use super::{
    KeyringError,
    cipher::{self, KEY},
    error::UnwrapError,
    mac,
    master::MasterKey,
};

/// What the secret of the texts is derived for. Persisted.
const FOR_TEXTS: &[u8] = b"onestop texts of a case v1";

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
    pub fn bytes(&self) -> &[u8] {
        &self.key
    }

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

    /// The secret to whose public half the services seal what they type about the case. It is derived from the key, so it
    /// goes with it.
    pub fn text_secret(&self) -> TextSecret {
        let mut secret = [0; KEY];
        let Ok(()) = Hkdf::<Sha256>::new(None, &self.key).expand(FOR_TEXTS, &mut secret) else {
            unreachable!("HKDF gives 32 bytes")
        };
        TextSecret::new(secret)
    }

    /// A hash of a text, keyed so that guesses cannot be tried against it.
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
