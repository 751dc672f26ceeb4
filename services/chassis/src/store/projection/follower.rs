//! The task that keeps a projection: it catches up with the log, then follows it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use onestop_eventlog::Direction;
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

use super::{Projected, ProjectionError, Refresh, connections::Connections, writer::Writer};
use crate::{
    shutdown::Shutdown,
    store::{Store, StoreError, sqlite},
};

/// Records saved with one commit while catching up: a subject is then written once for several of its events.
const CATCH_UP_BATCH: usize = 8_192;
/// Records saved with one commit while following.
const FOLLOW_BATCH: usize = 512;
/// How long it waits before a retry.
const RETRY_DELAY: Duration = Duration::from_secs(2);

pub(super) struct Follower<P> {
    pub(super) projected: Arc<P>,
    pub(super) store: Store,
    pub(super) path: PathBuf,
    pub(super) connections: Arc<Connections>,
    pub(super) next: watch::Sender<u64>,
}

impl<P: Projected> Follower<P> {
    /// Opens the file and folds what the log has beyond it; then readers are let in.
    pub(super) fn open(&self) -> Result<Writer<P>, ProjectionError> {
        self.close();
        let mut writer = Writer::open(&self.projected, &self.store, &self.path)?;
        let (began, mut told) = (writer.next(), 0);
        loop {
            let (next, head) = (writer.next(), self.store.log().head().count);
            if next >= head {
                break;
            }
            let records = self
                .store
                .log()
                .read_all(next, Direction::Forward, CATCH_UP_BATCH);
            writer.fold(&records.map_err(StoreError::from)?)?;
            let tenth = (writer.next() - began) * 10 / (head - began).max(1);
            if tenth > told {
                told = tenth;
                info!(
                    file = P::FILE,
                    folded = writer.next(),
                    of = head,
                    "a read model catches up with the log"
                );
            }
        }
        writer.caught_up();
        // In this order: who waits for a position then reads.
        self.connections.open();
        self.next.send_replace(writer.next());
        Ok(writer)
    }

    /// Follows the log until the shutdown. A failure of the file is logged and tried again: it must never stop the
    /// service, whose log has everything. A record that cannot be read ends the service, as it would refuse to start.
    pub(super) async fn run(
        self,
        writer: Writer<P>,
        mut refreshes: mpsc::Receiver<Refresh>,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let follower = Arc::new(self);
        let mut writer = Some(writer);
        loop {
            let problem = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                problem = follower.follow(writer.take(), &mut refreshes) => problem,
                () = follower.connections.damaged() => ProjectionError::Damaged,
            };
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

    /// Keeps readers out. Who waits for a position waits until the rows are whole, instead of being refused.
    fn close(&self) {
        self.connections.close();
        self.next.send_replace(0);
    }

    async fn throw_away(&self) {
        self.close();
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

    /// Follows the log until it fails.
    async fn follow(
        self: &Arc<Self>,
        writer: Option<Writer<P>>,
        refreshes: &mut mpsc::Receiver<Refresh>,
    ) -> ProjectionError {
        match self.follow_on(writer, refreshes).await {
            Ok(never) => match never {},
            Err(problem) => problem,
        }
    }

    async fn follow_on(
        self: &Arc<Self>,
        writer: Option<Writer<P>>,
        refreshes: &mut mpsc::Receiver<Refresh>,
    ) -> Result<std::convert::Infallible, ProjectionError> {
        let follower = Arc::clone(self);
        let mut writer = match writer {
            Some(writer) => writer,
            None => blocking(move || follower.open()).await?,
        };
        let mut subscription = self.store.log().subscribe(writer.next());
        loop {
            tokio::select! {
                records = subscription.next_batch(FOLLOW_BATCH) => {
                    let records = records.map_err(StoreError::from)?;
                    writer = blocking(move || {
                        writer.fold(&records)?;
                        Ok(writer)
                    })
                    .await?;
                    self.next.send_replace(writer.next());
                }
                Some(refresh) = refreshes.recv() => {
                    writer = blocking(move || {
                        writer.refresh(&refresh.subjects)?;
                        // The one who waits may have gone.
                        let _ = refresh.done.send(());
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
