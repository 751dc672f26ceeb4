//! The thread that moves commits from memory into sled, and makes the head anchor durable.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::Commit;
use super::pending::Work;
use crate::error::{AnchorError, CloseReason, StoreError};
use crate::merkle;
use crate::shared::Shared;
use crate::store::{self, Store};

/// The writer's side of the thread.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// `head` is a handle to the anchor's file.
    pub(crate) fn start(shared: &Arc<Shared>, head: File) -> std::io::Result<Keeper> {
        let thread = thread::Builder::new()
            .name("eventlog-keeper".to_owned())
            .spawn({
                let shared = Arc::clone(shared);
                move || serve(&shared, &head)
            })?;
        Ok(Keeper {
            shared: Arc::clone(shared),
            thread: Some(thread),
        })
    }

    /// Puts everything into sled, and ends the thread.
    pub(crate) fn finish(mut self) -> Result<(), CloseReason> {
        let settled = self.shared.pending.settle();
        self.end();
        settled.and_then(|()| self.shared.pending.failure().map_or(Ok(()), Err))
    }

    fn end(&mut self) {
        self.shared.pending.end();
        if let Some(thread) = self.thread.take() {
            // It catches its own panics.
            let _ = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

fn serve(shared: &Shared, head: &File) {
    let pending = &shared.pending;
    let run = || -> Result<(), CloseReason> {
        loop {
            match pending.next() {
                Work::Keep(commits) => {
                    shared
                        .with_store(|store| keep(store, &commits))?
                        .map_err(|error| CloseReason::Behind(Arc::new(error)))?;
                    let last = commits.last().map_or(0, |commit| commit.mark.commit);
                    drop(commits);
                    pending.kept(last);
                }
                Work::SyncHead => sync(head)?,
                Work::End => return sync(head),
            }
        }
    };
    let failure = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => return,
        Ok(Err(why)) => why,
        Err(panic) => CloseReason::WriterPanicked {
            message: store::panic_message(&*panic),
        },
    };
    pending.fail(failure);
}

fn sync(head: &File) -> Result<(), CloseReason> {
    head.sync_data().map_err(|source| {
        let step = "sync";
        CloseReason::Anchor(Arc::new(AnchorError::Io { step, source }))
    })
}

/// Puts commits into sled; all are durable when this returns. The records go first, and then, in one
/// atomic batch, the mark and all that goes with it: records behind the mark count for nothing.
pub(super) fn keep(store: &Store, commits: &[Arc<Commit>]) -> Result<(), StoreError> {
    let frames = commits.iter().filter_map(|commit| commit.frame.as_ref());
    let blocks = store::blocks(frames.flat_map(|frame| &frame.records));
    store.make_room(&blocks)?;
    store.fill(blocks)?;
    store.commit(finish(commits))
}

fn finish(commits: &[Arc<Commit>]) -> sled::Batch {
    let mut batch = sled::Batch::default();
    let mut cursors = BTreeMap::new();
    for commit in commits {
        cursors.extend(commit.cursors.iter());
        for node in &commit.nodes {
            merkle::insert(&mut batch, *node);
        }
    }
    for (name, value) in cursors {
        store::insert_cursor(&mut batch, name, *value);
    }
    if let Some(last) = commits.last() {
        store::insert_mark(&mut batch, &last.mark);
    }
    batch
}
