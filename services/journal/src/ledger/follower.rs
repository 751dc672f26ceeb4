//! The task that writes the ledger: it catches up with the journal's log, then follows it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use onestop_chassis::{shutdown::Shutdown, store::Store, timing::Pace};
use onestop_current_directory::CurrentDirectory;
use onestop_eventlog::Direction;
use onestop_proto::ledger::LedgerState;
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};

use super::{LedgerError, Progress, connections::Connections, writer::Writer};

/// Entries saved with one commit while catching up: a case is then written once for several of its events.
pub(super) const CATCH_UP_BATCH: usize = 32_768;
/// Entries saved with one commit while following; where as many wait, the next ones are taken at once.
const FOLLOW_BATCH: usize = 2_048;
/// Entries that come more often than this are saved together: a case is then written once for several of its events.
const SAVED_EVERY: Duration = Duration::from_millis(20);
/// What its metric is called.
const READ_MODEL: &str = "ledger";
/// How long it waits before a retry.
const RETRY_DELAY: Duration = Duration::from_secs(5);

pub(super) struct Follower {
    pub(super) path: PathBuf,
    pub(super) store: Store,
    pub(super) directory: CurrentDirectory,
    pub(super) connections: Arc<Connections>,
    pub(super) progress: watch::Sender<Progress>,
    /// Notified when a question finds the file reckoned by other records of the registry than the present ones.
    pub(super) changed: Arc<Notify>,
}

impl Follower {
    /// Writes the ledger until the shutdown. A failure is logged and tried again: it must never stop the journal,
    /// which appends events without the ledger.
    pub(super) async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        loop {
            let problem = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                failed = self.follow() => {
                    let Err(problem) = failed;
                    problem
                }
                () = self.connections.damaged() => LedgerError::Damaged,
            };
            if shutdown.is_requested() {
                return Ok(());
            }
            let damaged = problem.is_damage();
            let problem = format!("{:#}", anyhow::Error::from(problem));
            self.progress
                .send_modify(|progress| progress.state = LedgerState::Failing);
            error!(
                error = problem,
                "the ledger cannot be written; lists are not answered"
            );
            if damaged {
                // A file that SQLite finds damaged while it is in use may open without error: it is removed.
                let path = self.path.clone();
                let removed = blocking(move || super::file::remove(&path)).await;
                if let Err(error) = removed {
                    warn!(
                        error = format!("{:#}", anyhow::Error::from(error)),
                        "the damaged ledger could not be removed"
                    );
                }
                self.connections.discard();
            }
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(RETRY_DELAY) => {}
            }
        }
    }

    /// Follows the log until it fails.
    async fn follow(&self) -> Result<std::convert::Infallible, LedgerError> {
        let mut writer = self.open().await?;
        writer = self.catch_up(writer).await?;
        let mut subscription = self.store.log().subscribe(writer.position());
        let (mut pace, mut is_behind) = (Pace::new(SAVED_EVERY), false);
        loop {
            let directory = self.directory.get();
            if writer.reckoned() != Some(directory.recorded_days()) {
                let cases;
                (writer, cases) = blocking(move || {
                    let cases = writer.reckon(&directory)?;
                    Ok((writer, cases))
                })
                .await?;
                info!(
                    cases,
                    "open cases were reckoned anew by what the registry has recorded"
                );
            }
            self.report(&writer, LedgerState::Following);
            if !is_behind {
                pace.may_begin().await;
            }
            let records = tokio::select! {
                records = subscription.next_batch(FOLLOW_BATCH) => records?,
                () = self.changed.notified() => continue,
            };
            pace.begin();
            is_behind = records.len() == FOLLOW_BATCH;
            writer = blocking(move || {
                writer.append(&records)?;
                Ok(writer)
            })
            .await?;
        }
    }

    async fn open(&self) -> Result<Writer, LedgerError> {
        let (path, store) = (self.path.clone(), self.store.clone());
        let (directory, connections) = (self.directory.get(), Arc::clone(&self.connections));
        let writer =
            blocking(move || Writer::open(&path, &store, &directory, || connections.discard()))
                .await?;
        self.report(&writer, LedgerState::Building);
        Ok(writer)
    }

    async fn catch_up(&self, mut writer: Writer) -> Result<Writer, LedgerError> {
        let (began, mut logged) = (writer.position(), 0);
        loop {
            let (position, head) = (writer.position(), self.store.log().head().count);
            if position >= head {
                break;
            }
            let tenth = position.saturating_sub(began) * 10 / (head - began).max(1);
            if tenth > logged || position == began {
                logged = tenth;
                info!(
                    position,
                    head, "the ledger is catching up with the journal's log"
                );
            }
            let log = self.store.log().clone();
            writer = blocking(move || {
                let records = log.read_all(position, Direction::Forward, CATCH_UP_BATCH)?;
                writer.append(&records)?;
                Ok(writer)
            })
            .await?;
            self.report(&writer, LedgerState::Building);
        }
        if writer.position() > began {
            let position = writer.position();
            info!(position, "the ledger has caught up with the journal's log");
        }
        Ok(writer)
    }

    fn report(&self, writer: &Writer, state: LedgerState) {
        self.store.note_read_model(READ_MODEL, writer.position());
        self.progress.send_replace(Progress {
            position: writer.position(),
            state,
            reckoned: writer.reckoned().cloned(),
        });
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, LedgerError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(LedgerError::Thread)?
}
