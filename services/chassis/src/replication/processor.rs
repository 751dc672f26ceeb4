//! Processes events: passes them to the service and moves the cursor.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use onestop_proto::{actor::ServiceName, envelope::Envelope, parking::Reason};
use tokio::sync::Mutex;
use tracing::{debug, warn};

use super::{
    arrival::{Arrival, Fork, Verdict, judge},
    source_tracker::SourceTracker,
};
use crate::{
    client::Client,
    failure::Failure,
    metrics::{Metrics, Named},
    service::{Delivery, Handled, Service},
    store::{Cursor, SourcePosition, Store},
    timing::Backoff,
};

/// How often an event is handled before it is parked.
const ATTEMPTS: u32 = 4;
/// The pause before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(50);

/// Processes the events that one service subscribes to.
pub struct Processor<S> {
    pub(super) service: Arc<S>,
    pub(super) store: Store,
    pub(super) client: Client,
    pub(super) metrics: Metrics,
    pub(super) sources: SourceTracker,
    /// Serializes processing per source, so that only one task moves its cursor.
    locks: BTreeMap<ServiceName, Mutex<()>>,
}

/// The outcome of processing events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processed {
    /// All of them are processed now.
    All,
    /// Events before one of them are missing.
    Gap,
    /// One of them belongs to a diverged history: it and those after it were not processed.
    Forked(Fork),
}

impl<S: Service> Processor<S> {
    /// A processor for `service`, which appends to `store`.
    pub fn new(
        service: Arc<S>,
        store: Store,
        client: Client,
        metrics: Metrics,
        sources: SourceTracker,
    ) -> Self {
        let subscribed = S::subscribes_to().into_iter();
        Self {
            service,
            store,
            client,
            metrics,
            sources,
            locks: subscribed.map(|name| (name, Mutex::new(()))).collect(),
        }
    }

    /// The state of each source.
    pub(crate) fn sources(&self) -> &SourceTracker {
        &self.sources
    }

    pub(super) async fn lock(
        &self,
        service: &ServiceName,
    ) -> anyhow::Result<tokio::sync::MutexGuard<'_, ()>> {
        let lock = self.locks.get(service);
        let lock = lock.with_context(|| format!("no subscription to {service}"))?;
        Ok(lock.lock().await)
    }

    /// Processes events of one source in their order, as far as they continue its processed history.
    ///
    /// # Errors
    /// If the log cannot be written. Events processed before the error stay processed.
    pub async fn process(&self, envelopes: &[Envelope]) -> anyhow::Result<Processed> {
        let Some(first) = envelopes.first() else {
            return Ok(Processed::All);
        };
        let _lock = self.lock(&first.source.service).await?;
        let from = Named {
            name: first.source.service.to_string(),
        };
        // The cursor of consecutive events that caused nothing is saved once for all of them.
        let mut unsaved = None;
        let mut rest = envelopes;
        let processed = loop {
            let Some((envelope, after)) = rest.split_first() else {
                break Processed::All;
            };
            let arrival = Arrival::of(envelope).context("an event's sequence is not a number")?;
            let position = arrival.position;
            let verdict = judge(&self.sources.positions(), &arrival);
            match verdict {
                Verdict::Seen => {
                    self.metrics.duplicates.get_or_create(&from).inc();
                    rest = after;
                }
                Verdict::Gap => break Processed::Gap,
                Verdict::Forked(fork) => break Processed::Forked(fork),
                Verdict::Next => {
                    let count = self.process_next(rest, position, &mut unsaved).await?;
                    let (done, after) = rest.split_at(count);
                    self.metrics
                        .processed
                        .get_or_create(&from)
                        .inc_by(count as u64);
                    if let Some(last) = done.last() {
                        let reached = SourcePosition::after(last, position + count as u64 - 1);
                        self.sources.set_position(&last.source, last.epoch, reached);
                        self.sources.record_written(&last.source, last.recordedtime);
                    }
                    rest = after;
                }
            }
        };
        if let Some(cursor) = unsaved {
            self.store.advance(&cursor).await?;
        }
        Ok(processed)
    }

    /// Processes the next event, and with it the events that continue it, if the service takes batches.
    /// Returns how many were processed.
    async fn process_next(
        &self,
        rest: &[Envelope],
        position: u64,
        unsaved: &mut Option<Cursor>,
    ) -> anyhow::Result<usize> {
        let batch = consecutive(rest, position);
        if batch.len() > 1 && S::DELIVERY == Delivery::Batch {
            self.process_batch(batch, position).await?;
            *unsaved = None;
            return Ok(batch.len());
        }
        let Some(envelope) = rest.first() else {
            return Ok(0);
        };
        let cursor = cursor_after(envelope, position);
        if self.park_behind(envelope, &cursor).await?.is_some() {
            *unsaved = None;
            return Ok(1);
        }
        match self.handle_with_retries(envelope, &cursor).await {
            Ok(Handled::Appended) => *unsaved = None,
            Ok(Handled::Ignored) => *unsaved = Some(cursor),
            Err(error) => {
                let problem = format!("{error:#}");
                warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, error = problem, "an event cannot be processed and is parked");
                self.park(envelope, &cursor, Reason::Failed { problem })
                    .await
                    .map_err(|unparked| unparked.context(error.to_string()))?;
                *unsaved = None;
            }
        }
        Ok(1)
    }

    async fn process_batch(&self, batch: &[Envelope], position: u64) -> anyhow::Result<()> {
        let with_cursor = |(envelope, position): (&Envelope, u64)| {
            let cursor = cursor_after(envelope, position);
            (envelope.clone(), cursor)
        };
        let events: Vec<_> = batch.iter().zip(position..).map(with_cursor).collect();
        match self.service.handle_batch(&events).await {
            Ok(()) => Ok(()),
            Err(Failure::Internal(error)) => Err(error),
            Err(Failure::Rejected(rejected)) => Err(anyhow!(rejected.to_string())),
        }
    }

    async fn handle_with_retries(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Handled> {
        let mut backoff = Backoff::new(PAUSE, PAUSE * 2_u32.pow(ATTEMPTS));
        for _ in 1..ATTEMPTS {
            if let Ok(handled) = self.handle(envelope, cursor).await {
                return Ok(handled);
            }
            tokio::time::sleep(backoff.next_pause()).await;
        }
        self.handle(envelope, cursor).await
    }

    pub(super) async fn handle(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Handled> {
        match self.service.handle(envelope, cursor).await {
            Ok(handled) => Ok(handled),
            Err(Failure::Rejected(rejected)) => {
                debug!(event.id = %envelope.id, event.kind = envelope.event_type, code = rejected.code, "the rules reject the reaction to an event: it is ignored");
                Ok(Handled::Ignored)
            }
            Err(Failure::Internal(error)) => Err(error),
        }
    }
}

fn cursor_after(envelope: &Envelope, position: u64) -> Cursor {
    let reached = SourcePosition::after(envelope, position);
    Cursor::new(&envelope.source, envelope.epoch, reached)
}

/// The longest prefix of `envelopes` in which each event continues the one before it, in the same history.
fn consecutive(envelopes: &[Envelope], position: u64) -> &[Envelope] {
    let continues = |(pair, next): &(&[Envelope], u64)| match pair {
        [before, after] => {
            after.position() == Some(*next)
                && after.prevhash == before.hash
                && (&after.source, after.epoch) == (&before.source, before.epoch)
        }
        _ => false,
    };
    let following = envelopes
        .windows(2)
        .zip(position + 1..)
        .take_while(continues);
    let count = 1 + following.count();
    envelopes.get(..count).unwrap_or(envelopes)
}
