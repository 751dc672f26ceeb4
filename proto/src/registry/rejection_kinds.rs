//! Which kind each refusal is of, and the facts that its sentence shows by their labels.

use super::Rejection;
use crate::{
    rejection::{Explain, RejectionKind},
    text::Words,
};

explained!(Rejection);

impl Explain for Rejection {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what is not named here refuses what was sent"
    )]
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NotYourSite { .. } | Self::WiderTierDecides { .. } | Self::OwnProposal {} => {
                RejectionKind::Forbidden
            }
            Self::NoSuchEvidence { .. } => RejectionKind::NotFound,
            Self::NothingChanges {}
            | Self::HasOpened { .. }
            | Self::NotMovedIn { .. }
            | Self::UnknownProposal { .. }
            | Self::ProposalWaits { .. }
            | Self::ProposalOver { .. }
            | Self::TooManyFiles { .. }
            | Self::AttachedBefore { .. }
            | Self::OtherPiece { .. }
            | Self::OtherHash { .. }
            | Self::UploadsFull { .. }
            | Self::EvidenceUnreadable { .. } => RejectionKind::Conflict,
            _ => RejectionKind::Invalid,
        }
    }

    fn list(&self) -> &'static str {
        "registry"
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most refusals name no choice"
    )]
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
            Self::FileTypeNotTaken { media_type, kind } => vec![
                ("media_type", media_type.text().into()),
                ("kind", kind.text().into()),
            ],
            Self::OtherMediaType { media_type } => {
                vec![("media_type", media_type.text().into())]
            }
            Self::LooserThanWider { day_kind, .. } => vec![("day_kind", day_kind.text().into())],
            Self::Several { problems } => {
                let said = |words: fn(&Words) -> &str, between| {
                    let each = problems.iter().map(|one| words(&one.message));
                    each.collect::<Vec<_>>().join(between)
                };
                let zh = said(|words| &words.zh, "；");
                let en = said(|words| &words.en, "; ");
                vec![("problems", Words { zh, en })]
            }
            _ => Vec::new(),
        }
    }
}
