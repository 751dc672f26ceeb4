//! One key per case, outside every log: erasing the key erases the person from the log, from what was
//! published, and from backups of both, while every hash still verifies.
//!
//! A key is 32 bytes in a file of its own that only the service's user can read. It is on the disk
//! before the first event that needs it is written.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use data_encoding::BASE64;
use onestop_proto::{case::Sealed, ids::CaseId};

/// Bytes of a nonce of XChaCha20-Poly1305: long enough to be drawn at random.
const NONCE: usize = 24;
/// Bytes of a key.
const KEY: usize = 32;

/// The keys of the cases of one instance.
#[derive(Debug, Clone)]
pub struct Keyring {
    folder: PathBuf,
}

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The folder or a key cannot be read or written.
    #[error("the key file {} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The key was erased: the person is no longer to be known.
    #[error("the key of case {case} is gone: what it sealed cannot be read any more")]
    Erased {
        /// The case.
        case: CaseId,
    },
    /// What was sealed is not what the key sealed.
    #[error("what was sealed for case {case} does not open with its key")]
    Foreign {
        /// The case.
        case: CaseId,
    },
}

impl Keyring {
    /// The keys in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, KeyringError> {
        let folder = folder.into();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|source| KeyringError::File {
                path: folder.clone(),
                source,
            })?;
        Ok(Self { folder })
    }

    /// Seals a text for a case. The case's key is made if this is its first.
    ///
    /// # Errors
    /// If the key cannot be read or written.
    pub fn seal(&self, case: CaseId, text: &[u8]) -> Result<Sealed, KeyringError> {
        let key = match self.key(case)? {
            Some(key) => key,
            None => self.make_key(case)?,
        };
        let nonce = XNonce::generate();
        let id = case.uuid();
        let bound = Payload {
            msg: text,
            aad: id.as_bytes(),
        };
        let ciphertext = XChaCha20Poly1305::new(&key)
            .encrypt(&nonce, bound)
            .map_err(|_| KeyringError::Foreign { case })?;
        let mut sealed = nonce.to_vec();
        sealed.extend(ciphertext);
        Ok(Sealed(BASE64.encode(&sealed)))
    }

    /// Opens what was sealed for a case.
    ///
    /// # Errors
    /// If the key was erased, or the text was altered or belongs to another case.
    pub fn unseal(&self, case: CaseId, sealed: &Sealed) -> Result<Vec<u8>, KeyringError> {
        let foreign = || KeyringError::Foreign { case };
        let key = self.key(case)?.ok_or(KeyringError::Erased { case })?;
        let bytes = BASE64.decode(sealed.0.as_bytes()).map_err(|_| foreign())?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE).ok_or_else(foreign)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| foreign())?;
        let id = case.uuid();
        let bound = Payload {
            msg: ciphertext,
            aad: id.as_bytes(),
        };
        XChaCha20Poly1305::new(&key)
            .decrypt(&nonce, bound)
            .map_err(|_| foreign())
    }

    fn path(&self, case: CaseId) -> PathBuf {
        self.folder.join(format!("{case}.key"))
    }

    fn key(&self, case: CaseId) -> Result<Option<Key>, KeyringError> {
        let path = self.path(case);
        match fs::read(&path) {
            Ok(bytes) if bytes.len() == KEY => Key::try_from(bytes.as_slice())
                .map(Some)
                .map_err(|_| KeyringError::Foreign { case }),
            Ok(_) => Err(KeyringError::Foreign { case }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(KeyringError::File { path, source }),
        }
    }

    /// Writes a new key aside, then names it: nobody ever finds half a key, and of two makers one wins.
    fn make_key(&self, case: CaseId) -> Result<Key, KeyringError> {
        let path = self.path(case);
        let key = Key::generate();
        write_durably(&self.folder, &path, key.as_slice())
            .map_err(|source| KeyringError::File { path, source })?;
        self.key(case)?.ok_or(KeyringError::Erased { case })
    }
}

fn write_durably(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(&aside, path) {
        Ok(()) => {}
        // Another request for the same new case was first; its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    fs::remove_file(&aside)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "019ab0c4-8000-7000-8000-000000000001";
    const OTHER: &str = "019ab0c4-8000-7000-8000-000000000002";

    #[test]
    fn what_is_sealed_opens_only_for_its_case() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(folder.path().join("keys")).unwrap();
        let (case, other) = (CASE.parse().unwrap(), OTHER.parse().unwrap());
        let sealed = keyring.seal(case, "岩温".as_bytes()).unwrap();
        assert_eq!(keyring.unseal(case, &sealed).unwrap(), "岩温".as_bytes());
        keyring.seal(other, b"somebody else").unwrap();
        assert!(matches!(
            keyring.unseal(other, &sealed),
            Err(KeyringError::Foreign { .. })
        ));
    }

    #[test]
    fn erasing_the_key_erases_the_person() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(folder.path().join("keys")).unwrap();
        let case = CASE.parse().unwrap();
        let sealed = keyring.seal(case, b"somebody").unwrap();
        fs::remove_file(keyring.path(case)).unwrap();
        assert!(matches!(
            keyring.unseal(case, &sealed),
            Err(KeyringError::Erased { .. })
        ));
    }
}
