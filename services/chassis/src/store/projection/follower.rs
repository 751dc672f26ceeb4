//! The task that keeps a projection: it catches up with the log, then follows it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use onestop_eventlog::Direction;
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

use super::{Projected, ProjectionError, Refresh, connections::Connections, file, writer::Writer};
use crate::{
    shutdown::Shutdown,
    store::{Store, StoreError},
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
        let mut writer = Writer::open(&self.projected, &self.store, &self.path)?;
        let (began, mut told) = (writer.next(), 0);
        self.next.send_replace(began);
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
            self.next.send_replace(writer.next());
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
        self.connections.open();
        Ok(writer)
    }

    /// Follows the log until the shutdown. A failure is logged and tried again: it must never stop the service, whose
    /// log has everything.
    pub(super) async fn run(
        self,
        writer: Writer<P>,
        mut refreshes: mpsc::UnboundedReceiver<Refresh>,
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

    async fn throw_away(&self) {
        self.connections.close();
        let path = self.path.clone();
        let removed = blocking(move || file::remove(&path)).await;
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
        refreshes: &mut mpsc::UnboundedReceiver<Refresh>,
    ) -> ProjectionError {
        match self.follow_on(writer, refreshes).await {
            Ok(never) => match never {},
            Err(problem) => problem,
        }
    }

    async fn follow_on(
        self: &Arc<Self>,
        writer: Option<Writer<P>>,
        refreshes: &mut mpsc::UnboundedReceiver<Refresh>,
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
