//! How far an upload has come: beside the backup, so that the next attempt sends only the parts that are missing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// An upload in parts that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) place: String,
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) part_bytes: u64,
    pub(super) upload: String,
    /// The tags that the store gave the parts it has, in order.
    pub(super) etags: Vec<String>,
}

fn path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".upload");
    PathBuf::from(path)
}

/// The progress that is noted for a file. A damaged note is none.
pub(super) fn read(file: &Path) -> Option<Progress> {
    serde_json::from_slice(&fs::read(path(file)).ok()?).ok()
}

pub(super) fn write(file: &Path, progress: &Progress) -> anyhow::Result<()> {
    let path = path(file);
    let part = part(&path);
    fs::write(&part, serde_json::to_vec(progress)?)
        .and_then(|()| fs::rename(&part, &path))
        .with_context(|| said!("cannot-write", path = path.display()))
}

/// Forgets it. It is of no harm if it stays: it fits no other file.
pub(super) fn remove(file: &Path) {
    let path = path(file);
    let _ = fs::remove_file(part(&path));
    let _ = fs::remove_file(path);
}

/// What is being written of it.
fn part(path: &Path) -> PathBuf {
    path.with_extension("upload.part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_as_it_was_written_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("node.age");
        assert_eq!(read(&file), None);
        let progress = Progress {
            place: "s3://bureau/".to_owned(),
            name: "node.age".to_owned(),
            sha256: "00".to_owned(),
            part_bytes: 8,
            upload: "u".to_owned(),
            etags: vec!["a".to_owned()],
        };
        write(&file, &progress).unwrap();
        assert_eq!(read(&file), Some(progress));
        remove(&file);
        assert_eq!(read(&file), None);
    }
}
