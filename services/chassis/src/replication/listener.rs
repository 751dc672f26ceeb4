//! Receives the events of one other service from the broker. Nothing depends on the broker: an event that is
//! ahead or of a diverged history is left to the source, so that one unreachable instance delays no other.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use async_nats::jetstream::{
    Message,
    consumer::{PullConsumer, pull},
};
use futures::StreamExt;
use onestop_proto::{actor::ServiceName, envelope::Envelope};
use tracing::{debug, info};

use super::{
    origin::{Belief, Origins},
    processor::{Processed, Processor},
    wakeup::Wakeup,
};
use crate::{
    bus::{BROKER_STREAM, Bus, Impediment},
    messaging::junk::{self, SkippedJunk},
    provision::durable_name,
    service::Service,
    shutdown::Shutdown,
    timing::{Backoff, Pace},
};

/// The pauses between attempts to receive.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Messages taken at a time: those that have arrived, at most so many.
const MESSAGES: usize = 400;
/// Messages that come more often than this are taken together, and share a commit. It delays each by half of it on
/// average, and only while many come.
const TAKEN_EVERY: Duration = Duration::from_millis(10);

/// One service's subscription to one other.
pub(super) struct Listener<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) origins: Arc<Origins<S>>,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) junk: SkippedJunk,
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
                let error = format!("{error:#}");
                let what = Impediment::Listening(self.from.clone());
                if bus.impediments().set(what, error.clone()) {
                    info!(from = %self.from, error, "listening was interrupted and goes on");
                } else {
                    debug!(from = %self.from, error, "listening is still interrupted");
                }
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
        let mut arriving = consumer
            .stream()
            .max_messages_per_batch(MESSAGES)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(10))
            .messages()
            .await?
            .ready_chunks(MESSAGES);
        bus.impediments()
            .clear(&Impediment::Listening(self.from.clone()));
        let (mut pace, mut is_behind) = (Pace::new(TAKEN_EVERY), false);
        loop {
            if !is_behind {
                pace.may_begin().await;
            }
            let arrived = arriving.next().await;
            pace.begin();
            let arrived = arrived.ok_or_else(|| anyhow!("the broker ended the delivery"))?;
            is_behind = arrived.len() == MESSAGES;
            let (messages, broken) = up_to_error(arrived);
            self.process(&messages).await?;
            acknowledge(&messages).await?;
            if let Some(error) = broken {
                return Err(error.into());
            }
            backoff.reset();
        }
    }

    async fn process(&self, messages: &[Message]) -> anyhow::Result<()> {
        let events = self.believed(messages)?;
        let sources = self.processor.sources();
        for events in events.chunk_by(|one, next| one.source == next.source) {
            let Some(source) = events.first().map(|event| &event.source) else {
                continue;
            };
            if sources.set_aside(source).is_some() {
                continue;
            }
            match self.processor.process(events).await? {
                Processed::All => {}
                // The source has these events and those before them in its log.
                Processed::Gap | Processed::Forked(_) => self.wakeup.request(source),
            }
        }
        Ok(())
    }

    /// The events that are what their sources wrote.
    fn believed(&self, messages: &[Message]) -> anyhow::Result<Vec<Envelope>> {
        let mut events = Vec::with_capacity(messages.len());
        for message in messages {
            let Some(event) = self.event(message) else {
                continue;
            };
            match self.origins.judge(&event, message)? {
                Belief::Believed => events.push(event),
                Belief::AskSource => self.wakeup.request(&event.source),
                Belief::Refused => {}
            }
        }
        Ok(events)
    }

    /// What is no event did not come from a relay, so no position depends on it: it is skipped.
    fn event(&self, message: &Message) -> Option<Envelope> {
        match read(&message.payload, &self.from) {
            Ok(envelope) => Some(envelope),
            Err(problem) => {
                let skipped = junk::Message {
                    of: &self.from,
                    subject: message.subject.as_str(),
                    problem,
                    sequence: message.info().ok().map(|info| info.stream_sequence),
                };
                let now = self.processor.store.clock().now();
                self.junk.record(skipped, now);
                None
            }
        }
    }
}

/// The messages before the first error, and that error.
fn up_to_error<E>(arrived: Vec<Result<Message, E>>) -> (Vec<Message>, Option<E>) {
    let mut messages = Vec::with_capacity(arrived.len());
    for message in arrived {
        match message {
            Ok(message) => messages.push(message),
            Err(error) => return (messages, Some(error)),
        }
    }
    (messages, None)
}

/// Reads a message on the subjects of the service `from`.
fn read(payload: &[u8], from: &ServiceName) -> Result<Envelope, String> {
    let envelope: Envelope =
        serde_json::from_slice(payload).map_err(|error| format!("it is no envelope: {error}"))?;
    if envelope.source.service != *from {
        return Err(format!("it says that {} wrote it", envelope.source));
    }
    if envelope.position().is_none() {
        return Err("its sequence is not a number".to_owned());
    }
    Ok(envelope)
}

/// Acknowledges each message, also where one acknowledgement counts for all before it: the broker lets this service answer
/// each delivery once, and forgets a delivery when it is answered. What is never answered it would look through again
/// and again.
async fn acknowledge(messages: &[Message]) -> anyhow::Result<()> {
    for message in messages {
        let acknowledged = message.ack().await;
        acknowledged.map_err(|error| anyhow!(error).context("the acknowledgement failed"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn envelope() -> Value {
        json!({
            "specversion": "1.0", "id": "019ab0c4-8000-7000-8000-000000000001",
            "source": "/onestop/intake/main", "type": "cn.onestop.case.opened.v1",
            "subject": "019ab0c4-8000-7000-8000-000000000002", "time": "2026-03-04T08:00:00Z",
            "datacontenttype": "application/json", "sequence": "3",
            "epoch": "019ab0c4-8000-7000-8000-000000000003",
            "recordedtime": "2026-03-04T08:00:00Z",
            "correlationid": "019ab0c4-8000-7000-8000-000000000002",
            "causationid": "019ab0c4-8000-7000-8000-000000000004",
            "command": "019ab0c4-8000-7000-8000-000000000004", "commandhash": "",
            "actor": "clerk/zhang-li@s4k2m9qxa.window",
            "unit": "s4k2m9qxa.window", "division": "530821", "item": "none",
            "traceparent": "00-019ab0c480007000800000000000000a-019ab0c480007000-01",
            "prevhash": "", "hash": "", "data": {},
        })
    }

    fn problem(message: &Value) -> Option<String> {
        let from: ServiceName = "intake".parse().unwrap();
        read(message.to_string().as_bytes(), &from).err()
    }

    #[test]
    fn what_another_service_says_on_these_subjects_is_no_event() {
        assert_eq!(problem(&envelope()), None);
        let mut other = envelope();
        other["source"] = json!("/onestop/referral/main");
        assert!(problem(&other).unwrap().contains("/onestop/referral/main"));
        let mut nowhere = envelope();
        nowhere["sequence"] = json!("first");
        assert!(problem(&nowhere).unwrap().contains("sequence"));
        assert!(problem(&json!({})).unwrap().contains("no envelope"));
        assert!(problem(&json!("hello")).is_some());
    }
}
