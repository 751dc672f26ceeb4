//! Checks that an append can be made without looking at the log, and hashes the payloads: done in
//! the caller's task, so that the one writer thread has less to do.

use bytes::Bytes;
use uuid::Uuid;

use crate::append::{Append, Condition, CursorUpdate, ExpectedRevision};
use crate::error::AppendError;
use crate::hash::Hash;
use crate::hash_map::FastSet;
use crate::labels::{Labels, MAX_TAGS};
use crate::options::{
    MAX_APPEND_BYTES, MAX_APPEND_CONDITIONS, MAX_APPEND_CURSORS, MAX_APPEND_EVENTS,
    MAX_PAYLOAD_BYTES,
};
use crate::search::Search;
use crate::stream::{StreamName, check_name};

/// An append within all limits; no id comes twice.
pub(crate) struct Prepared {
    pub(crate) streams: Vec<PreparedStream>,
    pub(crate) cursors: Vec<CursorUpdate>,
    pub(crate) conditions: Vec<PreparedCondition>,
    /// Payload bytes of all events.
    pub(crate) bytes: usize,
}

pub(crate) struct PreparedStream {
    pub(crate) stream: StreamName,
    pub(crate) expected: ExpectedRevision,
    /// Never empty.
    pub(crate) events: Vec<PreparedEvent>,
}

/// A condition, as far as it was looked at before the writer has it.
pub(crate) enum PreparedCondition {
    Head(u64),
    Stream(StreamName, ExpectedRevision),
    None(Search),
}

pub(crate) struct PreparedEvent {
    pub(crate) id: Uuid,
    pub(crate) labels: Labels,
    pub(crate) payload: Bytes,
    pub(crate) payload_hash: Hash,
}

impl Prepared {
    pub(crate) fn new(append: Append) -> Result<Prepared, AppendError> {
        let bytes = check(&append)?;
        let streams = append
            .streams
            .into_iter()
            .map(|stream| PreparedStream {
                stream: stream.stream,
                expected: stream.expected,
                events: stream
                    .events
                    .into_iter()
                    .map(|event| PreparedEvent {
                        id: event.id,
                        labels: event.labels,
                        payload_hash: Hash::of_payload(&event.payload),
                        payload: event.payload,
                    })
                    .collect(),
            })
            .collect();
        Ok(Prepared {
            streams,
            cursors: append.cursors,
            conditions: append.conditions.into_iter().map(prepare).collect(),
            bytes,
        })
    }

    pub(crate) fn searches(&mut self) -> impl Iterator<Item = &mut Search> {
        self.conditions
            .iter_mut()
            .filter_map(|condition| match condition {
                PreparedCondition::None(search) => Some(search),
                PreparedCondition::Head(_) | PreparedCondition::Stream(..) => None,
            })
    }

    /// Every event, in the order of positions.
    pub(crate) fn events(&self) -> impl Iterator<Item = &PreparedEvent> {
        self.streams.iter().flat_map(|stream| &stream.events)
    }
}

fn prepare(condition: Condition) -> PreparedCondition {
    match condition {
        Condition::Head(count) => PreparedCondition::Head(count),
        Condition::Stream { stream, expected } => PreparedCondition::Stream(stream, expected),
        Condition::NoneMatching { filter, from } => PreparedCondition::None(Search {
            filter,
            next: from,
            found: None,
        }),
    }
}

/// Returns the number of payload bytes.
fn check(append: &Append) -> Result<usize, AppendError> {
    let nothing = append.streams.is_empty() && append.cursors.is_empty();
    if nothing || append.streams.iter().any(|stream| stream.events.is_empty()) {
        return Err(AppendError::Empty);
    }
    let events = || append.streams.iter().flat_map(|stream| &stream.events);
    limit("events", events().count(), MAX_APPEND_EVENTS)?;
    limit("cursors", append.cursors.len(), MAX_APPEND_CURSORS)?;
    let conditions = append.conditions.len();
    limit("conditions", conditions, MAX_APPEND_CONDITIONS)?;
    let mut bytes = 0;
    for event in events() {
        limit(
            "bytes in one payload",
            event.payload.len(),
            MAX_PAYLOAD_BYTES,
        )?;
        limit("tags on one event", event.labels.tags().len(), MAX_TAGS)?;
        bytes += event.payload.len();
    }
    limit("bytes of payload", bytes, MAX_APPEND_BYTES)?;

    let mut ids = FastSet::default();
    ids.reserve(events().count());
    if let Some(twice) = events().find(|event| !ids.insert(event.id)) {
        return Err(AppendError::IdRepeated { id: twice.id });
    }
    for CursorUpdate { name, .. } in &append.cursors {
        check_name(name).map_err(|source| AppendError::CursorName {
            name: name.clone(),
            source,
        })?;
    }
    Ok(bytes)
}

fn limit(what: &'static str, actual: usize, limit: usize) -> Result<(), AppendError> {
    if actual > limit {
        return Err(AppendError::TooLarge {
            what,
            actual,
            limit,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::append::NewEvent;

    fn stream(name: &str) -> StreamName {
        StreamName::new(name).unwrap()
    }

    fn event(id: u128, bytes: usize) -> NewEvent {
        NewEvent::new(Uuid::from_u128(id), vec![0; bytes])
    }

    fn refusal(append: Append) -> AppendError {
        Prepared::new(append).err().unwrap()
    }

    #[test]
    fn an_append_of_nothing_is_refused() {
        let any = ExpectedRevision::Any;
        assert!(matches!(refusal(Append::default()), AppendError::Empty));
        assert!(matches!(
            refusal(Append::to(stream("a"), any, [])),
            AppendError::Empty
        ));
        assert!(Prepared::new(Append::cursor("relay", 1)).is_ok());
    }

    #[test]
    fn limits_are_inclusive() {
        let of = |bytes| Append::to(stream("a"), ExpectedRevision::Any, [event(1, bytes)]);
        assert!(Prepared::new(of(MAX_PAYLOAD_BYTES)).is_ok());
        let error = refusal(of(MAX_PAYLOAD_BYTES + 1));
        assert!(matches!(
            error,
            AppendError::TooLarge {
                limit: MAX_PAYLOAD_BYTES,
                ..
            }
        ));
        let events = (0..17).map(|id| event(id, MAX_PAYLOAD_BYTES));
        let error = refusal(Append::to(stream("a"), ExpectedRevision::Any, events));
        assert!(matches!(
            error,
            AppendError::TooLarge {
                limit: MAX_APPEND_BYTES,
                ..
            }
        ));
    }

    #[test]
    fn what_comes_twice_is_refused_by_name() {
        let any = ExpectedRevision::Any;
        let twice =
            Append::to(stream("a"), any, [event(1, 0)]).and_to(stream("b"), any, [event(1, 0)]);
        assert!(matches!(refusal(twice), AppendError::IdRepeated { id } if id.as_u128() == 1));
        assert!(matches!(
            refusal(Append::cursor("a b", 1)),
            AppendError::CursorName { .. }
        ));
    }
}
