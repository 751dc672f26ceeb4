//! Reading everything again and comparing it with what the log believes.

use crate::checkpoint::{Audit, Prover};
use crate::error::{Damage, Damaged, FrameError, ReadError, VerifyError};
use crate::frame::Frame;
use crate::hash::Hash;
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
    let head = shared.index().head();
    let mut audit = Audit::new(prover, head.count)?;
    let mut verified = Head::EMPTY;
    progress(0, head.count);
    while verified.count < head.count {
        let position = verified.count;
        let frame = shared
            .with_store(|store| store.frame_holding(position))
            .map_err(|why| ReadError::Closed { why })?
            .map_err(ReadError::from)?;
        let damaged = |damage| ReadError::from(FrameError::Damaged(Damaged { position, damage }));
        if frame.first != position {
            return Err(damaged(Damage::FrameMissing).into());
        }
        if frame.previous != verified.hash {
            return Err(damaged(Damage::ChainBroken).into());
        }
        check_index(shared, &frame)?;
        audit.add(shared, &frame)?;
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
    Ok(Verified {
        count: verified.count,
        hash: verified.hash,
        root: audit.root(),
        checkpoints: audit.compared(),
    })
}

fn check_index(shared: &Shared, frame: &Frame) -> Result<(), VerifyError> {
    let index = shared.index();
    for record in &frame.records {
        let revision = usize::try_from(record.revision).unwrap_or(usize::MAX);
        let by_stream = index.positions(&record.stream).get(revision).copied();
        let expected = Some(record.position);
        if by_stream != expected || index.find(record.id) != expected {
            return Err(VerifyError::IndexDiffers {
                position: record.position,
            });
        }
    }
    Ok(())
}
