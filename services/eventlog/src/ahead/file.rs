//! The two files, written in turn.
//!
//! A file is grown with zeros, a good deal at a time, and never shrinks: overwriting blocks that are
//! there changes no metadata, so `fdatasync` waits for nothing but the data.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::entry::{self, Entry};
use super::{DIRECTORY, Pending};
use crate::anchor::sync_directory;
use crate::error::{CloseReason, StoreError};
use crate::fault;

/// So much is added to a file that is too short.
const GROWTH: u64 = 512 << 10;

/// Both files, open for writing.
pub(crate) struct Files {
    slots: [Slot; 2],
    current: usize,
    /// A file that would grow beyond this is left for the other one.
    capacity: u64,
}

struct Slot {
    file: File,
    /// How long the file is.
    length: u64,
    /// Where the next entry goes.
    next: u64,
    /// Number of the last commit in it; 0 for none.
    last: u64,
}

impl Files {
    /// Opens or creates both files, to be written from the beginning: sled must have everything that
    /// is in them, durably.
    pub(crate) fn open(directory: &Path, capacity: u64) -> Result<Files, StoreError> {
        let folder = directory.join(DIRECTORY);
        let open = || -> io::Result<Files> {
            let is_new = !folder.is_dir();
            fs::create_dir_all(&folder)?;
            let slots = [Slot::open(&folder, 0)?, Slot::open(&folder, 1)?];
            sync_directory(&folder)?;
            if is_new {
                sync_directory(directory)?;
            }
            Ok(Files {
                slots,
                current: 0,
                capacity,
            })
        };
        open().map_err(|source| StoreError::Io {
            step: "open the files that are written ahead",
            source,
        })
    }

    /// Writes an entry; it is durable when this returns. Waits for the keeper if both files are full.
    pub(crate) fn append(
        &mut self,
        entry: &[u8],
        commit: u64,
        pending: &Pending,
    ) -> Result<(), CloseReason> {
        let slot = &self.slots[self.current];
        if slot.next > 0 && slot.next + entry.len() as u64 > self.capacity {
            pending.want(slot.last);
            self.current = 1 - self.current;
            let slot = &mut self.slots[self.current];
            pending.wait_for(slot.last)?;
            slot.next = 0;
        }
        let slot = &mut self.slots[self.current];
        slot.write(entry)
            .map_err(|source| CloseReason::commit("write a commit ahead", source))?;
        slot.last = commit;
        Ok(())
    }

    /// Leaves nothing to be read, once sled has everything: a closed log is what is in sled, and
    /// damage to it is not made good from what happens to stand here.
    pub(crate) fn clear(&self) -> Result<(), CloseReason> {
        for slot in self.slots.iter().filter(|slot| slot.length > 0) {
            let cleared = slot.file.write_all_at(&[0; entry::HEADER_BYTES], 0);
            cleared
                .map_err(|source| CloseReason::commit("clear what was written ahead", source))?;
        }
        Ok(())
    }
}

impl Slot {
    fn open(folder: &Path, number: u8) -> io::Result<Slot> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path(folder, number))?;
        Ok(Slot {
            length: file.metadata()?.len(),
            file,
            next: 0,
            last: 0,
        })
    }

    fn write(&mut self, entry: &[u8]) -> io::Result<()> {
        let end = self.next + entry.len() as u64;
        if end > self.length {
            let zeros = vec![0; (end + GROWTH - self.length) as usize];
            self.file.write_all_at(&zeros, self.length)?;
            self.length = end + GROWTH;
        }
        fault::write_all_at(fault::AHEAD_WRITE, &self.file, entry, self.next)?;
        fault::at(fault::AHEAD_SYNC)?;
        self.file.sync_data()?;
        self.next = end;
        Ok(())
    }
}

/// All whole entries at the beginning of each file of the log in `directory`.
pub(super) fn read(directory: &Path) -> Result<Vec<Entry>, StoreError> {
    let folder = directory.join(DIRECTORY);
    let mut entries = Vec::new();
    for number in [0, 1] {
        let bytes = match fs::read(path(&folder, number)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => {
                return Err(StoreError::Io {
                    step: "read what was written ahead",
                    source,
                });
            }
        };
        let mut rest = &bytes[..];
        while let Some((entry, length)) = entry::decode(rest) {
            rest = &rest[length..];
            entries.push(entry);
        }
    }
    entries.sort_by_key(|entry| entry.mark.commit);
    Ok(entries)
}

fn path(folder: &Path, number: u8) -> PathBuf {
    folder.join(number.to_string())
}
