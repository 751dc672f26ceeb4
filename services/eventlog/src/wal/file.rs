//! The files of the write-ahead log.
//!
//! A file is named by the first commit in it; the others follow, one entry behind the other. Entries go
//! over blocks that are there already, so that `fdatasync` waits for the data and for no metadata: a file
//! whose commits are all in segments gets a new name, and is written over from its beginning. Before there
//! is one, the flusher makes one of zeros ([`super::spare`]); only a log's first file grows while it is
//! written, some entries at a time.
//!
//! **What a file held before is never taken for new.** Commits are numbered without gaps, and a file gets
//! a new name only once all that it holds is in segments. So every older entry in it has a lower number
//! than its name. A reader takes the entry at place *k* only if its number is the name's plus *k* and it
//! continues the record before it, and ends at the first one that does not ([`super::scan`]). Wherever the
//! new entries end, and however a power cut has torn the last one, old bytes behind them are the end of the
//! file. Nor can a payload imitate an entry: it would have to name the hash of a record that came later.
//!
//! The new name is durable before the first entry is written under it: a file with an older name has no new entry.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::{DIRECTORY, MemTable, spare};
use crate::error::{CloseReason, StoreError};
use crate::fault;
use crate::sync::sync_directory;

/// So much is added to a file that is too short.
const GROWTH: u64 = 512 << 10;

/// The file that is being written.
pub(crate) struct Wal {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    /// Number of the commit that the file goes on with.
    awaited: u64,
    /// How long the file is.
    length: u64,
    /// Where the next entry goes.
    next: u64,
    /// Number of the last commit in it; 0 for none.
    last: u64,
    /// Number of the last commit in the file before.
    before: u64,
    /// A file whose entries would reach beyond this is left for another one.
    capacity: u64,
}

/// Where writing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    pub(crate) path: PathBuf,
    /// Behind the last entry.
    pub(crate) end: u64,
    pub(crate) next: u64,
    /// Number of the last commit in the file; 0 for none.
    pub(crate) last: u64,
    /// Number of the last commit in the file before, if that is not sealed yet; 0 otherwise.
    pub(crate) before: u64,
}

impl Wal {
    /// Goes on in the log's last file, or begins one for the commit `next`. What is behind the last
    /// entry was never acknowledged, and is removed.
    pub(crate) fn open(
        directory: &Path,
        resume: Option<Resume>,
        next: u64,
        capacity: u64,
    ) -> Result<Wal, StoreError> {
        let folder = directory.join(DIRECTORY);
        let open = || -> io::Result<Wal> {
            let resumed = match resume {
                Some(resume) if resume.next == next => resume,
                // Its name promises commits that the log does not have.
                Some(resume) if resume.last == 0 => {
                    fs::remove_file(&resume.path)?;
                    begin(&folder, next)?
                }
                Some(_) | None => begin(&folder, next)?,
            };
            let file = OpenOptions::new().write(true).open(&resumed.path)?;
            if file.metadata()?.len() != resumed.end {
                file.set_len(resumed.end)?;
                file.sync_all()?;
            }
            Ok(Wal {
                folder: folder.clone(),
                path: resumed.path,
                file,
                awaited: resumed.next,
                length: resumed.end,
                next: resumed.end,
                last: resumed.last,
                before: resumed.before,
                capacity,
            })
        };
        open().map_err(StoreError::io("open the write-ahead log"))
    }

    /// Writes an entry; it is durable when this returns. Waits for the flusher if it is a whole file
    /// behind.
    pub(crate) fn append(
        &mut self,
        entry: &[u8],
        commit: u64,
        memtable: &MemTable,
    ) -> Result<(), CloseReason> {
        let is_full = self.next > 0 && self.next + entry.len() as u64 > self.capacity;
        if is_full || commit != self.awaited {
            memtable.wait_for(self.before)?;
            self.rotate(commit, memtable.take_spare())
                .map_err(|source| CloseReason::commit("begin a file of the log", source))?;
            memtable.want(self.before);
        }
        let was_early = self.next <= self.capacity / 2;
        self.write(entry)
            .map_err(|source| CloseReason::commit("write a commit", source))?;
        self.last = commit;
        self.awaited = commit + 1;
        if was_early && self.next > self.capacity / 2 {
            memtable.want_spare();
        }
        Ok(())
    }

