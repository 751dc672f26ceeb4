//! After an upgrade: events that were parked because they were newer than the service are taken.

use std::{sync::Arc, time::Duration};

use onestop_proto::{
    parking::{Parked, Reason},
    rejection::RejectionKind,
};
use tracing::{info, warn};

use super::processor::Processor;
use crate::{
    bus::Bus, failure::Failure, service::Service, shutdown::Shutdown, store::StoreError,
    timing::ticker,
};

/// The pause before events are tried again whose source did not answer.
const INTERVAL: Duration = Duration::from_secs(5);

/// Takes them once, and again those whose source did not answer, until the shutdown is requested.
pub(super) async fn run<S: Service>(
    processor: Arc<Processor<S>>,
    bus: Bus,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let taken = async {
        bus.connected().await;
        processor.store.gate().accepted().await;
        let mut ticks = ticker(INTERVAL);
        loop {
            ticks.tick().await;
            if processor.take_upgraded().await? == Left::Nothing {
                return anyhow::Ok(());
            }
        }
    };
    if let Some(Err(error)) = shutdown.run_until_requested(taken).await {
        return Err(error);
    }
    shutdown.requested().await;
    Ok(())
}

/// What must be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Events whose source did not answer.
    Unanswered,
}

impl<S: Service> Processor<S> {
    /// Takes the events that were parked because they were newer than the service, if it knows them now, and those
    /// behind them.
    pub async fn take_upgraded(&self) -> Result<Left, StoreError> {
        let mut left = Left::Nothing;
        let is_known =
            |first: &Parked| first.reason == Reason::Newer {} && S::knows(&first.event_type);
        for parked in self.parked()?.cases {
            if !parked.waiting.first().is_some_and(is_known) {
                continue;
            }
            let case = parked.case;
            match self.take_parked(case).await {
                Ok(_) => {
                    info!(case.id = %case, "events that were newer than this service are taken after its upgrade");
                }
                Err(Failure::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
                    warn!(case.id = %case, %rejected, "an event that was newer than this service cannot be taken after its upgrade");
                }
                Err(Failure::Rejected(_) | Failure::Internal(_)) => left = Left::Unanswered,
            }
        }
        Ok(left)
    }
}
