//! The field of a form that each refusal is about, and several refusals as one.

use super::Rejection;
use crate::{case::FieldProblem, rejection::Explain};

impl Rejection {
    /// All of these at once; none if there is none, and one as it is.
    pub fn all(mut rejections: Vec<Self>) -> Option<Self> {
        if rejections.len() < 2 {
            return rejections.pop();
        }
        let problems = rejections.iter().map(|one| FieldProblem {
            field: one.field().to_owned(),
            message: one.message(),
        });
        Some(Self::Several {
            problems: problems.collect(),
        })
    }

    /// The field that it is about; empty if it is about none.
    const fn field(&self) -> &'static str {
        match self {
            Self::UnknownSite { .. } => "site",
            Self::UnknownUnit { .. } => "unit",
            Self::DayPast { .. } | Self::DayTooFar { .. } => "from",
            Self::EndsBeforeItBegins { .. }
            | Self::FullTooLong { .. }
            | Self::HolidayTooLong { .. } => "until",
            Self::NotATelephone { .. } | Self::ContactMissing {} => "phone",
            Self::AddressBlank {} => "address",
            Self::EvidenceMissing {} => "evidence",
            Self::DelayWithoutReason { .. } | Self::ReasonMissing {} => "reason",
            Self::UnknownCheckpoint { .. } => "checkpoint",
            Self::WeekdaysMissing {} => "weekdays",
            Self::HoursOverlap {} => "hours",
            Self::ItemNotHere { .. } => "items",
            Self::UnknownStep { .. } | Self::LimitOfParty { .. } => "step",
            Self::LimitOutOfRange { .. } | Self::LooserThanWider { .. } => "days",
            Self::BasisMissing {} => "basis",
            Self::HolidayUnnamed {} => "holiday",
            Self::UnknownMatter { .. } => "item",
            Self::UnknownPaper { .. } | Self::PaperAdded { .. } => "papers",
            Self::NotARosterName { .. } => "names",
            Self::FileTooLarge { .. } => "size",
            Self::FileTypeNotTaken { .. } | Self::OtherMediaType { .. } => "media_type",
            Self::OtherHash { .. } | Self::AttachedBefore { .. } => "hash",
            Self::FileNameMissing {} => "name",
            Self::NotYourSite { .. }
            | Self::WiderTierDecides { .. }
            | Self::NothingChanges {}
            | Self::HasOpened { .. }
            | Self::DaysOffNotHere {}
            | Self::NotMovedIn { .. }
            | Self::UnknownProposal { .. }
            | Self::ProposalWaits { .. }
            | Self::ProposalOver { .. }
            | Self::OwnProposal {}
            | Self::NobodyDecides {}
            | Self::TooManyFiles { .. }
            | Self::OtherPiece { .. }
            | Self::UploadsFull { .. }
            | Self::NoSuchEvidence { .. }
            | Self::EvidenceUnreadable { .. }
            | Self::Several { .. } => "",
        }
    }
}
