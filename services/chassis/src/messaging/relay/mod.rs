//! The relay: publishes the log to `JetStream`, in log order. The log is the outbox.
//!
//! It starts from what the broker holds, the last event of this log there, but never behind what was
//! acknowledged ([`outbox`]). So a broker that lost its newest events, or all of them, gets them again, and
//! one that stored a publication whose acknowledgement timed out gets nothing twice. Other duplicates are
//! dropped by the broker by message id, and by consumers by position.

mod held;
pub(crate) mod outbox;

use std::{collections::VecDeque, time::Duration};

use anyhow::Context;
use async_nats::jetstream::{
    self,
    context::{PublishAckFuture, PublishError},
    message::PublishMessage,
};
use futures::FutureExt;
use onestop_eventlog::Record;
use tracing::{info, warn};

use self::{
    held::Holdings,
    outbox::{Outbox, Server},
};
use crate::{
    bus::Bus,
    identity,
    messaging::{junk::SkippedJunk, record_header},
    metrics::Metrics,
    settings::Settings,
    shutdown::Shutdown,
    store::{Room, Store},
    timing::{Backoff, ticker_after},
};

/// A publication that the broker has not yet acknowledged.
type Acknowledgement = <PublishAckFuture as IntoFuture>::IntoFuture;

/// The pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the broker may take to say what it holds: longer with every attempt.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(400);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(6);
/// How often the acknowledged position is saved, at most.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);
/// How often an idle relay checks whether the broker still holds its last event.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);

/// Publishes until the shutdown is requested.
pub(crate) async fn run(
    bus: Bus,
    settings: Settings,
    store: Store,
    metrics: Metrics,
    junk: SkippedJunk,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let publish = async {
        // The broker process that acknowledged last; a restarted one has a new id.
        let mut last_server = None;
        let mut timeouts = Backoff::new(SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        let mut timeout = timeouts.next_pause();
        loop {
            bus.connected().await;
            let session = async {
                let bus = Bus::connect_once(&settings, &store.source().service).await?;
                let server = bus.client().server_info().server_id;
                let is_same = last_server.replace(server.clone()) == Some(server);
                let relay = Relay {
                    jetstream: bus.jetstream(),
                    bus,
                    server: if is_same { Server::Same } else { Server::Other },
                    timeout,
                    store: &store,
                    metrics: &metrics,
                    junk: &junk,
                };
                relay.publish().await
            };
            match session.await {
                Ok(()) => timeouts.reset(),
                Err(error) => {
                    info!(
                        error = format!("{error:#}"),
                        "publishing was interrupted; it goes on from what the broker holds"
                    );
                    tokio::time::sleep(PAUSE).await;
                }
            }
            timeout = timeouts.next_pause();
        }
    };
    shutdown
        .run_until_requested(Box::pin(publish))
        .await
        .unwrap_or(Ok(()))
}

/// Publishes on one connection. A publication is never repeated on a later connection before that one has
/// asked what the broker holds.
struct Relay<'a> {
    bus: Bus,
    jetstream: jetstream::Context,
    server: Server,
    /// How long the broker may take to say what it holds.
    timeout: Duration,
    store: &'a Store,
    metrics: &'a Metrics,
    junk: &'a SkippedJunk,
}

