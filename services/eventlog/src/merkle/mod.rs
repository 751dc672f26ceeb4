//! The Merkle tree of RFC 6962 over all records: what a root, a proof and a checkpoint rest on.
//!
//! A record's hash is a leaf hash already. The writer keeps the right edge of the tree in memory (the
//! compact range: one hash for each bit of the count), so the root is known at every commit. Inner
//! nodes of complete subtrees with 256 leaves and more are stored in the segment with the record that
//! completes them, two for every 256 records; everything below is computed from the records when a
//! proof needs it.
//!
//! Which hashes a proof consists of, and checking one, is `tlog_tiles`' (Cloudflare's port of Go's
//! `x/mod/sumdb/tlog`, BSD-3-Clause, kept for its certificate transparency log): it asks for hashes
//! through a trait, so it does not care where they live. `ct-merkle` (MIT/Apache-2.0, kept as well)
//! wants all leaves in memory. Neither knows a compact range; the dozen lines here do.

mod nodes;
mod prove;

use sha2::{Digest, Sha256};

use crate::hash::Hash;

pub(crate) use self::nodes::{Nodes, load};
pub(crate) use self::prove::{consistency, inclusion};
pub use self::prove::{verify_consistency, verify_inclusion};

/// Nodes from this level up are stored: their subtrees have 256 leaves and more.
pub(crate) const STORED_LEVEL: u8 = 8;

/// The Merkle tree at one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of records.
    pub size: u64,
    /// RFC 6962's Merkle tree hash over all of them.
    pub root: Hash,
}

/// A node that has become complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: u8,
    pub(crate) index: u64,
    pub(crate) hash: Hash,
}

/// The right edge of the tree: the roots of the complete subtrees that it consists of, the largest
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    count: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree {
            count: 0,
            peaks: Vec::new(),
        }
    }

    /// The tree with this right edge; `None` if there is no such tree.
    pub(crate) fn from_peaks(count: u64, peaks: Vec<Hash>) -> Option<Tree> {
        let fits = peaks.len() == count.count_ones() as usize;
        fits.then_some(Tree { count, peaks })
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The right edge.
    pub(crate) fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf; `complete` gets every node with [`STORED_LEVEL`] and more that it completes.
    pub(crate) fn push(&mut self, leaf: Hash, complete: &mut impl FnMut(Node)) {
        let (mut level, mut index, mut hash) = (0, self.count, leaf);
        while index & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = Hash::of_node(left, hash);
            index >>= 1;
            level += 1;
            if level >= STORED_LEVEL {
                complete(Node { level, index, hash });
            }
        }
        self.peaks.push(hash);
        self.count += 1;
    }

    /// Adds leaves; returns the nodes that are to be stored.
    pub(crate) fn extend(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<Node> {
        let mut nodes = Vec::new();
        for leaf in leaves {
            self.push(leaf, &mut |node| nodes.push(node));
        }
        nodes
    }

    /// Size and root.
    pub(crate) fn head(&self) -> TreeHead {
        let from_right = self.peaks.iter().rev().copied();
        let root = from_right.reduce(|right, left| Hash::of_node(left, right));
        TreeHead {
            size: self.count,
            root: root.unwrap_or_else(empty_root),
        }
    }
}

/// RFC 6962: the root of a tree without leaves is the hash of nothing.
fn empty_root() -> Hash {
    Hash::from_bytes(Sha256::digest([]).into())
}

/// The root over a few leaves, straight from them.
fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.push(leaf, &mut |_| {});
    }
    tree.head().root
}

#[cfg(test)]
mod tests;
