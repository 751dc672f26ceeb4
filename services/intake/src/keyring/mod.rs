//! One key per case, outside every log: erasing the key erases the person from the log, from what was
//! published, and from backups of both, while every hash still verifies.
//!
//! A key lies in a file of its own, `<case>.key`, wrapped with the [`MasterKey`] and bound to its case. With it,
//! under the same wrapping, lie the blind indexes by which the person can be found ([`BlindIndex`]). The file is
//! durable before the first event that needs the key is written. An erased case leaves an empty
//! `<case>.erased`, and no key is made for it again.

mod blind_index;
mod case_key;
mod cipher;
mod error;
mod folder;
pub mod master;
mod rotation;
mod secure_file;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chacha20poly1305::{Key, aead::Generate};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use onestop_chassis::settings::Settings;
use onestop_proto::{
    case::{Ciphertext, SERVICE},
    ids::CaseId,
};
use sha2::Sha256;

pub use self::{
    blind_index::{BlindIndex, SearchKey, TermKind},
    case_key::CaseKey,
    error::{KeyringError, MasterKeyError, UnwrapError},
    master::MasterKey,
    rotation::{Rotated, RotationError, rotate_master},
};
use self::{
    error::at,
    folder::{case_of, files_with_extension, lock},
    master::ExistingKeys,
};

/// The key that makes blind indexes, wrapped like the others.
const SEARCH: &str = "search.key";
/// What it is bound to; persisted.
const FOR_SEARCH: &[u8] = b"search";
/// Exists while a rotation is under way.
const ROTATING: &str = "rotating";

/// The keys of the cases of one instance.
#[derive(Debug, Clone)]
pub struct Keyring(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    master: MasterKey,
    search: SearchKey,
    /// Serializes replacing and destroying.
    changing: Mutex<()>,
    _lock: File,
}

/// The folder of the keys.
#[must_use]
pub fn folder_of(settings: &Settings) -> PathBuf {
    settings.data.join(SERVICE).join("keys")
}

impl Keyring {
    /// Opens the keys in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// If the folder cannot be used, or the master key is missing or another.
    pub fn open(
        folder: impl Into<PathBuf>,
        source: &master::MasterKeySource,
    ) -> Result<Self, KeyringError> {
        let folder = folder.into();
        let lock = lock(&folder)?;
        if folder.join(ROTATING).exists() {
            return Err(KeyringError::Rotating { folder });
        }
        let search = folder.join(SEARCH);
        let existing = if search.exists() {
            ExistingKeys::Wrapped
        } else {
            ExistingKeys::None
        };
        let master = MasterKey::load(source, existing)?;
        let search = search_key(&search, &master)?;
        for stale in files_with_extension(&folder, secure_file::STAGED)? {
            secure_file::destroy(&stale).map_err(at(&stale))?;
        }
        Ok(Self(Arc::new(Inner {
            folder,
            master,
            search,
            changing: Mutex::new(()),
            _lock: lock,
        })))
    }

    /// The key that makes blind indexes.
    #[must_use]
    pub fn search(&self) -> &SearchKey {
        &self.0.search
    }

    /// Makes a case's key, with the blind indexes of its persons, if it has none.
    ///
    /// # Errors
    /// If it cannot be written, or the case was erased.
    pub fn begin(&self, case: CaseId, blind_indexes: &[BlindIndex]) -> Result<(), KeyringError> {
        match self.case_key(case)? {
            Some(_) => Ok(()),
            None => self.make(case, blind_indexes).map(|_| ()),
        }
    }

    /// Replaces the blind indexes of a case.
    ///
    /// # Errors
    /// If there is no key, or it cannot be written.
    pub fn reindex(&self, case: CaseId, blind_indexes: &[BlindIndex]) -> Result<(), KeyringError> {
        let _guard = self.changing();
        let stored = self.case_key(case)?.ok_or(KeyringError::Erased { case })?;
        let path = self.path(case);
        let bytes = case_key::wrap(&self.0.master, case, &stored.key, blind_indexes);
        secure_file::replace(&path, &bytes).map_err(at(&path))
    }

    /// Encrypts a text with a case's key, which is made if the case has none.
    ///
    /// # Errors
    /// If the key cannot be read or written, or the case was erased.
    pub fn seal(&self, case: CaseId, text: &[u8]) -> Result<Ciphertext, KeyringError> {
        let key = match self.case_key(case)? {
            Some(stored) => stored.key,
            None => self.make(case, &[])?,
        };
        let sealed = cipher::encrypt(&key, case.uuid().as_bytes(), text);
        Ok(Ciphertext(BASE64.encode(&sealed)))
    }

