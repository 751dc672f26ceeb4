//! The directory that is shipped, copied so that a test may change it.

use std::fs;

use tempfile::TempDir;

use super::repository;

/// Copies the files of the directory.
pub(crate) fn copied() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(repository().join("deploy/directory")).unwrap() {
        let file = entry.unwrap().path();
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    folder
}

/// Copies the files of the directory, with more at the end of one of them.
pub(crate) fn with_more(file: &str, more: &str) -> TempDir {
    let folder = copied();
    let file = folder.path().join(file);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text + more).unwrap();
    folder
}
