//! The Merkle tree as it is durable, and its checkpoints: signed after so many records, after so long a
//! time, on demand, and when the log is closed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::{Checkpoint, History, SigningKey, VerifyingKey};
use crate::error::{CheckpointError, Damage, OpenError, ReadError, StoreError};
use crate::merkle::{self, Nodes, Tree, TreeHead};
use crate::options::{CheckpointFailed, Options};
use crate::record::Record;
use crate::records::Records;

/// The durable tree and its checkpoints.
pub(crate) struct Prover {
    path: PathBuf,
    epoch: Uuid,
    signer: Option<SigningKey>,
    verifying: Option<VerifyingKey>,
    history: History,
    every_events: u64,
    failed: Option<CheckpointFailed>,
    state: Mutex<State>,
    changed: Condvar,
    /// Held while a checkpoint is made: one at a time, and never an older one after a newer.
    signing: Mutex<()>,
}

struct State {
    tree: Tree,
    newest: Option<Checkpoint>,
    /// Why the last attempt to sign failed; `None` if it did not.
    failure: Option<Arc<CheckpointError>>,
    /// The size at which the next one is due.
    due: u64,
    is_ending: bool,
}

impl Prover {
    /// Takes up the tree of a log that was found in order, and compares it with its checkpoints.
    pub(crate) fn open(
        records: &Records,
        tree: Tree,
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
            failed: options.checkpoint_failed.clone(),
            state: Mutex::new(State {
                tree: Tree::new(),
                newest: None,
                failure: None,
                due: 0,
                is_ending: false,
            }),
            changed: Condvar::new(),
            signing: Mutex::new(()),
        };
        let newest = prover.compare(records, &tree)?;
        let state = prover
            .state
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let last = newest.as_ref().map_or(0, |newest| newest.head().size);
        state.due = last.saturating_add(options.checkpoint_events);
        (state.tree, state.newest) = (tree, newest);
        Ok(prover)
    }

    fn compare(&self, records: &Records, tree: &Tree) -> Result<Option<Checkpoint>, OpenError> {
        let count = tree.count();
        let at_history = |source| self.refuse(self.history.folder(), count, source);
        let sizes = self.history.sizes().map_err(at_history)?;
        let newest = match sizes.last() {
            None => None,
            Some(size) if *size > count => {
                self.read(*size)?;
                return Err(OpenError::BehindCheckpoint {
                    path: self.path.clone(),
                    found: count,
                    signed: *size,
                    checkpoint: self.history.file(*size),
                });
            }
            Some(size) => Some(self.read(*size)?),
        };
        let holds = match &newest {
            None => true,
            Some(newest) => self.holds(records, newest.head())?,
        };
        let loaded = merkle::load(records, count).map_err(|error| self.unreadable(error))?;
        if !holds || loaded.head() != tree.head() {
            self.find_difference(records, tree, &sizes)?;
        }
        Ok(newest)
    }

    /// Whether the last record of this tree head is in it. That record's hash covers all before it,
    /// so a log whose hashes were all computed again fails here, whatever the stored nodes say.
    fn holds(&self, records: &Records, head: TreeHead) -> Result<bool, OpenError> {
        let Some(last) = head.size.checked_sub(1) else {
            return Ok(head == Tree::new().head());
        };
        let proven = merkle::inclusion(records, last, head.size)
            .and_then(|proof| Ok((proof, records.leaves(last..head.size)?)));
        let (proof, leaf) = proven.map_err(|error| self.unreadable(error))?;
        let is_in = |leaf| merkle::verify_inclusion(leaf, last, &proof, head.size, head.root);
        Ok(leaf.first().copied().is_some_and(is_in))
    }

    /// Computes the whole tree from the records. The first checkpoint that contradicts it shows where the
    /// log was rewritten; if none does, what the segments say of the tree is wrong.
    fn find_difference(
        &self,
        records: &Records,
        found: &Tree,
        sizes: &[u64],
    ) -> Result<(), OpenError> {
        let (mut next, mut proven) = (sizes.iter().copied().peekable(), 0);
        let (mut tree, mut wrong) = (Tree::new(), None);
        let mut add = |record: &Record| {
            tree.push(record.hash, &mut |node| {
                let stored = records.stored(node.level, node.index).ok().flatten();
                if stored != Some(node.hash) {
                    wrong.get_or_insert(node.index << node.level);
                }
            });
            let Some(size) = next.next_if_eq(&tree.count()) else {
                return Ok(());
            };
            if self.read(size)?.head() != tree.head() {
                return Err(OpenError::CheckpointDiffers {
                    path: self.path.clone(),
                    position: proven,
                    signed: size,
                    checkpoint: self.history.file(size),
                });
            }
            proven = size;
            Ok(())
        };
        let mut position = 0;
        while position < found.count() {
            let frame = records.frame(position);
            let frame = frame.map_err(|error| self.unreadable(error))?;
            frame.records.iter().try_for_each(&mut add)?;
            position = frame.end();
        }
        Err(OpenError::Damaged {
            path: self.path.clone(),
            position: wrong.unwrap_or(0),
            damage: Damage::TreeDiffers,
        })
    }

    fn read(&self, size: u64) -> Result<Checkpoint, OpenError> {
        self.checkpoint(size)
            .map_err(|source| self.refuse(&self.history.file(size), size, source))
    }

    fn unreadable(&self, error: ReadError) -> OpenError {
        let path = self.path.clone();
        match error {
            ReadError::Store(source) => OpenError::Store { path, source },
            ReadError::Damaged { position, damage } => OpenError::Damaged {
                path,
                position,
                damage,
            },
            ReadError::Closed { why } => OpenError::Store {
                path,
                source: StoreError::Engine {
                    step: "read the records",
                    source: Box::new(why),
                },
            },
        }
    }

    fn refuse(&self, checkpoint: &Path, position: u64, source: CheckpointError) -> OpenError {
        OpenError::Checkpoint {
            path: self.path.clone(),
            checkpoint: checkpoint.to_owned(),
            position,
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

    /// The key that the signatures are verified with.
    pub(crate) fn verifying_key(&self) -> Option<&VerifyingKey> {
        self.verifying.as_ref()
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

    /// Why the checkpoint that was due last could not be written.
    pub(crate) fn failure(&self) -> Option<Arc<CheckpointError>> {
        self.state().failure.clone()
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
        let mut state = self.state();
        state.newest = Some(checkpoint.clone());
        state.failure = None;
        drop(state);
        Ok(Some(checkpoint))
    }

    /// Whether there is a key to sign with.
    pub(super) fn can_sign(&self) -> bool {
        self.signer.is_some()
    }

    /// Ends [`Prover::run`].
    pub(super) fn end(&self) {
        self.state().is_ending = true;
        self.changed.notify_all();
    }

    /// Signs whenever it is time, until it is ended.
    pub(super) fn run(&self, interval: Duration) {
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
            let failure = self.sign().err().map(Arc::new);
            self.state().failure.clone_from(&failure);
            if let (Some(failed), Some(failure)) = (&self.failed, &failure) {
                failed.tell(failure);
            }
            state = self.state();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
