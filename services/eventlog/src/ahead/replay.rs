//! Bringing sled up to what was written ahead, before anything else is read from it.
//!
//! Only what continues sled without a gap is taken, and only if it reaches what was acknowledged:
//! then nothing is lost and nothing is chosen. Everything that it says is verified afterwards, like
//! all that is in sled.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::entry::Entry;
use super::{Commit, file, keeper};
use crate::error::{FrameError, StoreError};
use crate::mark::Mark;
use crate::merkle::{self, Tree};
use crate::store::{Behind, Store};

/// What was found beside sled.
pub(crate) struct Ahead {
    entries: Vec<Entry>,
}

impl Ahead {
    /// Reads both files, if they are there.
    pub(crate) fn read(directory: &Path) -> Result<Ahead, StoreError> {
        let entries = file::read(directory)?;
        Ok(Ahead { entries })
    }

    /// The newest state that it speaks of, of whatever log.
    pub(crate) fn newest(&self) -> Option<Mark> {
        self.entries.last().map(|entry| entry.mark)
    }

    /// The commits that continue `from`, one after the other.
    pub(crate) fn after(&self, from: Mark, epoch: Uuid) -> Vec<Commit> {
        let mut commits: Vec<Commit> = Vec::new();
        let mut at = from;
        for entry in self.entries.iter().filter(|entry| entry.epoch == epoch) {
            if entry.mark.commit <= at.commit {
                continue;
            }
            let Ok(frame) = entry.frame(at.head.count) else {
                break;
            };
            let continues = frame.as_ref().is_none_or(|it| it.previous == at.head.hash);
            let last = frame.as_ref().and_then(|frame| frame.records.last());
            let reaches = last.map_or(at.head, |record| record.head());
            if entry.mark.commit != at.commit + 1 || !continues || reaches != entry.mark.head {
                break;
            }
            at = entry.mark;
            commits.push(Commit {
                mark: entry.mark,
                cursors: entry.cursors.clone(),
                frame: frame.map(Arc::new),
                nodes: Vec::new(),
            });
        }
        commits
    }
}

/// Puts commits into sled that continue what it has, durably. A crash may have interrupted this before:
/// what it left is removed.
pub(crate) fn keep(store: &Store, from: Mark, commits: Vec<Commit>) -> Result<(), FrameError> {
    let what = if commits.is_empty() {
        Behind::Room
    } else {
        Behind::All
    };
    store.remove_behind(from.head.count, what)?;
    if commits.is_empty() {
        return Ok(());
    }
    let tree = merkle::is_stored(store, from.head.count)?
        .then(|| merkle::load(store, from.head.count))
        .transpose();
    // Without stored nodes, or with damaged ones, the tree is built anew once the log is verified.
    let mut tree: Option<Tree> = tree.unwrap_or_default();
    let complete = |mut commit: Commit| {
        if let (Some(tree), Some(frame)) = (&mut tree, &commit.frame) {
            commit.nodes = tree.extend(frame.records.iter().map(|record| record.hash));
        }
        Arc::new(commit)
    };
    let commits: Vec<Arc<Commit>> = commits.into_iter().map(complete).collect();
    Ok(keeper::keep(store, &commits)?)
}
