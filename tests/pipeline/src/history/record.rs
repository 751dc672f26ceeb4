//! Records what a service decided, as its own store would: ids from the command's key, causes, addresses.

use onestop_chassis::store::{EventMeta, Rules};
use onestop_proto::{
    envelope::{Address, Envelope, EventType, LogPosition, RawEvent, RecordPlace},
    time::Timestamp,
};
use uuid::Uuid;

use super::services::Writer;

/// The events of one command, which one append writes.
#[derive(Debug)]
pub struct Written {
    pub at: Timestamp,
    pub by: Writer,
    pub stream: String,
    pub events: Vec<(Uuid, Vec<u8>)>,
}

/// A state and the events that led to it, each with the address that it had then.
pub(super) struct Decided<S> {
    pub(super) state: Option<S>,
    pub(super) events: Vec<(RawEvent, Address)>,
}

impl<S: Clone> Decided<S> {
    pub(super) fn fold<E: EventType>(before: Option<S>, events: &[E], rules: &Rules<S, E>) -> Self {
        let mut folded = Self {
            state: before,
            events: Vec::with_capacity(events.len()),
        };
        for event in events {
            folded.state = (rules.evolve)(folded.state.take(), event);
            let address = (rules.address)(folded.state.as_ref().unwrap(), event);
            let raw = RawEvent::from_event(event).unwrap();
            folded.events.push((raw, address));
        }
        folded
    }
}

/// The events in a service's log, and as others hear them. Their place in the log is not known yet; nothing that
/// follows from an event depends on it.
pub(super) fn record(
    by: Writer,
    meta: &EventMeta,
    now: Timestamp,
    events: Vec<(RawEvent, Address)>,
) -> (Written, Vec<Envelope>) {
    let mut written = Written {
        at: now,
        by,
        stream: format!("{}{}", by.stream(), meta.subject),
        events: Vec::with_capacity(events.len()),
    };
    let mut heard = Vec::with_capacity(events.len());
    for (index, (event, address)) in events.into_iter().enumerate() {
        let id = meta.command.event(index);
        let recorded = meta.record(id, event, address, now);
        let payload = serde_json::to_vec(&recorded).unwrap();
        written.events.push((id.uuid(), payload));
        heard.push(Envelope::new(recorded, nowhere(by)));
    }
    (written, heard)
}

fn nowhere(by: Writer) -> RecordPlace {
    RecordPlace {
        at: LogPosition {
            source: by.source(),
            epoch: Uuid::nil(),
            position: 0,
        },
        prevhash: String::new(),
        hash: String::new(),
    }
}
