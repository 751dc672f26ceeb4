//! The wrapped keys of all cases, in few files of fixed slots.
//!
//! Keys are written by one thread, as many together as wait for it, and are durable after one `fdatasync`. A key that
//! is erased is overwritten where it lies, and a mark stays in its slot: no key is made for that case again. Which
//! slot a case has is found at every start by reading the slabs.

mod file;
mod group;
mod index;
mod slot;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use onestop_proto::ids::CaseId;
use tracing::warn;

pub(super) use self::{
    file::EXTENSION,
    group::{Change, CommitError, Group},
    writer::Writer,
};
use self::{
    file::Slab,
    index::{Index, Place},
    slot::{CaseBytes, SLOT, Slot, SlotBytes},
};
use super::{KeyringError, error::at, folder::files_with_extension};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored {
    /// Its key, wrapped.
    Key(Vec<u8>),
    /// The mark that its key was destroyed.
    Erased,
}

/// The slabs of a folder, shared by those who read keys and the one who writes them.
#[derive(Debug, Clone)]
pub(super) struct Slabs(Arc<RwLock<Open>>);

#[derive(Debug)]
struct Open {
    folder: PathBuf,
    slabs: Vec<Slab>,
    index: Index,
    /// The first place that was never written.
    next: Place,
}

impl Slabs {
    /// Opens the slabs of a folder.
    ///
    /// # Errors
    /// If one cannot be read, or is of a newer version.
    pub(super) fn open(folder: &Path) -> Result<Self, KeyringError> {
        let mut paths = files_with_extension(folder, EXTENSION)?;
        paths.sort();
        let mut open = Open {
            folder: folder.to_owned(),
            slabs: Vec::new(),
            index: Index::default(),
            next: Place::new(0, 1),
        };
        for path in paths {
            open.take_in(path)?;
        }
        Ok(Self(Arc::new(RwLock::new(open))))
    }

    /// What is stored for a case; nothing where it never had a key.
    ///
    /// # Errors
    /// If the slab cannot be read, or the slot is damaged.
    pub(super) fn find(&self, case: CaseId) -> Result<Option<Stored>, KeyringError> {
        let open = self.read();
        let mut damaged = None;
        let mut found = None;
        for (place, slot) in open.slots(case)? {
            match slot {
                Slot::Erased { .. } => return Ok(Some(Stored::Erased)),
                Slot::Key { wrapped, .. } => found = Some(Stored::Key(wrapped)),
                Slot::Damaged { .. } => damaged = Some(place),
                Slot::Free | Slot::Newer => {}
            }
        }
        match (found, damaged) {
            (None, Some(place)) => Err(KeyringError::Damaged {
                case,
                path: open.path(place),
            }),
            (found, _) => Ok(found),
        }
    }

    /// Whether the key of a case was destroyed, and no slot of it holds anything else.
    pub(super) fn is_erased(&self, case: CaseId) -> Result<bool, KeyringError> {
        let open = self.read();
        let slots = open.slots(case)?;
        let erased = |(_, slot): &(Place, Slot)| matches!(slot, Slot::Erased { .. });
        Ok(!slots.is_empty() && slots.iter().all(erased))
    }

    fn read(&self) -> RwLockReadGuard<'_, Open> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Open> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Opens a further slab, and takes its slots into the index.
    fn take_in(&mut self, path: PathBuf) -> Result<(), KeyringError> {
        let number = u32::try_from(self.slabs.len()).unwrap_or(u32::MAX);
        if path != slab_path(&self.folder, number) {
            let source = io::Error::other(format!("a slab before it is missing, number {number}"));
            return Err(KeyringError::File { path, source });
        }
        let slab = Slab::open(path).map_err(at(&slab_path(&self.folder, number)))?;
        let (mut damaged, mut newer) = (0_u32, false);
        let (index, next) = (&mut self.index, &mut self.next);
        *next = Place::new(number, 1);
        let scanned = slab.scan(|slot, bytes| {
            let place = Place::new(number, slot);
            let read = Slot::read(bytes);
            match &read {
                Slot::Free => return,
                Slot::Damaged { .. } => damaged += 1,
                Slot::Newer => newer = true,
                Slot::Key { .. } | Slot::Erased { .. } => {}
            }
            *next = place.next();
            if let Some(case) = read.case() {
                index.add(&case, place);
            }
        });
        scanned.map_err(at(slab.path()))?;
        if newer {
            let problem = "a newer version wrote keys that this one does not know";
            let (path, source) = (slab.path().to_owned(), io::Error::other(problem));
            return Err(KeyringError::File { path, source });
        }
        if damaged > 0 {
            warn!(
                file = %slab.path().display(),
                slots = damaged,
                "slots of this file are not whole. Where power failed while a case was being opened, its answer was \
                 not sent and nothing is lost"
            );
        }
        self.slabs.push(slab);
        Ok(())
    }

    /// The slots that are a case's, the oldest first.
    fn slots(&self, case: CaseId) -> Result<Vec<(Place, Slot)>, KeyringError> {
        let wanted = bytes_of(case);
        let mut slots = Vec::new();
        for place in self.index.candidates(&wanted) {
            let slot = self.slot(place)?;
            if slot.case() == Some(wanted) {
                slots.push((place, slot));
            }
        }
        Ok(slots)
    }

    fn slot(&self, place: Place) -> Result<Slot, KeyringError> {
        let path = || self.path(place);
        let slab = self.slabs.get(place.slab() as usize);
        let read = slab.map_or_else(
            || Err(io::Error::other("it is not open")),
            |slab| slab.read(place.slot()),
        );
        match read {
            Ok(bytes) => Ok(Slot::read(&bytes)),
            Err(source) => Err(KeyringError::File {
                path: path(),
                source,
            }),
        }
    }

    fn path(&self, place: Place) -> PathBuf {
        slab_path(&self.folder, place.slab())
    }
}

fn slab_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:05}.{EXTENSION}"))
}

fn bytes_of(case: CaseId) -> CaseBytes {
    *case.uuid().as_bytes()
}

/// The content of a slab with every key changed by `change`; nothing where none was.
pub(super) fn with_each_key<E>(
    slab: &[u8],
    mut change: impl FnMut(&CaseBytes, &[u8]) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<u8>>, E> {
    let mut changed = None;
    let (slots, _) = slab.as_chunks::<SLOT>();
    for (number, bytes) in slots.iter().enumerate().skip(1) {
        let Slot::Key { case, wrapped } = Slot::read(bytes) else {
            continue;
        };
        if let Some(wrapped) = change(&case, &wrapped)? {
            let content = changed.get_or_insert_with(|| slab.to_vec());
            let slot: SlotBytes = slot::key(case, &wrapped);
            content[number * SLOT..][..SLOT].copy_from_slice(&slot);
        }
    }
    Ok(changed)
}
