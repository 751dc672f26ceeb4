//! The records in sled, as version 0.1.0 wrote them.

use uuid::Uuid;

use super::keys;
use crate::commit_state::CommitState;
use crate::error::{Damage, Damaged, FrameError, StoreError};
use crate::frame::{self, Frame};
use crate::index::store::{IndexStore, guarded};

/// All frames from the first. Each must start where the one before ends.
pub(super) fn frames(store: &IndexStore) -> Result<Frames, StoreError> {
    let range = keys::frame(0, 0)..=keys::frame(u64::MAX, u32::MAX);
    Ok(Frames {
        chunks: store.db()?.range(range),
        ahead: None,
        next: 0,
    })
}

/// All cursors, or `None` for an entry that is damaged.
pub(super) fn cursors(store: &IndexStore) -> Result<Vec<Option<(String, u64)>>, StoreError> {
    let db = store.db()?;
    guarded("read the cursors", || {
        db.scan_prefix(keys::cursor_prefix())
            .map(|entry| entry.map(|(key, value)| keys::parse_cursor(&key, &value)))
            .collect()
    })
}

/// The epoch, if the store has a readable one.
pub(super) fn epoch(store: &IndexStore) -> Result<Option<Uuid>, StoreError> {
    let db = store.db()?;
    let value = guarded("read the epoch", || db.get(keys::EPOCH))?;
    Ok(value.and_then(|value| {
        let epoch = value.strip_prefix(&[keys::LAYOUT_VERSION])?;
        Uuid::from_slice(epoch).ok()
    }))
}

/// The state after the last commit that the store has.
pub(super) fn state(store: &IndexStore) -> Result<Option<CommitState>, StoreError> {
    let db = store.db()?;
    let value = guarded("read the mark", || db.get(keys::MARK))?;
    Ok(value.and_then(|value| CommitState::decode(&value)))
}

/// Frames in order, each checked to start where the one before ends. Stops after the first error.
pub(crate) struct Frames {
    chunks: sled::Iter,
    /// The first chunk of the next frame, met while collecting the one before.
    ahead: Option<(u64, u32, sled::IVec)>,
    next: u64,
}

impl Frames {
    fn next_chunk(&mut self) -> Result<Option<(u64, u32, sled::IVec)>, FrameError> {
        if let Some(chunk) = self.ahead.take() {
            return Ok(Some(chunk));
        }
        let chunks = &mut self.chunks;
        let Some((key, value)) = guarded("read a frame", || chunks.next().transpose())? else {
            return Ok(None);
        };
        let unreadable = Damage::FrameUnreadable { part: "key" };
        let (first, number) = keys::parse_frame(&key).ok_or(Damaged {
            position: self.next,
            damage: unreadable,
        })?;
        Ok(Some((first, number, value)))
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let position = self.next;
        let mut bytes = Vec::new();
        let mut expected_number = 0;
        while let Some((first, number, value)) = self.next_chunk()? {
            if first != position && expected_number > 0 {
                self.ahead = Some((first, number, value));
                break;
            }
            if (first, number) != (position, expected_number) {
                return Err(Damaged {
                    position,
                    damage: Damage::FrameMissing,
                }
                .into());
            }
            bytes.extend_from_slice(&value);
            expected_number += 1;
        }
        if expected_number == 0 {
            return Ok(None);
        }
        let frame = frame::decode(position, &bytes)?;
        self.next = frame.end();
        Ok(Some(frame))
    }
}

impl Iterator for Frames {
    type Item = Result<Frame, FrameError>;

    fn next(&mut self) -> Option<Result<Frame, FrameError>> {
        self.next_frame().transpose()
    }
}
