//! The handle that callers hold.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::append::{Append, Appended};
use crate::checkpoint::{Prover, Signer};
use crate::error::{AppendError, CloseReason, OpenError, VerifyError};
use crate::identity::{Identity, LogTerm};
use crate::index::check::IndexCheck;
use crate::index::indexer::Indexer;
use crate::options::Options;
use crate::prepare::Prepared;
use crate::readers::on_reader;
use crate::record::Head;
use crate::recover::{self, Recovered};
use crate::shared::Shared;
use crate::verify::{self, Subject, Verified};
use crate::wal::{Flusher, Parts};
use crate::writer::{Request, Writer};

/// What the writer will say of one request.
type Answer = oneshot::Receiver<Result<Appended, AppendError>>;

/// An open event log. Clones are handles to the same log.
///
/// Dropping the last handle closes the log like [`EventLog::close`]: it waits for the commit in
/// flight. Subscriptions do not keep it open. All methods but `append` and those of subscriptions
/// return without waiting for the writer; those that read records do so from the page cache or the
/// disk, and block the calling thread; more than a few are read by several threads at a time. In async code,
/// call them through [`EventLog::read_async`].
#[derive(Clone)]
pub struct EventLog(Arc<Inner>);

struct Inner {
    epoch: Uuid,
    identity: Identity,
    term: LogTerm,
    directory: PathBuf,
    shared: Arc<Shared>,
    prover: Arc<Prover>,
    head: watch::Receiver<Head>,
    /// `None` once the log is being closed.
    requests: RwLock<Option<mpsc::Sender<Request>>>,
    /// `None` once the writer has been waited for.
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// Starts the thread that writes.
fn spawn(writer: Writer) -> Result<JoinHandle<()>, OpenError> {
    let thread = thread::Builder::new().name("eventlog-writer".to_owned());
    thread
        .spawn(move || writer.run())
        .map_err(OpenError::Thread)
}

impl EventLog {
    /// Opens the log, or creates it if its directory is empty or absent. Reads and verifies every
    /// record of a short log, of a long one the newest and samples (`verify_at_open`). Takes up to some
    /// seconds, also if the index was lost, which is then built anew while the log is in use: call it
    /// outside async code.
    ///
    /// # Errors
    /// [`OpenError`] if the log is in use, cannot be read, or is not in every respect what was last
    /// acknowledged. Nothing is repaired: restore it, or cut it with [`repair`](crate::repair).
    pub fn open(options: Options) -> Result<EventLog, OpenError> {
        let options = options.clamped();
        let recovered = recover::open(&options)?;
        EventLog::start(recovered, options)
    }

    fn start(recovered: Recovered, options: Options) -> Result<EventLog, OpenError> {
        let Recovered {
            records,
            index_store,
            index,
            anchor,
            wal,
            mut sealer,
            tree,
            term,
            lock,
        } = recovered;
        let term = LogTerm::starting_at(term.max(options.identity.term));
        sealer.follow_term(term.clone());
        let epoch = anchor.epoch();
        let prover = Arc::new(Prover::open(&records, tree, epoch, &options)?);
        let signer = Signer::start(Arc::clone(&prover), options.checkpoint_interval)?;
        let (head_sender, head) = watch::channel(index.head());
        let (sender, requests) = mpsc::channel(options.queue);
        let (directory, identity) = (options.path.clone(), options.identity.clone());
        let shared = Arc::new(Shared::new(records, index_store, index));
        let indexer = Indexer::start(&shared, options.progress.clone());
        let indexer = indexer.map_err(OpenError::Thread)?;
        let parts = Parts {
            directory: directory.clone(),
            head: anchor.file().map_err(OpenError::Thread)?,
            sealer,
            capacity: options.ahead_bytes,
        };
        let flusher = Flusher::start(&shared, parts).map_err(OpenError::Thread)?;
        let writer = Writer {
            shared: Arc::clone(&shared),
            requests,
            head: head_sender,
            anchor,
            wal,
            flusher: Some(flusher),
            tree: prover.durable_tree(),
            term: term.clone(),
            signer,
            indexer: Some(indexer),
            options,
            _lock: lock,
            in_flight: Vec::new(),
            spare_entry: Vec::new(),
        };
        Ok(EventLog(Arc::new(Inner {
            epoch,
            identity,
            term,
            directory,
            shared,
            prover,
            head,
            requests: RwLock::new(Some(sender)),
            writer: Mutex::new(Some(spawn(writer)?)),
        })))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    pub(crate) fn prover(&self) -> &Prover {
        &self.0.prover
    }

    /// Which incarnation of the log this is: given once, at creation.
    #[must_use]
    pub fn epoch(&self) -> Uuid {
        self.0.epoch
    }

    /// Whose log it is, and under which term it is written now.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            term: self.0.term.current(),
            ..self.0.identity.clone()
        }
    }

    /// The term under which it is written: at first the one that it was opened with, or the newest that its files name.
    #[must_use]
    pub fn term(&self) -> LogTerm {
        self.0.term.clone()
    }

    /// The durable head. Nothing beyond it is ever visible.
    #[must_use]
    pub fn head(&self) -> Head {
        self.0.shared.index().head()
    }

