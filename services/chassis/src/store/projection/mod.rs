//! A read model on disk: rows in SQLite that follow from the states of a log's streams, such as worklists, numbers, and
//! the moments at which something follows by itself.
//!
//! The rows say how far they follow the log in the transaction that changes them. A start continues from there: its
//! cost follows what is new, not the history. Nothing in the file is the truth: what is missing, damaged, of another
//! log or of another version is thrown away and made anew from the log.

mod awaited;
mod connections;
mod error;
mod file;
mod follower;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use onestop_proto::{
    envelope::{EventType, LogPosition},
    ids::{CaseId, EventId, UnitId},
    rejection::{CommonRejection, Explain},
    time::Timestamp,
};
use rusqlite::{Connection, Transaction};
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use self::awaited::TOGETHER;
pub use self::{
    awaited::{Awaited, Due},
    error::ProjectionError,
};
use self::{connections::Connections, follower::Follower};
use super::{Rules, Store, cursor::SourcePositions};
use crate::{failure::Failure, process::make_private_folder, supervisor::Supervisor};

/// Whether a file in a service's folder is a read model's, or SQLite's beside one. It is made from the log, so no backup
/// holds it; a copy of one in use would not be sound.
#[must_use]
pub fn is_file(name: &str) -> bool {
    let ends = [".sqlite", ".sqlite-wal", ".sqlite-shm"];
    ends.iter().any(|end| name.ends_with(end))
}

/// How long a question waits for a position.
const WAIT_LIMIT: Duration = Duration::from_secs(8);
/// So many requests to look at moments once more wait; further ones wait to be taken.
const REFRESHES: usize = 16;

/// What rows follow from a state, and by which rules the streams fold to states.
pub trait Projected: Send + Sync + 'static {
    /// The state of one stream.
    type State: Clone + Send + Sync + 'static;
    /// The events of the streams.
    type Event: EventType;

    /// How a stream folds to its state.
    const RULES: Rules<Self::State, Self::Event>;
    /// What the names of the streams begin with; the subject's id follows.
    const STREAMS: &'static str;
    /// The name of the file, in the service's folder. It ends with `.sqlite`, so that no backup holds it.
    const FILE: &'static str;
    /// Goes up with each change of the tables or of what is written into them: a file of another version is made anew.
    const VERSION: u32;
    /// The statements that make the tables.
    const TABLES: &'static str;

    /// The version of the reference data, such as the calendar, that moments rest on. When it changes, each subject's
    /// moment is looked at once more, and nothing is made anew.
    fn reference(&self) -> String;

    /// Replaces the rows of one subject.
    ///
    /// # Errors
    /// If SQLite refuses.
    fn write(
        &self,
        rows: &Transaction<'_>,
        folded: &Folded<'_, Self::State>,
    ) -> rusqlite::Result<()>;

    /// When something follows for a subject by itself; `None` if nothing can.
    fn awaited(&self, state: &Self::State, now: Timestamp) -> Option<Awaited>;
}

/// A subject and what its stream folds to.
#[derive(Debug)]
pub struct Folded<'a, S> {
    /// The subject.
    pub subject: CaseId,
    /// Its state; `None` if its events fold to none.
    pub state: Option<&'a S>,
    /// The number of the last event that the state includes.
    pub revision: u64,
    /// The latest event.
    pub latest: EventId,
    /// When its first event happened, where that is among the records that are folded now.
    pub begun: Option<Timestamp>,
}

/// A read model on disk that follows a log.
pub struct Projection<P> {
    projected: Arc<P>,
    connections: Arc<Connections>,
    /// The next position to fold.
    next: watch::Receiver<u64>,
    refreshes: mpsc::Sender<Refresh>,
}

/// Subjects whose moments are to be looked at once more, and who waits for it.
struct Refresh {
    subjects: Vec<CaseId>,
    done: oneshot::Sender<()>,
}

impl<P> Clone for Projection<P> {
    fn clone(&self) -> Self {
        Self {
            projected: Arc::clone(&self.projected),
            connections: Arc::clone(&self.connections),
            next: self.next.clone(),
            refreshes: self.refreshes.clone(),
        }
    }
}

