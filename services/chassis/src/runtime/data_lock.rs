//! The lock on a data folder: one process at a time writes what is in it. It is taken first of all, before a broker is
//! started or a port is bound, and ends with the process, however that ends.
//!
//! A process with every service in it locks the whole folder. A service's own executable shares the folder with the
//! others, and locks its part.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// The file of the whole folder.
const WHOLE: &str = "lock";

/// Keeps other processes out of a data folder until it is dropped.
#[derive(Debug)]
pub struct DataLock {
    files: Vec<File>,
}

/// Why a data folder cannot be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process uses it.
    #[error(
        "{} is in use{by}. That process was left as it is: stop it first, or name another folder with --data",
        path.display()
    )]
    InUse {
        /// What is locked.
        path: PathBuf,
        /// By whom.
        by: Holder,
    },
    /// The file system refused.
    #[error("cannot lock {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// The process that holds a lock, as it wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(Option<u32>);

impl Holder {
    /// The id of the process, if it is known.
    #[must_use]
    pub const fn process(&self) -> Option<u32> {
        self.0
    }
}

impl fmt::Display for Holder {
    /// ` by process 4711`; nothing if it is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(process) => write!(f, " by process {process}"),
            None => Ok(()),
        }
    }
}

impl DataLock {
    /// Locks a folder with everything in it. Makes the folder if it is not there.
    ///
    /// # Errors
    /// If another process uses it or a part of it.
    pub fn whole(data: &Path) -> Result<Self, LockError> {
        make(data)?;
        let file = exclusive(&data.join(WHOLE))?;
        Ok(Self { files: vec![file] })
    }

    /// Locks what one service has in a folder. Makes the folder if it is not there.
    ///
    /// # Errors
    /// If another process uses the whole folder, or that part of it.
    pub fn part(data: &Path, name: &str) -> Result<Self, LockError> {
        make(data)?;
        let whole = shared(&create(&data.join(WHOLE))?, &data.join(WHOLE))?;
        let part = exclusive(&part_file(data, name))?;
        Ok(Self {
            files: vec![whole, part],
        })
    }

    /// Keeps writers out of some services' parts of a folder, while they are read. Changes nothing in it.
    ///
    /// # Errors
    /// If another process uses the whole folder, or one of these parts.
    pub fn reading<'a>(
        data: &Path,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, LockError> {
        let parts = names.into_iter().map(|name| part_file(data, name));
        let paths = std::iter::once(data.join(WHOLE)).chain(parts);
        let mut files = Vec::new();
        for path in paths {
            match File::open(&path) {
                Ok(file) => files.push(shared(&file, &path)?),
                // A folder that was never in use has no locks; a copy may have some that do not open.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
                    ) => {}
                Err(source) => return Err(LockError::Io { path, source }),
            }
        }
        Ok(Self { files })
    }
}

impl Drop for DataLock {
    /// Closing the files would not do: a child that this process is just starting shares a lock from `fork` until
    /// `exec`.
    fn drop(&mut self) {
        for file in &self.files {
            let _ = file.unlock();
        }
    }
}

fn make(data: &Path) -> Result<(), LockError> {
    fs::create_dir_all(data).map_err(|source| LockError::Io {
        path: data.to_owned(),
        source,
    })
}

fn part_file(data: &Path, name: &str) -> PathBuf {
    data.join(format!("{name}.{WHOLE}"))
}

fn create(path: &Path) -> Result<File, LockError> {
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    options.open(path).map_err(|source| LockError::Io {
        path: path.to_owned(),
        source,
    })
}

fn exclusive(path: &Path) -> Result<File, LockError> {
    let mut file = create(path)?;
    taken(file.try_lock(), &file, path)?;
    // For people. On a full disk it is not written.
    let id = std::process::id().to_string();
    let _ = file.set_len(0).and_then(|()| file.write_all(id.as_bytes()));
    Ok(file)
}

fn shared(file: &File, path: &Path) -> Result<File, LockError> {
    taken(file.try_lock_shared(), file, path)?;
    file.try_clone().map_err(|source| LockError::Io {
        path: path.to_owned(),
        source,
    })
}

fn taken(locked: Result<(), TryLockError>, file: &File, path: &Path) -> Result<(), LockError> {
    let path = path.to_owned();
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(LockError::InUse {
            path: path.parent().map_or_else(|| path.clone(), Path::to_owned),
            by: holder(file),
        }),
        Err(TryLockError::Error(source)) => Err(LockError::Io { path, source }),
    }
}

/// What an exclusive holder wrote into the file.
fn holder(mut file: &File) -> Holder {
    let mut text = String::new();
    let read = file.read_to_string(&mut text);
    Holder(read.ok().and_then(|_| text.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in_use(locked: Result<DataLock, LockError>) -> bool {
        match locked {
            Ok(_) => false,
            Err(LockError::InUse { .. }) => true,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn one_process_has_the_whole_folder_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let held = DataLock::whole(&data).unwrap();
        let refused = DataLock::whole(&data).unwrap_err().to_string();
        let id = std::process::id();
        assert!(
            refused.contains(&format!("in use by process {id}")),
            "{refused}"
        );
        assert!(is_in_use(DataLock::part(&data, "intake")));
        assert!(is_in_use(DataLock::reading(&data, ["intake"])));
        drop(held);
        DataLock::whole(&data).unwrap();
    }

    #[test]
    fn services_share_a_folder_and_each_has_its_part() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let intake = DataLock::part(data, "intake").unwrap();
        let _referral = DataLock::part(data, "referral").unwrap();
        assert!(is_in_use(DataLock::part(data, "intake")));
        assert!(is_in_use(DataLock::whole(data)));
        assert!(is_in_use(DataLock::reading(data, ["intake"])));
        drop(intake);
        DataLock::reading(data, ["intake", "journal"]).unwrap();
        DataLock::part(data, "intake").unwrap();
    }

    /// A child may live on after its parent, such as a broker whose parent was killed.
    #[test]
    fn no_child_inherits_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().canonicalize().unwrap();
        let _whole = DataLock::whole(&data.join("whole")).unwrap();
        let _part = DataLock::part(&data.join("parts"), "intake").unwrap();
        let mut child = std::process::Command::new("sleep")
            .arg("600")
            .spawn()
            .unwrap();
        let open = fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
        let open = open
            .flatten()
            .filter_map(|file| fs::read_link(file.path()).ok());
        let locks: Vec<PathBuf> = open.filter(|path| path.starts_with(&data)).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(locks.is_empty(), "{locks:?}");
    }

    #[test]
    fn reading_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("absent");
        DataLock::reading(&absent, ["intake"]).unwrap();
        assert!(!absent.exists());
    }
}
