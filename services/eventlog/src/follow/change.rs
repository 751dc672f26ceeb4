//! What travels from a leader to its follower.

use super::error::FollowError;
use crate::codec::{begin_part, open_part, seal_part, take};
use crate::record::Position;
use crate::segment::SegmentFile;
use crate::wal;

/// First bytes of a change: name and version of its form.
const MAGIC: &[u8; 4] = b"OSC1";
/// Kinds of changes, the first byte of the body.
const COMMIT: u8 = 1;
const SEGMENT: u8 = 2;
const CHECKPOINT: u8 = 3;

/// One step from a leader's log to its follower's: a commit, a sealed segment, or a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    bytes: Vec<u8>,
}

/// What a change holds.
pub(super) enum Content<'a> {
    /// An entry of the write-ahead log.
    Commit(&'a [u8]),
    Segment(&'a [u8]),
    /// A signed note.
    Checkpoint(&'a [u8]),
}

impl Change {
    pub(super) fn new(content: &Content<'_>) -> Change {
        let (kind, body) = match content {
            Content::Commit(bytes) => (COMMIT, bytes),
            Content::Segment(bytes) => (SEGMENT, bytes),
            Content::Checkpoint(bytes) => (CHECKPOINT, bytes),
        };
        let mut bytes = begin_part(MAGIC, 1 + body.len());
        bytes.push(kind);
        bytes.extend_from_slice(body);
        Change {
            bytes: seal_part(MAGIC, bytes),
        }
    }

    /// The bytes to be sent: magic, CRC-32 of all that follows (4 bytes, big-endian), length of the rest (4),
    /// kind (1), content.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes bytes as they were received.
    ///
    /// # Errors
    /// [`FollowError::Torn`] if they are not a whole change and nothing else: ask for it again.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Change, FollowError> {
        let change = Change { bytes };
        change.content()?;
        Ok(change)
    }

    /// How many records a log has that took this change; `None` of a checkpoint, which brings no record.
    ///
    /// # Errors
    /// [`FollowError::Torn`] if it cannot be read.
    pub fn count_after(&self) -> Result<Option<Position>, FollowError> {
        match self.content()? {
            Content::Commit(entry) => {
                let (entry, _) = wal::decode(entry).ok_or(FollowError::Torn)?;
                Ok(Some(entry.state.head.count))
            }
            Content::Segment(bytes) => {
                let footer = SegmentFile::footer_in(bytes).ok_or(FollowError::Torn)?;
                Ok(Some(footer.after.head.count))
            }
            Content::Checkpoint(_) => Ok(None),
        }
    }

    pub(super) fn content(&self) -> Result<Content<'_>, FollowError> {
        let opened = open_part(MAGIC, &self.bytes);
        let whole = opened.filter(|(_, length)| *length == self.bytes.len());
        let (mut body, _) = whole.ok_or(FollowError::Torn)?;
        match take(&mut body) {
            Some([COMMIT]) => Ok(Content::Commit(body)),
            Some([SEGMENT]) => Ok(Content::Segment(body)),
            Some([CHECKPOINT]) => Ok(Content::Checkpoint(body)),
            Some(_) | None => Err(FollowError::Torn),
        }
    }
}
