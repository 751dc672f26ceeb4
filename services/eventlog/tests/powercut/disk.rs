//! A disk that keeps only what was synced, and of the rest whatever chance leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Random;
use crate::trace::Call;

/// A change to a file that was not synced yet.
#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug, Clone, Default)]
struct Inode {
    durable: Vec<u8>,
    pending: Vec<Change>,
    /// How much the process has written one behind the other.
    written: u64,
}

#[derive(Debug, Clone)]
enum Entry {
    Add(PathBuf, Option<usize>),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// Files by path; a folder has no inode.
type Names = BTreeMap<PathBuf, Option<usize>>;

/// Files and folders as the process sees them, and as they are durable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    inodes: Vec<Inode>,
    seen: Names,
    durable: Names,
    pending: Vec<Entry>,
}

impl Disk {
    pub(crate) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(path) => {
                if !self.seen.contains_key(path) {
                    self.inodes.push(Inode::default());
                    let inode = Some(self.inodes.len() - 1);
                    self.change(Entry::Add(path.clone(), inode));
                }
            }
            Call::MakeFolder(path) => self.change(Entry::Add(path.clone(), None)),
            Call::Rename(from, to) => self.change(Entry::Rename(from.clone(), to.clone())),
            Call::Remove(path) => self.change(Entry::Remove(path.clone())),
            Call::Truncate(path, length) => {
                if let Some(inode) = self.inode(path) {
                    inode.pending.push(Change::Truncate(*length));
                }
            }
            Call::Write(path, offset, bytes) => {
                if let Some(inode) = self.inode(path) {
                    let at = offset.unwrap_or(inode.written);
                    inode.written = at + bytes.len() as u64;
                    inode.pending.push(Change::Write(at, bytes.clone()));
                }
            }
            Call::Sync(path) => self.sync(path),
            Call::Said(_) => {}
        }
    }

    fn inode(&mut self, path: &Path) -> Option<&mut Inode> {
        let inode = (*self.seen.get(path)?)?;
        self.inodes.get_mut(inode)
    }

    fn change(&mut self, entry: Entry) {
        apply_entry(&mut self.seen, &entry);
        self.pending.push(entry);
    }

    /// A file's content becomes durable, or a folder's entries.
    fn sync(&mut self, path: &Path) {
        if let Some(inode) = self.inode(path) {
            for change in std::mem::take(&mut inode.pending) {
                apply_change(&mut inode.durable, &change);
            }
            return;
        }
        let (durable, later): (Vec<Entry>, Vec<Entry>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|entry| is_in(entry, path));
        for entry in &durable {
            apply_entry(&mut self.durable, entry);
        }
        self.pending = later;
    }

    /// Writes what a power cut at this moment may leave of `folder` into `target`.
    pub(crate) fn crash(&self, folder: &Path, target: &Path, random: &mut Random) {
        let mut names = self.durable.clone();
        // Folders are changed in order, up to some point; now and then in no order.
        let upto = random.below(self.pending.len() as u64 + 1) as usize;
        let in_order = random.below(4) > 0;
        for (at, entry) in self.pending.iter().enumerate() {
            let is_left = if in_order {
                at < upto
            } else {
                random.below(2) == 0
            };
            if is_left {
                apply_entry(&mut names, entry);
            }
        }
        let fate = random.below(4);
        for (path, inode) in names {
            let Ok(relative) = path.strip_prefix(folder) else {
                continue;
            };
            let path = target.join(relative);
            match inode {
                None => fs::create_dir_all(&path).unwrap(),
                Some(inode) => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, left(&self.inodes[inode], fate, random)).unwrap();
                }
            }
        }
    }
}

/// What is left of a file: nothing, everything, or some of what was not synced.
fn left(inode: &Inode, fate: u64, random: &mut Random) -> Vec<u8> {
    let mut bytes = inode.durable.clone();
    for change in &inode.pending {
        match change {
            _ if fate == 0 => {}
            change if fate == 1 => apply_change(&mut bytes, change),
            Change::Truncate(_) => {
                if random.below(2) == 0 {
                    apply_change(&mut bytes, change);
                }
            }
            Change::Write(at, written) => {
                let sector = if random.below(2) == 0 { 512 } else { 4096 };
                for (begin, part) in sectors(*at, written, sector) {
                    if random.below(2) == 0 {
                        apply_change(&mut bytes, &Change::Write(begin, part.to_vec()));
                    }
                }
            }
        }
    }
    // The blocks were written, the size was not.
    if fate == 3 && random.below(2) == 0 {
        bytes.truncate(inode.durable.len());
    }
    bytes
}

/// A write in parts that a disk writes whole.
fn sectors(at: u64, bytes: &[u8], sector: u64) -> Vec<(u64, &[u8])> {
    let mut parts = Vec::new();
    let (mut begin, mut rest) = (at, bytes);
    while !rest.is_empty() {
        let room = (sector - begin % sector) as usize;
        let (part, after) = rest.split_at(room.min(rest.len()));
        parts.push((begin, part));
        begin += part.len() as u64;
        rest = after;
    }
    parts
}

fn apply_change(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Truncate(length) => bytes.resize(*length as usize, 0),
        Change::Write(at, written) => {
            let end = *at as usize + written.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*at as usize..end].copy_from_slice(written);
        }
    }
}

fn is_in(entry: &Entry, folder: &Path) -> bool {
    match entry {
        Entry::Add(path, _) | Entry::Remove(path) => path.parent() == Some(folder),
        Entry::Rename(from, to) => from.parent() == Some(folder) || to.parent() == Some(folder),
    }
}

fn apply_entry(names: &mut Names, entry: &Entry) {
    match entry {
        Entry::Add(path, inode) => {
            names.entry(path.clone()).or_insert(*inode);
        }
        Entry::Remove(path) => {
            names.retain(|name, _| !name.starts_with(path));
        }
        Entry::Rename(from, to) => {
            let moved: Vec<_> = names
                .iter()
                .filter(|(name, _)| name.starts_with(from))
                .map(|(name, inode)| (name.clone(), *inode))
                .collect();
            if !moved.is_empty() {
                names.retain(|name, _| !name.starts_with(from) && !name.starts_with(to));
            }
            for (name, inode) in moved {
                let below = name.strip_prefix(from).unwrap();
                let name = if below.as_os_str().is_empty() {
                    to.clone()
                } else {
                    to.join(below)
                };
                names.insert(name, inode);
            }
        }
    }
}
