//! The ledger (台账): the journal's read model in SQLite, for lists, search and sums.
//!
//! The ledger is made from the journal's log and holds nothing else: `ledger.sqlite` can be deleted while the
//! journal is stopped, and is made anew. One task writes it (`follower`), many entries with one commit, and the
//! position reached is saved in the same commit. A few read-only connections answer questions on blocking threads.
//! A file is thrown away if it is damaged, or made from another log, another epoch of it, other files of the directory or
//! another version of this program. What the registry records changes answers; of the file, when the whole of an open case
//! is due, which the task reckons anew before the next answer, for the open cases that the change may concern.

mod connections;
mod day_sums;
mod encoding;
mod error;
mod file;
mod follower;
mod query;
mod query_error;
mod schema;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use onestop_chassis::{Failure, store::Store, supervisor::Supervisor};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::{CaseKey, Directory, RecordedDays};
use onestop_eventlog::Direction;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, CaseRef, StaffId},
    ledger::{LedgerProgress, LedgerState, Rejection},
    query::LedgerQuestion,
    raw_json::RawJson,
    rejection::{CommonRejection, Explain},
};
use rusqlite::Connection;
use serde_json::Value;
use tokio::sync::{Notify, watch};

use self::{connections::Connections, follower::Follower, writer::Writer};
pub use self::{error::LedgerError, file::FILE};

/// How long a question waits for a ledger that is catching up.
const CATCH_UP_WAIT: Duration = Duration::from_secs(2);

/// How far the follower has come.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Progress {
    /// Entries before this position are in the file.
    position: u64,
    state: LedgerState,
    /// What the registry had recorded by which the file is reckoned; nothing before the file is open.
    reckoned: Option<Arc<RecordedDays>>,
}

