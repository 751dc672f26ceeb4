//! The specialists (专业单位), and what other services read from their events.
//!
//! A specialist joins by a line in [`ALL`]. Services that deal with specialists in general, as referral and the
//! journal do, ask this list and name none of them.

use schemars::{Schema, schema_for};
use serde_json::Value;

use crate::{
    actor::{ServiceName, known_service},
    command::CommandType,
    envelope::{FormerType, RawEvent, TypeInfo},
    legal_aid, mediation, notarization,
    rejection::Malformed,
    text::Text,
};

pub use crate::summary::{
    ApprovalStep, Correction, Describe, Facts, PendingDraft, Summary, Undertaking,
};

/// One specialist, as the others know it.
#[derive(Debug, Clone, Copy)]
pub struct Specialist {
    /// The name of its service.
    pub service: &'static str,
    /// What people call it.
    pub title: Text,
    /// The clock that runs from the beginning of its work, as `<item>.<step>` in the directory's standards.
    pub initial_clock: &'static str,
    /// The types of its events.
    pub types: &'static [TypeInfo],
    /// Earlier versions of them.
    pub former: &'static [FormerType],
    read: fn(&RawEvent) -> Result<Option<Summary>, serde_json::Error>,
    check: fn(&str, Value) -> Result<(), Malformed>,
    events: fn() -> Vec<(&'static str, Schema)>,
    commands: fn() -> Vec<(&'static str, Schema)>,
    names: &'static [&'static str],
    titles: &'static [&'static str],
    rejections: fn() -> Schema,
}

/// Every specialist there is.
pub const ALL: &[Specialist] = &[
    specialist::<legal_aid::Event, legal_aid::Command, legal_aid::Rejection>(
        legal_aid::SERVICE,
        legal_aid::INITIAL_CLOCK,
        Text {
            zh: "法律援助",
            en: "legal aid",
        },
    ),
    specialist::<notarization::Event, notarization::Command, notarization::Rejection>(
        notarization::SERVICE,
        notarization::INITIAL_CLOCK,
        Text {
            zh: "公证",
            en: "notarization",
        },
    ),
    specialist::<mediation::Event, mediation::Command, mediation::Rejection>(
        mediation::SERVICE,
        mediation::INITIAL_CLOCK,
        Text {
            zh: "人民调解",
            en: "mediation",
        },
    ),
];

const fn specialist<E: Describe, C: CommandType, R: schemars::JsonSchema>(
    service: &'static str,
    initial_clock: &'static str,
    title: Text,
) -> Specialist {
    Specialist {
        service,
        title,
        initial_clock,
        types: E::TYPES,
        former: E::FORMER,
        read: |raw| Ok(raw.parse_if::<E>()?.map(|event| event.describe())),
        check: |name, data| C::parse(name, data).map(|_| ()),
        events: E::schemas,
        commands: C::schemas,
        names: C::NAMES,
        titles: C::TITLES,
        rejections: || schema_for!(R),
    }
}

impl Specialist {
    /// Its service.
    pub fn name(&self) -> ServiceName {
        known_service(self.service)
    }

    /// The JSON Schema of each event's data, by type.
    pub fn events(&self) -> Vec<(&'static str, Schema)> {
        (self.events)()
    }

    /// The JSON Schema of each command's data, by the command's name.
    pub fn commands(&self) -> Vec<(&'static str, Schema)> {
        (self.commands)()
    }

    /// The names of its commands.
    pub const fn command_names(&self) -> &'static [&'static str] {
        self.names
    }

    /// What each command is called in Chinese, by the command's name.
    pub fn titles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.names.iter().copied().zip(self.titles.iter().copied())
    }

    /// The JSON Schema of what it refuses.
    pub fn rejections(&self) -> Schema {
        (self.rejections)()
    }

    /// Whether a command could be sent with this data.
    ///
    /// # Errors
    /// Which field does not fit, and how.
    pub fn check(&self, command: &str, data: Value) -> Result<(), Malformed> {
        (self.check)(command, data)
    }
}

/// Their services.
pub fn services() -> Vec<ServiceName> {
    ALL.iter().map(Specialist::name).collect()
}

/// What an event says, if it is a specialist's.
///
/// # Errors
/// If its data does not fit its type.
pub fn summarize(raw: &RawEvent) -> Result<Option<Summary>, serde_json::Error> {
    for specialist in ALL {
        if let Some(told) = (specialist.read)(raw)? {
            return Ok(Some(told));
        }
    }
    Ok(None)
}
