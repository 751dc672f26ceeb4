//! Files that appear whole, are replaced whole, and whose bytes are overwritten before they go.
//!
//! Overwriting reaches the blocks that the file has now. What a drive has moved elsewhere, a journal or a
//! snapshot of the file system may hold older ones: therefore nothing in these files is in the clear.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// The extension of a file that is being written.
pub(super) const STAGED: &str = "new";

/// Distinguishes files that are written at the same time.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Creates a file, whole and durable. One that exists stays as it is. No other process makes it meanwhile.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let staged = write_staged(path, bytes)?;
    fs::rename(&staged, path)?;
    sync_folder_of(path)
}

/// Replaces a file; what it held before is overwritten.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(&write_staged(path, bytes)?, path)
}

/// Puts a file in place of another, whose bytes are overwritten.
pub(super) fn put(new: &Path, path: &Path) -> io::Result<()> {
    let before = OpenOptions::new().write(true).open(path)?;
    fs::rename(new, path)?;
    sync_folder_of(path)?;
    overwrite(&before)
}

/// Overwrites a file and removes it. Idempotent.
pub(super) fn destroy(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => overwrite(&file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    fs::remove_file(path)?;
    sync_folder_of(path)
}

/// Overwrites files of a folder and removes them: all are overwritten on the disk before the first goes. Idempotent.
pub(super) fn destroy_all(folder: &Path, paths: &[PathBuf]) -> io::Result<()> {
    let mut found = Vec::new();
    for path in paths {
        match OpenOptions::new().write(true).open(path) {
            Ok(file) => {
                write_zeros(&file)?;
                found.push((path, file));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    for (_, file) in &found {
        file.sync_all()?;
    }
    for (path, _) in found {
        fs::remove_file(path)?;
    }
    File::open(folder)?.sync_all()
}

fn overwrite(file: &File) -> io::Result<()> {
    write_zeros(file)?;
    file.sync_all()
}

/// A file that has another name as well keeps its bytes: the other name is in use.
fn write_zeros(file: &File) -> io::Result<()> {
    let about = file.metadata()?;
    if about.nlink() > 1 {
        return Ok(());
    }
    let length = usize::try_from(about.len()).unwrap_or(usize::MAX);
    file.write_all_at(&vec![0; length], 0)
}

fn write_staged(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let staged = path.with_extension(format!("{count}.{STAGED}"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(staged)
}

/// The name of a file is durable when its folder is.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
