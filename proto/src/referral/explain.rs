//! What referral's rejections are, by kind.

use super::Rejection;
use crate::{
    case::FieldProblem,
    field_names::field_words,
    rejection::{Explain, RejectionKind},
    text::Words,
};

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NoSuchHandoff { .. } => RejectionKind::NotFound,
            Self::UnknownDivision { .. }
            | Self::UnknownUnit { .. }
            | Self::DoesNotWorkIt { .. }
            | Self::LeadItself { .. }
            | Self::NotOutside { .. }
            | Self::OutsideBody { .. }
            | Self::KeptTooShort { .. }
            | Self::Unsaid { .. }
            | Self::Several { .. }
            | Self::Time(_)
            | Self::AnswerBeforeHandover { .. }
            | Self::ImpossibleDay { .. } => RejectionKind::Invalid,
            Self::NotAddressee { .. }
            | Self::NotHolder { .. }
            | Self::NotSupervisor { .. }
            | Self::OwnExtension { .. }
            | Self::OwnDispute { .. }
            | Self::OwnInstruction { .. }
            | Self::OutsideDivision { .. } => RejectionKind::Forbidden,
            Self::OfferAnswered { .. }
            | Self::OfferOver { .. }
            | Self::NothingOffered { .. }
            | Self::AtWindow { .. }
            | Self::NoSupervisor { .. }
            | Self::NothingDisputed { .. }
            | Self::NotDisputable { .. }
            | Self::InDispute { .. }
            | Self::DesignatedMayNotDecline { .. }
            | Self::DesignatedMayNotReturn { .. }
            | Self::PushedDown { .. }
            | Self::ConflictOfInterest { .. }
            | Self::OneUnitForBoth { .. }
            | Self::ActsForOtherSide { .. }
            | Self::NotInvited { .. }
            | Self::InvitedBefore { .. }
            | Self::CoUnitsAtWork { .. }
            | Self::SpecialistDecides { .. }
            | Self::LeadIsDone { .. }
            | Self::NotExtensible { .. }
            | Self::ExtendedBefore { .. }
            | Self::ExtensionLate { .. }
            | Self::AskedBefore { .. }
            | Self::NothingAsked { .. }
            | Self::SupervisedAlready { .. }
            | Self::NotSupervised { .. }
            | Self::NotWith { .. }
            | Self::NoSuchHandover { .. } => RejectionKind::Conflict,
        }
    }

    fn list(&self) -> &'static str {
        "referral"
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn words(&self) -> Vec<(&'static str, Words)> {
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
