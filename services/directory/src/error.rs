//! Why a directory does not load: the file, the line, what is wrong, and what to do.

use std::fmt;

use jiff::civil::Date;
use onestop_proto::{
    clock::Step,
    division::{DivisionCode, Tier},
    ids::{ServiceItem, SiteId, StaffId, Topic, UnitKind},
    text::Words,
};
use serde::Serialize;

use crate::{error_words::reason_words, strictness::Looseness};

/// A directory that is refused. Nothing of it is used.
#[derive(Debug)]
pub struct LoadError {
    /// The file, with its folder if it was read from disk.
    pub file: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    pub reason: Reason,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        let Words { zh, en } = reason_words(&self.reason);
        write!(f, ": {en} / {zh}")
    }
}

impl std::error::Error for LoadError {
    /// The reason is part of the text already, so the chain goes on with what caused the reason.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.reason.source()
    }
}

/// What is wrong with a directory; `texts/` has a sentence for each.
#[derive(Debug, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[rustfmt::skip]
pub enum Reason {
    Unreadable { #[serde(skip)] source: std::io::Error },
    /// Another encoding: spreadsheets in Chinese save GB18030.
    NotUtf8,
    /// Not TOML, not CSV, an unknown field, a missing field, a value of the wrong kind.
    Malformed {
        /// What the parser says.
        what: String,
    },

    Header,
    TierMismatch {
        code: DivisionCode,
        stated: String,
        /// What the digits say.
        actual: Tier,
    },
    NoName { code: DivisionCode },
    DuplicateDivision { code: DivisionCode },
    /// Two divisions of before are said to go on as the same one.
    MovedTwice {
        /// The one that they are said to be now.
        successor: DivisionCode,
    },
    NoParent { code: DivisionCode, parent: DivisionCode },
    UnknownDivision { code: DivisionCode },

    DuplicateRule { tier: Tier },
    Pattern {
        pattern: String,
        /// What can be filled in.
        known: &'static str,
    },
    SiteCollision { site: SiteId, first: DivisionCode, second: DivisionCode },
    NoSite { code: DivisionCode },
    EmptyPeriod { from: Date, until: Date },
    OverlappingOverrides { code: DivisionCode, day: Date },

    DuplicateSite {
        code: DivisionCode,
        /// Where the other entry begins.
        first: usize,
    },
    OverlappingHosts { code: DivisionCode, day: Date },
    UnknownLanguage { language: Topic },
    UnknownItem { item: ServiceItem },
    NotAtTier { item: ServiceItem, tier: Tier },
    EmptyOffer,
    NoSuchKind { kind: UnitKind },
    NoUnitHere { kind: UnitKind, tier: Tier },
    UnsourcedUnit { kind: UnitKind },
    PersonOfNoUnit { code: DivisionCode, kind: UnitKind },
    PersonTwice { person: StaffId },
    NoCapacity { kind: UnitKind },
    NoPhone { kind: UnitKind, phone: String },
    NoSitePhone { code: DivisionCode, phone: String },
    DuplicateCheckpoint { checkpoint: Topic },
    Blank { field: &'static str },
    ToldElsewhere { kind: UnitKind },

    DuplicateKind { kind: UnitKind },
    NoWindow { tier: Tier },
    NoSiteForUnit { kind: UnitKind, tier: Tier },
    DuplicateItem { item: ServiceItem },
    DuplicateTopic { item: ServiceItem, topic: Topic },
    NoTopic { item: ServiceItem },
    UnknownMaterial { item: ServiceItem, material: Topic },
    UnknownKind { item: ServiceItem, kind: UnitKind },
    NoUnitAtTier { item: ServiceItem, kind: UnitKind, tier: Tier },
    ReceivedNowhere { item: ServiceItem, tier: Tier },

    Places,
    NoBasis,

    DaysOutOfRange { step: Step, days: u32 },
    ApprovalOfNothing,
    DuplicateRung { tier: Tier },
    RungDays { tier: Tier, after: u32 },
    OverlappingStandards { step: Step, day: Date, other_line: usize },
    LessStrict { step: Step, place: DivisionCode, wider_line: usize, how: Looseness },

    YearsOutOfRange { years: u32 },

    DuplicateYear { year: i16 },
    OtherYear { day: Date, year: i16 },
    LongHoliday { name: String, days: i32 },
    DuplicateDayOff { day: Date },
    NotMovable { day: Date },
    FixedDayMissing { day: Date, year: i16 },
    NoSuchDay { month: i8, day: i8 },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&reason_words(self).en)
    }
}
