//! Consumers: for each source, one number, the next position expected. Lower means duplicate and is
//! dropped; higher means gap, and the source itself is asked for what is missing.
//!
//! The broker only brings news. What was taken in is known from the cursor in the service's own log,
//! which moves in the same atomic append as the events that the consumed event caused.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, anyhow, bail};
use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
};
use futures::StreamExt;
use onestop_proto::{
    actor::ServiceName,
    envelope::{Envelope, Source},
    query::{LogPage, LogQuery},
    subject,
};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{
    bus::Bus,
    client::Client,
    metrics::{Metrics, Named},
    service::Service,
    shutdown::Shutdown,
    store::Store,
    taking::Taker,
};

/// Events asked for at a time when a gap is filled.
const PAGE: u32 = 200;

/// Pause before a failed attempt is repeated; doubled up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often a source is asked whether it has more than the broker brought.
const LOOK_ROUND: Duration = Duration::from_secs(2);

/// How far each source was heard: the next position expected, by source and epoch.
pub type Progress = BTreeMap<(Source, Uuid), u64>;

/// Reads how far each source was heard from the cursors of a log.
#[must_use]
pub fn progress(store: &Store) -> Progress {
    store
        .log()
        .cursors("heard/")
        .into_iter()
        .filter_map(|(name, next)| {
            let (source, epoch) = name.strip_prefix("heard")?.rsplit_once(':')?;
            Some(((source.parse().ok()?, epoch.parse().ok()?), next))
        })
        .collect()
}

/// One service listening to one other.
pub(crate) struct Listener<S> {
    pub(crate) taker: Arc<Taker<S>>,
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) metrics: Metrics,
    pub(crate) from: ServiceName,
}

impl<S: Service> Listener<S> {
    /// Listens until the shutdown is asked for.
    pub(crate) async fn run(self, bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut pause = PAUSE;
        loop {
            tokio::select! {
                () = shutdown.asked() => return Ok(()),
                () = bus.linked() => {}
            }
            let ended = tokio::select! {
                biased;
                () = shutdown.asked() => return Ok(()),
                ended = self.listen(&bus, &mut pause) => ended,
            };
            if let Err(error) = ended {
                warn!(from = %self.from, error = format!("{error:#}"), "listening was interrupted and goes on");
            }
            tokio::select! {
                () = shutdown.asked() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn listen(&self, bus: &Bus, pause: &mut Duration) -> anyhow::Result<()> {
        let consumer = self.consumer(bus).await?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(200)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(10))
            .messages()
            .await?;
        let mut rounds = tokio::time::interval(LOOK_ROUND);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = messages.next() => {
                    let message = message.ok_or_else(|| anyhow!("the broker ended the delivery"))??;
                    self.take(&message).await?;
                    *pause = PAUSE;
                }
                // What the broker lost comes from the source itself, even if nothing new ever comes.
                _ = rounds.tick() => self.look_round().await?,
            }
        }
    }

    async fn consumer(&self, bus: &Bus) -> anyhow::Result<PullConsumer> {
        let jetstream = bus.jetstream();
        let stream = bus.provision(&jetstream).await?;
        let own = self.store.source();
        let durable = format!("{}-{}-from-{}", own.service, own.instance, self.from);
        let wanted = pull::Config {
            durable_name: Some(durable.clone()),
            filter_subject: subject::events_of(&self.from),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(30),
            max_ack_pending: 1_000,
            ..pull::Config::default()
        };
        stream
            .get_or_create_consumer(&durable, wanted)
            .await
            .context("the broker does not provide the consumer")
    }

    async fn take(&self, message: &Message) -> anyhow::Result<()> {
        let envelope: Envelope = match serde_json::from_slice(&message.payload) {
            Ok(envelope) => envelope,
            Err(error) => {
                // Not from a relay: nobody's position depends on it.
                warn!(subject = %message.subject, error = %error, "a message that is no event was dropped");
                message
                    .ack_with(AckKind::Term)
                    .await
                    .map_err(|error| anyhow!(error))?;
                return Ok(());
            }
        };
        self.catch_up_to(&envelope).await?;
        self.taker.take(&envelope).await?;
        message
            .ack()
            .await
            .map_err(|error| anyhow!(error).context("the acknowledgement failed"))
    }

    /// Fills the gap before an event that is ahead.
    async fn catch_up_to(&self, envelope: &Envelope) -> anyhow::Result<()> {
        let position = envelope
            .position()
            .context("an event's sequence is not a number")?;
        if position > self.taker.expected(&envelope.source, envelope.epoch)? {
            self.fetch(Some(position)).await?;
            if position > self.taker.expected(&envelope.source, envelope.epoch)? {
                bail!(
                    "{} does not have what comes before position {position}",
                    envelope.source
                );
            }
        }
        Ok(())
    }

    async fn look_round(&self) -> anyhow::Result<()> {
        match self.fetch(None).await {
            Ok(()) => Ok(()),
            // The source may be away; what the broker holds of it can still be heard.
            Err(error) if error.downcast_ref::<crate::client::ClientError>().is_some() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Asks the source for what it has from the position expected, up to `until` or to its end.
    async fn fetch(&self, until: Option<u64>) -> anyhow::Result<()> {
        let name = self.from.to_string();
        let filled = self
            .metrics
            .gap_filled
            .get_or_create(&Named { name })
            .clone();
        let mut from = self.taker.lowest_expected(&self.from);
        loop {
            let query = LogQuery { from, limit: PAGE };
            let page: LogPage = self
                .client
                .question(&self.from, "log", (None, None), &query)
                .await?;
            if page.events.is_empty() {
                return Ok(());
            }
            info!(from = %self.from, position = from, events = page.events.len(), "fetching what the broker did not bring");
            for envelope in &page.events {
                self.taker.take(envelope).await?;
                filled.inc();
                from = envelope.position().map_or(from, |position| position + 1);
            }
            if from >= page.head || until.is_some_and(|until| from > until) {
                return Ok(());
            }
        }
    }
}
