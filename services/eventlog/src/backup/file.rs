//! The form of a backup file, all numbers big-endian:
//!
//! magic, epoch (16 bytes), count (8), head hash and root (32 each), checkpoint (length in 4 bytes,
//! text), number of cursors (4), each cursor (length in 1 byte, name, value in 8); then frames as in
//! the store (length in 4 bytes, bytes), a length of 0, and SHA-256 over all before it. Persisted.
//!
//! An increment has a magic of its own, and behind it the count (8) and the hash (32) of the head that it
//! continues.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{BackupError, BackupHead};
use crate::hash::Hash;
use crate::record::Head;
use crate::stream::{MAX_NAME_BYTES, check_characters};

/// First bytes: name and version of the form.
const MAGIC: &[u8; 8] = b"OSLOG001";
/// First bytes of an increment.
const INCREMENT: &[u8; 8] = b"OSLOG002";
/// What a damaged length may at most make us allocate.
const MAX_FRAME_BYTES: u32 = 128 << 20;
const MAX_CHECKPOINT_BYTES: u32 = 1 << 20;

/// Writes and hashes.
pub(super) struct Sink<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Sink<W> {
    pub(super) fn new(inner: W) -> Sink<W> {
        Sink {
            inner,
            hash: Sha256::new(),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        self.inner.write_all(bytes).map_err(BackupError::Stream)
    }

    /// Begins a backup of what comes after `base`.
    pub(super) fn head(&mut self, base: Head, head: &BackupHead) -> Result<(), BackupError> {
        if base == Head::EMPTY {
            self.put(MAGIC)?;
        } else {
            self.put(INCREMENT)?;
            self.put(&base.count.to_be_bytes())?;
            self.put(base.hash.as_bytes())?;
        }
        self.put(head.epoch.as_bytes())?;
        self.put(&head.head.count.to_be_bytes())?;
        self.put(head.head.hash.as_bytes())?;
        self.put(head.root.as_bytes())?;
        self.put(&(head.checkpoint.len() as u32).to_be_bytes())?;
        self.put(head.checkpoint.as_bytes())?;
        self.put(&(head.cursors.len() as u32).to_be_bytes())?;
        for (name, value) in &head.cursors {
            self.put(&[name.len() as u8])?;
            self.put(name.as_bytes())?;
            self.put(&value.to_be_bytes())?;
        }
        Ok(())
    }

    pub(super) fn frame(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.put(&(bytes.len() as u32).to_be_bytes())?;
        self.put(bytes)
    }

    pub(super) fn finish(mut self) -> Result<W, BackupError> {
        self.put(&0u32.to_be_bytes())?;
        let checksum = self.hash.finalize();
        let end = self.inner.write_all(&checksum);
        end.and_then(|()| self.inner.flush())
            .map_err(BackupError::Stream)?;
        Ok(self.inner)
    }
}

/// What a file begins with.
pub(super) struct FileHead {
    /// What it continues: [`Head::EMPTY`] unless it is an increment.
    pub(super) base: Head,
    pub(super) head: BackupHead,
}

/// Reads and hashes.
pub(super) struct Source<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R) -> Source<R> {
        Source {
            inner,
            hash: Sha256::new(),
        }
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        self.inner.read_exact(bytes).map_err(|error| {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                return BackupError::Malformed { part: "its end" };
            }
            BackupError::Stream(error)
        })?;
        self.hash.update(bytes);
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.take(&mut bytes)?;
        Ok(bytes)
    }

    fn text(&mut self, length: usize, part: &'static str) -> Result<String, BackupError> {
        let mut bytes = vec![0; length];
        self.take(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| BackupError::Malformed { part })
    }

    /// The head that the backup continues, and what it says of the log.
    pub(super) fn head(&mut self) -> Result<FileHead, BackupError> {
        let malformed = |part| BackupError::Malformed { part };
        let magic: [u8; 8] = self.array()?;
        let base = match &magic {
            MAGIC => Head::EMPTY,
            INCREMENT => Head {
                count: u64::from_be_bytes(self.array()?),
                hash: Hash::from_bytes(self.array()?),
            },
            _ => return Err(malformed("its beginning")),
        };
        let epoch = Uuid::from_bytes(self.array()?);
        let count = u64::from_be_bytes(self.array()?);
        let hash = Hash::from_bytes(self.array()?);
        let root = Hash::from_bytes(self.array()?);
        let length = u32::from_be_bytes(self.array()?);
        if length > MAX_CHECKPOINT_BYTES {
            return Err(malformed("its checkpoint"));
        }
        let checkpoint = self.text(length as usize, "its checkpoint")?;
        let mut cursors = BTreeMap::new();
        for _ in 0..u32::from_be_bytes(self.array()?) {
            let [length] = self.array()?;
            let name = self.text(usize::from(length).min(MAX_NAME_BYTES), "a cursor")?;
            check_characters(&name).map_err(|_| malformed("a cursor"))?;
            cursors.insert(name, u64::from_be_bytes(self.array()?));
        }
        let head = BackupHead {
            epoch,
            head: Head { count, hash },
            root,
            cursors,
            checkpoint,
        };
        if base.count > count {
            return Err(malformed("its base"));
        }
        Ok(FileHead { base, head })
    }

    /// The next frame; `None` at the end, whose checksum has been compared then.
    pub(super) fn frame(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        let length = u32::from_be_bytes(self.array()?);
        if length > MAX_FRAME_BYTES {
            return Err(BackupError::Malformed { part: "a frame" });
        }
        if length > 0 {
            let mut bytes = vec![0; length as usize];
            self.take(&mut bytes)?;
            return Ok(Some(bytes));
        }
        let expected: [u8; 32] = self.hash.clone().finalize().into();
        if self.array()? != expected {
            return Err(BackupError::Malformed {
                part: "its checksum",
            });
        }
        Ok(None)
    }
}
