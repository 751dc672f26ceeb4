//! Reads the events of one log from the broker's stream, to rebuild that log. Needs the operator's key.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use futures::StreamExt;
use onestop_proto::{
    envelope::{Envelope, Source},
    subject,
};

use super::record_header;
use crate::bus::{BROKER_STREAM, Bus};

/// Messages fetched at a time.
const BATCH: usize = 500;
/// After so long without a question, the broker forgets the consumer.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// Receives an event, and the message header with the rest of its record.
pub type TakeEvent<'a> = dyn FnMut(&Envelope, Option<&str>) -> anyhow::Result<()> + Send + 'a;

/// Reads every message on the subjects of `own`, in the order of the stream: of all incarnations of its log, some twice.
/// Messages that are no events are left out.
///
/// # Errors
/// If the broker has no stream, refuses, or ends before its end.
pub async fn read(bus: &Bus, own: &Source, take: &mut TakeEvent<'_>) -> anyhow::Result<()> {
    let stream = bus.jetstream().get_stream(BROKER_STREAM).await;
    let stream = stream.with_context(|| format!("the broker has no stream {BROKER_STREAM}"))?;
    let config = pull::Config {
        filter_subject: subject::events_from(own),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::None,
        inactive_threshold: FORGOTTEN,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await;
    let mut consumer: PullConsumer =
        consumer.context("the broker does not let its stream be read")?;
    while fetch(&consumer, take).await? > 0 {}
    let left = consumer.info().await.context("the broker's stream")?;
    if left.num_pending > 0 {
        let count = left.num_pending;
        bail!("the broker did not deliver {count} messages of its stream. Try again");
    }
    Ok(())
}

async fn fetch(consumer: &PullConsumer, take: &mut TakeEvent<'_>) -> anyhow::Result<usize> {
    let fetched = consumer.fetch().max_messages(BATCH).messages().await;
    let mut messages = fetched.context("the broker's stream")?;
    let mut count = 0;
    while let Some(message) = messages.next().await {
        let message = message.map_err(|error| anyhow!("the broker's stream: {error}"))?;
        count += 1;
        let Ok(event) = serde_json::from_slice::<Envelope>(&message.payload) else {
            continue;
        };
        let headers = message.headers.as_ref();
        let header = headers.and_then(|headers| headers.get(record_header::HEADER));
        take(&event, header.map(|header| header.as_str()))?;
    }
    Ok(count)
}
