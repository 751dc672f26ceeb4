//! Consumers: for each source, one number, the next position expected. Lower means duplicate and is
//! dropped; higher means gap, and the source itself is asked for what is missing.
//!
//! The broker only brings news (`listener`). What it does not bring, the source itself is asked for
//! (`rounds`): a gap, a backlog of years, what a broker lost that was wiped. What was taken in is known
//! from the cursor in the service's own log, which moves in the same atomic append as the events that the
//! consumed event caused (`taking`). A source that tells another history than the one heard is set
//! aside (`inbox`) until somebody decides (`following`).

mod arrival;
mod catch_up;
mod follow_source;
mod listener;
mod parked;
mod processor;
mod source_tracker;

#[cfg(test)]
mod simulation;

use std::sync::Arc;

use onestop_proto::actor::ServiceName;

use crate::{
    bus::Bus, client::Client, service::Service, shutdown::Shutdown, supervisor::Supervisor,
};

pub(crate) use processor::Processor;
pub use source_tracker::{Contact, Contacts, SourceTracker};

/// Begins to listen to everything that a service listens to.
pub(crate) fn listen<S: Service>(
    processor: &Arc<Processor<S>>,
    (bus, client): (&Bus, &Client),
    supervisor: &mut Supervisor,
    shutdown: &Shutdown,
) {
    for from in S::subscribes_to() {
        let wakeup = Arc::new(catch_up::Wakeup::default());
        let listener = listener::Listener {
            processor: Arc::clone(processor),
            wakeup: Arc::clone(&wakeup),
            from: from.clone(),
        };
        supervisor.spawn("listener", listener.run(bus.clone(), shutdown.clone()));
        let rounds = catch_up::CatchUp {
            processor: Arc::clone(processor),
            client: client.clone().with_timeout(catch_up::REPLY_TIMEOUT),
            wakeup,
            from,
        };
        supervisor.spawn("rounds", rounds.run(bus.clone(), shutdown.clone()));
    }
}

/// The name of the broker's durable consumer with which one service hears another.
#[must_use]
pub fn durable_name(own: &onestop_proto::envelope::Source, from: &ServiceName) -> String {
    format!("{}-{}-from-{from}", own.service, own.instance)
}