    /// Gives back the room that no entry takes, when the log is closed.
    pub(crate) fn trim(&self, memtable: &MemTable) {
        // The next open does it if this fails.
        let _ = self.file.set_len(self.next);
        if let Some(spare) = memtable.take_spare() {
            let _ = fs::remove_file(spare);
        }
    }

    /// Leaves the file for another one, unless nothing is in it yet. `next` is the commit that comes next.
    pub(crate) fn begin_next(&mut self, next: u64) -> Result<(), StoreError> {
        if self.last == 0 {
            return Ok(());
        }
        self.rotate(next, None)
            .map_err(StoreError::io("begin a file of the log"))
    }

    /// Goes over to another file, whose first commit is `next`.
    fn rotate(&mut self, next: u64, spare: Option<PathBuf>) -> io::Result<()> {
        self.path = match spare {
            // Nothing is in the one that there is but a wrong name.
            _ if self.next == 0 => rename(&self.folder, &self.path, next)?,
            Some(spare) => rename(&self.folder, &spare, next)?,
            None => begin(&self.folder, next)?.path,
        };
        self.file = OpenOptions::new().write(true).open(&self.path)?;
        (self.length, self.next, self.awaited) = (self.file.metadata()?.len(), 0, next);
        self.before = std::mem::replace(&mut self.last, 0);
        Ok(())
    }

    fn write(&mut self, entry: &[u8]) -> io::Result<()> {
        let end = self.next + entry.len() as u64;
        if end > self.length {
            let grown = (end + GROWTH).min(self.capacity).max(end);
            let zeros = vec![0; (grown - self.length) as usize];
            fault::at(fault::WAL_GROW)?;
            self.file.write_all_at(&zeros, self.length)?;
            self.length = grown;
        }
        fault::write_all_at(fault::WAL_WRITE, &self.file, entry, self.next)?;
        fault::at(fault::WAL_SYNC)?;
        self.file.sync_data()?;
        self.next = end;
        Ok(())
    }
}

/// Makes an empty file for commits from `next` on.
fn begin(folder: &Path, next: u64) -> io::Result<Resume> {
    let path = named(folder, next);
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(&path)?;
    file.sync_all()?;
    sync_directory(folder)?;
    Ok(Resume {
        path,
        end: 0,
        next,
        last: 0,
        before: 0,
    })
}

/// Gives a file that holds nothing of value the name of the commit `next`.
fn rename(folder: &Path, spare: &Path, next: u64) -> io::Result<PathBuf> {
    let path = named(folder, next);
    fault::at(fault::WAL_RENAME)?;
    fs::rename(spare, &path)?;
    sync_directory(folder)?;
    Ok(path)
}

fn named(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:020}"))
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

/// The files whose commits are all in segments, the last of which has the number `sealed`.
pub(super) fn sealed(directory: &Path, sealed: u64) -> io::Result<Vec<PathBuf>> {
    let files = list(&directory.join(DIRECTORY))?;
    // A file ends where the next one begins; the last one is being written.
    let firsts: Vec<u64> = files.iter().skip(1).map(|(first, _)| *first).collect();
    let ends = files.into_iter().zip(firsts);
    let are_sealed = ends.filter(|(_, next)| *next <= sealed + 1);
    Ok(are_sealed.map(|((_, path), _)| path).collect())
}

/// Removes files that hold nothing which is not in segments, the last of which ends with the commit
/// `last`: before the log is written.
pub(crate) fn clean(directory: &Path, last: u64) -> io::Result<()> {
    for path in sealed(directory, last)? {
        fs::remove_file(path)?;
    }
    spare::remove(&directory.join(DIRECTORY))
}

/// Makes all files of the write-ahead log durable, as far as they were written.
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    let folder = directory.join(DIRECTORY);
    for (_, path) in list(&folder)? {
        File::open(path)?.sync_all()?;
    }
    sync_directory(&folder)
}
