//! The one thread that writes. It takes a request, drains the queue until it is empty or the batch
//! is full, and makes the batch durable in one commit:
//!
//! write-ahead log, `fdatasync`, head anchor, tree, index, publish the head, acknowledge.
//!
//! The flusher seals it into a segment later; until then it is read from memory.
//!
//! After any error the log closes: a failed `fsync` may have dropped dirty pages, so trying again
//! could report success for bytes that are gone. Reopening finds out what is there.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot, watch};

use crate::anchor::Anchor;
use crate::append::Appended;
use crate::batch::Batch;
use crate::checkpoint::Signer;
use crate::commit_state::CommitState;
use crate::error::{AppendError, CloseReason, panic_message};
use crate::frame::Frame;
use crate::identity::LogTerm;
use crate::index::{self, indexer::Indexer};
use crate::lock::Lock;
use crate::merkle::Tree;
use crate::options::{Committed, Options};
use crate::prepare::Prepared;
use crate::record::{Head, Record};
use crate::shared::Shared;
use crate::wal::{self, Commit, Flusher, Wal};

type Reply = oneshot::Sender<Result<Appended, AppendError>>;

/// An append on its way to the writer.
pub(crate) struct Request {
    pub(crate) append: Prepared,
    pub(crate) reply: Reply,
}

pub(crate) struct Writer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) requests: mpsc::Receiver<Request>,
    pub(crate) head: watch::Sender<Head>,
    pub(crate) anchor: Anchor,
    pub(crate) wal: Wal,
    /// Seals commits into segments; `None` only while the log is being closed.
    pub(crate) flusher: Option<Flusher>,
    /// The Merkle tree, up to the batch being written.
    pub(crate) tree: Tree,
    /// Under which it appends.
    pub(crate) term: LogTerm,
    pub(crate) signer: Signer,
    /// Flushes the index; `None` only while the log is being closed.
    pub(crate) indexer: Option<Indexer>,
    pub(crate) options: Options,
    /// Released when the writer is dropped, which is after the store has been closed.
    pub(crate) _lock: Lock,
    /// What the requests of the batch being written will be answered: refusals too, since they may rest on what the
    /// batch holds. Kept here so that a panic cannot lose them.
    pub(crate) in_flight: Vec<(Reply, Result<Appended, AppendError>)>,
    /// Memory of the entry written last, for the next one.
    pub(crate) spare_entry: Vec<u8>,
}

/// The memory of a larger entry is given back.
const SPARE_ENTRY_BYTES: usize = 512 << 10;

impl Writer {
    /// Serves until every sender is gone and the queue is empty, or until a commit fails.
    pub(crate) fn run(mut self) {
        let why = match catch_unwind(AssertUnwindSafe(|| self.serve())) {
            Ok(Ok(())) => self.finish(),
            Ok(Err(why)) => why,
            Err(panic) => CloseReason::WriterPanicked {
                message: panic_message(&*panic),
            },
        };
        self.shared.set_close_reason(why.clone());
        self.indexer = None;
        self.flusher = None;
        self.requests.close();
        for (reply, answer) in self.in_flight.drain(..) {
            let why = why.clone();
            let failure = match answer {
                Ok(_) => AppendError::Unconfirmed { why },
                // Nothing of it was taken, and what it was refused for may be gone.
                Err(_) => AppendError::Closed { why },
            };
            let _ = reply.send(Err(failure));
        }
        while let Some(request) = self.requests.blocking_recv() {
            let _ = request
                .reply
                .send(Err(AppendError::Closed { why: why.clone() }));
        }
        self.shared.close();
        if matches!(why, CloseReason::Owner | CloseReason::Checkpoint(_)) {
            // If this fails, the next open reads the index to find out whether it is whole.
            let _ = index::open::note_closed(&self.options.path);
        }
    }

    fn serve(&mut self) -> Result<(), CloseReason> {
        while let Some(request) = self.requests.blocking_recv() {
            self.commit_with(request)?;
        }
        Ok(())
    }

