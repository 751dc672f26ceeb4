//! The relay: publishes the log to `JetStream`, in log order. The log is the outbox.
//!
//! It starts behind what was acknowledged if the last event of this log that the broker holds says that its stream is as
//! it was, and before that otherwise ([`outbox`]). So a broker that lost its newest events, or all of them, gets them
//! again, and one that stored a publication whose acknowledgement timed out gets nothing twice. Other duplicates are
//! dropped by the broker by message id, and by consumers by position.

mod held;
pub(crate) mod outbox;
mod progress;

use std::{collections::VecDeque, time::Duration};

use anyhow::Context;
use async_nats::jetstream::{
    self,
    context::{PublishAckFuture, PublishError},
    message::PublishMessage,
    publish::PublishAck,
};
use futures::FutureExt;
use onestop_eventlog::Record;
use tracing::{debug, info, warn};

use self::{
    held::Holdings,
    outbox::{Acknowledged, Answer, Held, Outbox, Server, Stream},
    progress::Progress,
};
use crate::{
    bus::{Bus, Impediment, Impediments},
    identity,
    messaging::{junk::SkippedJunk, record_header},
    metrics::Metrics,
    settings::Settings,
    shutdown::Shutdown,
    store::Store,
    timing::{Backoff, ticker_after},
    traces::{Span, Traces},
};

/// A publication that the broker has not yet acknowledged.
struct Unacknowledged {
    acknowledgement: <PublishAckFuture as IntoFuture>::IntoFuture,
    /// Ends with the acknowledgement.
    _span: Option<Span>,
}

/// The pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the broker may take to say what it holds: longer with every attempt.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(400);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(6);
/// How often the broker is asked again before it is believed that it has lost something.
const ASKED_AGAIN: u32 = 2;
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
    let progress = Progress::load(&store);
    metrics.queues.note_relayed(progress.reached().next);
    let publish = async {
        // The broker process that acknowledged last; a restarted one has a new id.
        let mut last_server = None;
        let mut timeouts = Backoff::new(SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        let mut timeout = timeouts.next_pause();
        loop {
            bus.connected().await;
            // Only who decides publishes.
            store.gate().lease().sure().await;
            let (impediments, traces) = (bus.impediments(), bus.traces());
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
                    progress: &progress,
                    impediments,
                    metrics: &metrics,
                    junk: &junk,
                    traces,
                };
                relay.publish().await
            };
            match session.await {
                Ok(()) => timeouts.reset(),
                Err(error) => {
                    note_interrupted(impediments, &format!("{error:#}"));
                    tokio::time::sleep(PAUSE).await;
                }
            }
            timeout = timeouts.next_pause();
        }
    };
    let ended = shutdown.run_until_requested(Box::pin(publish)).await;
    // So that the next start publishes nothing again.
    if progress.is_unsaved() {
        progress.save().await?;
    }
    ended.unwrap_or(Ok(()))
}

fn note_interrupted(impediments: &Impediments, error: &str) {
    if impediments.set(Impediment::Publishing, error.to_owned()) {
        info!(
            error,
            "publishing was interrupted; it goes on from what the broker holds"
        );
    } else {
        debug!(error, "publishing is still interrupted");
    }
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
    progress: &'a Progress,
    impediments: &'a Impediments,
    metrics: &'a Metrics,
    junk: &'a SkippedJunk,
    traces: &'a Traces,
}

