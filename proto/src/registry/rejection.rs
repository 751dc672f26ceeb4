//! What the registry refuses.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{EvidenceKind, SiteState};
use crate::{
    case::{FieldProblem, FileHash, MediaType},
    clock::{DayKind, Step},
    ids::{ServiceItem, SiteId, Topic, UnitId},
    text::Words,
};

/// What the registry refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The directory has no such site.
    UnknownSite {
        /// The site.
        site: SiteId,
    },
    /// The directory has no such unit.
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// The caller looks after another unit, or supervises another division.
    NotYourSite {
        /// What is to be changed.
        unit: UnitId,
        /// The caller's unit.
        yours: UnitId,
    },
    /// Another bureau decides about the change: that of a wider division, or the one to which it was proposed.
    WiderTierDecides {
        /// The caller's unit.
        yours: UnitId,
        /// The bureau that decides.
        bureau: UnitId,
    },
    /// The first day is before today: what was decided by then stays.
    DayPast {
        /// The first day.
        #[schemars(with = "String")]
        first_day: Date,
        /// Today.
        #[schemars(with = "String")]
        today: Date,
    },
    /// The day is further ahead than the directory allows: a slip of the keys, rather than a plan.
    DayTooFar {
        /// The day given.
        #[schemars(with = "String", extend("format" = "date"))]
        given: Date,
        /// The last day that may be named.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// The last day is before the first.
    EndsBeforeItBegins {
        /// The first day.
        #[schemars(with = "String")]
        first_day: Date,
        /// The last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// No number that can be called.
    NotATelephone {
        /// What was given.
        phone: String,
    },
    /// An address of no words.
    AddressBlank {},
    /// Neither a telephone nor an address.
    ContactMissing {},
    /// A state without what it rests on.
    EvidenceMissing {},
    /// It is recorded so already.
    NothingChanges {},
    /// A site that has opened is not planned again.
    HasOpened {
        /// Its state.
        state: SiteState,
    },
    /// A later opening than was planned, without a reason.
    DelayWithoutReason {
        /// The day that was planned.
        #[schemars(with = "String", extend("format" = "date"))]
        planned: Date,
    },
    /// The directory's list has no such point for sites of this tier.
    UnknownCheckpoint {
        /// The point.
        checkpoint: Topic,
    },
    /// A unit may not be full for so long.
    FullTooLong {
        /// The days that it may be.
        most_days: u32,
        /// The last day that may be named.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// No day of the week is named.
    WeekdaysMissing {},
    /// The hours of a day overlap.
    HoursOverlap {},
    /// Sites of this tier do not offer the item.
    ItemNotHere {
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// More, or less, than a surname and a title.
    NotARosterName {
        /// What was given.
        name: String,
        /// The titles there are.
        titles: String,
    },
    /// No such proposal waits.
    UnknownProposal {
        /// The number given.
        proposal: u32,
    },
    /// The same change was proposed, and waits.
    ProposalWaits {
        /// Its number.
        proposal: u32,
    },
    /// The change would be over before it holds.
    ProposalOver {
        /// Its last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// No time limit of the directory is for such a step at the place.
    UnknownStep {
        /// The step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
    },
    /// More days than can be counted, or none.
    LimitOutOfRange {
        /// The most.
        most_days: u32,
    },
    /// The limit gives a party time: a shorter one would be against the party.
    LimitOfParty {
        /// The step.
        step: Step,
        /// What the step is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_name: Option<Box<Words>>,
    },
    /// A limit that could end later than that of a wider place (从严不从宽).
    LooserThanWider {
        /// The days of the wider one.
        days: u32,
        /// Their kind.
        day_kind: DayKind,
        /// What sets the wider one.
        basis: String,
    },
    /// A rule without what it rests on.
    BasisMissing {},
    /// Prefectures and counties fix days off (全国年节及纪念日放假办法 art. 4); other places do not.
    DaysOffNotHere {},
    /// Days off that are for nothing.
    HolidayUnnamed {},
    /// More days off together than any holiday has.
    HolidayTooLong {
        /// The most.
        most_days: u32,
    },
    /// The directory has no such item, or the item no such topic.
    UnknownMatter {
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// The item has not moved in at the site: what sites of its tier receive, no site leaves out.
    NotMovedIn {
        /// The item.
        item: ServiceItem,
        /// What the item is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_name: Option<Box<Words>>,
    },
    /// The directory has no such paper.
    UnknownPaper {
        /// The paper.
        paper: Topic,
    },
    /// A narrower place asks for a paper that wider ones do not ask for.
    PaperAdded {
        /// The paper.
        paper: Topic,
        /// What the paper is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper_name: Option<Box<Words>>,
    },
    /// The person who proposed the change cannot approve it, in whichever role.
    OwnProposal {},
    /// A bureau has to decide about the change, and the directory has none at the place or above it.
    NobodyDecides {},
    /// A reason of no words.
    ReasonMissing {},
    /// The file is empty, or larger than the largest that is taken.
    FileTooLarge {
        /// Its bytes.
        size: u64,
        /// The most, in bytes.
        most: u64,
    },
    /// The site has as many files as a site may have.
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// A file of this type is not taken as that.
    FileTypeNotTaken {
        /// Its type.
        media_type: MediaType,
        /// What it is to be.
        kind: EvidenceKind,
    },
    /// The file does not begin as files of its type do.
    OtherMediaType {
        /// The type that was given.
        media_type: MediaType,
    },
    /// What came is not the file with this hash.
    OtherHash {
        /// The hash.
        hash: FileHash,
    },
    /// Another piece comes next.
    OtherPiece {
        /// That piece.
        wanted: u32,
    },
    /// As many files are coming in as may at a time.
    UploadsFull {
        /// How many.
        count: usize,
    },
    /// The site has this file.
    AttachedBefore {
        /// The file.
        hash: FileHash,
    },
    /// A file without a name, or with one that is too long.
    FileNameMissing {},
    /// The site has no such file, or none that the asker may read.
    NoSuchEvidence {
        /// The file.
        hash: FileHash,
    },
    /// The file is damaged or lost on the disk.
    EvidenceUnreadable {
        /// The file.
        hash: FileHash,
    },
    /// Several fields are wrong: each has a sentence of its own.
    Several {
        /// All of them, in the order of the form.
        problems: Vec<FieldProblem>,
    },
}
