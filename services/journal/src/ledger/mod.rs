//! The ledger (台账): the journal's read model in SQLite, for lists, search and sums.
//!
//! It is made from the journal's log and holds nothing else: `ledger.sqlite` can be deleted whenever the
//! journal stands still, and is made anew. One task writes it (`keep`), many entries with one commit, and
//! the position that it has reached stands in the same commit. A few read-only connections answer, off the
//! tasks that attend to people. A file of another log, of another incarnation of it, of other reference
//! data, of another version of this program, or that is damaged, is thrown away.

mod ask;
mod days;
mod error;
mod file;
mod keep;
mod readers;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use onestop_chassis::{Failure, store::Store, supervisor::Supervisor};
use onestop_directory::Directory;
use onestop_eventlog::Direction;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, CaseRef},
    ledger::{LedgerProgress, LedgerState, Rejection},
    rejection::{CommonRejection, Explain},
};
use serde_json::Value;
use tokio::sync::watch;

pub use self::{error::LedgerError, file::FILE};
use self::{keep::Keeper, readers::Readers, writer::Writer};

/// The questions that it answers.
pub const QUESTIONS: [&str; 5] = ["worklist", "cases", "today", "case", "timeliness"];

/// How long a question waits for a ledger that is a moment behind.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far the writer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reached {
    /// Entries before this position are in the file.
    position: u64,
    /// How it stands.
    state: LedgerState,
}

/// Makes the file anew from the journal's log, in a folder, while nobody else writes it; `progress` hears
/// how many entries are in it, and how many there are. The position reached.
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
        writer.take(&log.read_all(position, Direction::Forward, keep::MANY)?)?;
    }
}

/// A handle to the ledger.
#[derive(Clone)]
pub struct Ledger {
    readers: Arc<Readers>,
    directory: Arc<Directory>,
    store: Store,
    reached: watch::Receiver<Reached>,
}

impl Ledger {
    /// Starts the task that writes it, in a folder; it answers once that task has caught up.
    #[must_use]
    pub fn start(
        folder: &Path,
        store: &Store,
        directory: &Arc<Directory>,
        supervisor: &mut Supervisor,
    ) -> Self {
        let (tell, reached) = watch::channel(Reached {
            position: 0,
            state: LedgerState::Building,
        });
        let path: PathBuf = folder.join(FILE);
        let readers = Arc::new(Readers::new(path.clone()));
        let keeper = Keeper {
            path,
            store: store.clone(),
            directory: Arc::clone(directory),
            readers: Arc::clone(&readers),
            tell,
        };
        supervisor.spawn("ledger", keeper.keep(supervisor.shutdown()));
        Self {
            readers,
            directory: Arc::clone(directory),
            store: store.clone(),
            reached,
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> LedgerProgress {
        let Reached { position, state } = *self.reached.borrow();
        LedgerProgress {
            position,
            head: self.store.log().head().count.max(position),
            state,
        }
    }

    /// Waits until it holds a position of the journal's log.
    pub async fn has(&self, position: u64) {
        let mut reached = self.reached.clone();
        // An error means that the service is stopping; whoever waits is about to find out.
        let _ = reached.wait_for(|it| it.position > position).await;
    }

    /// Waits a moment until it has caught up.
    async fn ready(&self) -> Result<(), Failure> {
        let mut reached = self.reached.clone();
        let caught_up = reached.wait_for(|it| it.state == LedgerState::Following);
        match tokio::time::timeout(PATIENCE, caught_up).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.building()),
        }
    }

    fn building(&self) -> Failure {
        let LedgerProgress { position, head, .. } = self.progress();
        Rejection::Building { position, head }.rejected().into()
    }

    /// Answers one of [`QUESTIONS`].
    ///
    /// # Errors
    /// If it is refused, or the file cannot be read.
    pub async fn answer(
        &self,
        name: &str,
        actor: Option<Actor>,
        data: Value,
    ) -> Result<Value, Failure> {
        let actor = actor.ok_or_else(|| Failure::from(Rejection::NobodyAsks {}.rejected()))?;
        let question = ask::Asked::parse(name, data).map_err(|refusal| refusal.rejected())?;
        self.ready().await?;
        let (directory, now) = (Arc::clone(&self.directory), self.store.clock().now());
        self.readers
            .read(move |connection| question.answer(connection, &directory, (&actor, now)))
            .await
    }

    /// The id of a case, by number.
    ///
    /// # Errors
    /// If there is none, none that has been taken in yet, or the file cannot be read.
    pub async fn find(&self, case: &CaseRef) -> Result<CaseId, Failure> {
        let number = match case {
            CaseRef::Id(id) => return Ok(*id),
            CaseRef::Number(number) => number.clone(),
        };
        let wanted = number.clone();
        let found = self.readers.read(move |it| ask::find(it, &wanted));
        let unknown = || CommonRejection::UnknownCase { case: case.clone() };
        match found.await? {
            Some(id) => Ok(id),
            None => {
                // One that is not there yet may be among the entries that are still to come.
                self.ready().await?;
                let found = self.readers.read(move |it| ask::find(it, &number));
                found.await?.ok_or_else(|| unknown().rejected().into())
            }
        }
    }

    /// Whether somebody may see a case.
    ///
    /// # Errors
    /// If it cannot be told yet, or the file cannot be read.
    pub async fn shows(&self, actor: Actor, case: CaseId) -> Result<bool, Failure> {
        self.ready().await?;
        let directory = Arc::clone(&self.directory);
        self.readers
            .read(move |it| ask::shows(it, &directory, &actor, case))
            .await
    }
}
