//! One key per case, outside every log: erasing the key erases the person from the log, from what was
//! published, and from backups of both, while every hash still verifies.
//!
//! The keys lie in slabs (`slab`), each wrapped with the [`MasterKey`] and bound to its case. A key is durable before
//! the first event that needs it is written. Where a key was erased, a mark stays, and no key is made for that case
//! again. The blind indexes by which a person can be found ([`BlindIndex`]) are made with a key of their own.

mod blind_index;
mod case_key;
mod cipher;
mod closed;
mod copied;
mod error;
mod folder;
mod gate;
pub mod master;
mod master_file;
mod refusal;
mod rotation;
mod secure_file;
mod slab;
mod takeover;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chacha20poly1305::{Key, aead::Generate};
use hmac::Hmac;
use onestop_chassis::settings::Settings;
use onestop_proto::{
    case::{Ciphertext, SERVICE},
    ids::CaseId,
};
use sha2::Sha256;
use tokio::sync::watch;

pub use self::{
    blind_index::{BlindIndex, SearchKey, TermKind},
    case_key::CaseKey,
    closed::{count_missing, erase_closed},
    error::{KeyringError, MasterKeyError, UnwrapError},
    master::MasterKey,
    rotation::{Rotated, RotationError, rotate_master},
};
pub(crate) use self::{
    copied::{Fit, KeyOfLeader, KeyringCopy, WrappedKey},
    refusal::key_failure,
};
use self::{
    error::at,
    folder::{files_with_extension, lock},
    master::ExistingKeys,
    slab::{Change, Slabs, Stored, Writer},
    takeover::LeftOver,
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
    slabs: Slabs,
    /// Ends before the lock is released.
    writer: Writer,
    /// Files of an earlier version that cannot be unwrapped.
    left_over: Mutex<LeftOver>,
    /// Whether keys are kept back, because erasures may be missing.
    withheld: watch::Sender<bool>,
    _lock: File,
}

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
        let slabs = Slabs::open(&folder)?;
        let left_over = takeover::take_over(&folder, &master, &slabs)?;
        let writer = Writer::start(slabs.clone()).map_err(at(&folder))?;
        Ok(Self(Arc::new(Inner {
            folder,
            master,
            search,
            slabs,
            writer,
            left_over: Mutex::new(left_over),
            withheld: watch::Sender::new(false),
            _lock: lock,
        })))
    }

    /// The key that makes blind indexes.
    pub fn search(&self) -> &SearchKey {
        &self.0.search
    }

    /// A case's key, which is made if the case has none. It is durable.
    ///
    /// # Errors
    /// If it cannot be read or written, the case was erased, or keys are withheld.
    pub async fn begin(&self, case: CaseId) -> Result<CaseKey, KeyringError> {
        self.check_released()?;
        if let Some(key) = self.case_key(case)? {
            return Ok(key);
        }
        let wrapped = CaseKey::generate(case).wrap(&self.0.master);
        let stored = self.0.writer.write(Change::Make { case, wrapped }).await?;
        self.unwrap(case, stored)
    }

    /// As [`Keyring::begin`], blocking the thread.
    ///
    /// # Errors
    /// As [`Keyring::begin`].
    pub fn begin_blocking(&self, case: CaseId) -> Result<CaseKey, KeyringError> {
        self.check_released()?;
        let wrapped = CaseKey::generate(case).wrap(&self.0.master);
        let made = Change::Make { case, wrapped };
        self.unwrap(case, self.0.writer.write_blocking(made)?)
    }

    /// Encrypts a text with a case's key.
    ///
    /// # Errors
    /// If there is no key, or it cannot be read.
    pub fn seal(&self, case: CaseId, text: &[u8]) -> Result<Ciphertext, KeyringError> {
        Ok(self.existing_key(case)?.seal(text))
    }

    /// Decrypts what was encrypted for a case.
    ///
    /// # Errors
    /// If the key was erased, or the text was altered or belongs to another case.
    pub fn unseal(&self, case: CaseId, sealed: &Ciphertext) -> Result<Vec<u8>, KeyringError> {
        self.existing_key(case)?.unseal(sealed)
    }

    /// A case's key; none if the case has none.
    ///
    /// # Errors
    /// If it cannot be read or unwrapped, or keys are withheld.
    pub fn case_key(&self, case: CaseId) -> Result<Option<CaseKey>, KeyringError> {
        self.check_released()?;
        match self.0.slabs.find(case)? {
            Some(Stored::Erased) => Ok(None),
            Some(stored) => self.unwrap(case, stored).map(Some),
            None => match self.left_over().get(&case).cloned() {
                Some((path, source)) => Err(KeyringError::Wrapped { path, source }),
                None => Ok(None),
            },
        }
    }

    /// A case's key.
    ///
    /// # Errors
    /// If it was erased, or cannot be read or unwrapped.
    pub fn existing_key(&self, case: CaseId) -> Result<CaseKey, KeyringError> {
        self.case_key(case)?.ok_or(KeyringError::Erased { case })
    }

    /// Destroys a case's key. Idempotent.
    pub async fn erase(&self, case: CaseId) -> Result<(), KeyringError> {
        self.0.writer.write(Change::Erase { case }).await?;
        self.destroy_left_over(case)
    }

    /// As [`Keyring::erase`], blocking the thread.
    ///
    /// # Errors
    /// As [`Keyring::erase`].
    pub fn erase_blocking(&self, case: CaseId) -> Result<(), KeyringError> {
        self.0.writer.write_blocking(Change::Erase { case })?;
        self.destroy_left_over(case)
    }

    /// Whether a case's key was destroyed, and nothing of it is left.
    pub fn is_erased(&self, case: CaseId) -> Result<bool, KeyringError> {
        Ok(self.0.slabs.is_erased(case)? && !self.left_over().contains_key(&case))
    }

    fn destroy_left_over(&self, case: CaseId) -> Result<(), KeyringError> {
        let mut left = self.left_over();
        if let Some((path, _)) = left.get(&case) {
            secure_file::destroy(path).map_err(at(path))?;
            left.remove(&case);
        }
        Ok(())
    }

    fn left_over(&self) -> std::sync::MutexGuard<'_, LeftOver> {
        let left = self.0.left_over.lock();
        left.unwrap_or_else(PoisonError::into_inner)
    }

    fn unwrap(&self, case: CaseId, stored: Stored) -> Result<CaseKey, KeyringError> {
        let Stored::Key(wrapped) = stored else {
            return Err(KeyringError::Erased { case });
        };
        CaseKey::unwrap(&self.0.master, case, &wrapped).map_err(|source| KeyringError::Wrapped {
            path: self.0.folder.clone(),
            source,
        })
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
