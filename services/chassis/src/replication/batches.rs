//! Consecutive events of one source, processed together: decided on one after the other, and appended with the cursor
//! in one append.
//!
//! If an event fails, those before it are processed without it; then it is tried alone, and parked in the end. What a
//! crash leaves is what the cursor says, for the cursor is in the same append.

use std::time::Duration;

use anyhow::anyhow;
use onestop_proto::{
    envelope::Envelope,
    parking::{Reason, is_about_transport},
};
use tracing::{debug, warn};

use super::{
    parked_queue,
    processor::{Processor, cursor_after},
    unsaved_cursors::UnsavedCursors,
};
use crate::{
    failure::Failure,
    runtime::in_place::in_place,
    service::{Delivery, Service},
    store::{Batch, Cursor, SourcePosition, StoreError, is_conflict},
    timing::Backoff,
};

/// Events processed together, at most. A commit costs as much as deciding on ten events; a longer batch
/// makes a command for one of its cases more likely to come between.
const BATCH_EVENTS: usize = 200;
/// After so many decisions other tasks have their turn.
const TURN: usize = 16;
/// How often an event is tried before it is parked.
const ATTEMPTS: u32 = 4;
/// The pause before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(50);
/// How often decisions are made again after a conflict. Each means that another writer appended an event.
const CONFLICTS: u32 = 32;

/// Events that could not be processed together.
struct Refused {
    /// So many of them may be processed together; 0 if the first is to be tried alone.
    fewer: usize,
    error: anyhow::Error,
}

impl Refused {
    /// The append failed, and does not say for which event.
    fn halve(events: &[Envelope], error: anyhow::Error) -> Self {
        let fewer = events.len() / 2;
        Self { fewer, error }
    }
}

impl<S: Service> Processor<S> {
    /// Processes the first of consecutive events, and as many with it as can be processed together. Returns how
    /// many. The cursor after events that caused nothing is kept in `unsaved`.
    pub(super) async fn process_next(
        &self,
        events: &[Envelope],
        position: u64,
        unsaved: &mut UnsavedCursors,
    ) -> anyhow::Result<usize> {
        let mut backoff = Backoff::new(PAUSE, PAUSE * 2_u32.pow(ATTEMPTS));
        let mut attempts = 0;
        let mut batch = first(events, BATCH_EVENTS);
        loop {
            let refused = match self.process_batch(batch, position, unsaved).await {
                Ok(count) => return Ok(count),
                Err(refused) => refused,
            };
            if refused.fewer > 0 {
                batch = first(batch, refused.fewer);
                continue;
            }
            let Some(envelope) = batch.first() else {
                return Err(refused.error);
            };
            // It is not the event that is to blame: it is tried again once the log can be written.
            if StoreError::is_of_the_log(&refused.error) {
                return Err(refused.error);
            }
            attempts += 1;
            if attempts == ATTEMPTS {
                let cursor = cursor_after(envelope, position);
                self.park_failed(envelope, &cursor, refused.error).await?;
                unsaved.supersede(&cursor);
                return Ok(1);
            }
            batch = first(batch, 1);
            tokio::time::sleep(backoff.next_pause()).await;
        }
    }

    async fn process_batch(
        &self,
        events: &[Envelope],
        position: u64,
        unsaved: &mut UnsavedCursors,
    ) -> Result<usize, Refused> {
        let began = self.traces().now();
        let count = self.process_traced(events, position, unsaved).await?;
        let (processed, by) = (first(events, count), self.store.source());
        self.traces().record_processed(processed, by, began);
        Ok(count)
    }

    async fn process_traced(
        &self,
        events: &[Envelope],
        position: u64,
        unsaved: &mut UnsavedCursors,
    ) -> Result<usize, Refused> {
        let events = match S::DELIVERY {
            Delivery::Decided => events,
            Delivery::Copied => {
                let free = first(events, self.count_free(events)?);
                if let [one, _, ..] = free {
                    let cursor = cursor_after(one, position);
                    self.copy(free, &cursor, position).await?;
                    unsaved.supersede(&cursor);
                    return Ok(free.len());
                }
                first(events, 1)
            }
        };
        self.service.catch_up_views().await;
        let mut batch = Batch::new(&self.store);
        let count = self.decide_all(events, &mut batch).await?;
        let decided = first(events, count);
        let Some(last) = decided.last() else {
            return Ok(0);
        };
        let cursor = cursor_after(last, position + count as u64 - 1);
        if batch.is_empty() {
            unsaved.keep(cursor);
            return Ok(count);
        }
        self.append(decided, &mut batch, &cursor).await?;
        unsaved.supersede(&cursor);
        let parked = batch.count_in(parked_queue::STREAMS);
        let parked = i64::try_from(parked).unwrap_or(i64::MAX);
        self.metrics.parked.inc_by(parked);
        Ok(count)
    }

    /// Decides on events until the batch is full. Returns how many were decided on.
    async fn decide_all(&self, events: &[Envelope], batch: &mut Batch) -> Result<usize, Refused> {
        let mut decided = 0;
        for turn in events.chunks(TURN) {
            if decided > 0 {
                tokio::task::yield_now().await;
            }
            // It may wait for read models and for the log.
            let wanted = decided + turn.len();
            decided = in_place(|| self.decide_turn(decided, turn, batch))?;
            if decided < wanted {
                break;
            }
        }
        Ok(decided)
    }

    /// Decides on consecutive events, the first of which has this number in the batch. Returns the number behind the last.
    fn decide_turn(
        &self,
        number: usize,
        events: &[Envelope],
        batch: &mut Batch,
    ) -> Result<usize, Refused> {
        let mut next = number;
        for envelope in events {
            if batch.is_full() {
                break;
            }
            self.decide_numbered(next, envelope, batch)?;
            next += 1;
        }
        Ok(next)
    }

