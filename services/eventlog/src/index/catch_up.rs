//! Building the index anew while the log is in use: records are read ahead in a thread of their own, and
//! flushed into tables a buffer at a time, until the tables reach what was in memory all the time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use super::access::{Access, Stop};
use super::backlog::Backlog;
use super::buffer::IndexBuffer;
use super::heads::Heads;
use super::table::Table;
use super::{compact, flush};
use crate::error::{CloseReason, Damaged, FrameError, StoreError};
use crate::fault;
use crate::frame::Frame;
use crate::options::Progress;
use crate::record::Head;
use crate::shared::Shared;

/// Blocks that are read ahead.
const AHEAD: usize = 256;
/// How often a caller that waits for the index looks.
const PATIENCE: Duration = Duration::from_millis(5);

type Read = Result<Frame, FrameError>;

/// Brings the tables up to the end of the backlog, if there is one, or as far as the log stays open.
/// `gone` gets tables that are no longer used.
pub(super) fn catch_up(
    shared: &Shared,
    progress: Option<&Progress>,
    gone: &mut Vec<Arc<Table>>,
) -> Result<(), Stop> {
    let (from, backlog) = {
        let index = shared.index();
        (index.tables.indexed, index.backlog.clone())
    };
    let Some(backlog) = backlog else {
        return Ok(());
    };
    thread::scope(|scope| {
        let (sender, frames) = sync_channel(AHEAD);
        let source = Arc::clone(&backlog);
        scope.spawn(move || {
            for frame in source.frames(from.count) {
                if sender.send(frame).is_err() {
                    return;
                }
            }
        });
        let mut catching_up = CatchingUp {
            shared,
            backlog: &backlog,
            frames,
            heads: Heads::default(),
            progress,
        };
        while catching_up.fill_a_table(gone)? {}
        Ok(())
    })
}

struct CatchingUp<'a> {
    shared: &'a Shared,
    backlog: &'a Backlog,
    frames: Receiver<Read>,
    heads: Heads,
    progress: Option<&'a Progress>,
}

impl CatchingUp<'_> {
    /// Flushes the next records. False at the end, or if the log is being closed.
    fn fill_a_table(&mut self, gone: &mut Vec<Arc<Table>>) -> Result<bool, Stop> {
        fault::at(fault::INDEX_CATCH_UP).map_err(StoreError::io("build the index anew"))?;
        let (tables, limit) = {
            let index = self.shared.index();
            (Arc::clone(&index.tables), index.buffer_limit)
        };
        let end = self.backlog.end.count;
        let mut buffer = IndexBuffer::new(tables.indexed);
        while buffer.len() < limit && buffer.head().count < end {
            if !self.shared.has_indexer() {
                return Ok(false);
            }
            let frame = self.next(buffer.head())?;
            self.add(&frame, &mut buffer)?;
        }
        if buffer.len() > 0 {
            let filters = Arc::clone(&tables.filters);
            let store = Access::open(self.shared, &filters);
            let written = flush::flush(&store, &tables, &buffer)?;
            for (stream, part) in buffer.streams() {
                self.heads.set(stream, part.end());
            }
            self.install(&store, written, gone)?;
        }
        Ok(buffer.head().count < end)
    }

    /// The next frame behind `head`. Of the first one, some records may be in the tables.
    fn next(&mut self, head: Head) -> Result<Frame, Stop> {
        loop {
            let read = self.frames.recv().map_err(|_| Stop::damaged())?;
            if let Some(frame) = read?.after(head).map_err(damaged)? {
                return Ok(frame);
            }
        }
    }

    fn add(&self, frame: &Frame, buffer: &mut IndexBuffer) -> Result<(), Stop> {
        let is_first = self.shared.index().tables.indexed == Head::EMPTY;
        for record in &frame.records {
            let new = || {
                let known = self.heads.get(&record.stream);
                (
                    self.heads.name(&record.stream),
                    known.or(is_first.then_some(0)),
                )
            };
            buffer.add(record, new).map_err(damaged)?;
        }
        Ok(())
    }

    fn install(
        &self,
        store: &Access<'_>,
        written: super::Tables,
        gone: &mut Vec<Arc<Table>>,
    ) -> Result<(), Stop> {
        if let Some(progress) = self.progress {
            progress.tell(written.indexed.count, self.backlog.end.count);
        }
        self.shared.change_index(|index| index.catch_up(written));
        let mut tables = Arc::clone(&self.shared.index().tables);
        while let Some(merge) = compact::merge(store, &tables)? {
            tables = Arc::new(merge.tables);
            self.shared
                .change_index(|index| index.tables = Arc::clone(&tables));
            gone.extend(merge.gone);
        }
        compact::remove_unused(store, gone)
    }
}

fn damaged(damaged: Damaged) -> Stop {
    FrameError::Damaged(damaged).into()
}

impl Shared {
    /// Waits until the index reaches all that is sealed.
    pub(crate) fn wait_for_index(&self) -> Result<(), CloseReason> {
        while self.index().backlog.is_some() {
            if let Some(why) = self.index_failure() {
                return Err(why);
            }
            self.with_index_store(|_| ())?;
            thread::park_timeout(PATIENCE);
        }
        Ok(())
    }
}
