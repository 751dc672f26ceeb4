//! Reading everything again and comparing it with what the log believes.

use crate::checkpoint::{Audit, Prover};
use crate::error::{Damage, Damaged, FrameError, ReadError, VerifyError};
use crate::hash::Hash;
use crate::index::check::{self, IndexCheck};
use crate::record::Head;
use crate::shared::Shared;

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Number of records.
    pub count: u64,
    /// Hash of the last one.
    pub hash: Hash,
    /// Merkle root over all of them.
    pub root: Hash,
    /// Number of checkpoints that they were compared with.
    pub checkpoints: u64,
}

/// Walks the frames one at a time and past the cache of decoded frames; the store is free for
/// others, and for closing, between two frames.
pub(crate) fn verify(
    shared: &Shared,
    prover: &Prover,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, VerifyError> {
    // The index first, so that what is on disk of it reaches no further than the head.
    let mut index = IndexCheck::new(shared);
    let head = shared.index().head();
    // What is read is what stands in sled, and not what memory says.
    let closed = |why| ReadError::Closed { why };
    shared.pending.settle().map_err(closed)?;
    let mut audit = Audit::new(prover, head.count)?;
    let mut verified = Head::EMPTY;
    progress(0, head.count);
    while verified.count < head.count {
        let position = verified.count;
        let frame = shared
            .with_store(|store| store.frame_holding(position))
            .map_err(closed)?
            .map_err(ReadError::from)?;
        let damaged = |damaged| ReadError::from(FrameError::Damaged(damaged));
        let missing = Damaged {
            position,
            damage: Damage::FrameMissing,
        };
        if frame.first != position {
            return Err(damaged(missing).into());
        }
        if frame.previous != verified.hash {
            let damage = Damage::ChainBroken;
            return Err(damaged(Damaged { position, damage }).into());
        }
        // A block may go beyond the head as it was at the call.
        let frame = frame.before(head.count);
        audit.add(shared, &frame)?;
        index.add(&frame)?;
        verified = frame
            .records
            .last()
            .map_or(verified, |record| record.head());
        progress(verified.count, head.count);
    }
    if verified != head {
        return Err(VerifyError::HeadDiffers {
            count: verified.count,
        });
    }
    if !index.finish()? {
        let position = first_difference(shared, head.count)?;
        return Err(VerifyError::IndexDiffers { position });
    }
    Ok(Verified {
        count: verified.count,
        hash: verified.hash,
        root: audit.root(),
        checkpoints: audit.compared(),
    })
}

/// Reads everything once more, after the sums have shown that something is wrong.
fn first_difference(shared: &Shared, count: u64) -> Result<u64, VerifyError> {
    for position in 0..count {
        let record = shared.record(position)?;
        if !check::leads_to(shared, &record)? {
            return Ok(position);
        }
    }
    // Every record is found: the index holds what no record says.
    Ok(count)
}
