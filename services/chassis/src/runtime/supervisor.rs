//! Supervised tasks. When one fails, panics or ends early, the whole service shuts down, so that a service
//! never runs with a dead task.

use std::{future::Future, time::Duration};

use anyhow::anyhow;
use tokio::task::{JoinError, JoinSet};
use tracing::{Instrument, error, info_span};

use super::shutdown::Shutdown;

/// The tasks of one service.
#[derive(Debug)]
pub struct Supervisor {
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    shutdown: Shutdown,
}

/// How a task ended: its name and result, or its panic.
type Ended = Result<(&'static str, anyhow::Result<()>), JoinError>;

impl Supervisor {
    /// A supervisor without tasks. A failed task requests `shutdown`.
    pub fn new(shutdown: Shutdown) -> Self {
        Self {
            tasks: JoinSet::new(),
            shutdown,
        }
    }

    /// The shutdown that tasks must watch.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Starts a task, which must end only after the shutdown is requested.
    pub fn spawn<F>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let task = task.instrument(info_span!("task", task = name));
        self.tasks.spawn(async move { (name, task.await) });
    }

    /// Runs until the shutdown is requested or a task ends; then waits up to `grace` for the other tasks to
    /// end, and aborts those that do not.
    ///
    /// # Errors
    /// The first failure of a task. A task that ends before the shutdown is requested has failed.
    pub async fn run(mut self, grace: Duration) -> anyhow::Result<()> {
        let mut failure = None;
        tokio::select! {
            () = self.shutdown.requested_or_signalled() => {}
            Some(ended) = self.tasks.join_next() => {
                failure = match ended {
                    Ok((name, Ok(()))) if !self.shutdown.is_requested() => {
                        let error = anyhow!("the task '{name}' ended before the shutdown");
                        error!(error = format!("{error:#}"), "a task ended");
                        Some(error)
                    }
                    ended => failed(ended),
                };
                self.shutdown.request();
            }
        }
        let drained = tokio::time::timeout(grace, async {
            while let Some(ended) = self.tasks.join_next().await {
                let failed = failed(ended);
                failure = failure.take().or(failed);
            }
        });
        if drained.await.is_err() {
            error!(
                left = self.tasks.len(),
                "tasks did not end in time and are aborted"
            );
            self.tasks.shutdown().await;
        }
        failure.map_or(Ok(()), Err)
    }
}

fn failed(ended: Ended) -> Option<anyhow::Error> {
    let error = match ended {
        Ok((_, Ok(()))) => return None,
        Ok((name, Err(error))) => error.context(format!("the task '{name}' failed")),
        Err(join) => anyhow::Error::new(join).context("a task panicked"),
    };
    error!(error = format!("{error:#}"), "a task ended");
    Some(error)
}
