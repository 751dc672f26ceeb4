//! What the broker holds of this log. The last message on the subjects of a service is its own newest event, unless
//! something else was published there: then the last of its own events is looked for on the subjects that its newest
//! events have.

use std::{collections::BTreeSet, time::Duration};

use anyhow::bail;
use async_nats::jetstream::{
    self,
    message::StreamMessage,
    stream::{DirectGetErrorKind, Stream},
};
use onestop_proto::{envelope::Envelope, subject};

use super::outbox::Held;
use crate::{
    bus::BROKER_STREAM,
    messaging::junk::{Message, SkippedJunk},
    store::{Store, StoreError},
};

/// So many of the newest acknowledged events are looked for behind a message of another writer.
const LOOKED_FOR: u64 = 256;

/// Asks the broker what it holds.
pub(super) struct Holdings<'a> {
    pub(super) jetstream: &'a jetstream::Context,
    /// How long the broker may take to answer.
    pub(super) timeout: Duration,
    pub(super) store: &'a Store,
    pub(super) junk: &'a SkippedJunk,
}

/// What a message on this service's subjects is.
enum Found {
    /// An event of this log, at this position.
    Own(u64),
    /// An event of another incarnation of this log.
    OtherEpoch,
    /// Not what this service wrote.
    Junk(String),
}

/// An event of this log, and its sequence in the stream.
fn at(position: u64, message: &StreamMessage) -> Held {
    Held {
        next: position + 1,
        sequence: message.sequence,
    }
}

impl Holdings<'_> {
    /// The last event of this log that the broker holds; those before `acknowledged` are acknowledged.
    pub(super) async fn last_own(&self, acknowledged: u64) -> anyhow::Result<Option<Held>> {
        let own = self.store.source();
        let stream = self.jetstream.get_stream_no_info(BROKER_STREAM).await?;
        let Some(last) = self.last(&stream, subject::events_from(own)).await? else {
            return Ok(None);
        };
        match self.judge(&last.payload)? {
            Found::Own(position) => Ok(Some(at(position, &last))),
            // It says nothing about this incarnation, of which nothing may have been published yet.
            Found::OtherEpoch => self.behind(&stream, acknowledged).await,
            Found::Junk(problem) => {
                let message = Message {
                    of: &own.service,
                    subject: last.subject.as_str(),
                    problem,
                    sequence: Some(last.sequence),
                };
                self.junk.record(message, self.store.clock().now());
                self.behind(&stream, acknowledged).await
            }
        }
    }

    /// The same, by the subjects of the events that were acknowledged last.
    async fn behind(&self, stream: &Stream<()>, acknowledged: u64) -> anyhow::Result<Option<Held>> {
        let first = acknowledged.saturating_sub(LOOKED_FOR);
        let count = usize::try_from(acknowledged - first).unwrap_or(0);
        let newest = self.store.envelopes(first, count)?;
        let subjects: BTreeSet<String> = newest.iter().map(Envelope::wire_subject).collect();
        let mut furthest: Option<Held> = None;
        for subject in subjects {
            if let Some(last) = self.last(stream, subject).await?
                && let Found::Own(position) = self.judge(&last.payload)?
                && furthest.is_none_or(|held| held.sequence < last.sequence)
            {
                furthest = Some(at(position, &last));
            }
        }
        Ok(furthest)
    }

    async fn last(
        &self,
        stream: &Stream<()>,
        subject: String,
    ) -> anyhow::Result<Option<StreamMessage>> {
        let last = stream.direct_get_last_for_subject(subject);
        // A broker without the stream, such as one that has just started, does not reply.
        match tokio::time::timeout(self.timeout, last).await {
            Ok(Ok(message)) => Ok(Some(message)),
            Ok(Err(error)) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
            Ok(Err(error)) => bail!("the broker does not say what it holds: {error}"),
            Err(_) => bail!("the broker does not say what it holds"),
        }
    }

    /// A message is an event of this log if the log has it: what a message says of itself proves nothing.
    fn judge(&self, payload: &[u8]) -> Result<Found, StoreError> {
        let envelope: Envelope = match serde_json::from_slice(payload) {
            Ok(envelope) => envelope,
            Err(error) => return Ok(Found::Junk(format!("it is no envelope: {error}"))),
        };
        if envelope.source != *self.store.source() {
            let problem = format!("it says that {} wrote it", envelope.source);
            return Ok(Found::Junk(problem));
        }
        if envelope.epoch != self.store.log().epoch() {
            return Ok(Found::OtherEpoch);
        }
        let position = envelope.position();
        let written = match position {
            Some(position) => self.store.envelopes(position, 1)?.into_iter().next(),
            None => None,
        };
        Ok(match (position, written) {
            (Some(position), Some(written)) if written.hash == envelope.hash => {
                Found::Own(position)
            }
            (_, _) => Found::Junk("this log has no such event".to_owned()),
        })
    }
}
