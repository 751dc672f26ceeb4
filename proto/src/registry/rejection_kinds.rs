//! Which kind each refusal is of, and the facts that its sentence shows by their labels.

use super::Rejection;
use crate::{case::FieldProblem, text::Words};

explained! {
    Rejection in "registry" with labels;
    Forbidden: NotYourSite, WiderTierDecides, OwnProposal;
    NotFound: NoSuchEvidence;
    Conflict: NothingChanges, HasOpened, NotMovedIn, UnknownProposal, ProposalWaits, ProposalOver,
        NobodyDecides,
        TooManyFiles, AttachedBefore, OtherPiece, OtherHash, UploadsFull, EvidenceUnreadable;
    Invalid: UnknownSite, UnknownUnit, DayPast, DayTooFar, EndsBeforeItBegins, NotATelephone,
        AddressBlank, ContactMissing, EvidenceMissing, DelayWithoutReason, UnknownCheckpoint,
        FullTooLong, WeekdaysMissing, HoursOverlap, ItemNotHere, NotARosterName, UnknownStep,
        LimitOutOfRange, LimitOfParty, LooserThanWider, BasisMissing, DaysOffNotHere,
        HolidayUnnamed, HolidayTooLong, UnknownMatter, UnknownPaper, PaperAdded, ReasonMissing,
        FileTooLarge, FileTypeNotTaken, OtherMediaType, FileNameMissing, Several;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most refusals name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
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
            Self::FileTypeNotTaken { media_type, kind } => vec![
                ("media_type", media_type.text().into()),
                ("kind", kind.text().into()),
            ],
            Self::OtherMediaType { media_type } => {
                vec![("media_type", media_type.text().into())]
            }
            Self::LooserThanWider { day_kind, .. } => vec![("day_kind", day_kind.text().into())],
            Self::Several { problems } => {
                vec![("problems", FieldProblem::sentences(problems))]
            }
            _ => Vec::new(),
        }
    }
}
