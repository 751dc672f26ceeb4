//! Files that appear whole, are replaced whole, and whose bytes are overwritten before they go.
//!
//! Overwriting reaches the blocks that the file has now. What a drive has moved elsewhere, a journal or a
//! snapshot of the file system may hold older ones: therefore nothing in these files is in the clear.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// What is being written, by its ending.
pub(super) const ASIDE: &str = "new";

/// Tells apart what is being written at the same time.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Whether a file was there first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    Now,
    Before,
}

/// A new file, whole and durable; of two makers one wins.
pub(super) fn make(path: &Path, bytes: &[u8]) -> io::Result<Made> {
    let aside = write_aside(path, bytes)?;
    let made = match fs::hard_link(&aside, path) {
        Ok(()) => Made::Now,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Made::Before,
        Err(error) => return Err(error),
    };
    fs::remove_file(&aside)?;
    sync_folder_of(path)?;
    Ok(made)
}

/// Replaces a file; what it held before is overwritten.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(&write_aside(path, bytes)?, path)
}

/// Puts a file in place of another, whose bytes are overwritten.
pub(super) fn put(new: &Path, path: &Path) -> io::Result<()> {
    let before = OpenOptions::new().write(true).open(path)?;
    fs::rename(new, path)?;
    sync_folder_of(path)?;
    overwrite(before)
}

/// Overwrites a file, and removes it. One that is gone already is gone.
pub(super) fn destroy(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => overwrite(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    fs::remove_file(path)?;
    sync_folder_of(path)
}

fn overwrite(mut file: File) -> io::Result<()> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    file.write_all(&vec![0; length])?;
    file.sync_all()
}

fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let aside = path.with_extension(format!("{count}.{ASIDE}"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(aside)
}

/// The name of a file is durable when its folder is.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
