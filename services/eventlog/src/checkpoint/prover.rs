//! The tree as it is durable, and the one who signs it: after so many records, after so long a time,
//! when asked, and when the log is closed.
//!
//! Signing has a thread of its own, so that its file system calls never delay a commit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use uuid::Uuid;

use super::{Checkpoint, CheckpointError, History, SigningKey, VerifyingKey};
use crate::error::{Damaged, FrameError, OpenError};
use crate::merkle::{self, Nodes, Tree, TreeHead};
use crate::options::Options;
use crate::store::Store;

/// The durable tree and its checkpoints.
pub(crate) struct Prover {
    path: PathBuf,
    epoch: Uuid,
    signer: Option<SigningKey>,
    verifying: Option<VerifyingKey>,
    history: History,
    every_events: u64,
    state: Mutex<State>,
    changed: Condvar,
    /// Held while a checkpoint is made: one at a time, and never an older one after a newer.
    signing: Mutex<()>,
}

struct State {
    tree: Tree,
    newest: Option<Checkpoint>,
    /// The size at which the next one is due.
    due: u64,
    is_ending: bool,
}

impl Prover {
    /// Takes up the tree of a log that was found in order, and compares it with its checkpoints.
    pub(crate) fn open(
        store: &Store,
        count: u64,
        epoch: Uuid,
        options: &Options,
    ) -> Result<Prover, OpenError> {
        let signers = options.signer.as_ref().map(SigningKey::verifying_key);
        let mut prover = Prover {
            path: options.path.clone(),
            epoch,
            verifying: signers.or(options.verifying_key.as_ref()).cloned(),
            signer: options.signer.clone(),
            history: History::of(&options.path),
            every_events: options.checkpoint_events,
            state: Mutex::new(State {
                tree: Tree::new(),
                newest: None,
                due: 0,
                is_ending: false,
            }),
            changed: Condvar::new(),
            signing: Mutex::new(()),
        };
        let (tree, newest) = prover.compare(store, count)?;
        let state = prover
            .state
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let last = newest.as_ref().map_or(0, |newest| newest.head().size);
        state.due = last.saturating_add(options.checkpoint_events);
        (state.tree, state.newest) = (tree, newest);
        Ok(prover)
    }

    fn compare(&self, store: &Store, count: u64) -> Result<(Tree, Option<Checkpoint>), OpenError> {
        let at_history = |source| self.refuse(&self.path.join("checkpoints"), source);
        let sizes = self.history.sizes().map_err(at_history)?;
        let Some(size) = sizes.last().copied() else {
            return Ok((self.tree(store, count)?, None));
        };
        let newest = self.read(size)?;
        if size > count {
            return Err(OpenError::BehindCheckpoint {
                path: self.path.clone(),
                found: count,
                signed: size,
                checkpoint: self.history.file(size),
            });
        }
        let tree = if self.holds(store, newest.head())? {
            self.tree(store, count)?
        } else {
            self.find_difference(store, count, &sizes)?
        };
        Ok((tree, Some(newest)))
    }

    fn tree(&self, store: &Store, count: u64) -> Result<Tree, OpenError> {
        let is_stored = merkle::is_stored(store, count).map_err(FrameError::Store);
        let tree = is_stored.and_then(|is_stored| {
            if is_stored {
                merkle::load(store, count)
            } else {
                merkle::rebuild(store, count, &mut |_| Ok(()))
            }
        });
        tree.map_err(|error| read_error(&self.path, error))
    }

    /// Whether the last record of this tree head is in it. That record's hash covers all before it,
    /// so a log whose hashes were all computed again fails here, whatever the stored nodes say.
    fn holds(&self, store: &Store, head: TreeHead) -> Result<bool, OpenError> {
        let Some(last) = head.size.checked_sub(1) else {
            return Ok(head == Tree::new().head());
        };
        let proven = merkle::inclusion(store, last, head.size)
            .and_then(|proof| Ok((proof, store.leaves(last..head.size)?)));
        let (proof, leaf) = proven.map_err(|error| read_error(&self.path, error))?;
        let is_in = |leaf| merkle::verify_inclusion(leaf, last, &proof, head.size, head.root);
        Ok(leaf.first().copied().is_some_and(is_in))
    }

    /// Computes the whole tree from the frames. If it agrees with every checkpoint, only stored nodes
    /// were wrong, which are derived, and they are replaced. Otherwise the first checkpoint that
    /// contradicts it tells where.
    fn find_difference(&self, store: &Store, count: u64, sizes: &[u64]) -> Result<Tree, OpenError> {
        let (mut next, mut proven) = (sizes.iter().copied().peekable(), 0);
        let tree = merkle::rebuild(store, count, &mut |tree: &Tree| {
            let Some(size) = next.next_if_eq(&tree.count()) else {
                return Ok(());
            };
            let signed = self.read(size).map_err(Stop::Refused)?;
            if signed.head() != tree.head() {
                return Err(Stop::Refused(OpenError::CheckpointDiffers {
                    path: self.path.clone(),
                    position: proven,
                    signed: size,
                    checkpoint: self.history.file(size),
                }));
            }
            proven = size;
            Ok(())
        });
        tree.map_err(|stop| match stop {
            Stop::Unreadable(error) => read_error(&self.path, error),
            Stop::Refused(error) => error,
        })
    }

