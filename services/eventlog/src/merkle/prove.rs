//! Proofs: which hashes they consist of is `tlog_tiles`' part, where those come from is ours.

use std::cell::RefCell;

use tlog_tiles::tlog;

use super::nodes::{Hashes, Nodes};
use crate::hash::Hash;

/// Reads hashes for `tlog_tiles`, and keeps the log's own error for our caller.
struct Reader<'a, N: Nodes> {
    hashes: Hashes<'a, N>,
    failed: RefCell<Option<N::Error>>,
}

impl<N: Nodes> tlog::HashReader for Reader<'_, N> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let read = |index: &u64| {
            let (level, index) = tlog::split_stored_hash_index(*index);
            self.hashes.node(level, index).map(theirs)
        };
        indexes
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map_err(|error| {
                *self.failed.borrow_mut() = Some(error);
                tlog::Error::IndexesNotInTree
            })
    }
}

impl<'a, N: Nodes> Reader<'a, N> {
    fn new(nodes: &'a N, size: u64) -> Reader<'a, N> {
        Reader {
            hashes: Hashes::new(nodes, size),
            failed: RefCell::new(None),
        }
    }

    /// Sizes and positions are checked before, so that only reading can fail.
    fn proof(self, proof: Result<Vec<tlog::Hash>, tlog::Error>) -> Result<Vec<Hash>, N::Error> {
        match (proof, self.failed.into_inner()) {
            (Ok(proof), _) => Ok(proof.into_iter().map(ours).collect()),
            (Err(_), Some(error)) => Err(error),
            (Err(bug), None) => panic!("a proof within the tree cannot be made: {bug}"),
        }
    }
}

/// Proves that the record at `position` is in the tree of `size` records; `position < size`.
pub(crate) fn inclusion<N: Nodes>(
    nodes: &N,
    position: u64,
    size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let reader = Reader::new(nodes, size);
    let proof = tlog::prove_record(size, position, &reader);
    reader.proof(proof)
}

/// Proves that the tree of `old` records is the beginning of that of `new`; `1 <= old <= new`.
pub(crate) fn consistency<N: Nodes>(nodes: &N, old: u64, new: u64) -> Result<Vec<Hash>, N::Error> {
    let reader = Reader::new(nodes, new);
    let proof = tlog::prove_tree(new, old, &reader);
    reader.proof(proof)
}

/// Whether `proof` shows that the record with this hash is at `position` in the log that has
/// this root at this size. Needs nothing but its arguments.
#[must_use]
pub fn verify_inclusion(
    record: Hash,
    position: u64,
    proof: &[Hash],
    size: u64,
    root: Hash,
) -> bool {
    let proof = proof.iter().copied().map(theirs).collect();
    tlog::check_record(&proof, size, theirs(root), position, theirs(record)).is_ok()
}

/// Whether `proof` shows that the log with root `old_root` at `old_size` is the beginning of the one
/// with `new_root` at `new_size`. Needs nothing but its arguments.
#[must_use]
pub fn verify_consistency(
    (old_size, old_root): (u64, Hash),
    (new_size, new_root): (u64, Hash),
    proof: &[Hash],
) -> bool {
    if old_size == 0 {
        // Everything continues an empty log.
        return proof.is_empty() && old_root == super::empty_root();
    }
    let proof = proof.iter().copied().map(theirs).collect();
    let (old_root, new_root) = (theirs(old_root), theirs(new_root));
    tlog::check_tree(&proof, new_size, new_root, old_size, old_root).is_ok()
}

fn theirs(hash: Hash) -> tlog::Hash {
    tlog::Hash(*hash.as_bytes())
}

fn ours(hash: tlog::Hash) -> Hash {
    Hash::from_bytes(hash.0)
}
