//! Types of events and their versions. A log keeps what was written; who reads it takes an older version through its
//! upcaster, in replay as well as on arrival. A type or version that the contract does not have is newer than the
//! program that reads it.

use schemars::Schema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::text::Text;

/// What is known of an event type before any event of it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeInfo {
    /// `cn.onestop.<thing>.<happened>.v<N>`.
    pub name: &'static str,
    /// As people read it.
    pub title: Text,
}

/// An earlier version of an event type, of which logs hold events for ever.
#[derive(Debug, Clone, Copy)]
pub struct FormerType {
    /// Its name and title.
    pub info: TypeInfo,
    /// The name of the present version.
    pub current: &'static str,
    /// Its upcaster: makes data of the present version from its own.
    pub upcast: fn(Value) -> Result<Value, serde_json::Error>,
    /// The JSON Schema of its data.
    pub schema: fn() -> Schema,
}

/// The events of one thing, as one enum.
pub trait EventType: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Every type of this enum, in the order of declaration.
    const TYPES: &'static [TypeInfo];

    /// Earlier versions of them.
    const FORMER: &'static [FormerType] = &[];

    /// `cn.onestop.<thing>.<happened>.v<N>`.
    fn event_type(&self) -> &'static str;

    /// The event's data, for a reader that knows the struct and not the enum, by `downcast_ref`.
    fn payload(&self) -> &dyn std::any::Any;

    /// The JSON Schema of each type's data, by type.
    fn schemas() -> Vec<(&'static str, Schema)>;
}

/// `cn.onestop.referral.offered.v1` → `offered`: the segment in its subject.
#[must_use]
pub fn event_name(event_type: &str) -> &str {
    event_type.split('.').nth(3).unwrap_or("unknown")
}

/// Type and data, before the data is parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEvent {
    /// `cn.onestop.<thing>.<happened>.v<N>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The data of that type.
    pub data: Value,
}

impl RawEvent {
    /// Takes type and data from a typed event.
    ///
    /// # Errors
    /// If the event does not serialize, which would be a defect of the contract.
    pub fn from_event<E: EventType>(event: &E) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::to_value(event)?)
    }

    /// Reads the data as one of `E`'s types; that of an earlier version through its upcaster.
    ///
    /// # Errors
    /// If the type is none of `E`'s, or the data does not fit it.
    pub fn parse<E: EventType>(&self) -> Result<E, serde_json::Error> {
        let data = self.data.clone();
        let (name, data) = match former::<E>(&self.event_type) {
            Some(former) => (former.current, (former.upcast)(data)?),
            None => (self.event_type.as_str(), data),
        };
        serde_json::from_value(serde_json::json!({ "type": name, "data": data }))
    }

    /// Reads the data if the type is one of `E`'s; nothing if it is another's.
    ///
    /// # Errors
    /// If the type is one of `E`'s and the data does not fit it.
    pub fn parse_if<E: EventType>(&self) -> Result<Option<E>, serde_json::Error> {
        let is_known = E::TYPES.iter().any(|known| known.name == self.event_type)
            || former::<E>(&self.event_type).is_some();
        if is_known {
            self.parse().map(Some)
        } else {
            Ok(None)
        }
    }
}

fn former<E: EventType>(event_type: &str) -> Option<&'static FormerType> {
    let mut former = E::FORMER.iter();
    former.find(|former| former.info.name == event_type)
}
