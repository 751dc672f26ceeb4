//! The specialists (专业单位), and what other services read from their events without knowing their law.
//!
//! A specialist joins by a line in [`ALL`]. Services that deal with specialists in general, as referral and the
//! journal do, ask this list and name none of them.

use schemars::{Schema, schema_for};
use serde_json::Value;

use crate::{
    actor::{ServiceName, known_service},
    command::CommandType,
    division::DivisionCode,
    envelope::{EventType, FormerType, RawEvent, TypeInfo},
    ids::{Topic, UnitId},
    legal_aid, mediation, notarization,
    referral::Outcome,
    rejection::Malformed,
    text::{Text, Words},
};

/// What other services read from a specialist's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What came of the matter, if this ended the unit's work on it: custody goes back then.
    pub outcome: Option<Outcome>,
    /// The correction that the bureau above the unit ordered, if this did: the window has the case to do again, also after
    /// it has closed it.
    pub correction: Option<Correction>,
    /// What it means for a decision that one person drafts and another approves; nothing for most events.
    pub approval: Option<ApprovalStep>,
    /// What a reader of the case should see besides the event's title.
    pub facts: Facts,
}

/// A step of the approval of a decision (审批).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalStep {
    /// A draft awaits approval.
    Awaited {
        /// Whose staff approves it.
        unit: UnitId,
        /// Where that unit is.
        division: DivisionCode,
    },
    /// It was approved or sent back, or fell away.
    Ended,
}

/// An order that the unit corrects what it decided (责令改正).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction;

/// What a reader should see of an event. No personal data: that is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facts {
    /// The title says it all.
    Title,
    /// Something in words.
    Words(Words),
    /// Papers, to be called by the names that the directory has for them.
    Materials(Vec<Topic>),
}

impl Summary {
    /// Something whose title says it all.
    #[must_use]
    pub fn title() -> Self {
        Self::facts(Facts::Title)
    }

    /// Something with facts.
    #[must_use]
    pub fn facts(facts: Facts) -> Self {
        Self {
            outcome: None,
            correction: None,
            approval: None,
            facts,
        }
    }

    /// Something with facts in words.
    #[must_use]
    pub fn words(words: impl Into<Words>) -> Self {
        Self::facts(Facts::Words(words.into()))
    }

    /// Something with a number or a name.
    #[must_use]
    pub fn untranslated(text: &str) -> Self {
        Self::words(Words::untranslated(text))
    }

    /// Something about papers.
    #[must_use]
    pub fn materials(materials: &[Topic]) -> Self {
        Self::facts(Facts::Materials(materials.to_vec()))
    }

    /// The same, as the end of the unit's work.
    #[must_use]
    pub fn ending(self, outcome: Outcome) -> Self {
        let outcome = Some(outcome);
        Self { outcome, ..self }
    }

    /// The same, as a draft that waits for the approval of a unit's staff.
    #[must_use]
    pub fn awaiting_approval(self, unit: UnitId, division: DivisionCode) -> Self {
        let approval = Some(ApprovalStep::Awaited { unit, division });
        Self { approval, ..self }
    }

    /// The same, as the end of what waited for approval.
    #[must_use]
    pub fn approval_ended(self) -> Self {
        let approval = Some(ApprovalStep::Ended);
        Self { approval, ..self }
    }

    /// The same, with more in words.
    #[must_use]
    pub fn with_words(self, more: &Words) -> Self {
        let words = match self.facts {
            Facts::Words(words) => Words {
                zh: format!("{}；{}", words.zh, more.zh),
                en: format!("{}; {}", words.en, more.en),
            },
            Facts::Title | Facts::Materials(_) => more.clone(),
        };
        let facts = Facts::Words(words);
        Self { facts, ..self }
    }

    /// The same, as an order that the unit corrects what it decided.
    #[must_use]
    pub fn ordering_correction(self) -> Self {
        let correction = Some(Correction);
        Self { correction, ..self }
    }
}

/// The events of a specialist.
pub trait Describe: EventType {
    /// What other services read from this event.
    fn describe(&self) -> Summary;
}

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
    #[must_use]
    pub fn name(&self) -> ServiceName {
        known_service(self.service)
    }

    /// The JSON Schema of each event's data, by type.
    #[must_use]
    pub fn events(&self) -> Vec<(&'static str, Schema)> {
        (self.events)()
    }

    /// The JSON Schema of each command's data, by the command's name.
    #[must_use]
    pub fn commands(&self) -> Vec<(&'static str, Schema)> {
        (self.commands)()
    }

    /// What each command is called in Chinese, by the command's name.
    pub fn titles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.names.iter().copied().zip(self.titles.iter().copied())
    }

    /// The JSON Schema of what it refuses.
    #[must_use]
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
#[must_use]
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
