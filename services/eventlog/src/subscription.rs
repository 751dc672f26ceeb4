//! Following the log from a position: catch up, then live, in one loop that knows no difference.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::ReadError;
use crate::frame::Frame;
use crate::record::{Head, Position, Record};
use crate::shared::Shared;

/// Delivers every record from a position on, each once, in order.
///
/// It holds one position and at most one commit or block of records in memory; the log never waits for it, so a slow
/// subscriber falls behind without being dropped. Its methods are cancel safe. Reading the next
/// commit happens in the calling task: microseconds from memory, a disk read if it is old.
pub struct Subscription {
    shared: Arc<Shared>,
    head: watch::Receiver<Head>,
    next: Position,
    frame: Option<Arc<Frame>>,
}

impl Subscription {
    pub(crate) fn new(
        shared: Arc<Shared>,
        head: watch::Receiver<Head>,
        from: Position,
    ) -> Subscription {
        Subscription {
            shared,
            head,
            next: from,
            frame: None,
        }
    }

    /// The position that comes next.
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
        loop {
            if let Some(record) = self.ready()? {
                return Ok(record);
            }
            self.wait().await?;
        }
    }

    /// Waits for the next record, then takes up to `max` records that are there (at least one).
    ///
    /// # Errors
    /// As [`Subscription::next`]; records read before the error are delivered first.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<Record>, ReadError> {
        let mut records = vec![self.next().await?];
        while records.len() < max {
            // An error comes back on the next call, since the position has not moved.
            let Ok(Some(record)) = self.ready() else {
                break;
            };
            records.push(record);
        }
        Ok(records)
    }

    /// The next record, if it is durable.
    fn ready(&mut self) -> Result<Option<Record>, ReadError> {
        let kept = self
            .frame
            .as_ref()
            .and_then(|frame| frame.record(self.next))
            .cloned();
        if let Some(record) = kept {
            self.next += 1;
            return Ok(Some(record));
        }
        if self.next >= self.head.borrow_and_update().count {
            return Ok(None);
        }
        let frame = self.shared.frame(self.next)?;
        let record = frame.record(self.next).cloned();
        self.frame = Some(frame);
        self.next += u64::from(record.is_some());
        Ok(record)
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
