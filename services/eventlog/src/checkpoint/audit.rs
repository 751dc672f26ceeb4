//! Comparing records, as they are read again, with every checkpoint.

use std::collections::VecDeque;

use super::Prover;
use crate::error::VerifyError;
use crate::frame::Frame;
use crate::hash::Hash;
use crate::merkle::Tree;

/// Takes every frame in order.
pub(crate) struct Audit<'a> {
    prover: &'a Prover,
    tree: Tree,
    /// Sizes of the checkpoints that are still to come.
    pending: VecDeque<u64>,
    proven: u64,
    compared: u64,
}

impl<'a> Audit<'a> {
    /// Of the checkpoints of up to `count` records.
    pub(crate) fn new(prover: &'a Prover, count: u64) -> Result<Audit<'a>, VerifyError> {
        let sizes = prover.history().sizes();
        let sizes = sizes.map_err(|source| VerifyError::Checkpoint { size: 0, source })?;
        Ok(Audit {
            prover,
            tree: Tree::new(),
            pending: sizes.into_iter().filter(|size| *size <= count).collect(),
            proven: 0,
            compared: 0,
        })
    }

    pub(crate) fn add(&mut self, frame: &Frame) -> Result<(), VerifyError> {
        for record in &frame.records {
            self.tree.push(record.hash, &mut |_| {});
            if self.pending.front() == Some(&self.tree.count()) {
                self.pending.pop_front();
                self.compare()?;
            }
        }
        Ok(())
    }

    fn compare(&mut self) -> Result<(), VerifyError> {
        let size = self.tree.count();
        let signed = self.prover.checkpoint(size);
        let signed = signed.map_err(|source| VerifyError::Checkpoint { size, source })?;
        if signed.head() != self.tree.head() {
            return Err(VerifyError::CheckpointDiffers {
                position: self.proven,
                signed: size,
            });
        }
        self.proven = size;
        self.compared += 1;
        Ok(())
    }

    pub(crate) fn root(&self) -> Hash {
        self.tree.head().root
    }

    pub(crate) fn compared(&self) -> u64 {
        self.compared
    }
}
