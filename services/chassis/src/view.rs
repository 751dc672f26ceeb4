//! A small read model in memory, folded from a log: a worklist, a register of numbers. It can be lost
//! at any moment and comes back from the log.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

pub use onestop_eventlog::Record;
use onestop_proto::{
    envelope::LogPosition,
    rejection::{CommonRejection, Explain},
};
use tokio::sync::watch;

use crate::{
    service::Failure,
    shutdown::Shutdown,
    store::{SourcePositions, Store, StoreError},
    supervisor::Supervisor,
};

/// Records taken at a time.
const PAGE: usize = 256;

/// How one more record changes a read model.
type Fold<V> = fn(&mut V, &Store, &Record) -> Result<(), StoreError>;

/// A read model that follows a log.
pub struct View<V> {
    model: Arc<RwLock<V>>,
    /// The next position that it has not seen.
    seen: watch::Receiver<u64>,
}

impl<V> Clone for View<V> {
    fn clone(&self) -> Self {
        Self {
            model: Arc::clone(&self.model),
            seen: self.seen.clone(),
        }
    }
}

impl<V: Default + Send + Sync + 'static> View<V> {
    /// Folds what the log holds in streams whose names begin with `prefix`, then follows it in a task
    /// of its own.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn follow(
        store: &Store,
        supervisor: &mut Supervisor,
        prefix: &'static str,
        fold: Fold<V>,
    ) -> Result<Self, StoreError> {
        let model = Arc::new(RwLock::new(V::default()));
        let (tell, seen) = watch::channel(0);
        let head = store.log().head().count;
        let mut next = 0;
        while next < head {
            let page = store
                .log()
                .read_all(next, onestop_eventlog::Direction::Forward, PAGE)?;
            next = take_in(store, &model, &page, (prefix, fold), next)?;
        }
        tell.send_replace(next);
        let task = keep_up(
            store.clone(),
            Arc::clone(&model),
            (next, tell),
            (prefix, fold),
            supervisor.shutdown(),
        );
        supervisor.spawn("view", task);
        Ok(Self { model, seen })
    }

    /// Looks at the model.
    pub fn read<T>(&self, look: impl FnOnce(&V) -> T) -> T {
        look(&self.model.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the model has seen a position.
    pub async fn wait_for(&self, position: u64) {
        let mut seen = self.seen.clone();
        // An error means that the service is stopping; whoever waits is about to find out.
        let _ = seen.wait_for(|seen| *seen > position).await;
    }
}

/// How long a question may wait for a position.
const WAIT: Duration = Duration::from_secs(8);

impl<V: Default + Send + Sync + 'static> View<V> {
    /// Waits until the model shows what stands at `after`: in this service's own log, or in the log of
    /// a source that it listens to.
    ///
    /// # Errors
    /// [`CommonRejection::Unavailable`] if it takes too long.
    pub async fn shows(
        &self,
        store: &Store,
        heard: &watch::Receiver<SourcePositions>,
        after: Option<&LogPosition>,
    ) -> Result<(), Failure> {
        let Some(after) = after else { return Ok(()) };
        if after.source == *store.source() {
            return within_limit(self.wait_for(after.position), store).await;
        }
        wait_for_source(store, heard, after).await?;
        let head = store.log().head().count;
        match head.checked_sub(1) {
            Some(last) => within_limit(self.wait_for(last), store).await,
            None => Ok(()),
        }
    }
}

/// Waits until a source was heard up to a position.
///
/// # Errors
/// [`CommonRejection::Unavailable`] if it takes too long.
pub async fn wait_for_source(
    store: &Store,
    heard: &watch::Receiver<SourcePositions>,
    after: &LogPosition,
) -> Result<(), Failure> {
    let key = (after.source.clone(), after.epoch);
    let mut heard = heard.clone();
    let reached = async {
        // An error means that the service is stopping; whoever waits is about to find out.
        let past = |heard: &SourcePositions| {
            heard
                .get(&key)
                .is_some_and(|upto| upto.next > after.position)
        };
        let _ = heard.wait_for(past).await;
    };
    within_limit(reached, store).await
}

async fn within_limit(seen: impl Future<Output = ()>, store: &Store) -> Result<(), Failure> {
    let who = store.source().service.to_string();
    tokio::time::timeout(WAIT, seen)
        .await
        .map_err(|_| CommonRejection::Unavailable { who }.rejected().into())
}

async fn keep_up<V: Send + Sync + 'static>(
    store: Store,
    model: Arc<RwLock<V>>,
    (mut next, tell): (u64, watch::Sender<u64>),
    fold: (&'static str, Fold<V>),
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut subscription = store.log().subscribe(next);
    loop {
        let page = tokio::select! {
            () = shutdown.requested() => return Ok(()),
            page = subscription.next_batch(PAGE) => page.map_err(StoreError::from)?,
        };
        next = take_in(&store, &model, &page, fold, next)?;
        tell.send_replace(next);
    }
}

fn take_in<V>(
    store: &Store,
    model: &RwLock<V>,
    page: &[Record],
    (prefix, fold): (&'static str, Fold<V>),
    mut next: u64,
) -> Result<u64, StoreError> {
    let mut model = model.write().unwrap_or_else(PoisonError::into_inner);
    for record in page {
        if record.stream.as_str().starts_with(prefix) {
            fold(&mut model, store, record)?;
        }
        next = record.position + 1;
    }
    Ok(next)
}
