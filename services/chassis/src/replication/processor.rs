//! Processes events: passes them to the service and moves the cursor.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context;
use onestop_proto::{actor::ServiceName, envelope::Envelope};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{MissedTickBehavior, interval},
};
use tracing::debug;

use super::{
    arrival::{Arrival, Continuity, Fork, judge},
    source_tracker::SourceTracker,
    unsaved_cursors::UnsavedCursors,
};
use crate::{
    client::Client,
    metrics::{Metrics, Named},
    service::Service,
    settings::Settings,
    shutdown::Shutdown,
    store::{Cursor, Room, SourcePosition, Store, StoreError},
    traces::Traces,
};

/// How long a cursor may stay unsaved.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// Processes the events that one service subscribes to.
pub struct Processor<S> {
    pub(super) service: Arc<S>,
    pub(super) store: Store,
    pub(super) client: Client,
    pub(super) metrics: Metrics,
    pub(super) sources: SourceTracker,
    /// Serializes processing per source, so that only one task moves its cursor.
    locks: BTreeMap<ServiceName, Mutex<UnsavedCursors>>,
    /// Hours in which a second person decides.
    pub(super) second_person_hours: u32,
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
            locks: subscribed.map(|name| (name, Mutex::default())).collect(),
            second_person_hours: Settings::default().second_person_hours,
        }
    }

    /// The same, with the time that the settings give a second person to decide.
    #[must_use]
    pub(crate) fn with_settings(self, settings: &Settings) -> Self {
        Self {
            second_person_hours: settings.second_person_hours,
            ..self
        }
    }

    /// What begins the spans of the service.
    pub(super) fn traces(&self) -> &Traces {
        self.client.bus().traces()
    }

    pub(crate) fn sources(&self) -> &SourceTracker {
        &self.sources
    }

    pub(super) async fn lock(
        &self,
        service: &ServiceName,
    ) -> anyhow::Result<MutexGuard<'_, UnsavedCursors>> {
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
        // A log that its own subscribers contradict takes nothing in.
        self.store.gate().accepted().await;
        let mut unsaved = self.lock(&first.source.service).await?;
        let from = Named {
            name: first.source.service.to_string(),
        };
        let mut rest = envelopes;
        loop {
            let Some((envelope, after)) = rest.split_first() else {
                return Ok(Processed::All);
            };
            let arrival = Arrival::of(envelope).context("an event's sequence is not a number")?;
            let position = arrival.position;
            let verdict = judge(&self.sources.positions(), &arrival);
            match verdict {
                Continuity::Seen => {
                    self.metrics.duplicates.get_or_create(&from).inc();
                    rest = after;
                }
                Continuity::Gap => return Ok(Processed::Gap),
                Continuity::Forked(fork) => return Ok(Processed::Forked(fork)),
                Continuity::Next => {
                    let next = consecutive(rest, position);
                    let count = self.process_next(next, position, &mut unsaved).await?;
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
        }
    }

    /// Saves the cursors that no append has saved, again and again, and at last after a stop in good order: what was heard is
    /// then known, and a source that lost it is found out.
    pub(super) async fn keep_cursors_saved(
        self: Arc<Self>,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let mut saves = interval(SAVED_EVERY);
        saves.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next = async {
                saves.tick().await;
                self.store.gate().lease().sure().await;
            };
            let is_over = shutdown.run_until_requested(next).await.is_none();
            // A source that is busy for longer keeps nothing from ending.
            let saved = tokio::time::timeout(SAVED_EVERY, self.save_if_there_is_room()).await;
            if let Ok(Err(error)) = saved {
                debug!(%error, "cursors after events that caused nothing stay unsaved for now");
            }
            if is_over {
                return Ok(());
            }
        }
    }

    async fn save_if_there_is_room(&self) -> Result<(), StoreError> {
        match self.store.gate().disk().room() {
            Room::Enough => self.save_cursors().await,
            Room::Reserve => Ok(()),
        }
    }

    /// Saves the cursors that no append has saved. Those for a service whose events are being processed are saved after the
    /// others, each alone: nothing else waits for what may take long there.
    ///
    /// # Errors
    /// If the log cannot be written: they stay unsaved.
    pub async fn save_cursors(&self) -> Result<(), StoreError> {
        let (mut free, mut busy) = (Vec::new(), Vec::new());
        for lock in self.locks.values() {
            match lock.try_lock() {
                Ok(unsaved) => free.push(unsaved),
                Err(_) => busy.push(lock),
            }
        }
        self.save_together(free).await?;
        for lock in busy {
            self.save_together(vec![lock.lock().await]).await?;
        }
        Ok(())
    }

    async fn save_together(
        &self,
        all: Vec<MutexGuard<'_, UnsavedCursors>>,
    ) -> Result<(), StoreError> {
        let cursors: Vec<_> = all.iter().flat_map(|unsaved| unsaved.entries()).collect();
        // The lease may have run out while others had the locks.
        if cursors.is_empty() || !self.store.gate().lease().is_sure() {
            return Ok(());
        }
        self.store.set_cursors(cursors).await?;
        for mut unsaved in all {
            unsaved.clear();
        }
        Ok(())
    }
}

pub(super) fn cursor_after(envelope: &Envelope, position: u64) -> Cursor {
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
