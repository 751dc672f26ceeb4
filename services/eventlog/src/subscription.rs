//! Following the log from a position: catch up, then live, in one loop that knows no difference.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::Stream;
use futures::stream;
use tokio::sync::watch;

use crate::error::ReadError;
use crate::filter::Filter;
use crate::frame::Frame;
use crate::readers::on_reader;
use crate::record::{Head, Position, Record};
use crate::shared::Shared;

/// Delivers every record from a position on, or those that a filter selects, each once, in order.
///
/// It holds one position and, of what is no longer in the log's memory, at most the commits or blocks that one call asks
/// for; the log never waits for it, so a slow subscriber falls behind without being dropped. Its methods are cancel safe.
/// What is old is read from the disk on one of the log's reader threads; the task that waits is free meanwhile.
pub struct Subscription {
    shared: Arc<Shared>,
    head: watch::Receiver<Head>,
    next: Position,
    filter: Option<Filter>,
    /// Read already; the first one holds the next record, or was delivered.
    frames: VecDeque<Arc<Frame>>,
}

impl Subscription {
    pub(crate) fn new(
        shared: Arc<Shared>,
        head: watch::Receiver<Head>,
        from: Position,
        filter: Option<Filter>,
    ) -> Subscription {
        Subscription {
            shared,
            head,
            next: from,
            filter,
            frames: VecDeque::new(),
        }
    }

    /// The position that is looked at next: everything before was delivered, or is not selected.
    #[must_use]
    pub fn position(&self) -> Position {
        self.next
    }

    /// Waits for the next record.
    ///
    /// # Errors
    /// [`ReadError`] if the log is closed, or the record cannot be read or does not verify; the
    /// position stays where it is.
    pub async fn next(&mut self) -> Result<Record, ReadError> {
        self.next_of(1).await
    }

    /// Waits for the next record, then takes up to `max` records that are there (at least one).
    ///
    /// # Errors
    /// As [`Subscription::next`]; records read before the error are delivered first.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<Record>, ReadError> {
        let mut records = vec![self.next_of(max).await?];
        // Nothing is awaited while records are held: dropping the future would lose them.
        while records.len() < max {
            let Some(record) = self.ready() else {
                break;
            };
            records.push(record);
        }
        Ok(records)
    }

    /// The same as a stream. It ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Record, ReadError>> + Send + Unpin {
        Box::pin(stream::unfold(Some(self), Subscription::step))
    }

    /// The next item of the stream, and what gives the one after it.
    async fn step(
        rest: Option<Subscription>,
    ) -> Option<(Result<Record, ReadError>, Option<Subscription>)> {
        let mut subscription = rest?;
        let record = subscription.next().await;
        let rest = record.is_ok().then_some(subscription);
        Some((record, rest))
    }

    /// The next record, where the caller takes `most` that are there.
    async fn next_of(&mut self, most: usize) -> Result<Record, ReadError> {
        loop {
            if let Some(record) = self.ready() {
                return Ok(record);
            }
            if self.next < self.head.borrow_and_update().count {
                self.load(most).await?;
            } else {
                self.wait().await?;
            }
        }
    }

    /// The next record, if it is durable, selected, and in memory.
    fn ready(&mut self) -> Option<Record> {
        loop {
            if self.next >= self.head.borrow().count {
                return None;
            }
            while self.frames.front().is_some_and(|it| it.end() <= self.next) {
                self.frames.pop_front();
            }
            if self.frames.is_empty() {
                self.frames
                    .push_back(self.shared.frame_in_memory(self.next)?);
            }
            let record = self.frames.front()?.record(self.next)?.clone();
            self.next += 1;
            let is_selected = |filter: &Filter| filter.matches(&record.labels);
            if self.filter.as_ref().is_none_or(is_selected) {
                return Some(record);
            }
        }
    }

    /// Reads the commits or blocks that hold the next `most` records, up to what is in memory.
    async fn load(&mut self, most: usize) -> Result<(), ReadError> {
        let (shared, next) = (Arc::clone(&self.shared), self.next);
        let end = next.saturating_add(u64::try_from(most).unwrap_or(u64::MAX));
        let end = end.min(self.head.borrow().count);
        self.frames = on_reader(move || shared.frames(next, end)).await?;
        Ok(())
    }

    /// Waits until the head has moved since it was last looked at.
    async fn wait(&mut self) -> Result<(), ReadError> {
        let closed = |_| ReadError::Closed {
            why: self.shared.close_reason(),
        };
        self.head.changed().await.map_err(closed)
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Subscription")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