    fn read(&self, size: u64) -> Result<Checkpoint, OpenError> {
        self.checkpoint(size)
            .map_err(|source| self.refuse(&self.history.file(size), source))
    }

    fn refuse(&self, checkpoint: &Path, source: CheckpointError) -> OpenError {
        OpenError::Checkpoint {
            path: self.path.clone(),
            checkpoint: checkpoint.to_owned(),
            source,
        }
    }

    /// A checkpoint of this log from the history; its signature is verified if the key is known.
    pub(crate) fn checkpoint(&self, size: u64) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = self.history.read(size)?;
        if let Some(key) = &self.verifying {
            checkpoint.verify(key)?;
        }
        if checkpoint.epoch() != Some(self.epoch) {
            return Err(CheckpointError::Foreign {
                found: checkpoint.origin().to_owned(),
                expected: self.epoch.to_string(),
            });
        }
        Ok(checkpoint)
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    pub(crate) fn tree_head(&self) -> TreeHead {
        self.state().tree.head()
    }

    /// The tree as it is durable, for the writer to go on from.
    pub(crate) fn durable_tree(&self) -> Tree {
        self.state().tree.clone()
    }

    pub(crate) fn newest(&self) -> Option<Checkpoint> {
        self.state().newest.clone()
    }

    /// Shows what a commit has made durable.
    pub(crate) fn committed(&self, tree: &Tree) {
        let mut state = self.state();
        state.tree.clone_from(tree);
        if self.signer.is_some() && state.tree.count() >= state.due {
            self.changed.notify_one();
        }
    }

    /// Signs what is durable now, unless the newest checkpoint says it already. Nothing without a
    /// key, or while the log is empty.
    pub(crate) fn sign(&self) -> Result<Option<Checkpoint>, CheckpointError> {
        let Some(key) = &self.signer else {
            return Ok(None);
        };
        let _one_at_a_time = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        let head = {
            let mut state = self.state();
            // Also after a failure: the next attempt comes when the next one would have been due.
            state.due = state.tree.count().saturating_add(self.every_events);
            let newest = state.newest.as_ref();
            if state.tree.count() == newest.map_or(0, |newest| newest.head().size) {
                return Ok(state.newest.clone());
            }
            state.tree.head()
        };
        let checkpoint = Checkpoint::sign(key, self.epoch, head)?;
        self.history.write(&checkpoint)?;
        self.state().newest = Some(checkpoint.clone());
        Ok(Some(checkpoint))
    }

    fn run(&self, interval: Duration) {
        let mut state = self.state();
        while !state.is_ending {
            let waits = |state: &mut State| !state.is_ending && state.tree.count() < state.due;
            (state, _) = self
                .changed
                .wait_timeout_while(state, interval, waits)
                .unwrap_or_else(PoisonError::into_inner);
            if state.is_ending {
                return;
            }
            drop(state);
            // Whoever asks for a checkpoint, or closes the log, meets the error again and hears it.
            let _ = self.sign();
            state = self.state();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Stop {
    Unreadable(FrameError),
    Refused(OpenError),
}

impl From<FrameError> for Stop {
    fn from(error: FrameError) -> Stop {
        Stop::Unreadable(error)
    }
}

fn read_error(path: &Path, error: FrameError) -> OpenError {
    let path = path.to_owned();
    match error {
        FrameError::Store(source) => OpenError::Store { path, source },
        FrameError::Damaged(Damaged { position, damage }) => OpenError::Damaged {
            path,
            position,
            damage,
        },
    }
}

/// The thread that signs. Owned by the writer, which ends it before the log is released.
pub(crate) struct Notary {
    prover: Arc<Prover>,
    thread: Option<JoinHandle<()>>,
}

impl Notary {
    pub(crate) fn start(prover: Arc<Prover>, interval: Duration) -> Result<Notary, OpenError> {
        let mut thread = None;
        if prover.signer.is_some() {
            let prover = Arc::clone(&prover);
            let builder = thread::Builder::new().name("eventlog-notary".to_owned());
            let started = builder.spawn(move || prover.run(interval));
            thread = Some(started.map_err(OpenError::Thread)?);
        }
        Ok(Notary { prover, thread })
    }

    pub(crate) fn committed(&self, tree: &Tree) {
        self.prover.committed(tree);
    }

    /// Ends the thread, and signs what is durable.
    pub(crate) fn finish(&mut self) -> Result<(), CheckpointError> {
        self.end();
        self.prover.sign().map(|_| ())
    }

    fn end(&mut self) {
        self.prover.state().is_ending = true;
        self.prover.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It has no result, and a panic in it is none of the log's.
            let _ = thread.join();
        }
    }
}

impl Drop for Notary {
    fn drop(&mut self) {
        self.end();
    }
}
