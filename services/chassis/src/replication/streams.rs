//! The streams of every service's log that replication writes.

use onestop_proto::{
    envelope::{Envelope, EventType},
    replication,
};

use super::{follow_source, parked_queue};

/// Those of them that may hold an event.
pub(crate) fn of(event: &Envelope) -> Vec<String> {
    let mut streams = vec![parked_queue::stream(event.subject)];
    let decided = replication::Event::read(&event.event_type, &event.data);
    if let Ok(Some(decided)) = decided {
        streams.push(follow_source::stream(follow_source::of(&decided)));
    }
    streams
}
