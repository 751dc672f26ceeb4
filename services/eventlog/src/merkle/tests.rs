//! The tree against RFC 6962's definitions, written word for word, and against known values.

use std::collections::HashMap;
use std::ops::Range;

use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::*;
use crate::error::ReadError;

/// Leaf hashes in memory, with the nodes that a log would have stored.
#[derive(Default)]
struct Memory {
    leaves: Vec<Hash>,
    stored: HashMap<(u8, u64), Hash>,
    tree: Option<Tree>,
}

impl Memory {
    fn with(count: u64) -> Memory {
        let mut memory = Memory::default();
        let mut tree = Tree::new();
        for number in 0..count {
            let leaf = Hash::of_record(&number.to_be_bytes());
            memory.leaves.push(leaf);
            let stored = &mut memory.stored;
            tree.push(leaf, &mut |node| {
                stored.insert((node.level, node.index), node.hash);
            });
        }
        memory.tree = Some(tree);
        memory
    }
}

impl Nodes for Memory {
    type Error = ReadError;

    fn stored(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        Ok(self.stored.get(&(level, index)).copied())
    }

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Hash>, ReadError> {
        Ok(self.leaves[range.start as usize..range.end as usize].to_vec())
    }
}

/// RFC 6962, 2.1: k is the largest power of two smaller than n.
fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    leaves.split_at(leaves.len().next_power_of_two() / 2)
}

/// RFC 6962, 2.1: MTH(D[n]).
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        [_, _, ..] => {
            let (left, right) = split(leaves);
            Hash::of_node(naive_root(left), naive_root(right))
        }
    }
}

/// RFC 6962, 2.1.1: PATH(m, D[n]).
fn naive_path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = split(leaves);
    let (mut path, other) = match at.checked_sub(left.len()) {
        None => (naive_path(at, left), right),
        Some(at) => (naive_path(at, right), left),
    };
    path.push(naive_root(other));
    path
}

/// Whether the verifier knows the root of a subtree: `b` of RFC 6962.
#[derive(Clone, Copy)]
enum Root {
    Known,
    Unknown,
}

/// RFC 6962, 2.1.2: SUBPROOF(m, D[n], b).
fn naive_subproof(old: usize, leaves: &[Hash], root: Root) -> Vec<Hash> {
    if old == leaves.len() {
        return match root {
            Root::Known => Vec::new(),
            Root::Unknown => vec![naive_root(leaves)],
        };
    }
    let (left, right) = split(leaves);
    match old.checked_sub(left.len()) {
        None | Some(0) => {
            let mut proof = naive_subproof(old, left, root);
            proof.push(naive_root(right));
            proof
        }
        Some(old) => {
            let mut proof = naive_subproof(old, right, Root::Unknown);
            proof.push(naive_root(left));
            proof
        }
    }
}

/// The leaves and roots that implementations of certificate transparency are tested with.
#[test]
fn roots_are_those_of_certificate_transparency() {
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(
        tree.head().root.to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (leaf, root) in leaves.into_iter().zip(roots) {
        let leaf = HEXLOWER.decode(leaf.as_bytes()).unwrap();
        tree.push(Hash::of_record(&leaf), &mut |_| {});
        assert_eq!(tree.head().root.to_string(), root);
    }
}

#[test]
fn the_edge_is_found_again_at_every_size() {
    let mut tree = Tree::new();
    let memory = Memory::with(1_100);
    for size in 0..=1_100 {
        assert_eq!(load(&memory, size).unwrap(), tree, "at {size}");
        if let Some(leaf) = memory.leaves.get(size as usize) {
            tree.push(*leaf, &mut |_| {});
        }
    }
}

#[test]
fn missing_nodes_are_computed() {
    let mut memory = Memory::with(2_000);
    let tree = memory.tree.take().unwrap();
    memory
        .stored
        .retain(|(level, index), _| *level != 9 && *index != 3);
    assert_eq!(load(&memory, 2_000).unwrap(), tree);
    memory.stored.clear();
    assert_eq!(load(&memory, 2_000).unwrap(), tree);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn inclusion_is_as_the_rfc_defines_it(
        count in 1u64..1_400, at in any::<prop::sample::Index>(), size in any::<prop::sample::Index>(),
    ) {
        let memory = Memory::with(count);
        let size = 1 + size.index(count as usize);
        let at = at.index(size);
        let proof = inclusion(&memory, at as u64, size as u64).unwrap();
        prop_assert_eq!(&proof, &naive_path(at, &memory.leaves[..size]));

        let (leaf, root) = (memory.leaves[at], naive_root(&memory.leaves[..size]));
        let (at, size) = (at as u64, size as u64);
        prop_assert_eq!(load(&memory, size).unwrap().head(), TreeHead { size, root });
        prop_assert!(verify_inclusion(leaf, at, &proof, size, root));
        prop_assert!(!verify_inclusion(root, at, &proof, size, leaf) || size == 1);
        prop_assert!(!verify_inclusion(leaf, size, &proof, size, root));
        prop_assert!(!verify_inclusion(Hash::ZERO, at, &proof, size, root));
        let longer = [&proof[..], &[leaf]].concat();
        prop_assert!(!verify_inclusion(leaf, at, &longer, size, root));
        for other in 0..size.min(40) {
            prop_assert_eq!(verify_inclusion(leaf, other, &proof, size, root), other == at);
        }
    }

    #[test]
    fn consistency_is_as_the_rfc_defines_it(
        count in 1u64..1_400, old in any::<prop::sample::Index>(),
    ) {
        let memory = Memory::with(count);
        let old = 1 + old.index(count as usize);
        let proof = consistency(&memory, old as u64, count).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(old, &memory.leaves, Root::Known));

        let old_head = (old as u64, naive_root(&memory.leaves[..old]));
        let new_head = (count, naive_root(&memory.leaves));
        prop_assert!(verify_consistency(old_head, new_head, &proof));
        prop_assert!(!verify_consistency((old_head.0, Hash::ZERO), new_head, &proof));
        prop_assert!(!verify_consistency(old_head, (count, Hash::ZERO), &proof));
        if old_head.0 > 1 {
            let earlier = (old_head.0 - 1, old_head.1);
            prop_assert!(!verify_consistency(earlier, new_head, &proof));
        }
    }
}
