//! What intake refuses, in both languages.

use serde::{Deserialize, Serialize};

use super::{
    FileHash, Grade, GuessedReceipt, IdentityFault, MediaType, MergeObstacle, NeedKind, Stage,
};
use crate::{
    division::DivisionCode,
    ids::{CaseId, CaseNumber, EventId, ServiceItem, SiteId, Topic, UnitId},
    late_entry::TimeRefusal,
    organ_notice::Organ,
    rejection::Explain as _,
    text::Words,
    time::Timestamp,
};

/// What intake refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such division.
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
    },
    /// No such window.
    UnknownWindow {
        /// The unit given.
        unit: UnitId,
    },
    /// The site does not work on that day.
    SiteClosed {
        /// The site.
        site: SiteId,
        /// Its name.
        name: Box<str>,
        /// The day.
        day: Box<str>,
        /// Why it is closed.
        why: Box<str>,
        /// Where to go.
        instead: String,
        /// The next day on which it is open, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_open: Option<Box<str>>,
    },
    /// No unit offers the item for that place.
    ItemNotOffered {
        /// The item.
        item: ServiceItem,
        /// The place.
        place: DivisionCode,
        /// What is offered there.
        offered: String,
        /// The same as people call it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<Words>>,
        /// What the item is called, where the directory has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
        /// What the place is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place_name: Option<String>,
    },
    /// The item has no such topic.
    UnknownTopic {
        /// The item.
        item: ServiceItem,
        /// The topic given.
        topic: Topic,
        /// The item's topics.
        topics: String,
        /// The same as people call them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<Words>>,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// Aid of this kind comes from an organ's letter, and from no window in the name of the person (法律援助法 art. 25, 28, 36).
    NoticeMissing {
        /// The topic given.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
        /// The organs that write such letters.
        organs: Vec<Organ>,
    },
    /// No organ's letter opens a case of this topic: a citizen asks.
    NoticeUnfit {
        /// The topic given.
        topic: Topic,
        /// The topics that a letter opens.
        topics: String,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
        /// The topics that a letter opens, as people call them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<Words>>,
    },
    /// Another organ writes such letters.
    OrganUnfit {
        /// The organ given.
        organ: Organ,
        /// The topic.
        topic: Topic,
        /// What the topic is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_name: Option<Box<Words>>,
        /// The organs that write such letters.
        organs: Vec<Organ>,
    },
    /// Something needed was left empty or is too long.
    Incomplete {
        /// Which field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Several fields are wrong: each has a sentence of its own.
    Several {
        /// All of them, in the order of the form.
        problems: Vec<FieldProblem>,
    },
    /// Another window's case.
    NotYourCase {
        /// The case's window.
        window: UnitId,
        /// The caller's unit.
        unit: UnitId,
    },
    /// Not at this stage.
    NotNow {
        /// The stage.
        stage: Stage,
        /// Who holds the case.
        holder: UnitId,
    },
    /// A body outside is responsible for it: it is handed over, and not referred again.
    ToHandOver {
        /// The body.
        to: UnitId,
    },
    /// The citizen needs no such thing, or it was met or declined.
    NoSuchNeed {
        /// The need.
        need: NeedKind,
    },
    /// The case is marked as urgent already.
    AlreadyUrgent {},
    /// The case is not marked as urgent.
    NotUrgent {},
    /// Needs of the citizen were neither met nor declined.
    NeedsOpen {
        /// Which.
        needs: Vec<NeedKind>,
    },
    /// The citizen may rate a case once.
    AlreadyRated {
        /// The grade given.
        grade: Grade,
    },
    /// An identity number that cannot be one. The number itself is not repeated.
    WrongIdentityNumber {
        /// Which field.
        field: String,
        /// What is wrong with it.
        fault: IdentityFault,
    },
    /// A document without its number, or a number where none is at hand.
    WithoutNumber {
        /// Which field.
        field: String,
    },
    /// The event that a correction names is none of the case.
    NoSuchEvent {
        /// The event.
        event: EventId,
    },
    /// A correction that says nothing.
    NothingCorrected {},
    /// The cases cannot be merged.
    CannotMerge {
        /// The other case.
        into: CaseId,
        /// Its number, where the case is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<CaseNumber>,
        /// Why.
        why: MergeObstacle,
    },
    /// The citizen was informed before: the law allows it once.
    NoticeGivenBefore {
        /// What was named.
        missing: String,
        /// The same as people call it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<Words>>,
    },
    /// The case has no such file.
    NoSuchAttachment {
        /// The hash given.
        hash: FileHash,
    },
    /// The file is too large or empty.
    TooLarge {
        /// Its size.
        size: u64,
    },
    /// The case has as many files as it may.
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// The file is there already.
    AttachedBefore {
        /// The file.
        hash: FileHash,
    },
    /// The file is not what it is said to be.
    OtherMediaType {
        /// What it was said to be.
        media_type: MediaType,
    },
    /// A piece out of order, or of the wrong length.
    OtherPiece {
        /// The next piece.
        wanted: u32,
    },
    /// The pieces do not make the file that was named.
    OtherHash {
        /// The hash given.
        hash: FileHash,
    },
    /// Too many files are being sent at the same time.
    UploadsFull {
        /// How many.
        count: usize,
    },
    /// The file cannot be given out: it was damaged, or the key of the case was erased.
    AttachmentUnreadable {
        /// The file.
        hash: FileHash,
    },
    /// The time for opening the case again is over.
    ReopenLate {
        /// Until when.
        until: Timestamp,
    },
    /// The case was opened again as often as it may.
    ReopenedBefore {
        /// How often.
        times: u32,
    },
    /// No bad rating waits to be put right.
    NothingToRedo {},
    /// A bad rating waits to be put right.
    RedoPending {
        /// The last day.
        day: String,
    },
    /// Number and code do not belong together; or there is no such number.
    NoSuchReceipt {
        /// What was guessed at; missing in refusals from before it was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guessed: Option<GuessedReceipt>,
    },
    /// Too many wrong codes.
    TriedTooOften {
        /// How long to wait.
        minutes: u32,
        /// What was guessed at; missing in refusals from before it was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guessed: Option<GuessedReceipt>,
    },
    /// The moment at which the act is said to have happened is refused (补录).
    #[serde(untagged)]
    Time(TimeRefusal),
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldProblem {
    /// Which field.
    pub field: String,
    /// The sentence.
    pub message: Words,
}

impl Rejection {
    /// All of these at once; none if there is none, and one as it is.
    pub fn all(mut rejections: Vec<Self>) -> Option<Self> {
        if rejections.len() < 2 {
            return rejections.pop();
        }
        let problems = rejections.into_iter().flat_map(Self::into_problems);
        Some(Self::Several {
            problems: problems.collect(),
        })
    }

    fn into_problems(self) -> Vec<FieldProblem> {
        if let Self::Several { problems } = self {
            return problems;
        }
        let field = self.field().unwrap_or_default().to_owned();
        let message = self.message();
        vec![FieldProblem { field, message }]
    }

    /// The one field that it is about, if it is about one.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections are about no field"
    )]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Incomplete { field, .. }
            | Self::WrongIdentityNumber { field, .. }
            | Self::WithoutNumber { field } => Some(field),
            Self::UnknownTopic { .. } | Self::NoticeUnfit { .. } => Some("topic"),
            Self::NoticeMissing { .. } | Self::OrganUnfit { .. } => Some("notice.organ"),
            Self::ItemNotOffered { .. } => Some("item"),
            _ => None,
        }
    }
}

impl From<TimeRefusal> for Rejection {
    fn from(refusal: TimeRefusal) -> Self {
        Self::Time(refusal)
    }
}
