//! Reading the write-ahead log: every whole entry, and what of them continues the segments.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::entry::{self, Entry};
use super::file::{self, Resume};
use super::{Commit, DIRECTORY};
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged, StoreError};
use crate::merkle::Tree;

/// What is in the files of the write-ahead log.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// In the order of the files.
    entries: Vec<Found>,
    files: Vec<ScannedFile>,
}

#[derive(Debug)]
struct Found {
    entry: Entry,
    file: usize,
    end: u64,
}

#[derive(Debug)]
struct ScannedFile {
    path: PathBuf,
    /// Number of the commit that it goes on with.
    next: u64,
    /// A whole entry follows one that is not whole: the latter was durable once.
    has_hole: bool,
}

/// Where the entries stop to continue one another although there are more of them.
#[derive(Debug)]
pub(crate) struct Gap {
    pub(crate) path: PathBuf,
    pub(crate) damaged: Damaged,
}

impl Scan {
    /// Reads all files of the log in `directory`.
    pub(crate) fn read(directory: &Path) -> Result<Scan, StoreError> {
        let read = || -> io::Result<Scan> {
            let mut scan = Scan::default();
            let files = match file::list(&directory.join(DIRECTORY)) {
                Ok(files) => files,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(scan),
                Err(error) => return Err(error),
            };
            for (first, path) in files {
                let bytes = match fs::read(&path) {
                    Ok(bytes) => bytes,
                    // Sealed meanwhile, while the log is open, and removed or written over.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                scan.add(path, first, &bytes);
            }
            Ok(scan)
        };
        read().map_err(StoreError::io("read the write-ahead log"))
    }

    /// Reads a file whose first commit is `first`. Behind its entries may be others, of what it held
    /// before: they have lower numbers, or do not continue the last record.
    fn add(&mut self, path: PathBuf, first: u64, bytes: &[u8]) {
        let file = self.files.len();
        let (mut at, mut next, mut head) = (0, first, None);
        while let Some((entry, length)) = entry::decode(&bytes[at..]) {
            if entry.state.commit != next || head.is_some_and(|head| !entry.continues(head)) {
                break;
            }
            at += length;
            next += 1;
            head = Some(entry.state.head);
            let end = at as u64;
            self.entries.push(Found { entry, file, end });
        }
        let has_hole = has_hole(&bytes[at..], next);
        self.files.push(ScannedFile {
            path,
            next,
            has_hole,
        });
    }

    /// Every whole entry, in the order of the files.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|found| &found.entry)
    }

    /// The newest state that any entry speaks of.
    pub(crate) fn newest(&self) -> Option<CommitState> {
        let states = self.entries().map(|entry| entry.state);
        states.max_by_key(|state| state.commit)
    }

    /// The commits that continue the segments, which end with `sealed`. A gap behind them means that
    /// something durable is missing.
    pub(crate) fn commits(
        &self,
        sealed: CommitState,
        epoch: Uuid,
        tree: &mut Tree,
    ) -> (Vec<Commit>, Option<Gap>) {
        let (commits, stopped) = chain(self.entries(), sealed, epoch, tree);
        let reached = commits.last().map_or(sealed, |commit| commit.state);
        let position = reached.head.count;
        let beyond = self
            .entries
            .iter()
            .find(|found| found.entry.state.commit > reached.commit && found.entry.epoch == epoch);
        let torn = self.files.iter().find(|file| file.has_hole);
        let path = beyond
            .map(|found| &self.files[found.file])
            .or(torn)
            .map(|file| file.path.clone());
        let damage = stopped.unwrap_or(Damage::FrameMissing);
        let gap = path.map(|path| Gap {
            path,
            damaged: Damaged { position, damage },
        });
        (commits, gap)
    }

    /// Where writing goes on, if there is a file. `sealed` is the last commit in segments.
    pub(crate) fn resume(&self, sealed: u64) -> Option<Resume> {
        let last_file = self.files.len().checked_sub(1)?;
        let of_last = self.entries.iter().rfind(|found| found.file == last_file);
        let before = self.entries.iter().rfind(|found| found.file < last_file);
        let before = before.map_or(0, |found| found.entry.state.commit);
        Some(Resume {
            path: self.files[last_file].path.clone(),
            next: self.files[last_file].next,
            end: of_last.map_or(0, |found| found.end),
            last: of_last.map_or(0, |found| found.entry.state.commit),
            before: if before > sealed { before } else { 0 },
        })
    }
}

/// Whether `bytes` begin with an entry of the commit `number` that is not whole, and go on with the one
/// after it. An entry is written only after the one before it is durable.
fn has_hole(bytes: &[u8], number: u64) -> bool {
    let Some(claim) = entry::claim(bytes).filter(|claim| claim.state.commit == number) else {
        return false;
    };
    let behind = bytes.get(claim.length..).and_then(entry::decode);
    behind.is_some_and(|(entry, _)| {
        entry.state.commit == number + 1 && entry.continues(claim.state.head)
    })
}

/// The commits among `entries` that continue `from`, one after the other, and why the next entry does
/// not.
pub(crate) fn chain<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    from: CommitState,
    epoch: Uuid,
    tree: &mut Tree,
) -> (Vec<Commit>, Option<Damage>) {
    let mut entries: Vec<&Entry> = entries.filter(|entry| entry.epoch == epoch).collect();
    entries.sort_by_key(|entry| entry.state.commit);
    let mut commits: Vec<Commit> = Vec::new();
    let mut at = from;
    for entry in entries {
        if entry.state.commit <= at.commit {
            continue;
        }
        let frame = match entry.frame(at.head.count) {
            Ok(frame) => frame,
            Err(damaged) => return (commits, Some(damaged.damage)),
        };
        let continues = frame
            .as_ref()
            .is_none_or(|frame| frame.previous == at.head.hash);
        let last = frame.as_ref().and_then(|frame| frame.records.last());
        let reaches = last.map_or(at.head, |record| record.head());
        if entry.state.commit != at.commit + 1 || !continues || reaches != entry.state.head {
            let damage = if continues {
                Damage::FrameMissing
            } else {
                Damage::ChainBroken
            };
            return (commits, Some(damage));
        }
        at = entry.state;
        let hashes = frame.iter().flat_map(|frame| &frame.records);
        let nodes = tree.extend(hashes.map(|record| record.hash));
        commits.push(Commit {
            state: entry.state,
            cursors: entry.cursors.clone(),
            frame: frame.map(Arc::new),
            nodes,
        });
    }
    (commits, None)
}
