//! Replication: a service processes the events of the services that it subscribes to.
//!
//! For each source it keeps one number, the next position expected. A lower position is a duplicate and is
//! dropped. A higher one is a gap: the missing events are fetched from the source itself.
//!
//! - `listener` receives events from the broker; `catch_up` polls the sources directly, to fill gaps, to read
//!   backlogs and to pick up events that the broker lost.
//! - `processor` judges what arrives; `batches` has the service decide on many events and appends what follows from
//!   them, with the cursor, in one append; `unsaved_cursors` has those after events that caused nothing.
//! - `origin` decides whether what arrives is believed: whether its source wrote it, and may say it.
//! - `parking` sets aside events that cannot be processed, and lists so many of a case; `held_back` has the others.
//! - A source whose history diverges is set aside (`arrival`) until an operator decides (`follow_source`).

pub(crate) mod arrival;
mod batches;
mod catch_up;
mod follow_source;
mod held_back;
mod listener;
mod origin;
mod parked_age;
mod parked_queue;
mod parking;
mod poll_schedule;
pub(crate) mod processor;
mod retry_after_upgrade;
mod second_person;
pub(crate) mod source_tracker;
pub(crate) mod streams;
mod unsaved_cursors;
mod wakeup;

#[cfg(test)]
mod simulation;

use std::sync::Arc;

use onestop_proto::actor::ServiceName;

pub use self::{
    arrival::Fork,
    processor::{Processed, Processor},
    retry_after_upgrade::Left,
    source_tracker::{Contact, Contacts, SourceTracker},
};
use crate::{
    bus::Bus,
    client::Client,
    identity::Roster,
    messaging::{junk::SkippedJunk, refusals::Refusals},
    metrics::Metrics,
    service::Service,
    shutdown::Shutdown,
    store::Store,
    supervisor::Supervisor,
};

/// What a service counts of what it does not take, and by whom it knows sources.
pub(crate) struct Trust {
    pub(crate) roster: Roster,
    pub(crate) refusals: Refusals,
    pub(crate) junk: SkippedJunk,
}

impl Trust {
    /// Nothing is counted yet.
    pub(crate) fn new(own: &ServiceName, roster: &Roster, metrics: &Metrics) -> Self {
        Self {
            roster: roster.clone(),
            refusals: Refusals::new(metrics.clone()),
            junk: SkippedJunk::new(own, metrics.clone()),
        }
    }
}

/// Does a task once this process decides and the read models are whole: what follows from an event may rest on them.
async fn once_built(
    store: Store,
    shutdown: Shutdown,
    task: impl Future<Output = anyhow::Result<()>> + Send,
) -> anyhow::Result<()> {
    let begins = async {
        store.gate().lease().sure().await;
        store.built().await;
    };
    match shutdown.run_until_requested(begins).await {
        Some(()) => task.await,
        None => Ok(()),
    }
}

/// Starts receiving the events of every service that `S` subscribes to.
pub(crate) fn start<S: Service>(
    processor: &Arc<Processor<S>>,
    bus: &Bus,
    (client, trust): (&Client, &Trust),
    supervisor: &mut Supervisor,
) {
    let upgraded =
        retry_after_upgrade::run(Arc::clone(processor), bus.clone(), supervisor.shutdown());
    let store = &processor.store;
    let upgraded = once_built(store.clone(), supervisor.shutdown(), upgraded);
    supervisor.spawn("upgraded", upgraded);
    let saves = Arc::clone(processor).keep_cursors_saved(supervisor.shutdown());
    let saves = once_built(store.clone(), supervisor.shutdown(), saves);
    supervisor.spawn("cursors", saves);
    let origins = Arc::new(origin::Origins {
        processor: Arc::clone(processor),
        roster: trust.roster.clone(),
        refusals: trust.refusals.clone(),
    });
    for from in S::subscribes_to() {
        let shutdown = supervisor.shutdown();
        let wakeup = Arc::new(wakeup::Wakeup::default());
        let listener = listener::Listener {
            processor: Arc::clone(processor),
            wakeup: Arc::clone(&wakeup),
            origins: Arc::clone(&origins),
            junk: trust.junk.clone(),
            from: from.clone(),
        };
        let listener = listener.run(bus.clone(), shutdown.clone());
        let listener = once_built(store.clone(), shutdown.clone(), listener);
        supervisor.spawn("listener", listener);
        let catch_up = catch_up::CatchUp {
            processor: Arc::clone(processor),
            origins: Arc::clone(&origins),
            client: client.clone().with_timeout(catch_up::REPLY_TIMEOUT),
            wakeup,
            from,
        };
        let rounds = catch_up.run(bus.clone(), shutdown.clone());
        let rounds = once_built(store.clone(), shutdown, rounds);
        supervisor.spawn("rounds", rounds);
    }
}
