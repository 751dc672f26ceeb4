//! Where the hashes of the tree come from: stored nodes above, frames below.

use std::cell::RefCell;
use std::ops::Range;

use super::{Node, STORED_LEVEL, Tree, insert, root_of};
use crate::error::{Damage, Damaged, FrameError, ReadError, StoreError};
use crate::hash::Hash;
use crate::shared::Shared;
use crate::store::Store;

/// Leaves of the smallest subtree whose hash is stored.
const BLOCK: u64 = 1 << STORED_LEVEL;
/// Nodes written in one batch when all of them are written again.
const REBUILD_BATCH: usize = 4_096;

/// A log's stored nodes and leaf hashes.
pub(crate) trait Nodes {
    /// Why they cannot be read.
    type Error: From<FrameError>;

    /// A stored node, if it is there.
    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, Self::Error>;

    /// Hashes of the records in the range, which ends at or before the head.
    fn leaves(&self, range: Range<u64>) -> Result<Vec<Hash>, Self::Error>;
}

impl Nodes for Shared {
    type Error = ReadError;

    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        self.with_store(|store| store.node(level, index))
            .map_err(|why| ReadError::Closed { why })?
            .map_err(ReadError::Store)
    }

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Hash>, ReadError> {
        let records = self.records(&range.collect::<Vec<u64>>())?;
        Ok(records.iter().map(|record| record.hash).collect())
    }
}

impl Nodes for Store {
    type Error = FrameError;

    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, FrameError> {
        Ok(self.node(level, index)?)
    }

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Hash>, FrameError> {
        let mut hashes = Vec::new();
        let mut next = range.start;
        while next < range.end {
            let frame = self.frame_holding(next)?;
            let skip = usize::try_from(next - frame.first).unwrap_or(usize::MAX);
            let wanted = usize::try_from(range.end - next).unwrap_or(usize::MAX);
            let records = frame.records.iter().skip(skip).take(wanted);
            hashes.extend(records.map(|record| record.hash));
            next = frame.end();
        }
        Ok(hashes)
    }
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

/// Whether every stored node that [`load`] rests on is there. It is not in a log that was written
/// before there was a tree.
pub(crate) fn is_stored(store: &Store, count: u64) -> Result<bool, StoreError> {
    let mut first = 0;
    for level in (STORED_LEVEL..64)
        .rev()
        .filter(|level| count >> level & 1 == 1)
    {
        if store.node(level, first >> level)?.is_none() {
            return Ok(false);
        }
        first += 1 << level;
    }
    Ok(true)
}

/// Reads every frame below `count`, computes the tree, and stores all its nodes anew. `at` hears the
/// tree after every record; its error ends the work, and then nothing is stored.
pub(crate) fn rebuild<E: From<FrameError>>(
    store: &Store,
    count: u64,
    at: &mut dyn FnMut(&Tree) -> Result<(), E>,
) -> Result<Tree, E> {
    let mut tree = Tree::new();
    let mut completed: Vec<Node> = Vec::new();
    for frame in store.frames(0).map_err(FrameError::Store)? {
        for record in frame?.records {
            if tree.count() < count {
                tree.push(record.hash, &mut |node| completed.push(node));
                at(&tree)?;
            }
        }
    }
    for nodes in completed.chunks(REBUILD_BATCH) {
        let mut batch = sled::Batch::default();
        nodes.iter().for_each(|node| insert(&mut batch, *node));
        store.commit(batch).map_err(FrameError::Store)?;
    }
    Ok(tree)
}
