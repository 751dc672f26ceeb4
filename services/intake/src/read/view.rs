//! A case as its units see it. It holds nothing of a person: personal data is opened by a question of its own,
//! and recorded.

use onestop_proto::{
    case::AttachmentAdded,
    ids::CaseId,
    ids::short_code::ShortCode,
    query::{AttachmentView, CaseView},
    time::Timestamp,
};

use crate::{domain::Standing, loaded_case::LoadedCase};

/// What a view shows besides the state of the case.
pub(crate) struct Surroundings {
    /// What the state allows now.
    pub(crate) possible: Vec<String>,
    /// What the actor who asks may do.
    pub(crate) available: Vec<String>,
    pub(crate) opened_at: Timestamp,
    pub(crate) short_code: Option<ShortCode>,
    pub(crate) attachments: Vec<AttachmentView>,
    /// When referral last confirmed who holds the case.
    pub(crate) holder_known_at: Option<Timestamp>,
    /// The cases that were merged into this one.
    pub(crate) merged_here: Vec<CaseId>,
}

pub(crate) fn case_view(loaded: LoadedCase, around: Surroundings) -> CaseView {
    let LoadedCase {
        case,
        state,
        revision,
    } = loaded;
    let others = state.opened.related.iter().copied();
    CaseView {
        case,
        revision,
        stage: state.stage(),
        holder: state.holder().clone(),
        holder_known_at: around.holder_known_at,
        opened_at: around.opened_at,
        short_code: around.short_code,
        related: state.opened.opposed_to.into_iter().chain(others).collect(),
        attachments: around.attachments,
        merged_into: match state.standing {
            Standing::Merged { into, .. } => Some(into),
            Standing::AtWindow
            | Standing::Referred { .. }
            | Standing::HandedOver { .. }
            | Standing::ResultBack
            | Standing::Answered
            | Standing::Withdrawn
            | Standing::Closed
            | Standing::Archived => None,
        },
        merged_here: around.merged_here,
        redo: state.redo_clock().map(|clock| clock.due.clone()),
        possible: around.possible,
        available: around.available,
        number: state.opened.number,
        window: state.opened.window,
        urgent: state.urgent,
        item: state.about.item,
        topic: state.about.topic,
        place: state.place,
        erased: state.erased,
        erasure_requested: state.erasure_requested.filter(|_| state.erased.is_none()),
        missing: state.notice.unwrap_or_default(),
        needs: state.needs,
        settled: state.settled,
    }
}

/// A file, with its sealed name.
pub(crate) fn attachment(file: &AttachmentAdded, name: Option<String>) -> AttachmentView {
    AttachmentView {
        hash: file.hash.clone(),
        size: file.size,
        media_type: file.media_type,
        kind: file.kind.clone(),
        name,
    }
}