    /// The last checkpoint, after all is durable.
    fn finish(&mut self) -> CloseReason {
        if let Some(flusher) = self.flusher.take()
            && let Err(why) = flusher.finish()
        {
            return why;
        }
        self.wal.trim(self.shared.memtable());
        match self.signer.finish() {
            Ok(()) => CloseReason::Owner,
            Err(error) => CloseReason::Checkpoint(Arc::new(error)),
        }
    }

    /// One group commit, beginning with `request`.
    fn commit_with(&mut self, request: Request) -> Result<(), CloseReason> {
        let shared = Arc::clone(&self.shared);
        if let Some(why) = shared
            .index_failure()
            .or_else(|| shared.memtable().failure())
        {
            let closed = AppendError::Closed { why: why.clone() };
            let _ = request.reply.send(Err(closed));
            return Err(why);
        }
        let mut batch = Batch::new(&shared);
        self.take(&mut batch, request);
        while batch.has_room(self.options.max_batch_events, self.options.max_batch_bytes) {
            let Ok(request) = self.requests.try_recv() else {
                break;
            };
            self.take(&mut batch, request);
        }
        if !batch.is_empty() {
            let Batch {
                base,
                records,
                cursors,
                ..
            } = batch;
            self.commit(base, records, cursors)?;
        }
        // A caller that has dropped its future gets no answer.
        for (reply, answer) in self.in_flight.drain(..) {
            let _ = reply.send(answer);
        }
        self.indexer.as_ref().map_or(Ok(()), Indexer::after_commit)
    }

    fn take(&mut self, batch: &mut Batch<'_>, request: Request) {
        let answer = batch.add(request.append);
        self.in_flight.push((request.reply, answer));
    }

    fn commit(
        &mut self,
        base: Head,
        records: Vec<Record>,
        cursors: BTreeMap<String, u64>,
    ) -> Result<(), CloseReason> {
        let before = self.anchor.state();
        let state = CommitState {
            commit: before.commit + 1,
            head: records.last().map_or(base, Record::head),
            cursors: self.shared.index().digest_with(before.cursors, &cursors),
        };
        self.options.identity.term = self.term.current();
        let owner = (self.anchor.epoch(), &self.options.identity);
        let memory = std::mem::take(&mut self.spare_entry);
        let entry = wal::encode_in(memory, owner, &state, &cursors, &records);
        let began = Instant::now();
        self.wal
            .append(&entry, state.commit, self.shared.memtable())?;
        if let Some(observer) = &self.options.observer {
            let (events, took) = (records.len(), began.elapsed());
            observer.tell(Committed { events, took });
        }
        if entry.capacity() <= SPARE_ENTRY_BYTES {
            self.spare_entry = entry;
        }
        self.anchor
            .write(state)
            .map_err(|error| CloseReason::Anchor(Arc::new(error)))?;
        let nodes = self.tree.extend(records.iter().map(|record| record.hash));
        self.signer.committed(&self.tree);
        let frame = (!records.is_empty()).then(|| {
            Arc::new(Frame {
                first: base.count,
                previous: base.hash,
                records,
            })
        });
        self.publish(Commit {
            state,
            cursors,
            frame,
            nodes,
        });
        Ok(())
    }

    /// Shows readers what is durable now. Before the acknowledgement, so that a caller who has it
    /// can read its own events.
    fn publish(&mut self, commit: Commit) {
        let commit = Arc::new(commit);
        self.shared.memtable().push(Arc::clone(&commit));
        self.shared.change_index(|index| {
            for (name, value) in &commit.cursors {
                index.set_cursor(name.clone(), *value);
            }
            if let Some(frame) = &commit.frame
                && let Err(bug) = index.add(frame)
            {
                panic!("a batch that was checked does not fit the index: {bug}");
            }
        });
        if commit.frame.is_some() {
            self.head.send_replace(commit.state.head);
        }
    }
}
