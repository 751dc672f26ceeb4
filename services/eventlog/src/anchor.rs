//! The head anchor: what the log last acknowledged, kept beside the records.
//!
//! A file that was cut off cannot tell by itself. So every commit is also noted here, and a log that
//! does not reach its anchor is not opened.
//!
//! One preallocated file with two slots, each in a page of its own, written alternately. A torn write
//! can only hit the slot being written; the other one still holds the commit before, which is older
//! but true, and a log ahead of its anchor is fine. For the same reason the file is synced a moment
//! after it was written, many commits at a time: the commits themselves are durable before.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::commit_state::{COMMIT_STATE_BYTES, CommitState};
use crate::error::AnchorError;
use crate::fault;
use crate::sync::sync_directory;

/// Name of the file in the log's directory. Persisted.
pub(crate) const FILE_NAME: &str = "head";
/// What it is called until it is complete.
const NEW_FILE_NAME: &str = "head.creating";
/// First bytes of a slot: the name and version of its form. Persisted.
const MAGIC: &[u8; 8] = b"OSHEAD01";
/// Distance of the slots: no disk or file system tears two pages with one write to the first.
const SLOT_STRIDE: u64 = 4096;
const SLOT_BYTES: usize = 8 + 16 + COMMIT_STATE_BYTES + 32;

/// The open anchor file.
pub(crate) struct Anchor {
    file: File,
    epoch: Uuid,
    state: CommitState,
    /// 0 or 1: the slot that `state` is not in.
    next_slot: u64,
}

impl Anchor {
    /// Creates the file with both slots at `state`: it appears whole or not at all.
    pub(crate) fn create(
        directory: &Path,
        epoch: Uuid,
        state: CommitState,
    ) -> Result<(), AnchorError> {
        let (new, path) = (directory.join(NEW_FILE_NAME), directory.join(FILE_NAME));
        let mut bytes = vec![0; 2 * SLOT_STRIDE as usize];
        let slot = encode_slot(epoch, &state);
        bytes[..SLOT_BYTES].copy_from_slice(&slot);
        bytes[SLOT_STRIDE as usize..][..SLOT_BYTES].copy_from_slice(&slot);

        let file = File::create(&new).map_err(io_error("create"))?;
        file.write_all_at(&bytes, 0).map_err(io_error("write"))?;
        file.sync_all().map_err(io_error("sync"))?;
        fs::rename(&new, &path).map_err(io_error("rename"))?;
        sync_directory(directory).map_err(io_error("sync the directory of"))
    }

    /// Opens the file; `None` if there is none.
    pub(crate) fn open(directory: &Path) -> Result<Option<Anchor>, AnchorError> {
        let path = directory.join(FILE_NAME);
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("open")(error)),
        };
        let Some(Slot {
            epoch,
            state,
            number,
        }) = newest(&file)?
        else {
            return Err(AnchorError::Unreadable);
        };
        Ok(Some(Anchor {
            file,
            epoch,
            state,
            next_slot: 1 - number,
        }))
    }

    /// What the file says, which is not written to; `None` if there is none.
    pub(crate) fn open_to_read(
        directory: &Path,
    ) -> Result<Option<(Uuid, CommitState)>, AnchorError> {
        let file = match File::open(directory.join(FILE_NAME)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("open")(error)),
        };
        let slot = newest(&file)?.ok_or(AnchorError::Unreadable)?;
        Ok(Some((slot.epoch, slot.state)))
    }

    pub(crate) fn epoch(&self) -> Uuid {
        self.epoch
    }

    /// What was last acknowledged, or about to be.
    pub(crate) fn state(&self) -> CommitState {
        self.state
    }

    /// Makes every later write fail, as a disk would that has turned read-only.
    #[cfg(test)]
    pub(crate) fn break_for_test(&mut self, directory: &Path) {
        self.file = File::open(directory.join(FILE_NAME)).unwrap();
    }

    /// A handle to the file, for [`File::sync_data`] elsewhere.
    pub(crate) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Writes `state` over the older slot; it is durable when this returns.
    pub(crate) fn advance(&mut self, state: CommitState) -> Result<(), AnchorError> {
        self.write(state)?;
        self.file.sync_data().map_err(io_error("sync"))
    }

    /// Writes `state` over the older slot: safe from a crash of the process when this returns, and from
    /// a power cut once the file was synced.
    pub(crate) fn write(&mut self, state: CommitState) -> Result<(), AnchorError> {
        let slot = encode_slot(self.epoch, &state);
        let offset = self.next_slot * SLOT_STRIDE;
        fault::write_all_at(fault::ANCHOR_WRITE, &self.file, &slot, offset)
            .map_err(io_error("write"))?;
        self.state = state;
        self.next_slot = 1 - self.next_slot;
        Ok(())
    }
}

