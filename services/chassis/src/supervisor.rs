//! Supervised tasks: each has a name and somebody who awaits it. One that ends early or panics asks
//! the whole part to shut down, so that no service goes on with an arm missing.

use std::{future::Future, time::Duration};

use tokio::task::JoinSet;
use tracing::{Instrument, error, info_span};

use crate::shutdown::Shutdown;

/// The tasks of one service.
#[derive(Debug)]
pub struct Supervisor {
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    shutdown: Shutdown,
}

impl Supervisor {
    /// No tasks yet.
    #[must_use]
    pub fn new(shutdown: Shutdown) -> Self {
        Self {
            tasks: JoinSet::new(),
            shutdown,
        }
    }

    /// The shutdown that the tasks are to watch.
    #[must_use]
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Starts a task, which is to end only when the shutdown is asked for.
    pub fn spawn<F>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let task = task.instrument(info_span!("task", task = name));
        self.tasks.spawn(async move { (name, task.await) });
    }

    /// Watches until the shutdown is asked for or a task fails; then gives the tasks `grace` to end,
    /// and aborts what is left.
    ///
    /// # Errors
    /// The first failure of a task.
    pub async fn run(mut self, grace: Duration) -> anyhow::Result<()> {
        let mut failure = None;
        while !self.shutdown.is_requested() {
            tokio::select! {
                () = self.shutdown.requested_or_signalled() => {}
                Some(ended) = self.tasks.join_next() => {
                    let early = !self.shutdown.is_requested();
                    failure = failed(ended, early).or(failure);
                    self.shutdown.request();
                }
            }
        }
        let drained = tokio::time::timeout(grace, async {
            while let Some(ended) = self.tasks.join_next().await {
                failure = failed(ended, false).or(failure.take());
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

fn failed(
    ended: Result<(&'static str, anyhow::Result<()>), tokio::task::JoinError>,
    early: bool,
) -> Option<anyhow::Error> {
    let error = match ended {
        Ok((_, Ok(()))) if !early => return None,
        Ok((name, Ok(()))) => anyhow::anyhow!("the task '{name}' ended by itself"),
        Ok((name, Err(error))) => error.context(format!("the task '{name}' failed")),
        Err(join) => anyhow::Error::new(join).context("a task panicked"),
    };
    error!(error = format!("{error:#}"), "a task ended");
    Some(error)
}
