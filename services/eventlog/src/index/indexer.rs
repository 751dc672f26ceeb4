//! The thread that flushes the index. It owns no data: it takes the immutable buffer, writes
//! tables, shows them, and cleans up what merging has left.
//!
//! What it writes becomes durable when commits are put into sled the next time. That is soon enough: until then
//! the mark of how far the index reaches is not durable either, and the frames are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::access::{Access, Stop};
use super::catch_up::catch_up;
use super::table::Table;
use super::{compact, flush};
use crate::error::{CloseReason, StoreError, panic_message};
use crate::options::Progress;
use crate::shared::Shared;

/// The writer's side of the thread.
pub(crate) struct Indexer {
    shared: Arc<Shared>,
    /// Answers whenever a buffer has been flushed.
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        progress: Option<Progress>,
    ) -> std::io::Result<Indexer> {
        let (wake, work) = sync_channel(1);
        let (report, done) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("eventlog-indexer".to_owned())
            .spawn({
                let shared = Arc::clone(shared);
                move || serve(&shared, progress.as_ref(), &work, &report)
            })?;
        shared.set_indexer(Some(wake));
        // There may be records that the tables lack.
        shared.wake_indexer();
        Ok(Indexer {
            shared: Arc::clone(shared),
            done,
            thread: Some(thread),
        })
    }

    /// Passes a full buffer to the thread. Waits only if the one before has not been written yet and memory
    /// would otherwise grow without bound.
    pub(crate) fn after_commit(&self) -> Result<(), CloseReason> {
        if self.shared.change_index(super::Index::rotate_if_full) {
            self.shared.wake_indexer();
        }
        while self.shared.index().is_overfull() {
            self.shared.wake_indexer();
            if self.done.recv().is_err() {
                break;
            }
            self.shared.change_index(super::Index::rotate_if_full);
        }
        match self.shared.index_failure() {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }
}

impl Drop for Indexer {
    /// Waits for the thread, so that it does not use the store after it is closed.
    fn drop(&mut self) {
        self.shared.set_indexer(None);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    shared: &Arc<Shared>,
    progress: Option<&Progress>,
    work: &Receiver<()>,
    report: &SyncSender<()>,
) {
    let mut gone = Vec::new();
    while work.recv().is_ok() {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            catch_up(shared, progress, &mut gone)?;
            flush_buffer(shared, report, &mut gone)
        }));
        let stop = match outcome {
            Ok(Ok(())) => continue,
            Ok(Err(stop)) => stop,
            Err(panic) => Stop::Failed(StoreError::Panicked {
                step: "write the index",
                message: panic_message(&*panic),
            }),
        };
        shared.index_failed(stop);
        return;
    }
}

fn flush_buffer(
    shared: &Shared,
    report: &SyncSender<()>,
    gone: &mut Vec<Arc<Table>>,
) -> Result<(), Stop> {
    let (mut tables, immutable) = {
        let index = shared.index();
        (Arc::clone(&index.tables), index.immutable.clone())
    };
    let filters = Arc::clone(&tables.filters);
    let store = Access::open(shared, &filters);
    if shared.index().backlog.is_some() {
        // The log is being closed; the tables do not reach the buffer.
        return Ok(());
    }
    if let Some(immutable) = immutable {
        let written = flush::flush(&store, &tables, &immutable)?;
        shared.change_index(|index| index.install(written));
        let _ = report.try_send(());
        tables = Arc::clone(&shared.index().tables);
    }
    while let Some(merge) = compact::merge(&store, &tables)? {
        tables = Arc::new(merge.tables);
        shared.change_index(|index| index.tables = Arc::clone(&tables));
        gone.extend(merge.gone);
    }
    for table in tables.all() {
        table.make_filter(&store)?;
    }
    compact::remove_unused(&store, gone)
}
