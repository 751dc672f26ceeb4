//! Decodes records of a service's own log.

use onestop_eventlog::Record;
use onestop_proto::{
    contract,
    envelope::{EventType, RecordedEvent},
};

use super::error::StoreError;

/// Decodes a record, without its position.
///
/// # Errors
/// If the record is not an event of this service.
pub fn recorded(record: &Record) -> Result<RecordedEvent, StoreError> {
    serde_json::from_slice(&record.payload).map_err(|source| StoreError::Decode {
        position: record.position,
        source,
    })
}

pub(super) fn event<E: EventType>(record: &Record) -> Result<E, StoreError> {
    let recorded = recorded(record)?;
    recorded.event.parse().map_err(|source| {
        let (position, event_type) = (record.position, recorded.event.event_type.clone());
        match contract::title(&event_type) {
            Some(_) => StoreError::Decode { position, source },
            None => StoreError::Newer {
                position,
                event_type,
            },
        }
    })
}
