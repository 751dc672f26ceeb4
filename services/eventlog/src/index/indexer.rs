//! The thread that writes the index behind. It owns no data: it takes the frozen tail, writes
//! segments, shows them, and cleans up what merging has left.
//!
//! What it writes becomes durable when commits are put into sled the next time. That is soon enough: until then
//! the mark of how far the index reaches is not durable either, and the frames are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::access::{Access, Stop};
use super::behind;
use super::segment::Segment;
use crate::error::{CloseReason, StoreError};
use crate::keys;
use crate::shared::Shared;
use crate::store;

/// The writer's side of the thread.
pub(crate) struct Indexer {
    shared: Arc<Shared>,
    /// Answers whenever a tail has been written behind.
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    pub(crate) fn start(shared: &Arc<Shared>) -> std::io::Result<Indexer> {
        let (wake, work) = sync_channel(1);
        let (report, done) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("eventlog-indexer".to_owned())
            .spawn({
                let shared = Arc::clone(shared);
                move || serve(&shared, &work, &report)
            })?;
        shared.set_indexer(Some(wake));
        Ok(Indexer {
            shared: Arc::clone(shared),
            done,
            thread: Some(thread),
        })
    }

    /// Hands over a full tail. Waits only if the one before has not been written yet and memory
    /// would otherwise grow without bound.
    pub(crate) fn after_commit(&self) -> Result<(), CloseReason> {
        if self.shared.change_index(super::Index::freeze_if_full) {
            self.shared.wake_indexer();
        }
        while self.shared.index().is_overfull() {
            self.shared.wake_indexer();
            if self.done.recv().is_err() {
                break;
            }
            self.shared.change_index(super::Index::freeze_if_full);
        }
        match self.shared.index_failure() {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }
}

impl Drop for Indexer {
    /// Waits for the thread, so that nobody uses the store after it is closed.
    fn drop(&mut self) {
        self.shared.set_indexer(None);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(shared: &Arc<Shared>, work: &Receiver<()>, report: &SyncSender<()>) {
    let mut gone = Vec::new();
    while work.recv().is_ok() {
        let outcome = catch_unwind(AssertUnwindSafe(|| write_behind(shared, report, &mut gone)));
        let stop = match outcome {
            Ok(Ok(())) => continue,
            Ok(Err(stop)) => stop,
            Err(panic) => Stop::Failed(StoreError::Panicked {
                step: "write the index",
                message: store::panic_message(&*panic),
            }),
        };
        shared.index_failed(stop);
        return;
    }
}

fn write_behind(
    shared: &Shared,
    report: &SyncSender<()>,
    gone: &mut Vec<Arc<Segment>>,
) -> Result<(), Stop> {
    let (mut segments, frozen) = {
        let index = shared.index();
        (Arc::clone(&index.segments), index.frozen.clone())
    };
    let filters = Arc::clone(&segments.filters);
    let store = Access::open(shared, &filters);
    if let Some(frozen) = frozen {
        let written = behind::flush(&store, &segments, &frozen)?;
        shared.change_index(|index| index.thaw(written));
        let _ = report.try_send(());
        segments = Arc::clone(&shared.index().segments);
    }
    while let Some(merge) = behind::merge(&store, &segments)? {
        segments = Arc::new(merge.segments);
        shared.change_index(|index| index.segments = Arc::clone(&segments));
        gone.extend(merge.gone);
    }
    for segment in segments.all() {
        segment.make_filter(&store)?;
    }
    // Readers may still be using an older set; its chunks stay for a later round.
    let unused = |segment: &mut Arc<Segment>| Arc::strong_count(segment) == 1;
    let free: Vec<_> = gone.extract_if(.., unused).collect();
    remove(&store, &free)
}

/// Removes the chunks of segments that nobody uses any more.
pub(crate) fn remove(store: &Access<'_>, segments: &[Arc<Segment>]) -> Result<(), Stop> {
    for segment in segments {
        store.release_filter(segment.filter_bytes());
        let from = keys::index_chunk(segment.number, &[]);
        store.remove(&from, &keys::index_chunk(segment.number + 1, &[]))?;
    }
    Ok(())
}
