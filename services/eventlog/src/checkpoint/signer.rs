//! The thread that signs checkpoints, so that its file system calls never delay a commit.

use std::sync::Arc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use super::Prover;
use crate::error::{CheckpointError, OpenError};
use crate::merkle::Tree;

/// The thread that signs. Owned by the writer, which ends it before the log is released.
pub(crate) struct Signer {
    prover: Arc<Prover>,
    thread: Option<JoinHandle<()>>,
}

impl Signer {
    pub(crate) fn start(prover: Arc<Prover>, interval: Duration) -> Result<Signer, OpenError> {
        let mut thread = None;
        if prover.can_sign() {
            let prover = Arc::clone(&prover);
            let builder = thread::Builder::new().name("eventlog-signer".to_owned());
            let started = builder.spawn(move || prover.run(interval));
            thread = Some(started.map_err(OpenError::Thread)?);
        }
        Ok(Signer { prover, thread })
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
        self.prover.end();
        if let Some(thread) = self.thread.take() {
            // It has no result, and a panic in it is none of the log's.
            let _ = thread.join();
        }
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        self.end();
    }
}
