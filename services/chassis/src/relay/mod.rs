//! The relay: publishes the log to `JetStream`, in log order. The log is the outbox.
//!
//! Where to begin is what the broker says, the last event of this log that it holds, but never behind
//! what was acknowledged ([`outbox`]). So a broker that lost its newest events, or everything, gets them
//! again, and one that had stored what seemed to have timed out gets nothing twice. Whatever it gets twice
//! all the same it drops by message id, and consumers drop by position.

pub(crate) mod outbox;

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context, bail};
use async_nats::jetstream::{
    self,
    context::{PublishAckFuture, PublishError},
    message::PublishMessage,
    stream::DirectGetErrorKind,
};
use onestop_proto::{
    envelope::{Envelope, Source},
    subject,
};
use tokio::time::{Instant, MissedTickBehavior};
use tracing::{info, warn};

use self::outbox::{Outbox, Server};
use crate::{
    bus::{BROKER_STREAM, Bus},
    metrics::Metrics,
    settings::Settings,
    shutdown::Shutdown,
    store::Store,
};

/// A publication under way, until the broker says that it has it.
type Acknowledgement = <PublishAckFuture as IntoFuture>::IntoFuture;

/// Pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the broker may take to say what it holds: longer with every attempt.
const SHORTEST: Duration = Duration::from_millis(400);
const LONGEST: Duration = Duration::from_secs(6);
/// How often it is written down how far the broker has acknowledged, at most.
const SAVE: Duration = Duration::from_secs(1);
/// How often a quiet relay looks whether the broker still holds its last event.
const LOOK: Duration = Duration::from_secs(5);

/// Publishes until the shutdown is asked for.
pub(crate) async fn run(
    bus: Bus,
    settings: Settings,
    (store, metrics): (Store, Metrics),
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    // The process of the broker that acknowledged last; a new one has a new id.
    let mut server = None;
    let mut patience = SHORTEST;
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = bus.connected() => {}
        }
        let session = async {
            let bus = Bus::connect_once(&settings, &store.source().service).await?;
            let now = bus.client().server_info().server_id;
            let before = server.replace(now.clone());
            let relay = Relay {
                bus,
                server: if before == Some(now) {
                    Server::Same
                } else {
                    Server::Other
                },
                patience,
                store: &store,
                metrics: &metrics,
            };
            relay.publish_from_broker_state().await
        };
        let ended = tokio::select! {
            () = shutdown.requested() => return Ok(()),
            ended = session => ended,
        };
        patience = match &ended {
            Ok(()) => SHORTEST,
            Err(_) => (patience * 2).min(LONGEST),
        };
        if let Err(error) = ended {
            info!(
                error = format!("{error:#}"),
                "publishing was interrupted; it goes on from what the broker holds"
            );
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// One connection's worth of publishing. Nothing published on it is sent on a later one, before that has
/// asked what the broker holds.
struct Relay<'a> {
    bus: Bus,
    server: Server,
    /// How long it may take to say what it holds.
    patience: Duration,
    store: &'a Store,
    metrics: &'a Metrics,
}