    /// Follows the durable head. The channel ends when the log is closed.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Head> {
        self.0.head.clone()
    }

    /// Appends atomically and returns when everything is durable.
    ///
    /// Checks, in this order: the same ids in the same order with the same streams, labels and payloads are
    /// a repeat and get their original positions, whatever was expected (also if they were part of a larger
    /// append); then every condition, every cursor, and every expected revision. Cursors are set in both
    /// cases, but by a repeat never back: see [`Append::cursors`]. If the future is dropped, the append may
    /// still happen.
    ///
    /// # Errors
    /// [`AppendError`]; nothing is written, except perhaps for [`AppendError::Unconfirmed`].
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let answer = self.request(append).await?;
        self.answered(answer).await
    }

    /// Appends each as [`append`](EventLog::append) does, in this order, and without waiting for one
    /// before the next: they share commits. One that is refused does not hold up the others.
    ///
    /// # Errors
    /// [`AppendError`] for each that was not written.
    pub async fn append_each(&self, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
        let mut asked = Vec::with_capacity(appends.len());
        for append in appends {
            asked.push(self.request(append).await);
        }
        let mut answers = Vec::with_capacity(asked.len());
        for answer in asked {
            answers.push(match answer {
                Ok(answer) => self.answered(answer).await,
                Err(refusal) => Err(refusal),
            });
        }
        answers
    }

    async fn request(&self, append: Append) -> Result<Answer, AppendError> {
        let mut append = Prepared::new(append)?;
        if append.searches().next().is_some() {
            append = self.search_ahead(append).await?;
        }
        let closed = || AppendError::Closed {
            why: self.0.shared.close_reason(),
        };
        let requests = self.0.requests().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        requests
            .send(Request { append, reply })
            .await
            .map_err(|_| closed())?;
        Ok(answer)
    }

    /// Looks at what is durable now, so that the writer need only look at what comes until it decides.
    async fn search_ahead(&self, mut append: Prepared) -> Result<Prepared, AppendError> {
        let shared = Arc::clone(&self.0.shared);
        let searched = on_reader(move || {
            let end = shared.index().head().count;
            let mut searches = append.searches();
            let done = searches.try_for_each(|search| search.run(&shared.records, end));
            drop(searches);
            done.map(|()| append)
        });
        let searched = searched.await;
        searched.map_err(|source| AppendError::ConditionUnreadable { source })
    }

    async fn answered(&self, answer: Answer) -> Result<Appended, AppendError> {
        match answer.await {
            Ok(answer) => answer,
            Err(_) => Err(AppendError::Unconfirmed {
                why: self.0.shared.close_reason(),
            }),
        }
    }

    /// Reads and hashes every record below the head as it is at the call, from the disk, and compares the
    /// index. Calls `progress` after each block with how many records are done and how many there are.
    /// Appends and reads go on meanwhile.
    ///
    /// # Errors
    /// [`VerifyError`] names the first bad position.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, VerifyError> {
        // The index first, so that what is on disk of it reaches no further than the head.
        let mut index = IndexCheck::new(&self.0.shared)?;
        let subject = Subject {
            directory: &self.0.directory,
            epoch: self.0.epoch,
            records: &self.0.shared.records,
            prover: &self.0.prover,
            head: self.head(),
        };
        let verified = verify::verify(&subject, &mut |frame| index.add(frame), progress)?;
        index.finish(verified.count)?;
        Ok(verified)
    }

    /// Takes no more appends, waits until those already accepted are durable, and releases the
    /// files. Other handles answer `Closed` from then on. Blocks: for the length of a few commits.
    ///
    /// # Errors
    /// [`CloseReason`] if the log had already closed itself because of a failure.
    pub fn close(self) -> Result<(), CloseReason> {
        self.0.close();
        match self.0.shared.close_reason() {
            CloseReason::Owner => Ok(()),
            failure @ (CloseReason::Commit(_)
            | CloseReason::Behind(_)
            | CloseReason::Anchor(_)
            | CloseReason::Checkpoint(_)
            | CloseReason::Index(_)
            | CloseReason::WriterPanicked { .. }) => Err(failure),
        }
    }
}

impl std::fmt::Debug for EventLog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("EventLog");
        debug
            .field("epoch", &self.0.epoch)
            .field("head", &self.head())
            .finish()
    }
}

impl Inner {
    fn requests(&self) -> Option<mpsc::Sender<Request>> {
        self.requests
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The writer ends when the last sender is gone and its queue is empty.
    fn close(&self) {
        drop(
            self.requests
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = writer.take() {
            // The writer catches its own panics and leaves the reason in `shared`.
            let _ = writer.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::append::{ExpectedRevision, NewEvent};
    use crate::stream::StreamName;

    fn append(id: u128) -> Append {
        let stream = StreamName::new("a").unwrap();
        let events = [NewEvent::new(Uuid::from_u128(id), "payload")];
        Append::to(stream, ExpectedRevision::Any, events)
    }

    /// The write-ahead log took the commit, the anchor did not: the append must not answer that it is durable.
    #[test]
    fn a_failed_commit_is_unconfirmed_and_closes_the_log() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new(directory.path(), Uuid::from_u128(1));
        let mut recovered = recover::open(&options).unwrap();
        recovered.anchor.break_for_test(directory.path());
        let log = EventLog::start(recovered, options.clone()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();

        let in_flight = runtime.block_on(log.append(append(1))).unwrap_err();
        let is_anchor = |why: &CloseReason| matches!(why, CloseReason::Anchor(_));
        assert!(
            matches!(&in_flight, AppendError::Unconfirmed { why } if is_anchor(why)),
            "{in_flight:?}"
        );
        assert_eq!(log.head(), Head::EMPTY, "what is unconfirmed is not shown");
        let later = runtime.block_on(log.append(append(2))).unwrap_err();
        assert!(
            matches!(&later, AppendError::Closed { why } if is_anchor(why)),
            "{later:?}"
        );
        assert!(log.close().is_err());

        let log = EventLog::open(options).unwrap();
        let repeat = runtime.block_on(log.append(append(1))).unwrap();
        assert_eq!(
            (repeat.first, log.head().count),
            (0, 1),
            "the repeat is safe"
        );
    }
}
