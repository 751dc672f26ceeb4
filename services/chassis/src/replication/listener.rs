//! Receives the events of one other service from the broker. Nothing depends on the broker: an event that is
//! ahead or of a diverged history is left to the source, so that one unreachable instance delays no other.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use async_nats::jetstream::{
    AckKind, Message,
    consumer::{PullConsumer, pull},
};
use futures::StreamExt;
use onestop_proto::{actor::ServiceName, envelope::Envelope};
use tracing::{info, warn};

use super::{
    processor::{Processed, Processor},
    wakeup::Wakeup,
};
use crate::{
    bus::{BROKER_STREAM, Bus},
    provision::durable_name,
    service::Service,
    shutdown::Shutdown,
    timing::Backoff,
};

/// The pauses between attempts to receive.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// One service's subscription to one other.
pub(super) struct Listener<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) from: ServiceName,
}

impl<S: Service> Listener<S> {
    /// Receives until the shutdown is requested.
    pub(super) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let receive = async {
            let mut backoff = Backoff::new(SHORTEST_PAUSE, LONGEST_PAUSE);
            loop {
                bus.connected().await;
                let Err(error) = self.receive(&bus, &mut backoff).await;
                info!(from = %self.from, error = format!("{error:#}"), "listening was interrupted and goes on");
                tokio::time::sleep(backoff.next_pause()).await;
            }
        };
        shutdown
            .run_until_requested(receive)
            .await
            .unwrap_or(Ok(()))
    }

    /// Ends with an error only.
    async fn receive(
        &self,
        bus: &Bus,
        backoff: &mut Backoff,
    ) -> anyhow::Result<std::convert::Infallible> {
        let own = self.processor.store.source();
        let name = durable_name(own, &self.from);
        let consumer: PullConsumer = bus
            .jetstream()
            .get_consumer_from_stream::<pull::Config, _, _>(name, BROKER_STREAM)
            .await
            .context("the broker has no consumer for it yet")?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(200)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(10))
            .messages()
            .await?;
        loop {
            let message = messages.next().await;
            let message = message.ok_or_else(|| anyhow!("the broker ended the delivery"))??;
            self.process(&message).await?;
            backoff.reset();
        }
    }

    async fn process(&self, message: &Message) -> anyhow::Result<()> {
        let envelope: Envelope = match serde_json::from_slice(&message.payload) {
            Ok(envelope) => envelope,
            Err(error) => {
                // It did not come from a relay, so no position depends on it.
                warn!(subject = %message.subject, error = %error, "a message that is no event was dropped");
                let dropped = message.ack_with(AckKind::Term).await;
                return dropped.map_err(|error| anyhow!(error));
            }
        };
        let sources = self.processor.sources();
        if sources.set_aside(&envelope.source).is_none() {
            let events = std::slice::from_ref(&envelope);
            match self.processor.process(events).await? {
                Processed::All => {}
                // The source has this event and those before it in its log.
                Processed::Gap | Processed::Forked(_) => self.wakeup.request(&envelope.source),
            }
        }
        let acknowledged = message.ack().await;
        acknowledged.map_err(|error| anyhow!(error).context("the acknowledgement failed"))
    }
}
