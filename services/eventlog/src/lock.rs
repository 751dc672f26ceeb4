//! The lock on a log's directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::error::OpenError;

/// Locked as long as the log is open. Persisted.
pub(crate) const FILE_NAME: &str = "lock";

/// Keeps other processes out until it is dropped.
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// Closing the file would not do: a child that this process is just starting shares the lock
    /// from `fork` until `exec`.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Locks the log in `path`, which must be there, for writing.
pub(crate) fn exclusive(path: &Path) -> Result<Lock, OpenError> {
    let lock_path = path.join(FILE_NAME);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(io_error("create", &lock_path))?;
    let locked = file.try_lock();
    taken(file, locked, path)
}

/// Locks the log in `path` for reading: others may read as well. A log that was never open has no lock;
/// neither has a copy on a disk that is read-only.
pub(crate) fn shared(path: &Path) -> Result<Option<Lock>, OpenError> {
    let lock_path = path.join(FILE_NAME);
    let file = match File::open(&lock_path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("open", &lock_path)(error)),
    };
    let locked = file.try_lock_shared();
    taken(file, locked, path).map(Some)
}

fn taken(file: File, locked: Result<(), TryLockError>, path: &Path) -> Result<Lock, OpenError> {
    match locked {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(io_error("lock", &path.join(FILE_NAME))(error)),
    }
}

fn io_error(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { step, path, source }
}
