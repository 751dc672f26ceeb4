//! A slab: a file of slots. The first slot is its header; what was not written yet is zeros, already on the disk, so
//! that writing a key changes neither the length of the file nor where it lies.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::slot::{SLOT, SlotBytes};
use crate::keyring::secure_file;

/// The extension of a slab.
pub(in crate::keyring) const EXTENSION: &str = "slab";
/// Slots of a slab, its header among them: 16 MiB.
pub(super) const SLOTS: u32 = 1 << 16;
/// Slots by which a slab grows: 1 MiB.
const STEP: u32 = 1 << 12;
/// Slots that are read at a time.
const PAGE: usize = 1 << 12;
/// The first bytes of a slab; persisted.
const MAGIC: &[u8; 16] = b"onestop/keys/1\0\0";

#[derive(Debug)]
pub(super) struct Slab {
    path: PathBuf,
    file: File,
    slots: u32,
}

impl Slab {
    /// Makes a slab that holds no key yet.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let mut bytes = vec![0; STEP as usize * SLOT];
        bytes[..MAGIC.len()].copy_from_slice(MAGIC);
        secure_file::create(&path, &bytes)?;
        Self::open(path)
    }

    /// Opens a slab. What is in it is durable then, also what a process that was killed has not synced.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut magic = [0; MAGIC.len()];
        file.read_exact_at(&mut magic, 0)?;
        if magic != *MAGIC {
            let problem = "it is no slab of keys that this version reads";
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        file.sync_all()?;
        let whole = file.metadata()?.len() / SLOT as u64;
        let slots = u32::try_from(whole).unwrap_or(SLOTS).min(SLOTS);
        Ok(Self { path, file, slots })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file has room for a slot.
    pub(super) fn holds(&self, slot: u32) -> bool {
        slot < self.slots
    }

    /// Makes room for a slot.
    pub(super) fn reserve(&mut self, slot: u32) -> io::Result<()> {
        while slot >= self.slots {
            let zeros = vec![0; STEP as usize * SLOT];
            self.file.write_all_at(&zeros, offset(self.slots))?;
            self.file.sync_all()?;
            self.slots += STEP;
        }
        Ok(())
    }

    /// Writes slots that follow one another. They are durable after [`Slab::sync`].
    pub(super) fn write(&self, first: u32, slots: &[u8]) -> io::Result<()> {
        self.file.write_all_at(slots, offset(first))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    pub(super) fn read(&self, slot: u32) -> io::Result<SlotBytes> {
        let mut bytes = [0; SLOT];
        self.file.read_exact_at(&mut bytes, offset(slot))?;
        Ok(bytes)
    }

    /// Visits every slot but the header.
    pub(super) fn scan(&self, mut visit: impl FnMut(u32, &SlotBytes)) -> io::Result<()> {
        let mut page = vec![0; PAGE * SLOT];
        let mut next = 0;
        while next < self.slots {
            let count = (self.slots - next).min(PAGE as u32);
            let bytes = &mut page[..count as usize * SLOT];
            self.file.read_exact_at(bytes, offset(next))?;
            let (slots, _) = bytes.as_chunks::<SLOT>();
            for (number, slot) in (next..).zip(slots) {
                if number > 0 {
                    visit(number, slot);
                }
            }
            next += count;
        }
        Ok(())
    }
}

fn offset(slot: u32) -> u64 {
    u64::from(slot) * SLOT as u64
}
