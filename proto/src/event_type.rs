//! Types of events and their versions. A log keeps what was written; who reads it takes an older version through its
//! upcaster, in replay as well as on arrival. A type or version that the contract does not have is newer than the
//! program that reads it.

use schemars::Schema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{raw_json::RawJson, text::Text};

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

    /// The event's data as JSON. `events!` writes the data alone, in one go.
    ///
    /// # Errors
    /// If the event does not serialize, which would be a defect of the contract.
    fn encode_data(&self) -> Result<RawJson, serde_json::Error> {
        let raw: RawEvent = serde_json::from_str(&serde_json::to_string(self)?)?;
        Ok(raw.data)
    }

    /// Reads data of one of these types, or of an earlier version of one through its upcaster; `None` if the type is
    /// another's.
    ///
    /// # Errors
    /// If the type is one of these and the data does not fit it.
    fn read(event_type: &str, data: &RawJson) -> Result<Option<Self>, serde_json::Error> {
        if !Self::TYPES.iter().any(|known| known.name == event_type) {
            return Ok(None);
        }
        let name = serde_json::to_string(event_type)?;
        let text = format!(r#"{{"type":{name},"data":{}}}"#, data.text());
        serde_json::from_str(&text).map(Some)
    }
}

/// `cn.onestop.referral.offered.v1` → `offered`: the segment in its subject.
pub fn event_name(event_type: &str) -> &str {
    event_type.split('.').nth(3).unwrap_or("unknown")
}

/// Type and data, before the data is parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEvent {
    /// `cn.onestop.<thing>.<happened>.v<N>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The data of that type, as it was written.
    pub data: RawJson,
}

impl RawEvent {
    /// Takes type and data from a typed event.
    ///
    /// # Errors
    /// If the event does not serialize, which would be a defect of the contract.
    pub fn from_event<E: EventType>(event: &E) -> Result<Self, serde_json::Error> {
        Ok(Self {
            event_type: event.event_type().to_owned(),
            data: event.encode_data()?,
        })
    }

    /// Reads the data as one of `E`'s types; that of an earlier version through its upcaster.
    ///
    /// # Errors
    /// If the type is none of `E`'s, or the data does not fit it.
    pub fn parse<E: EventType>(&self) -> Result<E, serde_json::Error> {
        let unknown = || {
            let problem = format!("the event type '{}' is none of these", self.event_type);
            <serde_json::Error as serde::de::Error>::custom(problem)
        };
        self.parse_if()?.ok_or_else(unknown)
    }

    /// Reads the data if the type is one of `E`'s; nothing if it is another's.
    ///
    /// # Errors
    /// If the type is one of `E`'s and the data does not fit it.
    pub fn parse_if<E: EventType>(&self) -> Result<Option<E>, serde_json::Error> {
        E::read(&self.event_type, &self.data)
    }
}
