//! Where the hashes of the tree come from: stored nodes above, records below.

use std::cell::RefCell;
use std::ops::Range;

use super::{STORED_LEVEL, Tree, root_of};
use crate::error::{Damage, Damaged, FrameError};
use crate::hash::Hash;

/// Leaves of the smallest subtree whose hash is stored.
const BLOCK: u64 = 1 << STORED_LEVEL;

/// A log's stored nodes and leaf hashes.
pub(crate) trait Nodes {
    /// Why they cannot be read.
    type Error: From<FrameError>;

    /// A stored node, if it is there.
    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, Self::Error>;

    /// Hashes of the records in the range, which ends at or before the head.
    fn leaves(&self, range: Range<u64>) -> Result<Vec<Hash>, Self::Error>;
}

/// Answers for any node, and remembers the block of leaves read last: the nodes that one proof wants
/// below [`STORED_LEVEL`] lie in one block, or in two.
pub(crate) struct Hashes<'a, N> {
    nodes: &'a N,
    block: RefCell<(u64, Vec<Hash>)>,
    /// Number of leaves; nodes reach no further.
    size: u64,
}

impl<'a, N: Nodes> Hashes<'a, N> {
    pub(crate) fn new(nodes: &'a N, size: u64) -> Hashes<'a, N> {
        Hashes {
            nodes,
            block: RefCell::new((u64::MAX, Vec::new())),
            size,
        }
    }

    /// Hash of a complete node.
    pub(crate) fn node(&self, level: u8, index: u64) -> Result<Hash, N::Error> {
        if level < STORED_LEVEL {
            return self.below(level, index);
        }
        if let Some(hash) = self.nodes.stored(level, index)? {
            return Ok(hash);
        }
        if level == STORED_LEVEL {
            let first = index * BLOCK;
            return Ok(root_of(self.nodes.leaves(first..first + BLOCK)?));
        }
        let left = self.node(level - 1, index * 2)?;
        let right = self.node(level - 1, index * 2 + 1)?;
        Ok(Hash::of_node(left, right))
    }

    fn below(&self, level: u8, index: u64) -> Result<Hash, N::Error> {
        let first = index << level;
        let start = first - first % BLOCK;
        let mut block = self.block.borrow_mut();
        if block.0 != start {
            let end = self.size.min(start + BLOCK);
            *block = (start, self.nodes.leaves(start..end)?);
        }
        let from = (first - start) as usize;
        let leaves = block.1.get(from..from + (1 << level));
        let missing = Damaged {
            position: first,
            damage: Damage::FrameMissing,
        };
        let leaves = leaves.ok_or(FrameError::Damaged(missing))?;
        Ok(root_of(leaves.iter().copied()))
    }
}

/// The tree at `count` records, or at any earlier size.
pub(crate) fn load<N: Nodes>(nodes: &N, count: u64) -> Result<Tree, N::Error> {
    let hashes = Hashes::new(nodes, count);
    let mut peaks = Vec::new();
    let mut first = 0;
    for level in (0..64u8).rev().filter(|level| count >> level & 1 == 1) {
        peaks.push(hashes.node(level, first >> level)?);
        first += 1 << level;
    }
    Ok(Tree { count, peaks })
}
