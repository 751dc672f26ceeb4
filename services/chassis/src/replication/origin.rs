//! Whether an event is what its source wrote, and its source's to say.
//!
//! The broker delivers what any client with the permission publishes. An event is believed at once if it came on its own
//! subject, its instance is enrolled, its hash can be computed again from it, an instance other than the main one has
//! signed it, and its case is of that instance's division. Where only the hash or the signature is missing, as with a
//! program of an earlier release, or where this service cannot tell of which division the case is, the event is only a
//! hint: the service reads the log of the source instead, for which the source alone answers.

use std::sync::Arc;

use async_nats::jetstream::Message;
use onestop_proto::{
    envelope::{Envelope, Source},
    parking::is_about_transport,
    replication::Refusal,
};

use super::processor::Processor;
use crate::{
    identity::{self, Instance, Roster},
    messaging::{record_header, refusals::Refusals},
    service::Service,
};

/// Judges what a service receives of others.
pub(super) struct Origins<S> {
    pub(super) processor: Arc<Processor<S>>,
    pub(super) roster: Roster,
    pub(super) refusals: Refusals,
}

/// Whether an event is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belief {
    Believed,
    /// It is not; what its source has in its place, the source says.
    AskSource,
    /// It is not, and the source is not asked.
    Refused,
}

/// Whether an instance may speak of a case.
enum Standing {
    /// It may: it is an instance for every division, or the case is of its own.
    Own,
    /// This service has recorded no window of the case.
    Unknown,
}

/// The events that a source may tell, and why not the one behind them.
pub(super) struct Admitted<'a> {
    pub(super) events: &'a [Envelope],
    pub(super) refused: Option<Refusal>,
}

impl<S: Service> Origins<S> {
    /// The instance that a source is, if it is enrolled.
    pub(super) fn instance(&self, source: &Source) -> Option<Instance> {
        self.roster.instance(source)
    }

    /// Judges an event that the broker has delivered, and counts it if it is not believed.
    pub(super) fn judge(&self, event: &Envelope, message: &Message) -> anyhow::Result<Belief> {
        let why = match self.check(event, message)? {
            Ok(Standing::Own) => return Ok(Belief::Believed),
            Ok(Standing::Unknown) => return Ok(Belief::AskSource),
            Err(why) => why,
        };
        let now = self.processor.store.clock().now();
        let subject = message.subject.as_str();
        self.refusals.record(event, subject, why, now);
        Ok(match why {
            Refusal::Altered | Refusal::NotSigned | Refusal::OtherDivision => Belief::AskSource,
            Refusal::OtherSubject | Refusal::NotEnrolled | Refusal::OtherSource => Belief::Refused,
        })
    }

    fn check(
        &self,
        event: &Envelope,
        message: &Message,
    ) -> anyhow::Result<Result<Standing, Refusal>> {
        let subject = message.subject.as_str();
        if event.wire_subject() != subject {
            return Ok(Err(Refusal::OtherSubject));
        }
        let Some(instance) = self.instance(&event.source) else {
            return Ok(Err(Refusal::NotEnrolled));
        };
        // What was processed before changes nothing.
        if self.is_processed(event) {
            return Ok(Ok(Standing::Own));
        }
        let headers = message.headers.as_ref();
        let header = |name| headers.and_then(|headers| headers.get(name));
        let record = header(record_header::HEADER);
        if !record_header::fits(event, record.map(async_nats::HeaderValue::as_str)) {
            return Ok(Err(Refusal::Altered));
        }
        let token = header(identity::HEADER).map(async_nats::HeaderValue::as_str);
        let published = (subject, &message.payload[..]);
        if !event.source.is_main() && !self.roster.has_signed(&instance, token, published) {
            return Ok(Err(Refusal::NotSigned));
        }
        self.check_case(event, &instance)
    }

    fn is_processed(&self, event: &Envelope) -> bool {
        let followed = self.processor.sources().followed(&event.source);
        let next = followed.map_or(0, |(_, reached)| reached.next);
        event.position().is_some_and(|position| position < next)
    }

    /// The first events of a source's answer that are its to say.
    pub(super) fn admitted<'a>(
        &self,
        source: &Source,
        instance: &Instance,
        events: &'a [Envelope],
    ) -> anyhow::Result<Admitted<'a>> {
        for (number, event) in events.iter().enumerate() {
            let checked = if event.source == *source {
                self.check_case(event, instance)?.map(drop)
            } else {
                Err(Refusal::OtherSource)
            };
            if let Err(why) = checked {
                return Ok(Admitted {
                    events: events.get(..number).unwrap_or(events),
                    refused: Some(why),
                });
            }
        }
        Ok(Admitted {
            events,
            refused: None,
        })
    }

    /// An instance of one division speaks of the cases of its own windows. What it says of parked events is about
    /// transport, and changes no case.
    fn check_case(
        &self,
        event: &Envelope,
        instance: &Instance,
    ) -> anyhow::Result<Result<Standing, Refusal>> {
        let Some(within) = instance.within else {
            return Ok(Ok(Standing::Own));
        };
        if is_about_transport(&event.event_type) || self.is_processed(event) {
            return Ok(Ok(Standing::Own));
        }
        let service = &self.processor.service;
        let windows = service.windows_of(event)?;
        if windows.is_empty() {
            return Ok(Ok(Standing::Unknown));
        }
        let mut divisions = windows.iter().map(|window| service.division_of(window));
        let own = divisions.all(|division| division.is_some_and(|at| within.contains(at)));
        Ok(if own {
            Ok(Standing::Own)
        } else {
            Err(Refusal::OtherDivision)
        })
    }
}
