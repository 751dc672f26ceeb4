//! Reading an open log.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::Stream;
use futures::stream;
use uuid::Uuid;

use crate::error::ReadError;
use crate::filter::Filter;
use crate::log::EventLog;
use crate::readers::on_reader;
use crate::record::{Position, Record};
use crate::search;
use crate::shared::Shared;
use crate::stream::StreamName;
use crate::subscription::Subscription;

/// Records that a stream of records reads at a time.
const PAGE: usize = 512;

/// Which way a read goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From old to new.
    Forward,
    /// From new to old.
    Backward,
}

impl EventLog {
    /// Up to `limit` records of one stream, beginning with revision `from`. Backwards, a `from`
    /// beyond the end means the end. Empty if there are none.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or a record cannot be read or does not verify.
    pub fn read_stream(
        &self,
        stream: &StreamName,
        from: u64,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, ReadError> {
        let shared = self.open_shared()?;
        let closed = |why| ReadError::Closed { why };
        let limit = limit as u64;
        let revisions = match direction {
            Direction::Forward => from..from.saturating_add(limit),
            Direction::Backward => {
                let end = shared.revisions(stream).map_err(closed)?;
                let end = from.saturating_add(1).min(end);
                end.saturating_sub(limit)..end
            }
        };
        let mut positions = shared.positions(stream, revisions).map_err(closed)?;
        if direction == Direction::Backward {
            positions.reverse();
        }
        shared.records(&positions)
    }

    /// Up to `limit` records of the whole log, beginning with position `from`. Backwards, a `from`
    /// beyond the end means the end. Empty if there are none.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or a record cannot be read or does not verify.
    pub fn read_all(
        &self,
        from: Position,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, ReadError> {
        let shared = self.open_shared()?;
        let count = self.head().count;
        let positions: Vec<Position> = match direction {
            Direction::Forward => (from..count).take(limit).collect(),
            Direction::Backward => {
                let end = from.saturating_add(1).min(count);
                (0..end).rev().take(limit).collect()
            }
        };
        shared.records(&positions)
    }

    /// Up to `limit` records that `filter` selects, beginning with position `from`. Backwards, a `from` beyond
    /// the end means the end. There is no index of labels: every record on the way is read.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or a record cannot be read or does not verify.
    pub fn read_matching(
        &self,
        filter: &Filter,
        from: Position,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, ReadError> {
        let records = &self.open_shared()?.records;
        let count = self.head().count;
        match direction {
            Direction::Forward => search::forward(records, filter, from, count, limit),
            Direction::Backward => {
                let end = from.saturating_add(1).min(count);
                search::backward(records, filter, end, limit)
            }
        }
    }

    /// Revision of a stream's last event; `None` if it has none.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or its index cannot be read.
    pub fn stream_revision(&self, stream: &StreamName) -> Result<Option<u64>, ReadError> {
        let revisions = self.open_shared()?.revisions(stream);
        let revisions = revisions.map_err(|why| ReadError::Closed { why })?;
        Ok(revisions.checked_sub(1))
    }

    /// Position of an event; `None` if it is not in the log.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or its index cannot be read.
    pub fn find(&self, id: Uuid) -> Result<Option<Position>, ReadError> {
        let found = self.open_shared()?.find(id);
        found.map_err(|why| ReadError::Closed { why })
    }

    /// The record at a position; `None` at and beyond the head.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or the record cannot be read or does not verify.
    pub fn record(&self, position: Position) -> Result<Option<Record>, ReadError> {
        let shared = self.open_shared()?;
        if position >= self.head().count {
            return Ok(None);
        }
        shared.record(position).map(Some)
    }

    /// All streams whose name begins with `prefix`, in the order of their bytes.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed or its index cannot be read.
    pub fn streams(&self, prefix: &str) -> Result<Vec<StreamName>, ReadError> {
        let streams = self.open_shared()?.streams(prefix);
        streams.map_err(|why| ReadError::Closed { why })
    }

    /// Value of a cursor, as the last durable append left it; `None` if it was never set. In memory, and so also there
    /// when the log is closed.
    #[must_use]
    pub fn cursor(&self, name: &str) -> Option<u64> {
        self.shared().index().cursor(name)
    }

    /// All cursors whose name begins with `prefix`; all of them for an empty one.
    #[must_use]
    pub fn cursors(&self, prefix: &str) -> BTreeMap<String, u64> {
        self.shared().index().cursors(prefix)
    }

    /// Every record from position `from` on: first those that are there, then each new one as it
    /// becomes durable. A `from` beyond the head waits for that position.
    #[must_use]
    pub fn subscribe(&self, from: Position) -> Subscription {
        Subscription::new(Arc::clone(self.shared()), self.watch(), from, None)
    }

    /// Like [`EventLog::subscribe`], of the records that `filter` selects.
    #[must_use]
    pub fn subscribe_matching(&self, filter: Filter, from: Position) -> Subscription {
        Subscription::new(Arc::clone(self.shared()), self.watch(), from, Some(filter))
    }

    /// Runs a read on one of the log's reader threads, so that no async task waits for the disk. Any of them,
    /// or several: on whatever executor. A read that takes long holds one of twelve threads.
    ///
    /// ```
    /// # use onestop_eventlog::{Direction, EventLog, ReadError};
    /// # async fn example(log: EventLog) -> Result<(), ReadError> {
    /// let newest = log.read_async(|log| log.read_all(u64::MAX, Direction::Backward, 10)).await?;
    /// # let _ = newest;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_async<T: Send + 'static>(
        &self,
        read: impl FnOnce(&EventLog) -> T + Send + 'static,
    ) -> T {
        let log = self.clone();
        on_reader(move || read(&log)).await
    }

    /// All records that are durable now from position `from` on, as a stream that reads on reader threads. It
    /// ends after the first error.
    pub fn stream_all(
        &self,
        from: Position,
    ) -> impl Stream<Item = Result<Record, ReadError>> + Send + Unpin + use<> {
        let end = self.head().count;
        let log = self.clone();
        let read = move |next: u64| {
            let limit = usize::try_from(end.saturating_sub(next)).unwrap_or(PAGE);
            log.read_all(next, Direction::Forward, limit.min(PAGE))
        };
        pages(from, read, |record| record.position)
    }

    /// All records of one stream from revision `from` on, as a stream that reads on reader threads. It ends
    /// after the first error.
    pub fn stream_of(
        &self,
        stream: &StreamName,
        from: u64,
    ) -> impl Stream<Item = Result<Record, ReadError>> + Send + Unpin + use<> {
        let (log, stream) = (self.clone(), stream.clone());
        let read = move |next| log.read_stream(&stream, next, Direction::Forward, PAGE);
        pages(from, read, |record| record.revision)
    }

    /// What is read from, unless the log is closed: then nothing is "not there".
    fn open_shared(&self) -> Result<&Arc<Shared>, ReadError> {
        let shared = self.shared();
        let open = shared.records.segments();
        open.map_err(|why| ReadError::Closed { why })?;
        Ok(shared)
    }
}

/// What a stream of records holds between two of them.
struct Pages<R> {
    read: Arc<R>,
    /// Position or revision.
    place: fn(&Record) -> u64,
    page: std::vec::IntoIter<Record>,
    /// Where the next page begins; `None` after an error.
    next: Option<u64>,
}

impl<R> Pages<R>
where
    R: Fn(u64) -> Result<Vec<Record>, ReadError> + Send + Sync + 'static,
{
    async fn next(mut self) -> Option<(Result<Record, ReadError>, Pages<R>)> {
        if let Some(record) = self.page.next() {
            return Some((Ok(record), self));
        }
        let next = self.next.take()?;
        let read = Arc::clone(&self.read);
        match on_reader(move || read(next)).await {
            Ok(records) => {
                let last = records.last().map(self.place);
                self.next = last.and_then(|last| last.checked_add(1));
                self.page = records.into_iter();
                let record = self.page.next()?;
                Some((Ok(record), self))
            }
            Err(error) => Some((Err(error), self)),
        }
    }
}

/// Reads page after page until one is empty.
fn pages(
    from: u64,
    read: impl Fn(u64) -> Result<Vec<Record>, ReadError> + Send + Sync + 'static,
    place: fn(&Record) -> u64,
) -> impl Stream<Item = Result<Record, ReadError>> + Send + Unpin {
    let pages = Pages {
        read: Arc::new(read),
        place,
        page: Vec::new().into_iter(),
        next: Some(from),
    };
    Box::pin(stream::unfold(pages, Pages::next))
}
