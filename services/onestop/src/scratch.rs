//! Folders for the time of one command. What a killed command leaves may hold keys and accounts in the clear: the next
//! command of its kind deletes it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// A folder that vanishes with this.
pub(crate) struct Scratch {
    folder: TempDir,
    /// Its lock ends with the process, however that ends.
    lock: File,
}

impl Scratch {
    /// Makes a folder whose name begins so, and deletes those that killed commands left.
    pub(crate) fn create(begins: &str, within: &Path) -> io::Result<Self> {
        delete_abandoned(begins, within);
        loop {
            let folder = TempDir::with_prefix_in(begins, within)?;
            let lock = File::open(folder.path())?;
            // A file system without locks keeps what is left.
            let _ = lock.try_lock();
            // Another command may have deleted it before it was locked.
            if folder.path().exists() {
                return Ok(Self { folder, lock });
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves it to a place where it stays.
    pub(crate) fn keep_at(self, place: &Path) -> io::Result<()> {
        let Self { folder, lock } = self;
        fs::rename(folder.path(), place)?;
        drop(lock);
        let _former: PathBuf = folder.keep();
        Ok(())
    }
}

fn delete_abandoned(begins: &str, within: &Path) {
    let Ok(entries) = fs::read_dir(within) else {
        return;
    };
    for entry in entries.flatten() {
        let is_scratch = entry.file_name().to_string_lossy().starts_with(begins);
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_scratch && is_folder {
            // The lock is held until it is gone.
            let locked = File::open(entry.path()).map(|folder| (folder.try_lock().is_ok(), folder));
            if let Ok((true, _folder)) = locked {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_command_left_is_deleted_and_what_is_in_use_is_not() {
        let within = tempfile::tempdir().unwrap();
        let left = within.path().join(".restoring-killed");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("master.key"), "in the clear").unwrap();
        let other = within.path().join("restoring");
        fs::create_dir(&other).unwrap();
        let running = Scratch::create(".restoring-", within.path()).unwrap();
        assert!(!left.exists());
        let second = Scratch::create(".restoring-", within.path()).unwrap();
        assert!(running.path().exists() && second.path().exists() && other.exists());
        let place = within.path().join("data");
        second.keep_at(&place).unwrap();
        assert!(place.is_dir());
        drop(running);
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 2);
    }
}