impl Relay<'_> {
    /// Returns when the broker has to be asked again what it holds.
    async fn publish_from_broker_state(&self) -> anyhow::Result<()> {
        let jetstream = self.bus.jetstream();
        let held = self.held(&jetstream).await?;
        let mut saved = self.saved();
        let mut outbox = Outbox::begin(held, saved, self.server);
        if held < saved {
            warn!(
                held,
                acknowledged = saved,
                "the broker has lost events that it had acknowledged: they are published again"
            );
            self.metrics.relay_rewinds.inc();
        }
        if outbox.acknowledged() < saved {
            saved = self.save(&outbox).await?;
        }
        info!(
            next = outbox.next(),
            head = self.store.log().head().count,
            "publishing"
        );
        let mut subscription = self.store.log().subscribe(outbox.next());
        let mut in_flight: VecDeque<Acknowledgement> = VecDeque::new();
        let mut looks = tokio::time::interval_at(Instant::now() + LOOK, LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut saves = tokio::time::interval_at(Instant::now() + SAVE, SAVE);
        saves.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let head = self.store.log().head().count;
            self.metrics.log_head.set(head);
            let lag = head.saturating_sub(outbox.acknowledged());
            self.metrics.relay_lag.set(lag);
            let room = outbox.room();
            tokio::select! {
                biased;
                // The broker may be another one afterwards: it is asked again what it holds.
                () = self.bus.disconnected() => return Ok(()),
                answer = oldest(&mut in_flight) => {
                    answer.context("a publication was not acknowledged")?;
                    in_flight.pop_front();
                    outbox.oldest_acknowledged();
                }
                page = subscription.next_batch(room), if room > 0 => {
                    for record in page? {
                        in_flight.push_back(publish(&jetstream, &self.store.envelope(&record)?).await?);
                        outbox.published();
                    }
                }
                _ = saves.tick(), if outbox.acknowledged() != saved => {
                    saved = self.save(&outbox).await?;
                }
                // Somebody may have deleted the stream; nobody is told of that.
                _ = looks.tick(), if in_flight.is_empty() => {
                    if self.held(&jetstream).await? < outbox.acknowledged() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The next position that the broker does not hold.
    async fn held(&self, jetstream: &jetstream::Context) -> anyhow::Result<u64> {
        let own = self.store.source();
        let stream = jetstream.get_stream_no_info(BROKER_STREAM).await?;
        let last = stream.direct_get_last_for_subject(subject::events_from(own));
        // A broker without the stream, such as one that has just started, does not answer at all.
        let last = match tokio::time::timeout(self.patience, last).await {
            Ok(Ok(message)) => message,
            Ok(Err(error)) if error.kind() == DirectGetErrorKind::NotFound => return Ok(0),
            Ok(Err(error)) => bail!("the broker does not say what it holds: {error}"),
            Err(_) => bail!("the broker does not say what it holds"),
        };
        let envelope: Envelope = serde_json::from_slice(&last.payload)
            .context("the broker's last event is not one of ours")?;
        let ours = envelope.source == *own && envelope.epoch == self.store.log().epoch();
        // Another epoch's events say nothing about this one's: begin at the beginning.
        Ok(match envelope.position() {
            Some(position) if ours => position + 1,
            Some(_) | None => 0,
        })
    }

    /// Up to where the broker had acknowledged, as it was written down.
    fn saved(&self) -> u64 {
        let name = cursor(self.store.source(), self.store);
        self.store.log().cursor(&name).unwrap_or(0)
    }

    async fn save(&self, outbox: &Outbox) -> anyhow::Result<u64> {
        let upto = outbox.acknowledged();
        let name = cursor(self.store.source(), self.store);
        self.store.set_cursor(name, upto).await?;
        Ok(upto)
    }
}

/// The name under which it is written down how far the broker has acknowledged this log.
fn cursor(own: &Source, store: &Store) -> String {
    format!("relayed{own}:{}", store.log().epoch())
}

/// The oldest publication's acknowledgement. Dropped half-way it loses nothing: it stays in the queue.
async fn oldest(in_flight: &mut VecDeque<Acknowledgement>) -> Result<(), PublishError> {
    match in_flight.front_mut() {
        Some(acknowledgement) => acknowledgement.await.map(|_| ()),
        None => std::future::pending().await,
    }
}

async fn publish(
    jetstream: &jetstream::Context,
    envelope: &Envelope,
) -> anyhow::Result<Acknowledgement> {
    let id = format!(
        "{}/{}/{}",
        envelope.source, envelope.epoch, envelope.sequence
    );
    let message = PublishMessage::build()
        .message_id(id)
        .header("Content-Type", "application/cloudevents+json")
        .header("traceparent", envelope.traceparent.as_str())
        .payload(serde_json::to_vec(envelope)?.into());
    let sent = jetstream
        .send_publish(envelope.wire_subject(), message)
        .await?;
    Ok(sent.into_future())
}
