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
mod projected;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use onestop_proto::{
    envelope::LogPosition,
    ids::{CaseId, UnitId},
    rejection::{CommonRejection, Explain},
    time::Timestamp,
};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use self::awaited::TOGETHER;
pub use self::{
    awaited::{Awaited, Due},
    error::ProjectionError,
    projected::{Folded, OtherReference, Projected},
};
use self::{connections::Connections, follower::Follower};
pub use super::building::Need;
use super::{Store, cursor::SourcePositions};
use crate::{
    failure::Failure, process::make_private_folder, runtime::in_place::in_place,
    supervisor::Supervisor,
};

/// Whether a file in a service's folder is a read model's, or SQLite's beside one. It is made from the log, so no backup
/// holds it; a copy of one in use would not be sound.
pub fn is_file(name: &str) -> bool {
    let ends = [".sqlite", ".sqlite-wal", ".sqlite-shm"];
    ends.iter().any(|end| name.ends_with(end))
}

/// How long a question waits for a position.
const WAIT_LIMIT: Duration = Duration::from_secs(8);
/// So many requests to look at subjects once more wait; further ones wait to be taken.
const REQUESTS: usize = 16;

/// A read model on disk that follows a log.
pub struct Projection<P> {
    projected: Arc<P>,
    connections: Arc<Connections>,
    /// The next position to fold; none while the rows are not whole.
    next: watch::Receiver<Option<u64>>,
    requests: mpsc::Sender<Request>,
}

/// Subjects that are to be looked at once more, and who waits for it.
struct Request {
    subjects: Vec<CaseId>,
    renewal: Renewal,
    done: oneshot::Sender<()>,
}

/// What of a subject is looked at once more.
#[derive(Clone, Copy)]
enum Renewal {
    Moment,
    Rows,
}

impl<P> Clone for Projection<P> {
    fn clone(&self) -> Self {
        Self {
            projected: Arc::clone(&self.projected),
            connections: Arc::clone(&self.connections),
            next: self.next.clone(),
            requests: self.requests.clone(),
        }
    }
}

impl<P: Projected> Projection<P> {
    /// Has a supervised task open the file in `folder`, fold what the log has beyond it, and follow the log. Until the
    /// rows are whole, the service is not ready.
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
        let (next, watched) = watch::channel(None);
        let (requests, asked) = mpsc::channel(REQUESTS);
        let follower = Follower {
            projected: Arc::clone(&projected),
            store: store.clone(),
            path,
            connections: Arc::clone(&connections),
            next,
        };
        if P::NEED == Need::Everything {
            // From now on: nothing may be asked for before the task begins.
            follower.begin(0);
        }
        supervisor.spawn("projection", follower.run(asked, supervisor.shutdown()));
        Ok(Self {
            projected,
            connections,
            next: watched,
            requests,
        })
    }

    /// What the rows follow from.
    pub fn projected(&self) -> &P {
        &self.projected
    }

    /// Looks up something while a decision is made, on the thread that decides; another takes over what else that had to
    /// do. What rests on nothing of the caller's is a [`Projection::query`].
    ///
    /// # Errors
    /// If the file cannot be read, or is being made anew.
    pub fn look_up<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, ProjectionError>,
    ) -> Result<T, ProjectionError> {
        in_place(|| self.connections.read(look))
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
        self.request(subjects, Renewal::Moment).await;
    }

    /// Looks at the moment of every subject that awaits anything once more, some at a time: what moments are reckoned by has
    /// changed.
    ///
    /// # Errors
    /// As [`Projection::query`].
    pub(crate) async fn refresh_all(&self) -> Result<(), ProjectionError> {
        let mut after = None;
        loop {
            let some = self.query(move |rows| awaited::behind(rows, after)).await?;
            let Some(last) = some.last() else {
                return Ok(());
            };
            after = Some(*last);
            self.refresh(some).await;
        }
    }

    /// Writes the rows of subjects once more, which rest on something besides the log that has changed. They may then say
    /// more than the position beside them, until the log is folded as far.
    pub async fn rewrite(&self, subjects: Vec<CaseId>) {
        self.request(subjects, Renewal::Rows).await;
    }

    async fn request(&self, subjects: Vec<CaseId>, renewal: Renewal) {
        let (done, looked) = oneshot::channel();
        // Neither is answered when the service stops.
        let request = Request {
            subjects,
            renewal,
            done,
        };
        if self.requests.send(request).await.is_ok() {
            let _ = looked.await;
        }
    }

    /// Whether the rows are those of the whole log, but for what was appended just now.
    pub fn is_built(&self) -> bool {
        self.next.borrow().is_some()
    }

    /// Waits until the rows are whole.
    pub async fn built(&self) {
        let mut next = self.next.clone();
        // An error means that the service is stopping: the connection of the waiting request closes.
        let _ = next.wait_for(Option::is_some).await;
    }

    /// Waits until the rows include the record at `position` of this service's log.
    pub async fn wait_for(&self, position: u64) {
        let mut next = self.next.clone();
        // An error means that the service is stopping: the connection of the waiting request closes.
        let _ = next
            .wait_for(|next| next.is_some_and(|next| next > position))
            .await;
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
        self.shows_all(store).await
    }

    /// Waits until the rows include the whole log of this service, as it is now.
    ///
    /// # Errors
    /// [`CommonRejection::Unavailable`] if it takes too long.
    pub async fn shows_all(&self, store: &Store) -> Result<(), Failure> {
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
    pub fn never(unit: UnitId) -> Self {
        Self { unit, at: None }
    }
}
