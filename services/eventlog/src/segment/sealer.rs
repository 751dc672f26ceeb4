//! Writing segments, one behind the other.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::format::{Block, Footer, Header};
use super::keys::KeysBuilder;
use crate::commit_state::CommitState;
use crate::error::StoreError;
use crate::fault;
use crate::frame;
use crate::identity::{Identity, LogTerm};
use crate::merkle::Tree;
use crate::record::Record;
use crate::sync::sync_directory;

/// A block holds so many records, or so many payload bytes. A reader decodes a block for each record
/// that it wants, so larger ones compress better and read slower.
const BLOCK_RECORDS: usize = 16;
const BLOCK_BYTES: usize = 12 << 10;
/// What a segment is called until it is complete.
pub(super) const UNFINISHED: &str = "creating";

/// A segment that is complete and durable.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(crate) path: PathBuf,
    pub(crate) before: CommitState,
    pub(crate) after: CommitState,
}

/// Writes the log's segments, and keeps what the next one needs of those before.
pub(crate) struct Sealer {
    folder: PathBuf,
    epoch: Uuid,
    identity: Identity,
    /// The identity's, or a later one that has begun since.
    term: LogTerm,
    state: CommitState,
    cursors: BTreeMap<String, u64>,
    tree: Tree,
}

impl Sealer {
    /// Goes on behind `state`, at which the cursors and the tree are these.
    pub(crate) fn new(
        folder: &Path,
        epoch: Uuid,
        identity: Identity,
        (state, cursors, tree): (CommitState, BTreeMap<String, u64>, Tree),
    ) -> Sealer {
        Sealer {
            folder: folder.to_owned(),
            epoch,
            term: LogTerm::starting_at(identity.term),
            identity,
            state,
            cursors,
            tree,
        }
    }

    /// From now on segments name this term.
    pub(crate) fn follow_term(&mut self, term: LogTerm) {
        self.term = term;
    }

    /// The state after the last segment.
    pub(crate) fn state(&self) -> CommitState {
        self.state
    }

    /// Writes a segment of `records`, which follow the one before; `cursors` are those that have
    /// changed, and `after` is the state at its end. It is durable when this returns.
    pub(crate) fn seal<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a Record>,
        after: CommitState,
        cursors: &BTreeMap<String, u64>,
    ) -> Result<Sealed, StoreError> {
        let header = Header {
            epoch: self.epoch,
            identity: Identity {
                term: self.term.current(),
                ..self.identity.clone()
            },
            before: self.state,
        };
        let mut bytes = header.encode();
        let mut blocks = Vec::new();
        let mut leaves = Tree::new();
        let mut nodes = Vec::new();
        let mut keys = KeysBuilder::new();
        let first = self.state.head.count;
        for block in Blocks::of(records.into_iter()) {
            let Some(begin) = block.first() else {
                continue;
            };
            blocks.push(Block {
                first: (begin.position - first) as u32,
                offset: bytes.len() as u32,
            });
            frame::encode_into(block.iter().copied(), frame::Form::Packed, &mut bytes);
            for record in &block {
                keys.add(record);
                leaves.push(record.hash, &mut |_| {});
                self.tree.push(record.hash, &mut |node| nodes.push(node));
            }
        }
        self.cursors
            .extend(cursors.iter().map(|(name, value)| (name.clone(), *value)));
        let blocks_end = bytes.len() as u32;
        bytes.extend_from_slice(&keys.finish().encode());
        let footer = Footer {
            header,
            after,
            root: leaves.head().root,
            peaks: self.tree.peaks().to_vec(),
            cursors: self.cursors.clone(),
            nodes,
            blocks,
            keys: Some(blocks_end),
        };
        bytes.extend_from_slice(&footer.encode());
        let name = name_of(first, after.commit);
        let path = self.write(&name, &bytes)?;
        let before = std::mem::replace(&mut self.state, after);
        Ok(Sealed {
            path,
            before,
            after,
        })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let path = self.folder.join(name);
        let new = path.with_extension(UNFINISHED);
        let file = File::create(&new).map_err(StoreError::io("create a segment"))?;
        fault::write_all_at(fault::SEGMENT_WRITE, &file, bytes, 0)
            .map_err(StoreError::io("write a segment"))?;
        fault::at(fault::SEGMENT_SYNC)
            .and_then(|()| file.sync_all())
            .map_err(StoreError::io("sync a segment"))?;
        drop(file);
        fault::at(fault::SEGMENT_RENAME)
            .and_then(|()| fs::rename(&new, &path))
            .and_then(|()| sync_directory(&self.folder))
            .map_err(StoreError::io("name a segment"))?;
        Ok(path)
    }
}

/// Name of a segment's file: its first position and the number of its last commit. Persisted.
pub(crate) fn name_of(first: u64, last_commit: u64) -> String {
    format!("{first:020}-{last_commit:020}")
}

/// Neighbouring records in groups.
struct Blocks<'a, I: Iterator<Item = &'a Record>> {
    records: std::iter::Peekable<I>,
}

impl<'a, I: Iterator<Item = &'a Record>> Blocks<'a, I> {
    fn of(records: I) -> Blocks<'a, I> {
        Blocks {
            records: records.peekable(),
        }
    }
}

impl<'a, I: Iterator<Item = &'a Record>> Iterator for Blocks<'a, I> {
    type Item = Vec<&'a Record>;

    fn next(&mut self) -> Option<Vec<&'a Record>> {
        let first = self.records.next()?;
        let mut bytes = first.payload.len();
        let mut block = vec![first];
        while block.len() < BLOCK_RECORDS
            && let Some(next) = self
                .records
                .next_if(|next| bytes + next.payload.len() <= BLOCK_BYTES)
        {
            bytes += next.payload.len();
            block.push(next);
        }
        Some(block)
    }
}