impl Relay<'_> {
    /// Returns when the broker must be asked again what it holds.
    async fn publish(&self) -> anyhow::Result<()> {
        let mut outbox = self.begin().await?;
        self.impediments.clear(&Impediment::Publishing);
        let mut subscription = self.store.log().subscribe(outbox.next());
        let mut in_flight: VecDeque<Unacknowledged> = VecDeque::new();
        let (mut checks, mut saves) = (ticker_after(CHECK_INTERVAL), ticker_after(SAVE_INTERVAL));
        loop {
            self.progress.reach(outbox.acknowledged());
            self.measure(&outbox);
            let room = outbox.room();
            tokio::select! {
                biased;
                // The broker may be another one after a reconnection.
                () = self.bus.disconnected() => return Ok(()),
                answer = oldest(&mut in_flight) => {
                    let mut answered = Some(answer);
                    // Acknowledgements come many at a time.
                    while let Some(answer) = answered {
                        let answer = answer.context("a publication was not acknowledged")?;
                        in_flight.pop_front();
                        if outbox.oldest_acknowledged(place(&answer)) == Stream::RolledBack {
                            return self.begin_anew().await;
                        }
                        let next = in_flight.front_mut();
                        answered = next.and_then(|it| (&mut it.acknowledgement).now_or_never());
                    }
                }
                page = subscription.next_batch(room), if room > 0 => {
                    let page = page?;
                    if let Some(last) = page.last() {
                        let copies = self.store.gate().copies();
                        copies.has_or_follows_no_more(last.position + 1).await;
                    }
                    self.store.gate().lease().sure().await;
                    for record in page {
                        in_flight.push_back(self.send(&record).await?);
                        outbox.published();
                    }
                }
                _ = saves.tick(), if self.progress.is_unsaved() => self.progress.save().await?,
                // Deleting the stream notifies no client.
                _ = checks.tick(), if in_flight.is_empty() => {
                    if !outbox.is_held(self.held(outbox.acknowledged()).await?) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Decides from where to publish. Saves a lower acknowledged position before anything is published.
    async fn begin(&self) -> anyhow::Result<Outbox> {
        let reached = self.progress.reached();
        let held = self.held(reached).await?;
        let outbox = Outbox::begin(held, reached, self.server);
        if reached.is_lost(held) {
            warn!(
                held = held.map_or(0, |held| held.next),
                acknowledged = reached.next,
                "the broker has lost events that it had acknowledged: they are published again"
            );
            self.metrics.relay_rewinds.inc();
        }
        self.progress.reach(outbox.acknowledged());
        if self.progress.is_lower() {
            self.progress.save().await?;
        }
        info!(
            next = outbox.next(),
            head = self.store.log().head().count,
            "publishing"
        );
        Ok(outbox)
    }

    /// The broker's stream has fewer messages than it had, so its content is unknown: the relay publishes all again.
    async fn begin_anew(&self) -> anyhow::Result<()> {
        warn!("the broker's stream was made anew or rolled back: all events are published again");
        self.metrics.relay_rewinds.inc();
        self.progress.reach(Acknowledged::default());
        self.progress.save().await?;
        Ok(())
    }

    fn measure(&self, outbox: &Outbox) {
        let head = self.store.log().head().count;
        let next = outbox.acknowledged().next;
        self.metrics.queues.note_relayed(next);
        self.metrics.relay_lag.set(head.saturating_sub(next));
    }

    /// The last event of this log that the broker holds. In a cluster, a server that is a moment behind may answer: a loss
    /// is asked about again.
    async fn held(&self, acknowledged: Acknowledged) -> anyhow::Result<Option<Held>> {
        let holdings = Holdings {
            jetstream: &self.jetstream,
            timeout: self.timeout,
            store: self.store,
            junk: self.junk,
        };
        let mut held = holdings.last_own(acknowledged.next).await?;
        for _ in 0..ASKED_AGAIN {
            if !acknowledged.is_lost(held) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            held = holdings.last_own(acknowledged.next).await?;
        }
        Ok(held)
    }

    /// The signature of an instance other than the main one. What the hub's own services publish, no link of a site may.
    fn signature(&self, subject: &str, envelope: &[u8]) -> Option<String> {
        if self.store.source().is_main() {
            return None;
        }
        self.bus.issuer()?.token(subject, envelope, None)
    }

    async fn send(&self, record: &Record) -> anyhow::Result<Unacknowledged> {
        let (event, place) = self.store.stored(record)?;
        let span = self.traces.publish(&event, place.source);
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
        Ok(Unacknowledged {
            acknowledgement: sent.into_future(),
            _span: span,
        })
    }
}

/// Waits for the oldest publication's acknowledgement. Cancelling loses nothing: it stays in the queue.
async fn oldest(in_flight: &mut VecDeque<Unacknowledged>) -> Result<PublishAck, PublishError> {
    match in_flight.front_mut() {
        Some(publication) => (&mut publication.acknowledgement).await,
        None => std::future::pending().await,
    }
}

/// The sequence of an event in the broker's stream.
fn place(acknowledged: &PublishAck) -> Answer {
    if acknowledged.duplicate {
        Answer::Duplicate(acknowledged.sequence)
    } else {
        Answer::Stored(acknowledged.sequence)
    }
}
