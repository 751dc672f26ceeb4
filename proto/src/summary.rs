//! What other services read from a specialist's event, without knowing its law.

use serde::{Deserialize, Serialize};

use crate::{
    acting_person::ActingPerson,
    division::DivisionCode,
    envelope::EventType,
    ids::{StaffId, Topic, UnitId},
    referral::Outcome,
    text::Words,
};

/// What other services read from a specialist's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What came of the matter, if this ended the unit's work on it: custody goes back then.
    pub outcome: Option<Outcome>,
    /// The correction that the bureau above the unit ordered, if this did: the window has the case to do again, also after
    /// it has closed it.
    pub correction: Option<Correction>,
    /// The decision by which the unit undertakes the work, if this is one: it brings the work to its end from then on, and does
    /// not give the case back.
    pub undertaking: Option<Undertaking>,
    /// What it means for a decision that one person drafts and another approves; nothing for most events.
    pub approval: Option<ApprovalStep>,
    /// The people who act in the case from then on.
    pub acting: Vec<ActingPerson>,
    /// What a reader of the case should see besides the event's title.
    pub facts: Facts,
}

/// A step of the approval of a decision (审批).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalStep {
    /// A draft awaits approval.
    Awaited(PendingDraft),
    /// It was approved or sent back, or fell away.
    Ended,
}

/// A draft that awaits approval, by another person than the one who drafted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDraft {
    /// Whose staff approves it.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// Who drafted it.
    pub drafted_by: StaffId,
}

/// An order that the unit corrects what it decided (责令改正).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction;

/// A decision by which the unit undertakes the work (给予援助、受理).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undertaking;

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
    pub fn title() -> Self {
        Self::facts(Facts::Title)
    }

    /// Something with facts.
    pub fn facts(facts: Facts) -> Self {
        Self {
            outcome: None,
            correction: None,
            undertaking: None,
            approval: None,
            acting: Vec::new(),
            facts,
        }
    }

    /// Something with facts in words.
    pub fn words(words: impl Into<Words>) -> Self {
        Self::facts(Facts::Words(words.into()))
    }

    /// Something with a number or a name.
    pub fn untranslated(text: &str) -> Self {
        Self::words(Words::untranslated(text))
    }

    /// Something about papers.
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
    pub fn awaiting_approval(self, draft: PendingDraft) -> Self {
        let approval = Some(ApprovalStep::Awaited(draft));
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

    /// The same, by which people come to act in the case.
    #[must_use]
    pub fn engaging(self, people: impl IntoIterator<Item = ActingPerson>) -> Self {
        let acting = people.into_iter().collect();
        Self { acting, ..self }
    }

    /// The same, as the decision by which the unit undertakes the work.
    #[must_use]
    pub fn undertaking(self) -> Self {
        let undertaking = Some(Undertaking);
        Self {
            undertaking,
            ..self
        }
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
