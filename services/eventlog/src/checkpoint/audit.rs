//! Comparing records, as they are read again, with every checkpoint and every stored tree node.

use std::collections::VecDeque;

use super::Prover;
use crate::error::{ReadError, VerifyError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::merkle::{Node, Nodes, Tree};
use crate::shared::Shared;

/// Hears every frame in order.
pub(crate) struct Audit<'a> {
    prover: &'a Prover,
    tree: Tree,
    /// Sizes of the checkpoints that are still ahead.
    ahead: VecDeque<u64>,
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
            ahead: sizes.into_iter().filter(|size| *size <= count).collect(),
            proven: 0,
            compared: 0,
        })
    }

    pub(crate) fn add(&mut self, shared: &Shared, frame: &Frame) -> Result<(), VerifyError> {
        let mut completed = Vec::new();
        for record in &frame.records {
            self.tree
                .push(record.hash, &mut |node| completed.push(node));
            if self.ahead.front() == Some(&self.tree.count()) {
                self.ahead.pop_front();
                self.compare()?;
            }
        }
        completed
            .into_iter()
            .try_for_each(|node| check_node(shared, node))
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

/// A node that is missing is no fault: it is computed when it is wanted.
fn check_node(shared: &Shared, node: Node) -> Result<(), VerifyError> {
    let stored = shared
        .stored(node.level, node.index)
        .map_err(|error: ReadError| VerifyError::Read(error))?;
    if stored.is_some_and(|stored| stored != node.hash) {
        return Err(VerifyError::TreeDiffers {
            position: node.index << node.level,
        });
    }
    Ok(())
}
