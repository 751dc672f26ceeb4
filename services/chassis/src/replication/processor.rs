//! Delivery events in: the service hears them, and its cursor moves. An event that the service cannot take
//! is parked after some attempts, and later events of its case wait behind it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context;
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::AcceptedCommand,
    envelope::Envelope,
    ids::CaseId,
    parking::{Event, Parked, Reason, Rejection},
};
use tokio::sync::Mutex;
use tracing::{debug, warn};

use super::{
    arrival::{Arrival, Fork, Verdict, judge},
    source_tracker::SourceTracker,
};
use crate::{
    client::Client,
    metrics::{Metrics, Named},
    parking::{self, ParkedQueue},
    service::{Delivery, Failure, Handled, Service},
    store::{Cursor, EventMeta, SourcePosition, Store},
};

/// How often an event is tried before it is parked.
const ATTEMPTS: u32 = 4;
/// Pause before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes in events for one service.
pub(crate) struct Processor<S> {
    pub(super) service: Arc<S>,
    pub(super) store: Store,
    pub(super) client: Client,
    pub(super) metrics: Metrics,
    pub(super) sources: SourceTracker,
    /// One event of a source at a time, be it new or tried again: its cursor has one owner.
    pub(super) gates: BTreeMap<ServiceName, Mutex<()>>,
}

/// What became of events that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Processed {
    /// All of them are heard now.
    All,
    /// Something is missing before one of them.
    Ahead,
    /// One of them belongs to another history: it and what comes after it were left out.
    Forked(Fork),
}

impl<S: Service> Processor<S> {
    pub(crate) fn new(
        service: Arc<S>,
        (store, client): (Store, Client),
        metrics: Metrics,
        sources: SourceTracker,
    ) -> Self {
        let gates = S::subscribes_to();
        Self {
            service,
            store,
            client,
            metrics,
            sources,
            gates: gates
                .into_iter()
                .map(|name| (name, Mutex::new(())))
                .collect(),
        }
    }

    /// How far it has heard.
    pub(crate) fn sources(&self) -> &SourceTracker {
        &self.sources
    }

    /// Takes in events of one source, in their order, as far as they follow what was heard.
    ///
    /// # Errors
    /// If the log cannot be written. What was taken before stays taken.
    pub(crate) async fn take(&self, envelopes: &[Envelope]) -> anyhow::Result<Processed> {
        let Some(first) = envelopes.first() else {
            return Ok(Processed::All);
        };
        let gate = self.gates.get(&first.source.service);
        let _gate = gate.context("nobody listens to this source")?.lock().await;
        let from = Named {
            name: first.source.service.to_string(),
        };
        // The cursor of events that caused nothing moves once for all of them.
        let mut unsaved = None;
        let mut rest = envelopes;
        let took = loop {
            let Some((envelope, after)) = rest.split_first() else {
                break Processed::All;
            };
            let arrival = Arrival::of(envelope).context("an event's sequence is not a number")?;
            let position = arrival.position;
            let verdict = judge(&self.sources.progress(), &arrival);
            match verdict {
                Verdict::Seen => {
                    self.metrics.duplicates.get_or_create(&from).inc();
                    rest = after;
                }
                Verdict::Ahead => break Processed::Ahead,
                Verdict::Forked(fork) => break Processed::Forked(fork),
                Verdict::Next => {
                    let count = self.take_next(rest, position, &mut unsaved).await?;
                    let (taken, after) = rest.split_at(count);
                    self.metrics.heard.get_or_create(&from).inc_by(count as u64);
                    if let Some(last) = taken.last() {
                        let upto = SourcePosition::with(last, position + count as u64 - 1);
                        self.sources.heard(&last.source, last.epoch, upto);
                    }
                    rest = after;
                }
            }
        };
        if let Some(cursor) = unsaved {
            self.store.advance(&cursor).await?;
        }
        Ok(took)
    }

