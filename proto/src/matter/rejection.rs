//! What the rules that all specialists share refuse.

use serde::{Deserialize, Serialize};

use super::CriticalDateKind;
use crate::{
    case::FieldProblem,
    clock::Step,
    division::DivisionCode,
    field_names::field_words,
    ids::{StaffId, UnitId},
    late_entry::TimeRefusal,
    text::Words,
};

/// What every specialist refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No matter of this case here.
    NoMatter {},
    /// Another unit's matter.
    NotYourMatter {
        /// Whose it is.
        holder: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// Another unit decides this: no unit judges itself.
    NotYoursToDecide {
        /// The bureau that decides.
        bureau: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// No bureau is above the unit, to decide on what it did.
    NoBureau {
        /// Where the unit is.
        division: DivisionCode,
    },
    /// More time is approved by another person than the one who asks for it.
    OwnApproval {
        /// The person.
        staff: StaffId,
    },
    /// Here this decision is drafted by one person and approved by another (审批).
    ApprovalRequired {
        /// The command by which it is drafted.
        draft: String,
        /// The rule.
        basis: String,
    },
    /// Here this decision needs no other person's approval: it is made at once.
    NoApprovalNeeded {},
    /// A draft waits for approval; there is one at a time.
    DraftWaits {
        /// Who drafted it.
        staff: StaffId,
    },
    /// No draft waits for approval.
    NoDraft {},
    /// The person who drafted a decision does not approve it.
    OwnDraft {
        /// The person.
        staff: StaffId,
    },
    /// The person who was named for it does it, and no other.
    NotTheNamed {
        /// Who was named.
        named: StaffId,
    },
    /// This person acts, or acted, in the other side's case, and does not act here (律师法 art. 39).
    ActsForOtherSide {
        /// The person.
        staff: StaffId,
    },
    /// Not at this step.
    NotNow {
        /// The step of the matter, in words.
        standing: Words,
        /// What can be done, as names of commands.
        possible: String,
    },
    /// Something needed was left empty.
    Incomplete {
        /// Which field.
        field: String,
    },
    /// Several fields are empty or wrong: each has a sentence of its own.
    Several {
        /// All of them, in the order of the form.
        problems: Vec<FieldProblem>,
    },
    /// The limit of this step cannot be extended.
    NotExtensible {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
    },
    /// It was extended as often as it can be.
    ExtendedBefore {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
        /// How often it can be.
        times: u32,
    },
    /// An extension was requested after the limit had ended.
    ExtensionLate {
        /// Which step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
        /// The last day.
        day: String,
    },
    /// The notice is given once, of everything that is missing.
    ToldOnce {},
    /// The aid is not at its end while a critical date is open.
    CriticalDateOpen {
        /// What has to be done by then.
        kind: CriticalDateKind,
        /// The last day.
        day: String,
    },
    /// A critical date has its last day named, or reckoned from another day: one of the two.
    DayOrStart {},
    /// The directory has no term of the law for it.
    NoStatutoryTerm {
        /// What has to be done.
        kind: CriticalDateKind,
    },
    /// The same critical date is open already.
    CriticalDateKept {
        /// What has to be done by then.
        kind: CriticalDateKind,
        /// The last day.
        day: String,
    },
    /// No such critical date is open.
    NoCriticalDate {
        /// What has to be done.
        kind: CriticalDateKind,
    },
    /// Several of the kind are open: the last day says which one.
    WhichCriticalDate {
        /// What has to be done.
        kind: CriticalDateKind,
        /// Their last days.
        days: String,
    },
    /// What happened cannot have happened on a day that has not come.
    DayToCome {
        /// The day.
        day: String,
    },
    /// No day of the case lies there: too far ahead or back, or before what it rests on.
    DayOutside {
        /// The day.
        day: String,
        /// The first that can be given.
        earliest: String,
        /// The last.
        latest: String,
    },
    /// A number is less or more than can be.
    OutOfRange {
        /// Which.
        field: String,
        /// The least that can be.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A number of a document has a digit, and no more than so many characters.
    NotADocumentNumber {
        /// Which field.
        field: String,
        /// The most characters.
        most: u32,
    },
    /// What was done came after the last day.
    CriticalDateMissed {
        /// What had to be done by then.
        kind: CriticalDateKind,
        /// The last day.
        day: String,
        /// When it was done.
        on: String,
    },
    /// A critical date is not missed before its last day is over.
    CriticalDateRuns {
        /// What has to be done by then.
        kind: CriticalDateKind,
        /// The last day.
        day: String,
    },
    /// The moment at which the act is said to have happened is refused (补录).
    #[serde(untagged)]
    Time(TimeRefusal),
}

impl From<TimeRefusal> for Rejection {
    fn from(refusal: TimeRefusal) -> Self {
        Self::Time(refusal)
    }
}

explained! {
    Rejection in "matter" with labels;
    NotFound: NoMatter;
    Forbidden: NotYourMatter, NotYoursToDecide, OwnDraft, NotTheNamed;
    Invalid: Incomplete, Several, Time, DayOrStart, NoStatutoryTerm, WhichCriticalDate, DayOutside,
        OutOfRange, NotADocumentNumber, DayToCome;
    Conflict: NotNow, ActsForOtherSide, NoBureau, OwnApproval, ApprovalRequired, NoApprovalNeeded, DraftWaits,
        NoDraft, ToldOnce, NotExtensible, ExtendedBefore, ExtensionLate, CriticalDateOpen,
        CriticalDateKept, NoCriticalDate, CriticalDateMissed, CriticalDateRuns;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    fn labels(&self) -> Vec<(&'static str, Words)> {
        if let Self::Incomplete { field }
        | Self::OutOfRange { field, .. }
        | Self::NotADocumentNumber { field, .. } = self
        {
            return vec![("field", field_words(field))];
        }
        if let Self::Several { problems } = self {
            return vec![("problems", FieldProblem::sentences(problems))];
        }
        if let Self::CriticalDateOpen { kind, .. }
        | Self::NoStatutoryTerm { kind }
        | Self::CriticalDateKept { kind, .. }
        | Self::NoCriticalDate { kind }
        | Self::WhichCriticalDate { kind, .. }
        | Self::CriticalDateMissed { kind, .. }
        | Self::CriticalDateRuns { kind, .. } = self
        {
            return vec![("kind", kind.text().into())];
        }
        if let Self::NotExtensible { step, step_name }
        | Self::ExtendedBefore {
            step, step_name, ..
        }
        | Self::ExtensionLate {
            step, step_name, ..
        } = self
        {
            return vec![("step", Words::of_code(step_name.as_deref(), step.as_str()))];
        }
        Vec::new()
    }
}
