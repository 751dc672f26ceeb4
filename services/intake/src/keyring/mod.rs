//! One key per case, outside every log: erasing the key erases the person from the log, from what was
//! published, and from backups of both, while every hash still verifies.
//!
//! A key lies in a file of its own, `<case>.key`, wrapped with the [`Master`] key and bound to its case; with
//! it, under the same wrapping, lie the traces by which the person can be found ([`Trace`]). It is on the disk
//! before the first event that needs it is written. An erased case leaves an empty `<case>.erased`, and no
//! key is made for it ever again.

mod files;
pub mod master;
mod rotate;
mod trace;

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use onestop_chassis::settings::Settings;
use onestop_proto::{
    case::{Ciphertext, SERVICE},
    ids::CaseId,
};
use sha2::Sha256;

pub use self::{
    master::{Master, MasterError, Unwrapped},
    rotate::{RotateError, Rotated, rotate_master},
    trace::{SearchKey, Sort, Trace},
};

/// Bytes of a nonce of XChaCha20-Poly1305: long enough to be drawn at random.
const NONCE: usize = 24;
/// Bytes of a key.
const KEY: usize = 32;
/// The key that makes traces, wrapped like the others.
const SEARCH: &str = "search.key";
/// What it is bound to; persisted.
const FOR_SEARCH: &[u8] = b"search";
/// Held by whoever uses the keys.
const LOCK: &str = "lock";
/// There while a rotation is under way.
const ROTATING: &str = "rotating";

/// The keys of the cases of one instance.
#[derive(Debug, Clone)]
pub struct Keyring(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    master: Master,
    search: SearchKey,
    /// Replacing and destroying come one after the other.
    changing: Mutex<()>,
    _lock: File,
}

/// What lies in a case's file.
#[derive(Debug, Clone)]
pub struct Held {
    key: Key,
    /// The traces of its persons.
    pub traces: Vec<Trace>,
    /// Whether it lies there in the clear, as an earlier version left it.
    pub bare: bool,
}

impl Held {
    /// The key itself, for whoever looks whether it lies where it must not.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }
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
    /// A key does not unwrap.
    #[error("the key file {} does not open with the master key", path.display())]
    Wrapped {
        /// Which.
        path: PathBuf,
        /// How so.
        #[source]
        source: Unwrapped,
    },
    /// Another master key.
    #[error(
        "the master key is not the one that wrapped the keys in {}. Put back the one that did; a new one is \
         taken into use by: onestop keys rotate-master", folder.display()
    )]
    Another {
        /// The keys.
        folder: PathBuf,
    },
    /// A rotation was not finished.
    #[error(
        "a change of the master key was begun in {} and not finished. Run it again with the same keys: \
         onestop keys rotate-master", folder.display()
    )]
    Rotating {
        /// The keys.
        folder: PathBuf,
    },
    /// Somebody else uses the keys.
    #[error("the keys in {} are in use. Stop the intake that runs there", folder.display())]
    InUse {
        /// The keys.
        folder: PathBuf,
    },
    /// There is no master key.
    #[error(transparent)]
    Master(#[from] MasterError),
}

/// Where the keys are.
#[must_use]
pub fn folder_of(settings: &Settings) -> PathBuf {
    settings.data.join(SERVICE).join("keys")
}

impl Keyring {
    /// The keys in a folder, which is made if it is missing, under the master key from where it is.
    ///
    /// # Errors
    /// If the folder cannot be used, or the master key is missing or another.
    pub fn open(folder: impl Into<PathBuf>, origin: &master::Origin) -> Result<Self, KeyringError> {
        let folder = folder.into();
        let lock = prepare(&folder)?;
        if folder.join(ROTATING).exists() {
            return Err(KeyringError::Rotating { folder });
        }
        let search = folder.join(SEARCH);
        let master = Master::load(origin, search.exists())?;
        let search = search_key(&search, &master)?;
        for stale in with_ending(&folder, files::ASIDE)? {
            files::destroy(&stale).map_err(at(&stale))?;
        }
        Ok(Self(Arc::new(Inner {
            folder,
            master,
            search,
            changing: Mutex::new(()),
            _lock: lock,
        })))
    }

    /// The key that makes traces.
    #[must_use]
    pub fn search(&self) -> &SearchKey {
        &self.0.search
    }

    /// Makes a case's key, with the traces of its persons, if it has none.
    ///
    /// # Errors
    /// If it cannot be written, or the case was erased.
    pub fn begin(&self, case: CaseId, traces: &[Trace]) -> Result<(), KeyringError> {
        match self.held(case)? {
            Some(_) => Ok(()),
            None => self.make(case, traces).map(|_| ()),
        }
    }

    /// Puts traces beside a case's key, in place of those that are there.
    ///
    /// # Errors
    /// If there is no key, or it cannot be written.
    pub fn retrace(&self, case: CaseId, traces: &[Trace]) -> Result<(), KeyringError> {
        let _one = self.changing();
        let held = self.held(case)?.ok_or(KeyringError::Erased { case })?;
        let path = self.path(case);
        let bytes = self.wrap(case, &held.key, traces);
        files::replace(&path, &bytes).map_err(at(&path))
    }

