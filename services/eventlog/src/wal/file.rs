//! The files of the write-ahead log: written one behind the other, each only once.
//!
//! Small commits go into blocks that are there already: the file is grown with zeros, a good deal at a
//! time, so that `fdatasync` changes no metadata. A large commit makes the file longer itself.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::{DIRECTORY, MemTable};
use crate::error::{CloseReason, StoreError};
use crate::fault;
use crate::sync::sync_directory;

/// So much is added to a file that is too short for a small entry.
const GROWTH: u64 = 512 << 10;
/// An entry of at least this size is written without growing the file first.
const LARGE_ENTRY: u64 = 64 << 10;

/// The file that is being written.
pub(crate) struct Wal {
    folder: PathBuf,
    file: File,
    /// How long the file is.
    length: u64,
    /// Where the next entry goes.
    next: u64,
    /// Number of the last commit in it; 0 for none.
    last: u64,
    /// Number of the last commit in the file before.
    before: u64,
    /// A file that would grow beyond this is left for a new one.
    capacity: u64,
}

/// Where writing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    pub(crate) path: PathBuf,
    /// Behind the last whole entry.
    pub(crate) end: u64,
    /// Number of the last commit in the file; 0 for none.
    pub(crate) last: u64,
    /// Number of the last commit in the file before, if that is not sealed yet; 0 otherwise.
    pub(crate) before: u64,
}

impl Wal {
    /// Goes on in the log's last file, or begins one for the commit `next`. What is behind the last
    /// whole entry was never acknowledged, and is removed.
    pub(crate) fn open(
        directory: &Path,
        resume: Option<Resume>,
        next: u64,
        capacity: u64,
    ) -> Result<Wal, StoreError> {
        let folder = directory.join(DIRECTORY);
        let open = || -> io::Result<Wal> {
            let resumed = match resume {
                Some(resume) => resume,
                None => begin(&folder, next)?,
            };
            let file = OpenOptions::new().write(true).open(&resumed.path)?;
            if file.metadata()?.len() != resumed.end {
                file.set_len(resumed.end)?;
                file.sync_all()?;
            }
            Ok(Wal {
                folder: folder.clone(),
                file,
                length: resumed.end,
                next: resumed.end,
                last: resumed.last,
                before: resumed.before,
                capacity,
            })
        };
        open().map_err(|source| StoreError::Io {
            step: "open the write-ahead log",
            source,
        })
    }

    /// Writes an entry; it is durable when this returns. Waits for the flusher if it is a whole file
    /// behind.
    pub(crate) fn append(
        &mut self,
        entry: &[u8],
        commit: u64,
        memtable: &MemTable,
    ) -> Result<(), CloseReason> {
        if self.next > 0 && self.next + entry.len() as u64 > self.capacity {
            memtable.wait_for(self.before)?;
            self.rotate(commit)
                .map_err(|source| CloseReason::commit("begin a file of the log", source))?;
            memtable.want(self.before);
        }
        self.write(entry)
            .map_err(|source| CloseReason::commit("write a commit", source))?;
        self.last = commit;
        Ok(())
    }

    /// Gives back the room behind the last entry, when the log is closed.
    pub(crate) fn trim(&self) {
        // The next open does it if this fails.
        let _ = self.file.set_len(self.next);
    }

    /// Begins a new file, whose first commit is `next`.
    fn rotate(&mut self, next: u64) -> io::Result<()> {
        let Resume { path, .. } = begin(&self.folder, next)?;
        self.file = OpenOptions::new().write(true).open(path)?;
        (self.length, self.next) = (0, 0);
        self.before = std::mem::replace(&mut self.last, 0);
        Ok(())
    }

    fn write(&mut self, entry: &[u8]) -> io::Result<()> {
        let length = entry.len() as u64;
        let end = self.next + length;
        if end > self.length && length < LARGE_ENTRY {
            let zeros = vec![0; (end + GROWTH - self.length) as usize];
            fault::at(fault::WAL_GROW)?;
            self.file.write_all_at(&zeros, self.length)?;
            self.length = end + GROWTH;
        }
        fault::write_all_at(fault::WAL_WRITE, &self.file, entry, self.next)?;
        fault::at(fault::WAL_SYNC)?;
        self.file.sync_data()?;
        self.next = end;
        self.length = self.length.max(end);
        Ok(())
    }
}

/// Makes an empty file for commits from `next` on.
fn begin(folder: &Path, next: u64) -> io::Result<Resume> {
    let path = folder.join(format!("{next:020}"));
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(&path)?;
    file.sync_all()?;
    sync_directory(folder)?;
    Ok(Resume {
        path,
        end: 0,
        last: 0,
        before: 0,
    })
}

/// Number of the first commit and path of each file, in order.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let first = name.filter(|name| name.len() == 20);
        if let Some(first) = first.and_then(|name| name.parse().ok()) {
            files.push((first, path));
        }
    }
    files.sort();
    Ok(files)
}

/// Removes files whose commits are all in segments, the last of which has the number `sealed`.
pub(crate) fn remove_sealed(directory: &Path, sealed: u64) -> io::Result<()> {
    let files = list(&directory.join(DIRECTORY))?;
    for (at, (_, path)) in files.iter().enumerate() {
        // A file ends where the next one begins; the last one is being written.
        if files
            .get(at + 1)
            .is_some_and(|(next, _)| *next <= sealed + 1)
        {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Makes all files of the write-ahead log durable, as far as they were written.
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    let folder = directory.join(DIRECTORY);
    for (_, path) in list(&folder)? {
        File::open(path)?.sync_all()?;
    }
    sync_directory(&folder)
}