    /// Appends the batch. If another writer was faster, decides again on the events that this concerns.
    async fn append(
        &self,
        events: &[Envelope],
        batch: &mut Batch,
        cursor: &Cursor,
    ) -> Result<(), Refused> {
        for _ in 0..CONFLICTS {
            let Err(error) = batch.append(Some(cursor)).await else {
                return Ok(());
            };
            let is_conflict = is_conflict(&error);
            let again = batch.forget_stale();
            if !is_conflict || again.is_empty() {
                return Err(Refused::halve(events, StoreError::Append(error).into()));
            }
            debug!(
                again = again.len(),
                "commands came between events: decided again"
            );
            self.service.catch_up_views().await;
            for (number, envelope) in events.iter().enumerate() {
                if again.contains(&number) {
                    self.decide_numbered(number, envelope, batch)?;
                }
            }
        }
        Err(Refused::halve(events, too_many_conflicts()))
    }

    fn decide_numbered(
        &self,
        number: usize,
        envelope: &Envelope,
        batch: &mut Batch,
    ) -> Result<(), Refused> {
        batch.begin(number);
        let fewer = number;
        self.decide(envelope, batch)
            .map_err(|error| Refused { fewer, error })
    }

    /// Decides on one event: behind a parked one with its subject it is parked too, unless it is about transport.
    fn decide(&self, envelope: &Envelope, batch: &mut Batch) -> anyhow::Result<()> {
        if is_about_transport(&envelope.event_type) {
            return self.handle(envelope, batch);
        }
        if self.has_parked(envelope.subject, batch)? {
            return self.add_parked(envelope, Reason::Behind {}, batch);
        }
        if !S::knows(&envelope.event_type) {
            warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, "an event is newer than this service and is parked until it is upgraded");
            return self.add_parked(envelope, Reason::Newer {}, batch);
        }
        self.handle(envelope, batch)
    }

    /// Has the service decide on an event. What its rules reject is ignored.
    pub(super) fn handle(&self, envelope: &Envelope, batch: &mut Batch) -> anyhow::Result<()> {
        match self.service.handle(envelope, batch) {
            Ok(()) => Ok(()),
            Err(Failure::Rejected(rejected)) => {
                debug!(event.id = %envelope.id, event.kind = envelope.event_type, code = rejected.code, "the rules reject the reaction to an event: it is ignored");
                Ok(())
            }
            Err(Failure::Internal(error)) => Err(error),
        }
    }

    /// Handles a parked event again. The cursor has passed it, and stays where it is.
    pub(super) async fn handle_again(&self, envelope: &Envelope) -> anyhow::Result<()> {
        let began = self.traces().now();
        self.handle_again_traced(envelope).await?;
        let (processed, by) = (std::slice::from_ref(envelope), self.store.source());
        self.traces().record_processed(processed, by, began);
        Ok(())
    }

    async fn handle_again_traced(&self, envelope: &Envelope) -> anyhow::Result<()> {
        for _ in 0..CONFLICTS {
            self.service.catch_up_views().await;
            let mut batch = Batch::new(&self.store);
            self.handle(envelope, &mut batch)?;
            match batch.append(None).await {
                Ok(()) => return Ok(()),
                Err(error) if is_conflict(&error) => {}
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        Err(too_many_conflicts())
    }

    /// How many events come before the first that has to wait behind a parked one.
    fn count_free(&self, events: &[Envelope]) -> Result<usize, Refused> {
        let mut nothing_added = Batch::new(&self.store);
        for (number, envelope) in events.iter().enumerate() {
            if is_about_transport(&envelope.event_type) {
                continue;
            }
            let waits = self.has_parked(envelope.subject, &mut nothing_added);
            let waits = waits.map_err(|error| Refused::halve(events, error))?;
            if waits || !S::knows(&envelope.event_type) {
                return Ok(number);
            }
        }
        Ok(events.len())
    }

    async fn copy(
        &self,
        events: &[Envelope],
        cursor: &Cursor,
        position: u64,
    ) -> Result<(), Refused> {
        let copies = events.iter().zip(position..).map(|(envelope, position)| {
            let reached = SourcePosition::after(envelope, position);
            (envelope, cursor.moved(reached))
        });
        let copies: Vec<_> = copies.collect();
        let error = match self.service.copy(&copies).await {
            Ok(()) => return Ok(()),
            Err(Failure::Internal(error)) => error,
            Err(Failure::Rejected(rejected)) => anyhow!(rejected.to_string()),
        };
        Err(Refused::halve(events, error))
    }

    async fn park_failed(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
        error: anyhow::Error,
    ) -> anyhow::Result<()> {
        let problem = format!("{error:#}");
        if let Some(StoreError::EventIdReused { .. }) = error.downcast_ref() {
            self.metrics.event_ids_reused.inc();
        }
        if is_about_transport(&envelope.event_type) {
            warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, error = problem, "an event about transport cannot be processed and is left out");
            self.metrics.left_out.inc();
            return Ok(self.store.advance(cursor).await?);
        }
        warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, error = problem, "an event cannot be processed and is parked");
        self.park(envelope, cursor, Reason::Failed { problem })
            .await
            .map(|_| ())
            .map_err(|unparked| unparked.context(error.to_string()))
    }
}

fn too_many_conflicts() -> anyhow::Error {
    anyhow!("streams changed {CONFLICTS} times while it was being decided what follows from events")
}

fn first(events: &[Envelope], count: usize) -> &[Envelope] {
    events.get(..count).unwrap_or(events)
}
