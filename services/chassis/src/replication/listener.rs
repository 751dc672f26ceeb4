//! The broker's news of one other service, as they come. Nothing depends on them: whatever is ahead or
//! foreign is left to the source itself, so that one instance that is away holds up no other.

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
    catch_up::Wakeup,
    durable_name,
    processor::{Processed, Processor},
};
use crate::{
    bus::{BROKER_STREAM, Bus},
    service::Service,
    shutdown::Shutdown,
};

/// Pause before a failed attempt is repeated; doubled up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// One service listening to one other.
pub(super) struct Listener<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) from: ServiceName,
}

impl<S: Service> Listener<S> {
    /// Listens until the shutdown is asked for.
    pub(super) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut pause = PAUSE;
        loop {
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = bus.connected() => {}
            }
            let ended = tokio::select! {
                biased;
                () = shutdown.requested() => return Ok(()),
                ended = self.listen(&bus, &mut pause) => ended,
            };
            if let Err(error) = ended {
                info!(from = %self.from, error = format!("{error:#}"), "listening was interrupted and goes on");
            }
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn listen(&self, bus: &Bus, pause: &mut Duration) -> anyhow::Result<()> {
        let own = self.processor.store.source();
        let consumer: PullConsumer = bus
            .jetstream()
            .get_consumer_from_stream::<pull::Config, _, _>(
                durable_name(own, &self.from),
                BROKER_STREAM,
            )
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
            self.take(&message).await?;
            *pause = PAUSE;
        }
    }

    async fn take(&self, message: &Message) -> anyhow::Result<()> {
        let envelope: Envelope = match serde_json::from_slice(&message.payload) {
            Ok(envelope) => envelope,
            Err(error) => {
                // Not from a relay: nobody's position depends on it.
                warn!(subject = %message.subject, error = %error, "a message that is no event was dropped");
                let dropped = message.ack_with(AckKind::Term).await;
                return dropped.map_err(|error| anyhow!(error));
            }
        };
        if self
            .processor
            .sources()
            .set_aside(&envelope.source)
            .is_none()
        {
            match self.processor.take(std::slice::from_ref(&envelope)).await? {
                Processed::All => {}
                // The source has it, and what comes before it, in its log.
                Processed::Ahead | Processed::Forked(_) => self.wakeup.ring(&envelope.source),
            }
        }
        let acknowledged = message.ack().await;
        acknowledged.map_err(|error| anyhow!(error).context("the acknowledgement failed"))
    }
}
