//! A few read-only connections, each used by one question at a time, on a blocking thread. One person or unit never has all of them:
//! who asks much waits, and others are answered.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use onestop_chassis::{
    Failure,
    fair_slots::{FairSlots, Shares},
};
use onestop_proto::actor::Actor;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::{LedgerError, file, query_error::QueryError};

/// More would wait for the same cores and the same disk.
const CONNECTIONS: Shares = Shares {
    all: 4,
    unit: 3,
    person: 2,
};

/// How long a question waits for a connection.
const WAIT: Duration = Duration::from_secs(8);

pub(super) struct Connections(Arc<Inner>);

struct Inner {
    path: PathBuf,
    slots: FairSlots,
    idle: Mutex<Vec<(u64, Connection)>>,
    /// Notified when a read finds the file damaged.
    damaged: Notify,
    /// Counts files: a connection to a removed file is not used again.
    generation: AtomicU64,
}

impl Connections {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Inner {
            path,
            slots: FairSlots::new(CONNECTIONS),
            idle: Mutex::new(Vec::new()),
            damaged: Notify::new(),
            generation: AtomicU64::new(0),
        }))
    }

    /// Runs a query on one snapshot of the file, for who asks.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        asker: Option<&Actor>,
        query: impl FnOnce(&Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, Failure> {
        let answered = self.run(asker, query).await;
        answered.map_err(|reason| match reason {
            QueryError::Rejected(rejected) => Failure::Rejected(rejected),
            QueryError::Failed(error) => {
                if error.is_damage() {
                    self.0.damaged.notify_one();
                }
                Failure::Internal(error.into())
            }
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        asker: Option<&Actor>,
        query: impl FnOnce(&Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, QueryError> {
        let inner = Arc::clone(&self.0);
        let slot = tokio::time::timeout(WAIT, self.0.slots.wait(asker)).await;
        let Ok(slot) = slot else {
            return Err(LedgerError::Busy.into());
        };
        let answered = tokio::task::spawn_blocking(move || {
            // Also where the caller has gone, the connection is in use until here.
            let _slot = slot;
            let (generation, mut connection) = inner.take()?;
            let transaction = connection.transaction()?;
            let answer = query(&transaction);
            transaction.finish()?;
            inner.release(generation, connection);
            answer
        });
        answered.await.map_err(LedgerError::Thread)?
    }

    /// Waits until a read finds the file damaged.
    pub(super) async fn damaged(&self) {
        self.0.damaged.notified().await;
    }

    /// Discards the connections that are open now.
    pub(super) fn discard(&self) {
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
        Ok((generation, file::open_read_only(&self.path)?))
    }

    fn release(&self, of: u64, connection: Connection) {
        if of == self.generation.load(Ordering::SeqCst) {
            self.idle().push((of, connection));
        }
    }
}
