//! The files that hold a master key.

use std::path::{Path, PathBuf};

use super::master::{FILE, MasterKeySource};

impl MasterKeySource {
    /// Whether a file holds the master key, or the one that a rotation was putting in its place. Backups leave it out.
    pub fn is_in(&self, path: &Path) -> bool {
        let is = |file: &Path| path == file || path == next_to(file);
        let name = path.file_name().map(Path::new);
        name.is_some_and(|name| name == Path::new(FILE) || name == next_to(Path::new(FILE)))
            || self.file().is_some_and(is)
    }
}

/// Where a rotation keeps the new master key until it takes the old one's place.
pub(super) fn next_to(file: &Path) -> PathBuf {
    file.with_extension("next")
}