    /// Takes in the next event; with it those that follow it, if the service takes many at a time.
    /// How many were taken.
    async fn take_next(
        &self,
        rest: &[Envelope],
        position: u64,
        unsaved: &mut Option<Cursor>,
    ) -> anyhow::Result<usize> {
        let run = unbroken(rest, position);
        if run.len() > 1 && S::DELIVERY == Delivery::Batch {
            let with_cursor = |(envelope, position): (&Envelope, u64)| {
                let cursor = cursor(envelope, position);
                (envelope.clone(), cursor)
            };
            let events: Vec<_> = run.iter().zip(position..).map(with_cursor).collect();
            match self.service.handle_batch(&events).await {
                Ok(()) => {
                    *unsaved = None;
                    return Ok(run.len());
                }
                Err(Failure::Internal(error)) => return Err(error),
                Err(Failure::Rejected(rejected)) => {
                    return Err(anyhow::anyhow!(rejected.to_string()));
                }
            }
        }
        let Some(envelope) = rest.first() else {
            return Ok(0);
        };
        let cursor = cursor(envelope, position);
        if self.park_behind(envelope, &cursor).await?.is_some() {
            *unsaved = None;
            return Ok(1);
        }
        match self.handle_with_retries(envelope, &cursor).await {
            Ok(Handled::Appended) => *unsaved = None,
            Ok(Handled::Ignored) => *unsaved = Some(cursor),
            Err(error) => {
                let problem = format!("{error:#}");
                warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, error = problem, "an event cannot be taken and is parked");
                self.park(envelope, &cursor, Reason::Failed { problem })
                    .await
                    .map_err(|unparked| unparked.context(error.to_string()))?;
                *unsaved = None;
            }
        }
        Ok(1)
    }

    async fn handle_with_retries(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Handled> {
        let mut pause = PAUSE;
        for _ in 1..ATTEMPTS {
            if let Ok(heard) = self.handle(envelope, cursor).await {
                return Ok(heard);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.handle(envelope, cursor).await
    }

    pub(super) async fn handle(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Handled> {
        match self.service.handle(envelope, cursor).await {
            Ok(heard) => Ok(heard),
            Err(Failure::Rejected(rejected)) => {
                debug!(event.id = %envelope.id, event.kind = envelope.event_type, code = rejected.code, "heard, and nothing to do");
                Ok(Handled::Ignored)
            }
            Err(Failure::Internal(error)) => Err(error),
        }
    }

    /// Sets an event aside if an earlier one of its case waits. The stream's revision settles it when
    /// that one is taken at the same moment.
    async fn park_behind(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Option<AcceptedCommand>> {
        if self.first_parked(envelope.subject)?.is_none() {
            return Ok(None);
        }
        match self.park(envelope, cursor, Reason::Behind {}).await {
            Ok(accepted) => Ok(Some(accepted)),
            Err(error) if error.is::<Rejection>() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets an event aside; its cursor moves in the same append.
    async fn park(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
        reason: Reason,
    ) -> anyhow::Result<AcceptedCommand> {
        let case = envelope.subject;
        let at = envelope.place();
        let parked = Parked {
            event: envelope.id,
            event_type: envelope.event_type.clone(),
            at: at.context("an event's sequence is not a number")?,
            reason,
            unit: envelope.unit.clone(),
            division: envelope.division,
        };
        let decide =
            |lot: Option<&ParkedQueue>| match (&parked.reason, lot.and_then(ParkedQueue::first)) {
                (Reason::Behind {}, None) => Err(Rejection::NothingParked { case }),
                (Reason::Behind {}, Some(_)) | (Reason::Failed { .. }, _) => {
                    Ok(vec![Event::from(parked.clone())])
                }
            };
        let accepted = self.note(envelope, Some(cursor), "parked", decide).await?;
        self.metrics.parked.inc();
        Ok(accepted)
    }

    pub(super) async fn note(
        &self,
        envelope: &Envelope,
        cursor: Option<&Cursor>,
        what: &str,
        decide: impl Fn(Option<&ParkedQueue>) -> Result<Vec<Event>, Rejection> + Send + Sync,
    ) -> anyhow::Result<AcceptedCommand> {
        let actor = Actor::system(&S::name(), envelope.unit.clone());
        let meta = EventMeta {
            command: envelope.id.reaction_by(&format!("{}/{what}", S::name())),
            ..EventMeta::from_event(envelope, self.store.source(), actor)
        };
        let stream = stream(envelope.subject);
        let noted = self
            .store
            .execute(&stream, &meta, cursor, &parking::RULES, |lot, _| {
                decide(lot)
            })
            .await;
        match noted {
            Ok((accepted, _)) => Ok(accepted),
            Err(Failure::Internal(error)) => Err(error),
            Err(Failure::Rejected(_)) => Err(Rejection::NothingParked {
                case: envelope.subject,
            }
            .into()),
        }
    }
}

fn cursor(envelope: &Envelope, position: u64) -> Cursor {
    let upto = SourcePosition::with(envelope, position);
    Cursor::new(&envelope.source, envelope.epoch, upto)
}

/// The events at the beginning of which each follows the one before it, of the same history.
fn unbroken(envelopes: &[Envelope], position: u64) -> &[Envelope] {
    let follows = |(pair, next): &(&[Envelope], u64)| match pair {
        [before, after] => {
            after.position() == Some(*next)
                && after.prevhash == before.hash
                && (&after.source, after.epoch) == (&before.source, before.epoch)
        }
        _ => false,
    };
    let following = envelopes.windows(2).zip(position + 1..).take_while(follows);
    let count = 1 + following.count();
    envelopes.get(..count).unwrap_or(envelopes)
}

pub(super) fn stream(case: CaseId) -> String {
    format!("{}{case}", parking::STREAMS)
}
