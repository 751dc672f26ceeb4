//! What the log proves to others: tree heads, inclusion, consistency, checkpoints.

use std::sync::Arc;

use crate::checkpoint::{Checkpoint, VerifyingKey};
use crate::error::{CheckpointError, ProofError};
use crate::hash::Hash;
use crate::log::EventLog;
use crate::merkle::{self, TreeHead};
use crate::record::Position;

impl EventLog {
    /// Size and Merkle root of what is durable.
    #[must_use]
    pub fn tree_head(&self) -> TreeHead {
        self.prover().tree_head()
    }

    /// The key that its checkpoints are verified with, if one was named.
    #[must_use]
    pub fn verifying_key(&self) -> Option<&VerifyingKey> {
        self.prover().verifying_key()
    }

    /// The newest checkpoint; `None` if there never was one.
    #[must_use]
    pub fn latest_checkpoint(&self) -> Option<Checkpoint> {
        self.prover().newest()
    }

    /// Why the checkpoint that was due last could not be written; `None` once one was written. Nothing else
    /// says so while the log is open: what is newer than the last checkpoint can be rolled back unnoticed.
    #[must_use]
    pub fn checkpoint_failure(&self) -> Option<Arc<CheckpointError>> {
        self.prover().failure()
    }

    /// Signs what is durable now, unless the newest checkpoint says it already, and returns it when
    /// it is in the history. `None` without a signing key, or while the log is empty. Blocks for a
    /// few file system calls.
    ///
    /// # Errors
    /// [`CheckpointError`] if it could not be written.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, CheckpointError> {
        self.prover().sign()
    }

    /// Sizes of all checkpoints in the history, in order.
    ///
    /// # Errors
    /// [`CheckpointError`] if the folder cannot be read.
    pub fn checkpoints(&self) -> Result<Vec<u64>, CheckpointError> {
        self.prover().history().sizes()
    }

    /// The checkpoint of one size, verified if the log was opened with a key.
    ///
    /// # Errors
    /// [`CheckpointError`] if it cannot be read or trusted.
    pub fn checkpoint_of(&self, size: u64) -> Result<Checkpoint, CheckpointError> {
        self.prover().checkpoint(size)
    }

    /// Proves that the record at `position` is in the log of `size` records: for
    /// [`verify_inclusion`](crate::verify_inclusion). Reads at most two blocks of 256 records.
    ///
    /// # Errors
    /// [`ProofError`] unless `position < size <= head`, or if the log cannot be read.
    pub fn inclusion_proof(&self, position: Position, size: u64) -> Result<Vec<Hash>, ProofError> {
        self.check_range(position, size, 0)?;
        Ok(merkle::inclusion(&self.shared().records, position, size)?)
    }

    /// Proves that the log of `old` records is the beginning of the log of `new`: for
    /// [`verify_consistency`](crate::verify_consistency).
    ///
    /// # Errors
    /// [`ProofError`] unless `old <= new <= head`, or if the log cannot be read.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, ProofError> {
        self.check_range(old, new, 1)?;
        if old == 0 {
            return Ok(Vec::new());
        }
        Ok(merkle::consistency(&self.shared().records, old, new)?)
    }

    fn check_range(&self, below: u64, size: u64, slack: u64) -> Result<(), ProofError> {
        let count = self.tree_head().size;
        if below >= size.saturating_add(slack) || size > count {
            return Err(ProofError::OutOfRange { below, size, count });
        }
        Ok(())
    }
}