    /// Seals a text for a case. The case's key is made if this is its first.
    ///
    /// # Errors
    /// If the key cannot be read or written, or the case was erased.
    pub fn seal(&self, case: CaseId, text: &[u8]) -> Result<Ciphertext, KeyringError> {
        let key = match self.held(case)? {
            Some(held) => held.key,
            None => self.make(case, &[])?,
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
        Ok(Ciphertext(BASE64.encode(&sealed)))
    }

    /// Opens what was sealed for a case.
    ///
    /// # Errors
    /// If the key was erased, or the text was altered or belongs to another case.
    pub fn unseal(&self, case: CaseId, sealed: &Ciphertext) -> Result<Vec<u8>, KeyringError> {
        let foreign = || KeyringError::Foreign { case };
        let held = self.held(case)?.ok_or(KeyringError::Erased { case })?;
        let bytes = BASE64.decode(sealed.0.as_bytes()).map_err(|_| foreign())?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE).ok_or_else(foreign)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| foreign())?;
        let id = case.uuid();
        let bound = Payload {
            msg: ciphertext,
            aad: id.as_bytes(),
        };
        XChaCha20Poly1305::new(&held.key)
            .decrypt(&nonce, bound)
            .map_err(|_| foreign())
    }

    /// A hash of a text that nobody can try guesses against without the case's key.
    ///
    /// # Errors
    /// If there is no key.
    pub fn keyed_hash(&self, case: CaseId, text: &str) -> Result<String, KeyringError> {
        let held = self.held(case)?.ok_or(KeyringError::Erased { case })?;
        let mut mac = mac(&held.key);
        mac.update(text.as_bytes());
        Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    /// What lies in a case's file; nothing if there is none.
    ///
    /// # Errors
    /// If it cannot be read or unwrapped.
    pub fn held(&self, case: CaseId) -> Result<Option<Held>, KeyringError> {
        let path = self.path(case);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyringError::File { path, source }),
        };
        // A copy that was taken while the file was overwritten.
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let held = read(&self.0.master, case, &bytes);
        held.map(Some)
            .map_err(|source| KeyringError::Wrapped { path, source })
    }

    /// Every case that has a key.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn cases(&self) -> Result<Vec<CaseId>, KeyringError> {
        let keys = with_ending(&self.0.folder, "key")?;
        Ok(keys.iter().filter_map(|path| case_of(path)).collect())
    }

    /// Destroys a case's key and traces, for ever. Doing it again changes nothing.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn erase(&self, case: CaseId) -> Result<(), KeyringError> {
        let _one = self.changing();
        let (path, mark) = (self.path(case), self.mark(case));
        if !mark.exists() {
            files::make(&mark, &[]).map_err(at(&mark))?;
        }
        files::destroy(&path).map_err(at(&path))
    }

    /// Whether a case's key was destroyed here, and nothing of it is left.
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

    fn wrap(&self, case: CaseId, key: &Key, traces: &[Trace]) -> Vec<u8> {
        let mut clear = key.to_vec();
        for trace in traces {
            clear.extend(trace.to_bytes());
        }
        self.0.master.wrap(case.uuid().as_bytes(), &clear)
    }

    /// Nobody ever finds half a key, and of two makers one wins.
    fn make(&self, case: CaseId, traces: &[Trace]) -> Result<Key, KeyringError> {
        let (path, erased) = (self.path(case), KeyringError::Erased { case });
        let _one = self.changing();
        if self.mark(case).exists() {
            return Err(erased);
        }
        let bytes = self.wrap(case, &Key::generate(), traces);
        files::make(&path, &bytes).map_err(at(&path))?;
        self.held(case)?.map(|held| held.key).ok_or(erased)
    }
}

/// Reads a case's file: wrapped, or the bare key that an earlier version left.
fn read(master: &Master, case: CaseId, bytes: &[u8]) -> Result<Held, Unwrapped> {
    let bare = bytes.len() == KEY;
    let clear = if bare {
        bytes.to_vec()
    } else {
        master.unwrap(case.uuid().as_bytes(), bytes)?
    };
    let (key, traces) = clear.split_at_checked(KEY).ok_or(Unwrapped::Altered)?;
    Ok(Held {
        key: Key::try_from(key).map_err(|_| Unwrapped::Altered)?,
        traces: traces
            .chunks_exact(8)
            .filter_map(Trace::from_bytes)
            .collect(),
        bare,
    })
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    match <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

/// Makes the folder and locks it.
fn prepare(folder: &Path) -> Result<File, KeyringError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(at(folder))?;
    let path = folder.join(LOCK);
    let lock = File::create(&path).map_err(at(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(KeyringError::InUse {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(KeyringError::File { path, source }),
    }
}

/// The key that makes traces, made once. It is also by which a wrong master key is known at once.
fn search_key(path: &Path, master: &Master) -> Result<SearchKey, KeyringError> {
    let wrapped = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let bytes = master.wrap(FOR_SEARCH, &Key::generate());
            files::make(path, &bytes).map_err(at(path))?;
            bytes
        }
        Err(source) => {
            let path = path.to_owned();
            return Err(KeyringError::File { path, source });
        }
    };
    match master.unwrap(FOR_SEARCH, &wrapped) {
        Ok(key) => Ok(SearchKey::new(&key)),
        Err(Unwrapped::ByAnother) => Err(KeyringError::Another {
            folder: path.parent().unwrap_or(path).to_owned(),
        }),
        Err(source) => Err(KeyringError::Wrapped {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The files of a folder whose names end so.
fn with_ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, KeyringError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    Ok(found)
}

fn case_of(path: &Path) -> Option<CaseId> {
    path.file_stem()?.to_str()?.parse().ok()
}

fn at(path: &Path) -> impl Fn(io::Error) -> KeyringError {
    let path = path.to_owned();
    move |source| KeyringError::File {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests;