impl<P: Projected> Projection<P> {
    /// Opens the file in `folder`, folds what the log has beyond it, then follows the log in a supervised task.
    ///
    /// # Errors
    /// If the log cannot be read, or the file not be written.
    pub fn follow(
        projected: P,
        store: &Store,
        folder: &Path,
        supervisor: &mut Supervisor,
    ) -> Result<Self, ProjectionError> {
        make_private_folder(folder).map_err(ProjectionError::Folder)?;
        let projected = Arc::new(projected);
        let path = folder.join(P::FILE);
        let connections = Arc::new(Connections::new(path.clone()));
        let (next, watched) = watch::channel(0);
        let (refreshes, asked) = mpsc::channel(REFRESHES);
        let follower = Follower {
            projected: Arc::clone(&projected),
            store: store.clone(),
            path,
            connections: Arc::clone(&connections),
            next,
        };
        let writer = follower.open()?;
        supervisor.spawn(
            "projection",
            follower.run(writer, asked, supervisor.shutdown()),
        );
        Ok(Self {
            projected,
            connections,
            next: watched,
            refreshes,
        })
    }

    /// What the rows follow from.
    #[must_use]
    pub fn projected(&self) -> &P {
        &self.projected
    }

    /// Looks up something small while a decision is made. What may read many rows is a [`Projection::query`].
    ///
    /// # Errors
    /// If the file cannot be read, or is being made anew.
    pub fn look_up<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        self.connections.read(look)
    }

    /// Reads rows on a thread that may wait for the disk, in one snapshot of the file.
    ///
    /// # Errors
    /// If the file cannot be read, or is being made anew.
    pub async fn query<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, ProjectionError> + Send + 'static,
    ) -> Result<T, ProjectionError> {
        let connections = Arc::clone(&self.connections);
        tokio::task::spawn_blocking(move || connections.read(query))
            .await
            .map_err(ProjectionError::Thread)?
    }

    /// The subjects whose moment has come by `now`, the earliest first, and no more than are looked at together.
    ///
    /// # Errors
    /// As [`Projection::query`].
    pub async fn due(&self, now: Timestamp) -> Result<Vec<Due>, ProjectionError> {
        self.due_behind(now, None).await
    }

    /// As [`Projection::due`], of the subjects behind that moment and subject alone.
    ///
    /// # Errors
    /// As [`Projection::query`].
    pub(crate) async fn due_behind(
        &self,
        now: Timestamp,
        after: Option<(Timestamp, CaseId)>,
    ) -> Result<Vec<Due>, ProjectionError> {
        self.query(move |rows| awaited::due(rows, now, after)).await
    }

    /// Looks at the moments of subjects once more: what was due has been done, or was not due after all.
    pub async fn refresh(&self, subjects: Vec<CaseId>) {
        let (done, refreshed) = oneshot::channel();
        // Neither is answered when the service stops.
        let refresh = Refresh { subjects, done };
        if self.refreshes.send(refresh).await.is_ok() {
            let _ = refreshed.await;
        }
    }

    /// Waits until the rows include the record at `position` of this service's log.
    pub async fn wait_for(&self, position: u64) {
        let mut next = self.next.clone();
        // An error means that the service is stopping: the connection of the waiting request closes.
        let _ = next.wait_for(|next| *next > position).await;
    }

    /// Waits until the rows include `after`: a position of this service's log, or of a source that it subscribes to.
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

/// The file's own tables: what it follows, how far, and when something follows for each subject by itself.
const OWN_TABLES: &str = "
CREATE TABLE follows (
    source TEXT NOT NULL,
    epoch TEXT NOT NULL,
    next INTEGER NOT NULL,
    hash TEXT NOT NULL,
    reference TEXT NOT NULL
);
CREATE TABLE awaited (
    subject TEXT PRIMARY KEY,
    at INTEGER,
    latest TEXT NOT NULL,
    unit TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX awaited_at ON awaited (at) WHERE at IS NOT NULL;
";

impl Awaited {
    /// Something may follow for a subject when reference data changes, and at no moment that is known.
    #[must_use]
    pub fn never(unit: UnitId) -> Self {
        Self { unit, at: None }
    }
}
