//! A small in-memory read model folded from a log, such as a worklist or a register of numbers. It is
//! rebuilt from the log at every start.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

pub use onestop_eventlog::Record;
use onestop_eventlog::{Direction, EventLog};
use onestop_proto::{
    envelope::LogPosition,
    rejection::{CommonRejection, Explain},
};
use tokio::sync::watch;

use super::{Store, StoreError, cursor::SourcePositions};
use crate::{failure::Failure, shutdown::Shutdown, supervisor::Supervisor};

/// Records folded at a time.
const PAGE: usize = 256;

/// How long a question waits for a position.
const WAIT_LIMIT: Duration = Duration::from_secs(8);

/// Folds one more record into a read model.
type Fold<V> = fn(&mut V, &Store, &Record) -> Result<(), StoreError>;

/// A read model that follows a log.
pub struct View<V> {
    model: Arc<RwLock<V>>,
    /// The next position to fold.
    next: watch::Receiver<u64>,
}

impl<V> Clone for View<V> {
    fn clone(&self) -> Self {
        Self {
            model: Arc::clone(&self.model),
            next: self.next.clone(),
        }
    }
}

impl<V: Default + Send + Sync + 'static> View<V> {
    /// Folds the records of streams whose names begin with `prefix`, has the model completed with `complete`, then
    /// follows the log in a supervised task. An index that follows from the states alone is made by `complete`
    /// once, instead of with every record of the past.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn follow(
        store: &Store,
        supervisor: &mut Supervisor,
        prefix: &'static str,
        fold: Fold<V>,
        complete: impl FnOnce(&mut V),
    ) -> Result<Self, StoreError> {
        let model = Arc::new(RwLock::new(V::default()));
        let (next, watched) = watch::channel(0);
        let folder = Folder {
            store: store.clone(),
            model: Arc::clone(&model),
            prefix,
            fold,
            next,
        };
        folder.catch_up(store.log())?;
        complete(&mut model.write().unwrap_or_else(PoisonError::into_inner));
        supervisor.spawn("view", folder.run(supervisor.shutdown()));
        Ok(Self {
            model,
            next: watched,
        })
    }

    /// Reads the model.
    pub fn read<T>(&self, read: impl FnOnce(&V) -> T) -> T {
        read(&self.model.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the model includes the record at `position` of this service's log.
    pub async fn wait_for(&self, position: u64) {
        let mut next = self.next.clone();
        // An error means that the service is stopping: the connection of the waiting request closes.
        let _ = next.wait_for(|next| *next > position).await;
    }

    /// Waits until the model includes `after`: a position of this service's log, or of a source that it
    /// subscribes to.
    ///
    /// # Errors
    /// [`CommonRejection::Unavailable`] if it takes too long.
    pub async fn shows(
        &self,
        store: &Store,
        positions: &watch::Receiver<SourcePositions>,
        after: Option<&LogPosition>,
    ) -> Result<(), Failure> {
        let Some(after) = after else { return Ok(()) };
        if after.source == *store.source() {
            return within_limit(self.wait_for(after.position), store).await;
        }
        wait_for_source(store, positions, after).await?;
        match store.log().head().count.checked_sub(1) {
            Some(last) => within_limit(self.wait_for(last), store).await,
            None => Ok(()),
        }
    }
}

/// Waits until the service has processed a source up to `after`.
///
/// # Errors
/// [`CommonRejection::Unavailable`] if it takes too long.
pub async fn wait_for_source(
    store: &Store,
    positions: &watch::Receiver<SourcePositions>,
    after: &LogPosition,
) -> Result<(), Failure> {
    let key = (after.source.clone(), after.epoch);
    let mut positions = positions.clone();
    let reached = async {
        let past = |positions: &SourcePositions| {
            let reached = positions.get(&key);
            reached.is_some_and(|position| position.next > after.position)
        };
        // An error means that the service is stopping: the connection of the waiting request closes.
        let _ = positions.wait_for(past).await;
    };
    within_limit(reached, store).await
}

async fn within_limit(wait: impl Future<Output = ()>, store: &Store) -> Result<(), Failure> {
    let who = store.source().service.to_string();
    tokio::time::timeout(WAIT_LIMIT, wait)
        .await
        .map_err(|_| CommonRejection::Unavailable { who }.rejected().into())
}

/// Folds records into the model of one view.
struct Folder<V> {
    store: Store,
    model: Arc<RwLock<V>>,
    prefix: &'static str,
    fold: Fold<V>,
    next: watch::Sender<u64>,
}

impl<V> Folder<V> {
    fn catch_up(&self, log: &EventLog) -> Result<(), StoreError> {
        let head = log.head().count;
        loop {
            let next = *self.next.borrow();
            if next >= head {
                return Ok(());
            }
            self.fold(&log.read_all(next, Direction::Forward, PAGE)?)?;
        }
    }

    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let from = *self.next.borrow();
        let mut subscription = self.store.log().subscribe(from);
        while let Some(page) = shutdown
            .run_until_requested(subscription.next_batch(PAGE))
            .await
        {
            self.fold(&page.map_err(StoreError::from)?)?;
        }
        Ok(())
    }

    fn fold(&self, page: &[Record]) -> Result<(), StoreError> {
        let mut model = self.model.write().unwrap_or_else(PoisonError::into_inner);
        for record in page {
            if record.stream.as_str().starts_with(self.prefix) {
                (self.fold)(&mut model, &self.store, record)?;
            }
        }
        drop(model);
        if let Some(last) = page.last() {
            self.next.send_replace(last.position + 1);
        }
        Ok(())
    }
}
