//! The file that the write-ahead log goes over to when the one being written is full: one whose commits
//! are all in segments, or, at first, one of zeros. Its blocks are there, so that writing over them changes
//! no metadata.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::fault;

/// What a file of zeros is called until commits go into it.
const NAME: &str = "spare";
/// So much is written at once.
const STEP: u64 = 1 << 20;

/// Makes a file of zeros. `None` if it cannot be made, for want of room for instance: it is only there for
/// speed.
pub(super) fn make(folder: &Path, length: u64) -> Option<PathBuf> {
    let path = folder.join(NAME);
    match fill(&path, length) {
        Ok(()) => Some(path),
        Err(_) => {
            // What was written of it takes room. If it stays, the next open removes it.
            let _ = remove(folder);
            None
        }
    }
}

fn fill(path: &Path, length: u64) -> io::Result<()> {
    let file = File::create_new(path)?;
    let zeros = vec![0; length.min(STEP) as usize];
    for at in (0..length).step_by(STEP as usize) {
        fault::at(fault::WAL_SPARE)?;
        let part = &zeros[..(length - at).min(STEP) as usize];
        file.write_all_at(part, at)?;
    }
    file.sync_all()
}

/// Removes a file of zeros that was not used.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(NAME)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Chooses among files whose commits are all in segments one to be written over, unless there is a spare
/// file already, and removes the others. An append that was much larger than a file should be may have
/// left one that is too long to be kept.
pub(super) fn choose(
    sealed: Vec<PathBuf>,
    current: Option<&Path>,
    capacity: u64,
) -> io::Result<Option<PathBuf>> {
    let mut chosen = None;
    for path in sealed {
        if current == Some(&path) {
            continue;
        }
        let is_kept = current.is_none() && chosen.is_none();
        if is_kept && fs::metadata(&path)?.len() <= capacity.saturating_mul(2) {
            chosen = Some(path);
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(chosen)
}
