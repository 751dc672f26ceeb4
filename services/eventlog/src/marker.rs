//! The marker of a log that follows another one: no writer opens it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::sync::sync_directory;

/// A file in the log's directory. Persisted.
pub(crate) const FILE_NAME: &str = "following";
/// Its content, for an operator who opens it.
const TEXT: &str =
    "This log follows another one. It is written by that one alone, until it is promoted.\n";

/// Whether the log in `path` follows another one.
pub(crate) fn is_set(path: &Path) -> io::Result<bool> {
    path.join(FILE_NAME).try_exists()
}

/// Marks the log; durable when this returns.
pub(crate) fn set(path: &Path) -> io::Result<()> {
    let mut file = File::create(path.join(FILE_NAME))?;
    file.write_all(TEXT.as_bytes())?;
    file.sync_all()?;
    sync_directory(path)
}

/// Takes the marker away; durable when this returns.
pub(crate) fn clear(path: &Path) -> io::Result<()> {
    fs::remove_file(path.join(FILE_NAME))?;
    sync_directory(path)
}
