//! A file that appears under its name only when it is complete.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// No other program gives its files this ending: what has it may be deleted.
const PART: &str = ".onestop-part";

/// A file under construction, at `<name>.onestop-part`. Its lock ends with the process, however that ends.
pub(crate) struct PartFile {
    file: File,
    path: PathBuf,
    name: PathBuf,
}

impl PartFile {
    /// Begins a file. What killed commands left of the same series, whose names differ in their digits, such as those of a moment,
    /// is deleted: night after night it would fill the disk.
    pub(crate) fn create(name: &Path) -> anyhow::Result<PartFile> {
        if name.exists() {
            bail!(said!("file-there", path = name.display()));
        }
        let mut path = name.as_os_str().to_owned();
        path.push(PART);
        let path = PathBuf::from(path);
        delete_abandoned(&path);
        let file =
            open_locked(&path).with_context(|| said!("cannot-write", path = path.display()))?;
        Ok(PartFile {
            file,
            path,
            name: name.to_owned(),
        })
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Makes it durable and gives it its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let PartFile { file, path, name } = &self;
        file.sync_all()
            .and_then(|()| fs::rename(path, name))
            .with_context(|| said!("cannot-write", path = name.display()))
    }
}

/// What was not finished is removed.
impl Drop for PartFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens an empty file, unless another command is writing it.
fn open_locked(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    // It copies what only its owner may read.
    options.write(true).create(true).truncate(false).mode(0o600);
    loop {
        let file = options.open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // A file system without locks keeps what is left.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Another command may have deleted it before it was locked.
        if path.exists() {
            file.set_len(0)?;
            return Ok(file);
        }
    }
}

fn delete_abandoned(part: &Path) {
    let Some(series) = series(part) else {
        return;
    };
    let folder = part
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let is_file = is_file
            && path
                .as_os_str()
                .as_encoded_bytes()
                .ends_with(PART.as_bytes());
        if is_file && self::series(&path).as_ref() == Some(&series) {
            let opened = File::options().write(true).open(&path);
            // The lock is held until it is gone.
            if let Ok(file) = opened
                && file.try_lock().is_ok()
            {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// A file's name without its digits.
fn series(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    Some(name.chars().filter(|it| !it.is_ascii_digit()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_file_that_was_not_finished() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("onestop.age");
        let left = || fs::read_dir(folder.path()).unwrap().count();
        drop(PartFile::create(&name).unwrap());
        assert_eq!(left(), 0);
        PartFile::create(&name).unwrap().finish().unwrap();
        assert!(name.exists());
        assert_eq!(left(), 1);
    }

    #[test]
    fn what_killed_commands_left_of_the_series_is_deleted_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let left = path("onestop-20261128-023000.age.onestop-part");
        // What a browser has not fetched whole, in a folder that is not ours alone.
        let others = [
            "other-20261128.age.onestop-part",
            "onestop-20261128-023000.age",
            "onestop-20261128-023000.age.part",
        ]
        .map(path);
        fs::write(&left, "half of a backup").unwrap();
        for other in &others {
            fs::write(other, "whole").unwrap();
        }
        let running = PartFile::create(&path("onestop-20261129-023000.age")).unwrap();
        assert!(!left.exists());
        let next = PartFile::create(&path("onestop-20261130-023000.age")).unwrap();
        assert!(others.iter().all(|other| other.exists()));
        running.finish().unwrap();
        next.finish().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }

    #[test]
    fn two_commands_do_not_write_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("node.age");
        let first = PartFile::create(&name).unwrap();
        assert!(PartFile::create(&name).is_err());
        first.finish().unwrap();
        assert!(name.exists());
    }
}