    /// Decrypts what was encrypted for a case.
    ///
    /// # Errors
    /// If the key was erased, or the text was altered or belongs to another case.
    pub fn unseal(&self, case: CaseId, sealed: &Ciphertext) -> Result<Vec<u8>, KeyringError> {
        let foreign = || KeyringError::Foreign { case };
        let stored = self.case_key(case)?.ok_or(KeyringError::Erased { case })?;
        let bytes = BASE64.decode(sealed.0.as_bytes()).map_err(|_| foreign())?;
        cipher::decrypt(&stored.key, case.uuid().as_bytes(), &bytes).ok_or_else(foreign)
    }

    /// A hash of a text, keyed with the case's key so that guesses cannot be tried against it.
    ///
    /// # Errors
    /// If there is no key.
    pub fn keyed_hash(&self, case: CaseId, text: &str) -> Result<String, KeyringError> {
        let stored = self.case_key(case)?.ok_or(KeyringError::Erased { case })?;
        let mut mac = mac(&stored.key);
        mac.update(text.as_bytes());
        Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    /// A case's key; none if there is no file.
    ///
    /// # Errors
    /// If it cannot be read or unwrapped.
    pub fn case_key(&self, case: CaseId) -> Result<Option<CaseKey>, KeyringError> {
        let path = self.path(case);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyringError::File { path, source }),
        };
        // A copy made while the file was being overwritten.
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let stored = CaseKey::read(&self.0.master, case, &bytes);
        stored
            .map(Some)
            .map_err(|source| KeyringError::Wrapped { path, source })
    }

    /// Every case that has a key.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn cases(&self) -> Result<Vec<CaseId>, KeyringError> {
        let keys = files_with_extension(&self.0.folder, "key")?;
        Ok(keys.iter().filter_map(|path| case_of(path)).collect())
    }

    /// Destroys a case's key and blind indexes. Idempotent.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn erase(&self, case: CaseId) -> Result<(), KeyringError> {
        let _guard = self.changing();
        let (path, mark) = (self.path(case), self.mark(case));
        if !mark.exists() {
            secure_file::create(&mark, &[]).map_err(at(&mark))?;
        }
        secure_file::destroy(&path).map_err(at(&path))
    }

    /// Whether a case's key was destroyed, and nothing of it is left.
    #[must_use]
    pub fn is_erased(&self, case: CaseId) -> bool {
        self.mark(case).exists() && !self.path(case).exists()
    }

    fn changing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.0
            .changing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, case: CaseId) -> PathBuf {
        self.0.folder.join(format!("{case}.key"))
    }

    fn mark(&self, case: CaseId) -> PathBuf {
        self.0.folder.join(format!("{case}.erased"))
    }

    /// Makes a key, atomically: of two makers one wins.
    fn make(&self, case: CaseId, blind_indexes: &[BlindIndex]) -> Result<Key, KeyringError> {
        let (path, erased) = (self.path(case), KeyringError::Erased { case });
        let _guard = self.changing();
        if self.mark(case).exists() {
            return Err(erased);
        }
        let bytes = case_key::wrap(&self.0.master, case, &Key::generate(), blind_indexes);
        secure_file::create(&path, &bytes).map_err(at(&path))?;
        self.case_key(case)?.map(|stored| stored.key).ok_or(erased)
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    match <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

/// The key that makes blind indexes, made once. A wrong master key is found by it at once.
fn search_key(path: &Path, master: &MasterKey) -> Result<SearchKey, KeyringError> {
    let wrapped = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let bytes = master.wrap(FOR_SEARCH, &Key::generate());
            secure_file::create(path, &bytes).map_err(at(path))?;
            bytes
        }
        Err(source) => {
            let path = path.to_owned();
            return Err(KeyringError::File { path, source });
        }
    };
    match master.unwrap(FOR_SEARCH, &wrapped) {
        Ok(key) => Ok(SearchKey::new(&key)),
        Err(UnwrapError::OtherMasterKey) => Err(KeyringError::Another {
            folder: path.parent().unwrap_or(path).to_owned(),
        }),
        Err(source) => Err(KeyringError::Wrapped {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests;
