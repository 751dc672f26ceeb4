//! Writing a log from the records of another one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::BackupError;
use crate::anchor::Anchor;
use crate::error::{Damage, Damaged};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::keys;
use crate::mark::Mark;
use crate::merkle::{self, Tree, TreeHead};
use crate::record::Head;
use crate::recover::{STORE_DIRECTORY, sync_all_in};
use crate::store::{self, Store};

/// A log in the making. Nothing of it counts before [`Builder::finish`] has returned.
pub(super) struct Builder {
    directory: PathBuf,
    epoch: Uuid,
    store: Store,
    mark: Mark,
    tree: Tree,
}

impl Builder {
    /// Begins an empty log in a directory that is there and empty.
    pub(super) fn new(directory: &Path, epoch: Uuid) -> Result<Builder, BackupError> {
        let store = Store::open(&directory.join(STORE_DIRECTORY))?;
        let mut batch = sled::Batch::default();
        let versioned = [&[keys::LAYOUT_VERSION], &epoch.as_bytes()[..]].concat();
        batch.insert(keys::EPOCH, versioned);
        batch.insert(keys::MARK, &Mark::EMPTY.encode()[..]);
        store.commit(batch)?;
        Ok(Builder {
            directory: directory.to_owned(),
            epoch,
            store,
            mark: Mark::EMPTY,
            tree: Tree::new(),
        })
    }

    pub(super) fn head(&self) -> Head {
        self.mark.head
    }

    pub(super) fn tree_head(&self) -> TreeHead {
        self.tree.head()
    }

    /// Adds a frame, which must continue the log.
    pub(super) fn add(&mut self, frame: &Frame) -> Result<(), BackupError> {
        let head = self.mark.head;
        if frame.first != head.count || frame.previous != head.hash {
            return Err(Damaged {
                position: head.count,
                damage: Damage::ChainBroken,
            }
            .into());
        }
        let Some(last) = frame.records.last() else {
            return Ok(());
        };
        self.mark.commit += 1;
        self.mark.head = last.head();
        let mut batch = sled::Batch::default();
        let blocks = store::blocks(&frame.records);
        self.store.make_room(&blocks)?;
        self.store.fill(blocks)?;
        let hashes = frame.records.iter().map(|record| record.hash);
        for node in self.tree.extend(hashes) {
            merkle::insert(&mut batch, node);
        }
        store::insert_mark(&mut batch, &self.mark);
        Ok(self.store.commit(batch)?)
    }

    /// Sets the cursors, closes the store, and makes everything durable, the anchor last.
    pub(super) fn finish(mut self, cursors: &BTreeMap<String, u64>) -> Result<(), BackupError> {
        let mut batch = sled::Batch::default();
        for (name, value) in cursors {
            store::insert_cursor(&mut batch, name, *value);
            self.mark.cursors = self.mark.cursors.xor(Hash::of_cursor(name, *value));
        }
        self.mark.commit += 1;
        store::insert_mark(&mut batch, &self.mark);
        self.store.commit(batch)?;
        drop(self.store);
        sync_all_in(&self.directory).map_err(|source| BackupError::Io {
            step: "sync",
            path: self.directory.clone(),
            source,
        })?;
        Ok(Anchor::create(&self.directory, self.epoch, self.mark)?)
    }
}
