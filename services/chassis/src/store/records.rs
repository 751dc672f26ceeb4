//! Decodes records of a service's own log.

use std::borrow::Cow;

use onestop_eventlog::Record;
use onestop_proto::{
    contract,
    envelope::{EventType, RecordedEvent},
    raw_json::RawJson,
};
use serde::Deserialize;

use super::error::StoreError;

/// What a fold reads of an event.
#[derive(Deserialize)]
struct Folded<'a> {
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    data: RawJson,
}

/// Decodes a record, without its position.
///
/// # Errors
/// If the record is not an event of this service.
pub fn recorded(record: &Record) -> Result<RecordedEvent, StoreError> {
    decode(record)
}

pub(super) fn decode<'a, T: Deserialize<'a>>(record: &'a Record) -> Result<T, StoreError> {
    serde_json::from_slice(&record.payload).map_err(|source| StoreError::Decode {
        position: record.position,
        source,
    })
}

pub(super) fn event<E: EventType>(record: &Record) -> Result<E, StoreError> {
    let Folded { event_type, data } = decode(record)?;
    let position = record.position;
    let read = E::read(&event_type, &data);
    let event = read.map_err(|source| StoreError::Decode { position, source })?;
    event.ok_or_else(|| unknown(position, &event_type))
}

/// A type that is not one of the fold's.
fn unknown(position: u64, event_type: &str) -> StoreError {
    let event_type = event_type.to_owned();
    if contract::title(&event_type).is_none() {
        return StoreError::Newer {
            position,
            event_type,
        };
    }
    let problem = format!("{event_type} is no event of this stream");
    let source = <serde_json::Error as serde::de::Error>::custom(problem);
    StoreError::Decode { position, source }
}
