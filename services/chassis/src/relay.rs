//! The relay: publishes the log to `JetStream`, in log order. The log is the outbox.
//!
//! Where to begin is what the broker says: the last event of this log that it holds. So a broker that
//! lost its newest events, or everything, gets them again, and one that had stored what seemed to have
//! timed out gets nothing twice. Whatever it gets twice all the same it drops by message id, and
//! consumers drop by position.

use std::{collections::VecDeque, time::Duration};

use anyhow::Context;
use async_nats::jetstream::{
    self,
    context::{PublishAckFuture, PublishError},
    message::PublishMessage,
    stream::{LastRawMessageErrorKind, Stream},
};
use onestop_proto::{envelope::Envelope, subject};
use tracing::{info, warn};

use crate::{
    bus::{Bus, Link},
    metrics::Metrics,
    shutdown::Shutdown,
    store::Store,
};

/// A publication under way, until the broker says that it has it.
type Acknowledgement = <PublishAckFuture as IntoFuture>::IntoFuture;

/// Publications under way at the same time.
const IN_FLIGHT: usize = 256;

/// Pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(200);

/// Publishes until the shutdown is asked for.
pub(crate) async fn run(
    bus: Bus,
    store: Store,
    metrics: Metrics,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    // What this process saw acknowledged: the next position after it.
    let mut acknowledged = None;
    loop {
        tokio::select! {
            () = shutdown.asked() => return Ok(()),
            () = bus.linked() => {}
        }
        let ended = tokio::select! {
            () = shutdown.asked() => return Ok(()),
            ended = publish_from_broker_state(&bus, &store, &metrics, &mut acknowledged) => ended,
        };
        if let Err(error) = ended {
            warn!(
                error = format!("{error:#}"),
                "publishing was interrupted; it goes on from what the broker holds"
            );
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn publish_from_broker_state(
    bus: &Bus,
    store: &Store,
    metrics: &Metrics,
    acknowledged: &mut Option<u64>,
) -> anyhow::Result<()> {
    let mut link = bus.link();
    link.mark_unchanged();
    let jetstream = bus.jetstream();
    let stream = bus.provision(&jetstream).await?;
    let held = held_by(&stream, store).await?;
    // A connection that broke may have swallowed a publication whose successors went through on the
    // next one: what was never acknowledged is published again.
    let mut next = acknowledged.map_or(held, |seen| held.min(seen));
    info!(next, head = store.log().head().count, "publishing");
    let mut subscription = store.log().subscribe(next);
    let mut in_flight: VecDeque<Acknowledgement> = VecDeque::new();
    loop {
        metrics.log_head.set(store.log().head().count);
        metrics
            .relay_lag
            .set(store.log().head().count.saturating_sub(next));
        let room = IN_FLIGHT - in_flight.len();
        tokio::select! {
            biased;
            changed = link.changed() => {
                changed.context("the connection was closed")?;
                // The broker may have been replaced while the link was down: ask it again.
                if *link.borrow() == Link::Up {
                    return Ok(());
                }
            }
            answer = oldest(&mut in_flight) => {
                answer.context("a publication was not acknowledged")?;
                in_flight.pop_front();
                next += 1;
                *acknowledged = Some(next);
            }
            page = subscription.next_batch(room), if room > 0 => {
                for record in page? {
                    in_flight.push_back(publish(&jetstream, &store.envelope(&record)?).await?);
                }
            }
        }
    }
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

/// The next position that the broker does not hold.
async fn held_by(stream: &Stream, store: &Store) -> anyhow::Result<u64> {
    let subject = subject::events_of(&store.source().service);
    let last = match stream.get_last_raw_message_by_subject(&subject).await {
        Ok(message) => message,
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(0),
        Err(error) => return Err(error).context("cannot ask the broker for its last event"),
    };
    let envelope: Envelope = serde_json::from_slice(&last.payload)
        .context("the broker's last event is not one of ours")?;
    let ours = envelope.source == *store.source() && envelope.epoch == store.log().epoch();
    // Another epoch's events say nothing about this one's: begin at the beginning.
    Ok(if ours {
        envelope.position().map_or(0, |position| position + 1)
    } else {
        0
    })
}
