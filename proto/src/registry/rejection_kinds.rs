//! Which kind each refusal is of, and the facts that its sentence shows by their labels.

use super::Rejection;
use crate::{
    case::FieldProblem,
    rejection::{Explain, RejectionKind},
    text::Words,
};

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotYourSite { .. } | Self::WiderTierDecides { .. } | Self::OwnProposal {} => {
                RejectionKind::Forbidden
            }
            Self::UnknownSite { .. }
            | Self::UnknownUnit { .. }
            | Self::DayPast { .. }
            | Self::DayTooFar { .. }
            | Self::EndsBeforeItBegins { .. }
            | Self::NotATelephone { .. }
            | Self::AddressBlank {}
            | Self::EvidenceMissing {}
            | Self::DelayWithoutReason { .. }
            | Self::UnknownCheckpoint { .. }
            | Self::FullTooLong { .. }
            | Self::WeekdaysMissing {}
            | Self::HoursOverlap {}
            | Self::ItemNotHere { .. }
            | Self::NotARosterName { .. }
            | Self::UnknownStep { .. }
            | Self::LimitOutOfRange { .. }
            | Self::LimitOfParty { .. }
            | Self::LooserThanWider { .. }
            | Self::BasisMissing {}
            | Self::DaysOffNotHere {}
            | Self::HolidayUnnamed {}
            | Self::HolidayTooLong { .. }
            | Self::UnknownMatter { .. }
            | Self::UnknownPaper { .. }
            | Self::PaperAdded { .. }
            | Self::ReasonMissing {}
            | Self::Several { .. } => RejectionKind::Invalid,
            Self::NothingChanges {}
            | Self::HasOpened { .. }
            | Self::NotMovedIn { .. }
            | Self::UnknownProposal { .. }
            | Self::ProposalWaits { .. }
            | Self::ProposalOver { .. } => RejectionKind::Conflict,
        }
    }

    fn list(&self) -> &'static str {
        "registry"
    }

    fn words(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::HasOpened { state } => vec![("state", state.text().into())],
            Self::UnknownStep { step, step_name } | Self::LimitOfParty { step, step_name } => {
                vec![("step", Words::of_code(step_name.as_deref(), step.as_str()))]
            }
            Self::PaperAdded { paper, paper_name } => {
                vec![(
                    "paper",
                    Words::of_code(paper_name.as_deref(), paper.as_str()),
                )]
            }
            Self::ItemNotHere { item, item_name }
            | Self::UnknownMatter { item, item_name }
            | Self::NotMovedIn { item, item_name } => {
                vec![("item", Words::of_code(item_name.as_deref(), item.as_str()))]
            }
            Self::LooserThanWider { day_kind, .. } => vec![("day_kind", day_kind.text().into())],
            Self::Several { problems } => {
                vec![("problems", FieldProblem::sentences(problems))]
            }
            Self::UnknownSite { .. }
            | Self::UnknownUnit { .. }
            | Self::NotYourSite { .. }
            | Self::WiderTierDecides { .. }
            | Self::DayPast { .. }
            | Self::DayTooFar { .. }
            | Self::EndsBeforeItBegins { .. }
            | Self::NotATelephone { .. }
            | Self::AddressBlank {}
            | Self::EvidenceMissing {}
            | Self::NothingChanges {}
            | Self::DelayWithoutReason { .. }
            | Self::UnknownCheckpoint { .. }
            | Self::FullTooLong { .. }
            | Self::WeekdaysMissing {}
            | Self::HoursOverlap {}
            | Self::NotARosterName { .. }
            | Self::UnknownProposal { .. }
            | Self::ProposalWaits { .. }
            | Self::ProposalOver { .. }
            | Self::OwnProposal {}
            | Self::LimitOutOfRange { .. }
            | Self::BasisMissing {}
            | Self::DaysOffNotHere {}
            | Self::HolidayUnnamed {}
            | Self::HolidayTooLong { .. }
            | Self::UnknownPaper { .. }
            | Self::ReasonMissing {} => Vec::new(),
        }
    }
}
