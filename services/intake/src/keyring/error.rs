//! Why a key cannot be used.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use onestop_proto::ids::CaseId;

/// Why something cannot be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The folder or a key cannot be read or written.
    #[error("the key file {} cannot be used", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "the key of case {case} in {} is damaged: put that file back from a backup", path.display()
    )]
    Damaged { case: CaseId, path: PathBuf },
    /// A write failed, and what it wrote is not known.
    #[error("it is not known whether keys were written: start the service again")]
    Unconfirmed {
        #[source]
        source: Box<KeyringError>,
    },
    /// What several changes of keys met that were written together.
    #[error(transparent)]
    Shared(Arc<KeyringError>),
    /// The thread that writes keys has ended.
    #[error("the key of case {case} was not written: intake is stopping")]
    Stopped { case: CaseId },
    #[error("the key of case {case} was erased: its personal data cannot be read any more")]
    Erased { case: CaseId },
    /// Erasures may be missing.
    #[error(
        "no key is given out: this node was restored from a backup, and what was erased since is not known. Name the \
         list with erasure_list, or settle it with intake stopped: onestop backup erasures"
    )]
    Withheld,
    #[error("a ciphertext of case {case} cannot be decrypted with its key")]
    Foreign { case: CaseId },
    /// A key does not unwrap.
    #[error("the key file {} cannot be unwrapped with the master key", path.display())]
    Wrapped {
        path: PathBuf,
        #[source]
        source: UnwrapError,
    },
    #[error(
        "the master key is not the one that wrapped the keys in {}. Put back the one that did; a new one is \
         taken into use by: onestop keys rotate-master", folder.display()
    )]
    Another { folder: PathBuf },
    #[error(
        "a change of the master key was begun in {} and not finished. Run it again with the same keys: \
         onestop keys rotate-master", folder.display()
    )]
    Rotating { folder: PathBuf },
    /// Another process uses the keys.
    #[error("the keys in {} are in use. Stop the intake that runs there", folder.display())]
    InUse { folder: PathBuf },
    /// The master key cannot be loaded.
    #[error(transparent)]
    Master(#[from] MasterKeyError),
}

/// Why the master key cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key {} cannot be used", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The settings name a file that is not there.
    #[error(
        "the master key {} does not exist. Put it there, or make one: onestop keys new-master --out {}",
        path.display(), path.display()
    )]
    Missing { path: PathBuf },
    #[error(
        "the master key {} is gone, and the keys of personal data are wrapped with it. Put its copy back there, \
         or name it with master_key_file", path.display()
    )]
    Gone { path: PathBuf },
    #[error(
        "{place} holds no master key: it must be 32 bytes in base64. Make one: onestop keys new-master --out FILE"
    )]
    NoKey { place: String },
}

/// Why something wrapped does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    #[error("it is not wrapped")]
    NotWrapped,
    #[error("another master key wrapped it")]
    OtherMasterKey,
    #[error("it was altered, or belongs elsewhere")]
    Altered,
}

/// Names the file in an error of the system.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> KeyringError {
    let path = path.to_owned();
    move |source| KeyringError::File {
        path: path.clone(),
        source,
    }
}
