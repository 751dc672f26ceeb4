//! The task that keeps the ledger: catches up with the journal's log, then follows it as it grows.

use std::{path::PathBuf, sync::Arc, time::Duration};

use onestop_chassis::{shutdown::Shutdown, store::Store};
use onestop_directory::Directory;
use onestop_eventlog::Direction;
use onestop_proto::ledger::LedgerState;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::{LedgerError, Reached, readers::Readers, writer::Writer};

/// Entries taken in with one commit while there are many: a case is then written once for several of its
/// events.
pub(super) const MANY: usize = 32_768;
/// Entries taken in with one commit at most while it follows.
const FEW: usize = 512;
/// How long it waits before it tries again what failed.
const PAUSE: Duration = Duration::from_secs(5);

/// What the task works with.
pub(super) struct Keeper {
    pub(super) path: PathBuf,
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
    pub(super) readers: Arc<Readers>,
    pub(super) tell: watch::Sender<Reached>,
}

impl Keeper {
    /// Keeps the ledger until the shutdown. A ledger that fails is told and tried again: it must never stop
    /// the journal, which needs it for nothing that it writes.
    pub(super) async fn keep(self, shutdown: Shutdown) -> anyhow::Result<()> {
        loop {
            let problem = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                failed = self.follow() => {
                    let Err(problem) = failed;
                    problem
                }
                () = self.readers.damaged() => LedgerError::Unsound,
            };
            if shutdown.is_requested() {
                return Ok(());
            }
            let position = self.tell.borrow().position;
            let damaged = problem.is_damage();
            let problem = format!("{:#}", anyhow::Error::from(problem));
            self.tell(position, LedgerState::Failing);
            error!(
                error = problem,
                "the ledger cannot be written; lists are not answered"
            );
            if damaged {
                // A file that SQLite finds unsound while it is in use may open soundly: away with it.
                let path = self.path.clone();
                let removed = blocking(move || super::file::remove(&path)).await;
                if let Err(error) = removed {
                    warn!(
                        error = format!("{:#}", anyhow::Error::from(error)),
                        "it stays"
                    );
                }
                self.readers.forget();
            }
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Ends with a failure only.
    async fn follow(&self) -> Result<std::convert::Infallible, LedgerError> {
        let mut writer = self.open().await?;
        writer = self.catch_up(writer).await?;
        let mut grows = self.store.log().subscribe(writer.position());
        loop {
            self.tell(writer.position(), LedgerState::Following);
            let records = grows.next_batch(FEW).await?;
            writer = blocking(move || {
                writer.take(&records)?;
                Ok(writer)
            })
            .await?;
        }
    }

    async fn open(&self) -> Result<Writer, LedgerError> {
        let (path, store) = (self.path.clone(), self.store.clone());
        let (directory, readers) = (Arc::clone(&self.directory), Arc::clone(&self.readers));
        let writer =
            blocking(move || Writer::open(&path, &store, &directory, || readers.forget())).await?;
        self.tell(writer.position(), LedgerState::Building);
        Ok(writer)
    }

    async fn catch_up(&self, mut writer: Writer) -> Result<Writer, LedgerError> {
        let (began, mut told) = (writer.position(), 0);
        loop {
            let (position, head) = (writer.position(), self.store.log().head().count);
            if position >= head {
                break;
            }
            let tenth = position.saturating_sub(began) * 10 / (head - began).max(1);
            if tenth > told || position == began {
                told = tenth;
                info!(position, head, "the ledger takes in the journal's log");
            }
            let log = self.store.log().clone();
            writer = blocking(move || {
                let records = log.read_all(position, Direction::Forward, MANY)?;
                writer.take(&records)?;
                Ok(writer)
            })
            .await?;
            self.tell(writer.position(), LedgerState::Building);
        }
        if writer.position() > began {
            let position = writer.position();
            info!(position, "the ledger has taken in the journal's log");
        }
        Ok(writer)
    }

    fn tell(&self, position: u64, state: LedgerState) {
        self.tell.send_replace(Reached { position, state });
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, LedgerError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(LedgerError::Thread)?
}
