//! Header and footer of a segment. All of it is persisted.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::codec::{
    begin_part, open_part, put_cursors, seal_part, take, take_cursors, take_hash, take_u32,
    take_u64,
};
use crate::commit_state::{COMMIT_STATE_BYTES, CommitState};
use crate::hash::Hash;
use crate::identity::Identity;
use crate::merkle::Node;

/// First bytes of a segment: the name and version of its form.
const MAGIC: &[u8; 8] = b"OSSEG001";
/// First bytes of the footer.
const FOOTER: &[u8; 8] = b"OSFOO002";
/// Those of a footer that knows of no keys.
const FOOTER_WITHOUT_KEYS: &[u8; 8] = b"OSFOO001";
/// Last bytes of a segment, behind the length of the footer (8 bytes).
const END: &[u8; 8] = b"OSEND001";
/// Length of the footer, [`END`].
pub(super) const TRAILER_BYTES: usize = 8 + 8;
/// A header is not longer than this.
pub(super) const MAX_HEADER_BYTES: usize = 1024;
/// What a damaged trailer may at most make us allocate.
pub(super) const MAX_FOOTER_BYTES: u64 = 1 << 30;

/// What a segment begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) epoch: Uuid,
    pub(crate) identity: Identity,
    /// The state before the first record.
    pub(crate) before: CommitState,
}

impl Header {
    /// Magic, checksum, length, epoch (16 bytes), identity, state before.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = begin_part(MAGIC, 256);
        self.put(&mut bytes);
        seal_part(MAGIC, bytes)
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.epoch.as_bytes());
        self.identity.put(bytes);
        bytes.extend_from_slice(&self.before.encode());
    }

    /// The header that `bytes` begins with, and where the blocks begin.
    pub(super) fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
        let (mut body, length) = open_part(MAGIC, bytes)?;
        Some((Header::take(&mut body)?, length))
    }

    fn take(rest: &mut &[u8]) -> Option<Header> {
        Some(Header {
            epoch: Uuid::from_bytes(take(rest)?),
            identity: Identity::take(rest)?,
            before: take_state(rest)?,
        })
    }
}

/// Where a block begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// Its first record, counted from the segment's first.
    pub(super) first: u32,
    pub(super) offset: u32,
}

/// What a segment ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) header: Header,
    /// The state after the last record.
    pub(crate) after: CommitState,
    /// RFC 6962's hash over the segment's own records.
    pub(crate) root: Hash,
    /// The right edge of the log's Merkle tree after the last record.
    pub(crate) peaks: Vec<Hash>,
    /// All cursors after the last commit.
    pub(crate) cursors: BTreeMap<String, u64>,
    /// Nodes of the Merkle tree that the segment's records complete.
    pub(crate) nodes: Vec<Node>,
    pub(super) blocks: Vec<Block>,
    /// Where the blocks end and the keys begin, in the file; `None` if it has none.
    pub(super) keys: Option<u32>,
}

impl Footer {
    /// The footer with magic, checksum and length, and the trailer.
    pub(super) fn encode(&self) -> Vec<u8> {
        let capacity = 1024 + self.nodes.len() * 41 + self.blocks.len() * 8;
        let mut bytes = begin_part(FOOTER, capacity);
        self.header.put(&mut bytes);
        bytes.extend_from_slice(&self.after.encode());
        bytes.extend_from_slice(self.root.as_bytes());
        bytes.extend_from_slice(&(self.peaks.len() as u32).to_be_bytes());
        for peak in &self.peaks {
            bytes.extend_from_slice(peak.as_bytes());
        }
        put_cursors(&mut bytes, &self.cursors);
        bytes.extend_from_slice(&(self.nodes.len() as u32).to_be_bytes());
        for node in &self.nodes {
            bytes.push(node.level);
            bytes.extend_from_slice(&node.index.to_be_bytes());
            bytes.extend_from_slice(node.hash.as_bytes());
        }
        bytes.extend_from_slice(&(self.blocks.len() as u32).to_be_bytes());
        for block in &self.blocks {
            bytes.extend_from_slice(&block.first.to_be_bytes());
            bytes.extend_from_slice(&block.offset.to_be_bytes());
        }
        let magic = match self.keys {
            Some(keys) => {
                bytes.extend_from_slice(&keys.to_be_bytes());
                FOOTER
            }
            None => FOOTER_WITHOUT_KEYS,
        };
        let mut bytes = seal_part(magic, bytes);
        let length = bytes.len() as u64;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(END);
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Footer> {
        let with_keys = open_part(FOOTER, bytes);
        let has_keys = with_keys.is_some();
        let (mut body, length) = with_keys.or_else(|| open_part(FOOTER_WITHOUT_KEYS, bytes))?;
        if length != bytes.len() {
            return None;
        }
        let rest = &mut body;
        let footer = Footer {
            header: Header::take(rest)?,
            after: take_state(rest)?,
            root: take_hash(rest)?,
            peaks: take_list(rest, take_hash)?,
            cursors: take_cursors(rest)?,
            nodes: take_list(rest, take_node)?,
            blocks: take_list(rest, take_block)?,
            keys: if has_keys {
                Some(take_u32(rest)?)
            } else {
                None
            },
        };
        (rest.is_empty() && footer.is_consistent()).then_some(footer)
    }

    fn is_consistent(&self) -> bool {
        let (before, after) = (&self.header.before, &self.after);
        let Some(count) = after.head.count.checked_sub(before.head.count) else {
            return false;
        };
        let first = self.blocks.first().map(|block| block.first);
        first == (count > 0).then_some(0)
            && (count > 0 || before.head.hash == after.head.hash)
            && self.blocks.is_sorted_by(|a, b| {
                a.first < b.first && a.offset < b.offset && u64::from(b.first) < count
            })
            && self.peaks.len() == after.head.count.count_ones() as usize
            && self
                .keys
                .is_none_or(|keys| self.blocks.last().is_none_or(|block| block.offset < keys))
    }
}

/// Length of the footer, from the last bytes of the file.
pub(super) fn footer_length(trailer: [u8; TRAILER_BYTES]) -> Option<u64> {
    let (length, end) = trailer.split_first_chunk::<8>()?;
    (end == END).then(|| u64::from_be_bytes(*length))
}

fn take_state(rest: &mut &[u8]) -> Option<CommitState> {
    CommitState::decode(&take::<COMMIT_STATE_BYTES>(rest)?)
}

fn take_node(rest: &mut &[u8]) -> Option<Node> {
    let [level] = take(rest)?;
    let (index, hash) = (take_u64(rest)?, take_hash(rest)?);
    (level < 64).then_some(Node { level, index, hash })
}

fn take_block(rest: &mut &[u8]) -> Option<Block> {
    let (first, offset) = (take_u32(rest)?, take_u32(rest)?);
    Some(Block { first, offset })
}

/// Number (4 bytes), then each.
fn take_list<T>(rest: &mut &[u8], one: impl Fn(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = take_u32(rest)?;
    let mut list = Vec::new();
    for _ in 0..count {
        list.push(one(rest)?);
    }
    Some(list)
}
