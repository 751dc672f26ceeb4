//! A few read-only connections, each used by one question at a time, off the tasks that attend to people.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use onestop_chassis::Failure;
use rusqlite::Connection;
use tokio::sync::{Notify, Semaphore};

use super::{LedgerError, ask::NoAnswer, file};

/// More would only wait for the same cores and the same disk.
const CONNECTIONS: usize = 4;

/// How long a question waits for a connection.
const PATIENCE: Duration = Duration::from_secs(8);

/// The connections.
pub(super) struct Readers(Arc<Inner>);

struct Inner {
    path: PathBuf,
    permits: Semaphore,
    idle: Mutex<Vec<(u64, Connection)>>,
    /// Told when something unsound was read.
    damaged: Notify,
    /// Counts files: a connection to one that was thrown away is not used again.
    generation: AtomicU64,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Inner {
            path,
            permits: Semaphore::new(CONNECTIONS),
            idle: Mutex::new(Vec::new()),
            damaged: Notify::new(),
            generation: AtomicU64::new(0),
        }))
    }

    /// Has a question answered. All that it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, NoAnswer> + Send + 'static,
    ) -> Result<T, Failure> {
        let answered = self.look(look).await;
        answered.map_err(|reason| match reason {
            NoAnswer::Rejected(rejected) => Failure::Rejected(rejected),
            NoAnswer::Failed(error) => {
                if error.is_damage() {
                    self.0.damaged.notify_one();
                }
                Failure::Internal(error.into())
            }
        })
    }

    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, NoAnswer> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let inner = Arc::clone(&self.0);
        let permit = tokio::time::timeout(PATIENCE, self.0.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err(LedgerError::Busy.into());
        };
        let answered = tokio::task::spawn_blocking(move || {
            let (generation, mut connection) = inner.take()?;
            let transaction = connection.transaction()?;
            let answer = look(&transaction);
            transaction.finish()?;
            inner.give_back(generation, connection);
            answer
        });
        answered.await.map_err(LedgerError::Thread)?
    }

    /// Waits until something unsound was read.
    pub(super) async fn damaged(&self) {
        self.0.damaged.notified().await;
    }

    /// Uses no connection again that is open now.
    pub(super) fn forget(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
        self.0.idle().clear();
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(u64, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<(u64, Connection), LedgerError> {
        let generation = self.generation.load(Ordering::SeqCst);
        while let Some((of, connection)) = self.idle().pop() {
            if of == generation {
                return Ok((of, connection));
            }
        }
        Ok((generation, file::look(&self.path)?))
    }

    fn give_back(&self, of: u64, connection: Connection) {
        if of == self.generation.load(Ordering::SeqCst) {
            self.idle().push((of, connection));
        }
    }
}
