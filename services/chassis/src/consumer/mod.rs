//! Consumers: for each source, one number, the next position expected. Lower means duplicate and is
//! dropped; higher means gap, and the source itself is asked for what is missing.
//!
//! The broker only brings news (`listener`). What it does not bring, the source itself is asked for
//! (`rounds`): a gap, a backlog of years, what a broker lost that was wiped. What was taken in is known
//! from the cursor in the service's own log, which moves in the same atomic append as the events that the
//! consumed event caused (`taking`). A source that tells another history than the one heard is set
//! aside (`inbox`) until somebody decides (`following`).

mod ears;
mod following;
mod inbox;
mod listener;
mod lots;
mod rounds;
mod taking;

#[cfg(test)]
mod simulation;

use std::sync::Arc;

use onestop_proto::actor::ServiceName;

use crate::{
    bus::Bus, client::Client, service::Service, shutdown::Shutdown, supervisor::Supervisor,
};

pub use ears::{Contact, Contacts, Ears};
pub use inbox::{Mark, Progress, Upto};
pub(crate) use taking::Taker;

/// Begins to listen to everything that a service listens to.
pub(crate) fn listen<S: Service>(
    taker: &Arc<Taker<S>>,
    (bus, client): (&Bus, &Client),
    supervisor: &mut Supervisor,
    shutdown: &Shutdown,
) {
    for from in S::listens_to() {
        let bell = Arc::new(rounds::Bell::default());
        let listener = listener::Listener {
            taker: Arc::clone(taker),
            bell: Arc::clone(&bell),
            from: from.clone(),
        };
        supervisor.spawn("listener", listener.run(bus.clone(), shutdown.clone()));
        let rounds = rounds::Rounds {
            taker: Arc::clone(taker),
            client: client.clone().patient(rounds::PATIENCE),
            bell,
            from,
        };
        supervisor.spawn("rounds", rounds.run(bus.clone(), shutdown.clone()));
    }
}

/// The name of the broker's durable consumer with which one service hears another.
#[must_use]
pub fn durable(own: &onestop_proto::envelope::Source, from: &ServiceName) -> String {
    format!("{}-{}-from-{from}", own.service, own.instance)
}
