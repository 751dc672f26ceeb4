//! Questions that intake answers.

use serde::{Deserialize, Serialize};

use crate::{
    case::{
        self, AttachmentPiece, AttachmentQuery, FileHash, MediaType, NeedKind, Needs, Stage,
        TrackQuery, TrackView,
    },
    clock::Due,
    division::DivisionCode,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber, CaseRef, ServiceItem, Topic, UnitId},
    personal::{
        AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, ErasureBasis,
        ErasureRequested, ErasureRequests, ErasureRequestsQuery, OpenedTexts, PersonSearchQuery,
        PersonSearchResult, SimilarCasesQuery, TextsQuery,
    },
    query::{AvailableCommands, CaseCommandsQuery},
    time::Timestamp,
};

questions! {
    /// What intake answers about cases.
    pub enum CaseQuestion of case::service {
        Case = "case": CaseQuery => CaseView;
        Available = "available": CaseCommandsQuery => AvailableCommands;
        Track = "track": TrackQuery => TrackView;
        Attachment = "attachment": AttachmentQuery => AttachmentPiece;
    }
}

questions! {
    /// What intake answers about persons.
    pub enum PersonQuestion of case::service {
        Applicant = "applicant": ApplicantQuery => ApplicantView;
        Readings = "readings": AccessRecordsQuery => AccessRecords;
        Find = "find": PersonSearchQuery => PersonSearchResult;
        Texts = "texts": TextsQuery => OpenedTexts;
        Similar = "similar": SimilarCasesQuery => PersonSearchResult;
        Erasures = "erasures": ErasureRequestsQuery => ErasureRequests;
    }
}

/// `qry.intake.case`: a case as its window sees it. It decrypts nothing: that is
/// [`crate::personal::ApplicantQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    /// The case, in whatever way it is named.
    pub case: CaseRef,
}

/// The answer to [`CaseQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseView {
    /// Its id.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Its short code for the telephone (电话短码).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<ShortCode>,
    /// Revision of the case's stream.
    pub revision: u64,
    /// Its stage.
    pub stage: Stage,
    /// The window that took it.
    pub window: UnitId,
    /// Who holds it, as far as intake knows.
    pub holder: UnitId,
    /// When referral, which decides who holds it, last answered here: what it decided since then is not in
    /// this view. Nothing: it has not answered since this service started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_known_at: Option<Timestamp>,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// On what basis its persons were erased (已删除); nothing where they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasureBasis>,
    /// The last request for that: it waits for a second person until it lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure_requested: Option<ErasureRequested>,
    /// Whether it cannot wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// What the window must see to.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// What of it was met or declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<NeedKind>,
    /// Other cases that have to do with it, that of the other side among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<CaseId>,
    /// What the citizen still has to bring, as listed in the one notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Topic>,
    /// Its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentView>,
    /// The case that it was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
    /// The cases that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_here: Vec<CaseId>,
    /// By when a bad rating is to be put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redo: Option<Due>,
    /// What its window can do now: names of commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// Of these the commands that the actor who asks may send; empty where the question names no actor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<String>,
}

/// A file of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AttachmentView {
    /// Its SHA-256.
    pub hash: FileHash,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub media_type: MediaType,
    /// What it shows.
    pub kind: Topic,
    /// Its own name, sealed like the free text of the case: `{sealed:v1:…}`. Nothing where no actor asks, or it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
