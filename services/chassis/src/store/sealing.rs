//! Seals the free text of an event before it is stored, by the schema of its type.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use onestop_proto::{
    envelope::{EventType, RawEvent},
    free_text::{TextKey, TextPlace, places},
    ids::CaseId,
    raw_json::RawJson,
};
use serde_json::Value;

use super::error::StoreError;
use crate::texts;

type Places = Arc<[TextPlace]>;

/// Where free text is in the events of a type, by type name: a type name has one schema.
static PLACES: LazyLock<RwLock<HashMap<&'static str, Places>>> = LazyLock::new(RwLock::default);

/// Seals the texts of an event, and returns it as every reader will have it; none if there is nothing to seal.
pub(super) fn seal_event<E: EventType>(
    event: &E,
    raw: &mut RawEvent,
    (key, case): (&TextKey, CaseId),
) -> Result<Option<E>, StoreError> {
    let places = places_of::<E>(event.event_type());
    if places.is_empty() {
        return Ok(None);
    }
    let mut data: Value = raw.data.parse().map_err(StoreError::Serialize)?;
    let mut problem = None;
    let mut seal = |text: &mut String| match texts::seal(key, case, text) {
        Ok(sealed) => *text = sealed,
        Err(error) => problem = Some(error),
    };
    for place in places.iter() {
        place.change(&mut data, &mut seal);
    }
    if let Some(problem) = problem {
        return Err(StoreError::Seal(problem));
    }
    raw.data = RawJson::of(&data).map_err(StoreError::Serialize)?;
    E::read(&raw.event_type, &raw.data).map_err(StoreError::Serialize)
}

fn places_of<E: EventType>(event_type: &str) -> Places {
    let known = PLACES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(places) = known.get(event_type) {
        return Arc::clone(places);
    }
    drop(known);
    let mut known = PLACES.write().unwrap_or_else(PoisonError::into_inner);
    for (name, schema) in E::schemas() {
        known.insert(name, places(&schema).into());
    }
    known.get(event_type).cloned().unwrap_or_default()
}