fn io_error(step: &'static str) -> impl FnOnce(io::Error) -> AnchorError {
    move |source| AnchorError::Io { step, source }
}

/// Magic (8 bytes), epoch (16), state, SHA-256 over all of these. Persisted.
fn encode_slot(epoch: Uuid, state: &CommitState) -> [u8; SLOT_BYTES] {
    let mut slot = [0; SLOT_BYTES];
    slot[..8].copy_from_slice(MAGIC);
    slot[8..24].copy_from_slice(epoch.as_bytes());
    slot[24..24 + COMMIT_STATE_BYTES].copy_from_slice(&state.encode());
    let checksum = Sha256::digest(&slot[..24 + COMMIT_STATE_BYTES]);
    slot[24 + COMMIT_STATE_BYTES..].copy_from_slice(&checksum);
    slot
}

fn decode_slot(slot: &[u8; SLOT_BYTES]) -> Option<(Uuid, CommitState)> {
    let (content, checksum) = slot.split_at(24 + COMMIT_STATE_BYTES);
    if Sha256::digest(content)[..] != *checksum {
        return None;
    }
    let content = content.strip_prefix(MAGIC)?;
    let (epoch, state) = content.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*epoch), CommitState::decode(state)?))
}

struct Slot {
    epoch: Uuid,
    state: CommitState,
    /// 0 or 1.
    number: u64,
}

/// The newer of the slots that are whole.
fn newest(file: &File) -> Result<Option<Slot>, AnchorError> {
    let mut newest: Option<Slot> = None;
    for number in [0, 1] {
        let Some((epoch, state)) = read_slot(file, number)? else {
            continue;
        };
        if newest
            .as_ref()
            .is_none_or(|it| it.state.commit < state.commit)
        {
            newest = Some(Slot {
                epoch,
                state,
                number,
            });
        }
    }
    Ok(newest)
}

fn read_slot(file: &File, slot: u64) -> Result<Option<(Uuid, CommitState)>, AnchorError> {
    let mut bytes = [0; SLOT_BYTES];
    match file.read_exact_at(&mut bytes, slot * SLOT_STRIDE) {
        Ok(()) => Ok(decode_slot(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(io_error("read")(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;
    use crate::record::Head;

    const EPOCH: Uuid = Uuid::from_u128(9);

    fn state(commit: u64) -> CommitState {
        let head = Head {
            count: commit * 2,
            hash: Hash::of_payload(&commit.to_be_bytes()),
        };
        CommitState {
            commit,
            head,
            cursors: Hash::ZERO,
        }
    }

    fn anchor_at(commit: u64) -> (tempfile::TempDir, Anchor) {
        let directory = tempfile::tempdir().unwrap();
        Anchor::create(directory.path(), EPOCH, CommitState::EMPTY).unwrap();
        let mut anchor = Anchor::open(directory.path()).unwrap().unwrap();
        for commit in 1..=commit {
            anchor.advance(state(commit)).unwrap();
        }
        (directory, anchor)
    }

    #[test]
    fn the_newest_mark_is_read_back() {
        for commit in 1..5 {
            let (directory, _) = anchor_at(commit);
            let anchor = Anchor::open(directory.path()).unwrap().unwrap();
            assert_eq!((anchor.epoch(), anchor.state()), (EPOCH, state(commit)));
        }
    }

    #[test]
    fn a_torn_slot_falls_back_to_the_commit_before() {
        for length in [0, 1, 8, 24, SLOT_BYTES / 2, SLOT_BYTES - 1] {
            let (directory, anchor) = anchor_at(4);
            let torn = &encode_slot(EPOCH, &state(5))[..length];
            anchor
                .file
                .write_all_at(torn, anchor.next_slot * SLOT_STRIDE)
                .unwrap();
            let anchor = Anchor::open(directory.path()).unwrap().unwrap();
            assert_eq!(anchor.state(), state(4), "torn after {length} bytes");
        }
    }

    #[test]
    fn an_anchor_without_a_readable_slot_is_an_error() {
        let (directory, anchor) = anchor_at(3);
        anchor.file.write_all_at(&[0xff; SLOT_BYTES], 0).unwrap();
        anchor
            .file
            .write_all_at(&[0xff; SLOT_BYTES], SLOT_STRIDE)
            .unwrap();
        assert!(matches!(
            Anchor::open(directory.path()),
            Err(AnchorError::Unreadable)
        ));
        fs::write(directory.path().join(FILE_NAME), b"").unwrap();
        assert!(matches!(
            Anchor::open(directory.path()),
            Err(AnchorError::Unreadable)
        ));
    }

    #[test]
    fn no_file_is_no_anchor() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Anchor::open(directory.path()).unwrap().is_none());
    }
}
