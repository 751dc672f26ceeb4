//! What referral's rejections are, by kind.

use super::Rejection;
use crate::{case::FieldProblem, field_names::field_words, text::Words};

explained! {
    Rejection in "referral" with labels;
    NotFound: NoSuchHandoff;
    Invalid: UnknownDivision, UnknownUnit, DoesNotWorkIt, LeadItself, NotOutside, OutsideBody,
        KeptTooShort, Unsaid, Several, Time, AnswerBeforeHandover, ImpossibleDay;
    Forbidden: NotAddressee, NotHolder, NotSupervisor, OwnExtension, OwnDispute, OwnInstruction,
        OutsideDivision;
    Conflict: OfferAnswered, OfferOver, NothingOffered, AtWindow, NoSupervisor, NothingDisputed,
        NotDisputable, InDispute, DesignatedMayNotDecline, DesignatedMayNotReturn,
        WorkUndertaken, PushedDown,
        ConflictOfInterest, OneUnitForBoth, ActsForOtherSide, NotInvited, InvitedBefore, CoUnitsAtWork,
        SpecialistDecides, LeadIsDone, NotExtensible, ExtendedBefore, ExtensionLate, AskedBefore,
        NothingAsked, SupervisedAlready, NotSupervised, NotWith, NoSuchHandover;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::OfferAnswered { end, .. } => vec![("end", end.text().into())],
            Self::Unsaid { field, .. } => vec![("field", field_words(field))],
            Self::Several { problems } => {
                vec![("problems", FieldProblem::sentences(problems))]
            }
            Self::DoesNotWorkIt {
                item, item_name, ..
            }
            | Self::PushedDown {
                item, item_name, ..
            }
            | Self::SpecialistDecides {
                item, item_name, ..
            } => vec![("item", Words::of_code(item_name.as_deref(), item.as_str()))],
            Self::ExtendedBefore {
                step, step_name, ..
            }
            | Self::ExtensionLate {
                step, step_name, ..
            }
            | Self::AskedBefore { step, step_name } => {
                vec![("step", Words::of_code(step_name.as_deref(), step.as_str()))]
            }
            _ => Vec::new(),
        }
    }
}
