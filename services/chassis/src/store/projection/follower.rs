//! The task that keeps a projection: it catches up with the log, then follows it.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use onestop_eventlog::Direction;
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

use super::{
    Projected, ProjectionError, Renewal, Request, connections::Connections, writer::Writer,
};
use crate::{
    shutdown::Shutdown,
    store::{Store, StoreError, sqlite},
};

/// Records saved with one commit while catching up: a subject is then written once for several of its events.
const CATCH_UP_BATCH: usize = 8_192;
/// Records saved with one commit while following.
const FOLLOW_BATCH: usize = 512;
/// How often the log of the program says how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(5);
/// How long it waits before a retry.
const RETRY_DELAY: Duration = Duration::from_secs(2);

pub(super) struct Follower<P> {
    pub(super) projected: Arc<P>,
    pub(super) store: Store,
    pub(super) path: PathBuf,
    pub(super) connections: Arc<Connections>,
    pub(super) next: watch::Sender<Option<u64>>,
}

impl<P: Projected> Follower<P> {
    /// The rows are not whole: they include the log up to a position.
    pub(super) fn begin(&self, from: u64) {
        let of = self.store.log().head().count;
        self.store.building().begin(P::FILE, P::NEED, (from, of));
        self.store.read_models().open(P::FILE, from, Instant::now());
    }

    /// Opens the file and folds what the log has beyond it; then readers are let in.
    fn open(&self, shutdown: &Shutdown) -> Result<Writer<P>, ProjectionError> {
        self.close();
        self.begin(0);
        let mut writer = Writer::open(&self.projected, &self.store, &self.path)?;
        self.begin(writer.next());
        let mut told = Instant::now();
        loop {
            let (next, head) = (writer.next(), self.store.log().head().count);
            self.store.note_read_model(P::FILE, next);
            let progress = self.store.building().advance(P::FILE, next, head);
            if next >= head {
                break;
            }
            if shutdown.is_requested() {
                return Err(ProjectionError::Stopped);
            }
            if told.elapsed() > TOLD_EVERY {
                told = Instant::now();
                let percent = progress.map(|progress| progress.percent());
                info!(
                    file = P::FILE,
                    folded = next,
                    of = head,
                    percent,
                    "a read model is being built from the log"
                );
            }
            let records = self
                .store
                .log()
                .read_all(next, Direction::Forward, CATCH_UP_BATCH);
            writer.fold(&records.map_err(StoreError::from)?)?;
        }
        writer.caught_up();
        writer.purge()?;
        // In this order: who waits for a position then reads.
        self.connections.open();
        self.now_at(writer.next());
        self.store.building().end(P::FILE);
        Ok(writer)
    }

    /// Opens the file and follows the log until the shutdown. A failure of the file is logged and tried again: it must
    /// never stop the service, whose log has everything. A record that cannot be read ends the service.
    pub(super) async fn run(
        self,
        mut requests: mpsc::Receiver<Request>,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let follower = Arc::new(self);
        let begun = shutdown.run_until_requested(follower.projected.may_begin());
        if begun.await.is_none() {
            return Ok(());
        }
        loop {
            let problem = follower.follow(&mut requests, &shutdown).await;
            if shutdown.is_requested() {
                return Ok(());
            }
            if problem.is_lasting() {
                return Err(problem.into());
            }
            let is_damage = problem.is_damage();
            error!(
                file = P::FILE,
                error = format!("{:#}", anyhow::Error::from(problem)),
                "a read model cannot be written; what needs it waits"
            );
            if is_damage {
                follower.throw_away().await;
            }
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(RETRY_DELAY) => {}
            }
        }
    }

    /// The rows include the log up to a position, for which some may wait.
    fn now_at(&self, next: u64) {
        self.store.note_read_model(P::FILE, next);
        self.next.send_replace(Some(next));
    }

    /// Keeps readers out. Who waits for a position waits until the rows are whole, instead of being refused.
    fn close(&self) {
        self.connections.close();
        self.next.send_replace(None);
    }

    async fn throw_away(&self) {
        self.close();
        self.begin(0);
        let path = self.path.clone();
        let removed =
            blocking(move || sqlite::remove(&path).map_err(ProjectionError::Remove)).await;
        if let Err(error) = removed {
            warn!(
                file = P::FILE,
                error = format!("{:#}", anyhow::Error::from(error)),
                "a damaged read model could not be removed"
            );
        }
    }

    /// Follows the log until it fails or the shutdown. What was begun on another thread is ended before.
    async fn follow(
        self: &Arc<Self>,
        requests: &mut mpsc::Receiver<Request>,
        shutdown: &Shutdown,
    ) -> ProjectionError {
        match self.follow_on(requests, shutdown.clone()).await {
            Ok(never) => match never {},
            Err(problem) => problem,
        }
    }

    async fn follow_on(
        self: &Arc<Self>,
        requests: &mut mpsc::Receiver<Request>,
        shutdown: Shutdown,
    ) -> Result<std::convert::Infallible, ProjectionError> {
        let follower = Arc::clone(self);
        let stop = shutdown.clone();
        let mut writer = blocking(move || follower.open(&stop)).await?;
        let mut subscription = self.store.log().subscribe(writer.next());
        loop {
            tokio::select! {
                () = shutdown.requested() => return Err(ProjectionError::Stopped),
                () = self.connections.damaged() => return Err(ProjectionError::Damaged),
                records = subscription.next_batch(FOLLOW_BATCH) => {
                    let records = records.map_err(StoreError::from)?;
                    writer = blocking(move || {
                        writer.fold(&records)?;
                        writer.purge()?;
                        Ok(writer)
                    })
                    .await?;
                    self.now_at(writer.next());
                }
                Some(request) = requests.recv() => {
                    writer = blocking(move || {
                        match request.renewal {
                            Renewal::Moment => writer.refresh(&request.subjects)?,
                            Renewal::Rows => writer.rewrite(&request.subjects)?,
                        }
                        writer.purge()?;
                        // The one who waits may have gone.
                        let _ = request.done.send(());
                        Ok(writer)
                    })
                    .await?;
                }
                () = tokio::time::sleep(RETRY_DELAY), if writer.is_to_purge() => {
                    writer = blocking(move || {
                        writer.purge()?;
                        Ok(writer)
                    })
                    .await?;
                }
            }
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ProjectionError> + Send + 'static,
) -> Result<T, ProjectionError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(ProjectionError::Thread)?
}