/// Makes the file anew from the journal's log, while the journal is stopped. `progress` is called with the number
/// of entries in the file and in the log. Returns the position reached.
///
/// # Errors
/// If the file cannot be made, or the log not be read.
pub fn rebuild(
    folder: &Path,
    store: &Store,
    directory: &Arc<Directory>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, LedgerError> {
    let path = folder.join(FILE);
    file::remove(&path)?;
    let mut writer = Writer::open(&path, store, directory, || {})?;
    loop {
        let (position, head) = (writer.position(), store.log().head().count);
        progress(position, head);
        if position >= head {
            return Ok(position);
        }
        let log = store.log();
        writer.append(&log.read_all(position, Direction::Forward, follower::CATCH_UP_BATCH)?)?;
    }
}

/// A handle to the ledger.
#[derive(Clone)]
pub struct Ledger {
    connections: Arc<Connections>,
    directory: CurrentDirectory,
    store: Store,
    progress: watch::Receiver<Progress>,
    /// Wakes the task when the directory has changed.
    changed: Arc<Notify>,
}

impl Ledger {
    /// Starts the task that writes the file in a folder. Questions are answered once it has caught up, each with what the
    /// registry has recorded by then.
    pub fn start(
        folder: &Path,
        store: &Store,
        directory: impl Into<CurrentDirectory>,
        supervisor: &mut Supervisor,
    ) -> Self {
        let directory = directory.into();
        let (tell, progress) = watch::channel(Progress {
            position: 0,
            state: LedgerState::Building,
            reckoned: None,
        });
        let changed = Arc::new(Notify::new());
        let path: PathBuf = folder.join(FILE);
        let connections = Arc::new(Connections::new(path.clone()));
        let follower = Follower {
            path,
            store: store.clone(),
            directory: directory.clone(),
            connections: Arc::clone(&connections),
            progress: tell,
            changed: Arc::clone(&changed),
        };
        supervisor.spawn("ledger", follower.run(supervisor.shutdown()));
        Self {
            connections,
            directory,
            store: store.clone(),
            progress,
            changed,
        }
    }

    /// How far it has come.
    pub fn progress(&self) -> LedgerProgress {
        let Progress {
            position, state, ..
        } = self.progress.borrow().clone();
        LedgerProgress {
            position,
            head: self.store.log().head().count.max(position),
            state,
        }
    }

    /// Waits until the file holds a position of the journal's log.
    pub async fn has(&self, position: u64) {
        let mut progress = self.progress.clone();
        // An error means that the service is stopping, which ends the caller too.
        let _ = progress.wait_for(|it| it.position > position).await;
    }

    /// Waits until it has caught up, and is reckoned by the present directory.
    async fn ready(&self) -> Result<(), Failure> {
        let mut progress = self.progress.clone();
        // Asked again whenever the task has come further: the directory may have changed while the file was reckoned.
        let is_reckoned = |progress: &Progress| {
            let recorded = self.directory.get();
            let is_reckoned = progress.reckoned.as_ref() == Some(recorded.recorded_days());
            if !is_reckoned {
                self.changed.notify_one();
            }
            is_reckoned
        };
        let caught_up =
            progress.wait_for(|it| is_reckoned(it) && it.state == LedgerState::Following);
        match tokio::time::timeout(CATCH_UP_WAIT, caught_up).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.building()),
        }
    }

    fn building(&self) -> Failure {
        let LedgerProgress { position, head, .. } = self.progress();
        Rejection::Building { position, head }.rejected().into()
    }

    /// Answers a question from the ledger.
    ///
    /// # Errors
    /// If it is refused, or the file cannot be read.
    pub async fn answer(
        &self,
        name: &str,
        actor: Option<Actor>,
        data: Value,
    ) -> Result<RawJson, Failure> {
        let actor = actor.ok_or_else(|| Failure::from(Rejection::NobodyAsks {}.rejected()))?;
        let question = LedgerQuestion::parse(name, data)?;
        self.ready().await?;
        let (directory, now) = (self.directory.get(), self.store.clock().now());
        self.connections
            .read(Some(&actor.clone()), move |connection| {
                query::answer(&question, connection, &directory, &actor, now)
            })
            .await
    }

    /// The id of the case that an actor, or the operator of the node, named.
    ///
    /// # Errors
    /// If there is none, none that has been taken in yet, or the file cannot be read.
    pub async fn find(&self, actor: Option<&Actor>, case: &CaseRef) -> Result<CaseId, Failure> {
        let unknown = || CommonRejection::UnknownCase { case: case.clone() };
        let key = self.directory.get().case_key(case);
        let key = key.ok_or_else(|| unknown().rejected())?;
        if let CaseKey::Id(id) = key {
            return Ok(id);
        }
        let first_try = key.clone();
        let first = move |it: &Connection| query::find(it, &first_try);
        let found = self.connections.read(actor, first);
        match found.await? {
            Some(id) => Ok(id),
            None => {
                // The case may be among the entries that are still to be saved.
                self.ready().await?;
                let again = move |it: &Connection| query::find(it, &key);
                let found = self.connections.read(actor, again);
                found.await?.ok_or_else(|| unknown().rejected().into())
            }
        }
    }

    /// Refuses an actor that may not audit: all but supervisors, auditors, and the operator of the node, who has no role.
    ///
    /// # Errors
    /// If the actor may not audit.
    pub fn check_auditor(&self, actor: Option<&Actor>) -> Result<(), Failure> {
        let division = query::audited_division(actor, &self.directory.get());
        division.map_err(|refused| refused.rejected())?;
        Ok(())
    }

    /// The positions in the journal's log of what a member of staff read, the latest first, before a position.
    ///
    /// # Errors
    /// If the actor may not audit, the ledger is still catching up, or the file cannot be read.
    pub async fn readings_of(
        &self,
        actor: Option<&Actor>,
        staff: StaffId,
        (before, most): (Option<u64>, usize),
    ) -> Result<Vec<u64>, Failure> {
        let within = query::audited_division(actor, &self.directory.get());
        let within = within.map_err(|refused| refused.rejected())?;
        self.ready().await?;
        self.connections
            .read(actor, move |it| {
                query::readings_of(it, &staff, within, (before, most))
            })
            .await
    }

    /// The positions in the journal's log of alarms that a member of staff read more than usual, the latest first.
    ///
    /// # Errors
    /// As [`Ledger::readings_of`].
    pub async fn reading_alarms(
        &self,
        actor: Option<&Actor>,
        most: usize,
    ) -> Result<Vec<u64>, Failure> {
        let within = query::audited_division(actor, &self.directory.get());
        let within = within.map_err(|refused| refused.rejected())?;
        self.ready().await?;
        self.connections
            .read(actor, move |it| query::reading_alarms(it, within, most))
            .await
    }

    /// Whether an actor may see a case.
    ///
    /// # Errors
    /// If the ledger is still catching up, or the file cannot be read.
    pub async fn may_see(&self, actor: Actor, case: CaseId) -> Result<bool, Failure> {
        self.ready().await?;
        let directory = self.directory.get();
        self.connections
            .read(Some(&actor.clone()), move |it| {
                query::may_see(it, &directory, &actor, case)
            })
            .await
    }
}