impl Relay<'_> {
    /// Returns when the broker must be asked again what it holds.
    async fn publish(&self) -> anyhow::Result<()> {
        let mut saved = self.saved();
        let mut outbox = self.begin(&mut saved).await?;
        let mut subscription = self.store.log().subscribe(outbox.next());
        let mut in_flight: VecDeque<Acknowledgement> = VecDeque::new();
        let (mut checks, mut saves) = (ticker_after(CHECK_INTERVAL), ticker_after(SAVE_INTERVAL));
        loop {
            self.measure(&outbox);
            let room = outbox.room();
            tokio::select! {
                biased;
                // The broker may be another one after a reconnection.
                () = self.bus.disconnected() => return Ok(()),
                answer = oldest(&mut in_flight) => {
                    answer.context("a publication was not acknowledged")?;
                    in_flight.pop_front();
                    outbox.oldest_acknowledged();
                    // Acknowledgements come many at a time.
                    while let Some(answer) = in_flight.front_mut().and_then(FutureExt::now_or_never) {
                        answer.context("a publication was not acknowledged")?;
                        in_flight.pop_front();
                        outbox.oldest_acknowledged();
                    }
                }
                page = subscription.next_batch(room), if room > 0 => {
                    for record in page? {
                        in_flight.push_back(self.send(&record).await?);
                        outbox.published();
                    }
                }
                // A full disk keeps the older one: more is published again then.
                _ = saves.tick(), if outbox.acknowledged() != saved && self.has_room() => {
                    saved = self.save(&outbox).await?;
                }
                // Deleting the stream notifies no client.
                _ = checks.tick(), if in_flight.is_empty() => {
                    if self.held(outbox.acknowledged()).await? < outbox.acknowledged() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Decides from where to publish. Saves a lower acknowledged position before anything is published.
    async fn begin(&self, saved: &mut u64) -> anyhow::Result<Outbox> {
        let held = self.held(*saved).await?;
        let outbox = Outbox::begin(held, *saved, self.server);
        if held < *saved {
            warn!(
                held,
                acknowledged = *saved,
                "the broker has lost events that it had acknowledged: they are published again"
            );
            self.metrics.relay_rewinds.inc();
        }
        if outbox.acknowledged() < *saved {
            *saved = self.save(&outbox).await?;
        }
        info!(
            next = outbox.next(),
            head = self.store.log().head().count,
            "publishing"
        );
        Ok(outbox)
    }

    fn has_room(&self) -> bool {
        self.store.gate().disk().room() == Room::Enough
    }

    fn measure(&self, outbox: &Outbox) {
        let head = self.store.log().head().count;
        self.metrics.log_head.set(head);
        let lag = head.saturating_sub(outbox.acknowledged());
        self.metrics.relay_lag.set(lag);
    }

    /// The next position that the broker does not hold.
    async fn held(&self, acknowledged: u64) -> anyhow::Result<u64> {
        let holdings = Holdings {
            jetstream: &self.jetstream,
            timeout: self.timeout,
            store: self.store,
            junk: self.junk,
        };
        holdings.next(acknowledged).await
    }

    /// The acknowledged position, as it was saved.
    fn saved(&self) -> u64 {
        let name = self.cursor_name();
        self.store.log().cursor(&name).unwrap_or(0)
    }

    async fn save(&self, outbox: &Outbox) -> anyhow::Result<u64> {
        let acknowledged = outbox.acknowledged();
        self.store
            .set_cursor(self.cursor_name(), acknowledged)
            .await?;
        Ok(acknowledged)
    }

    fn cursor_name(&self) -> String {
        let (own, epoch) = (self.store.source(), self.store.log().epoch());
        format!("relayed{own}:{epoch}")
    }

    /// The signature of an instance other than the main one. What the hub's own services publish, no link of a site may.
    fn signature(&self, subject: &str, envelope: &[u8]) -> Option<String> {
        if self.store.source().is_main() {
            return None;
        }
        self.bus.issuer()?.token(subject, envelope, None)
    }

    async fn send(&self, record: &Record) -> anyhow::Result<Acknowledgement> {
        let (event, place) = self.store.stored(record)?;
        let id = format!("{}/{}/{}", place.source, place.epoch, place.position);
        let message = PublishMessage::build()
            .message_id(id)
            .header("Content-Type", "application/cloudevents+json")
            .header("traceparent", event.traceparent())
            .header(record_header::HEADER, record_header::write(record));
        let subject = event.wire_subject(place.source);
        let envelope = event.envelope(&place)?;
        let message = match self.signature(&subject, &envelope) {
            Some(signature) => message.header(identity::HEADER, signature),
            None => message,
        };
        let message = message.payload(envelope.into());
        let sent = self.jetstream.send_publish(subject, message).await?;
        Ok(sent.into_future())
    }
}

/// Waits for the oldest publication's acknowledgement. Cancelling loses nothing: it stays in the queue.
async fn oldest(in_flight: &mut VecDeque<Acknowledgement>) -> Result<(), PublishError> {
    match in_flight.front_mut() {
        Some(acknowledgement) => acknowledgement.await.map(|_| ()),
        None => std::future::pending().await,
    }
}
