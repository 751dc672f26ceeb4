//! Why a directory does not load: the file, the line, what is wrong, and what to do.

use std::fmt;

use jiff::civil::Date;
use onestop_proto::{
    clock::Step,
    division::{DivisionCode, Tier},
    ids::{ServiceItem, SiteId, StaffId, Topic, UnitKind},
};

use crate::strictness::Looseness;

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
        write!(f, ": {} / {}", self.reason, self.reason.zh())
    }
}

impl std::error::Error for LoadError {
    /// The reason is part of the text already, so the chain goes on with what caused the reason.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.reason.source()
    }
}

/// What is wrong with a directory.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("cannot be read. Put the file there, or leave the folder out to use the built-in data")]
    Unreadable(#[source] std::io::Error),
    /// Another encoding: spreadsheets in Chinese save GB18030.
    #[error(
        "is not UTF-8 but perhaps GB18030 (GBK), as spreadsheets save it. Save it as 'CSV UTF-8', or convert it: iconv -f GB18030 -t UTF-8"
    )]
    NotUtf8,
    /// Not TOML, not CSV, an unknown field, a missing field, a value of the wrong kind.
    #[error("{what}. Compare with the built-in file in deploy/directory")]
    Malformed {
        /// What the parser says.
        what: String,
    },

    #[error("the first line must be code,name,tier")]
    Header,
    #[error("{code} says '{stated}', but its digits say '{actual}'. Correct the code or the tier")]
    TierMismatch {
        code: DivisionCode,
        stated: String,
        /// What the digits say.
        actual: Tier,
    },
    #[error("{code} has no name. Give it one")]
    NoName { code: DivisionCode },
    #[error("{code} is listed twice. Remove one of the two lines")]
    DuplicateDivision { code: DivisionCode },
    #[error("{code} lies in {parent}, which is not listed. Add {parent}, or correct the code")]
    NoParent {
        code: DivisionCode,
        parent: DivisionCode,
    },
    #[error("there is no division {code} in divisions.csv. Correct the code")]
    UnknownDivision { code: DivisionCode },

    #[error("there are two rules for tier '{tier}'. Keep one")]
    DuplicateRule { tier: Tier },
    #[error("'{pattern}' is no name pattern here. It needs one of {known} and no other braces")]
    Pattern {
        pattern: String,
        /// What can be filled in.
        known: &'static str,
    },
    #[error(
        "the sites of {first} and {second} get the same id {site}. Report this: ids need more digits"
    )]
    SiteCollision {
        site: SiteId,
        first: DivisionCode,
        /// The other.
        second: DivisionCode,
    },
    #[error(
        "{code} has no site, because no rule covers its tier. Add a [[rule]], or remove the entry"
    )]
    NoSite { code: DivisionCode },
    #[error("the period ends on {until}, before it begins on {from}. Correct the dates")]
    EmptyPeriod {
        from: Date,
        /// The last day.
        until: Date,
    },
    #[error("{code} has two overrides on {day}. End one before the other begins")]
    OverlappingOverrides {
        code: DivisionCode,
        /// A day that both cover.
        day: Date,
    },

    #[error("the site of {code} is described in line {first} already. Put both into one [[site]]")]
    DuplicateSite {
        code: DivisionCode,
        /// Where the other entry begins.
        first: usize,
    },
    #[error(
        "the site of {code} has two hosts on {day}. Give the earlier one an 'until' before that day"
    )]
    OverlappingHosts {
        code: DivisionCode,
        /// A day that both cover.
        day: Date,
    },
    #[error("there is no [[language]] '{language}'. Add it with its name, or correct the word")]
    UnknownLanguage { language: Topic },
    #[error("there is no item '{item}' in items.toml. Correct the word")]
    UnknownItem { item: ServiceItem },
    #[error(
        "'{item}' is neither received nor worked at tier '{tier}'. Remove it here, or add the tier in items.toml"
    )]
    NotAtTier { item: ServiceItem, tier: Tier },
    #[error("an offer needs at least one item and one weekday. To close a site, use [[override]]")]
    EmptyOffer,
    #[error("there is no [[unit]] '{kind}' in items.toml. Correct the word")]
    NoSuchKind { kind: UnitKind },
    #[error(
        "there is no '{kind}' at tier '{tier}'. Remove the entry, or add the tier in items.toml"
    )]
    NoUnitHere { kind: UnitKind, tier: Tier },
    #[error("a '{kind}' that only some places have needs `source` and `status`. Add them")]
    UnsourcedUnit { kind: UnitKind },
    #[error("there is no '{kind}' at {code}. Correct the person's `division` or `kind`")]
    PersonOfNoUnit { code: DivisionCode, kind: UnitKind },
    #[error("'{person}' is on this roster twice at the same time. Put both into one [[person]]")]
    PersonTwice { person: StaffId },
    #[error(
        "'{kind}' with a capacity of 0 could take nothing. Leave the line out, or suspend the site"
    )]
    NoCapacity { kind: UnitKind },
    #[error(
        "'{phone}' of '{kind}' is no telephone number: write digits, and hyphens between them, as in 0879-3231234"
    )]
    NoPhone {
        kind: UnitKind,
        /// The invalid text.
        phone: String,
    },
    #[error(
        "'{phone}' of the site of {code} is no telephone number: write digits, and hyphens between them, as in \
         0879-3231234"
    )]
    NoSitePhone {
        code: DivisionCode,
        /// The invalid text.
        phone: String,
    },
    #[error("the point '{checkpoint}' is in the list already. Give this one another id")]
    DuplicateCheckpoint { checkpoint: Topic },
    #[error("'{field}' is empty. Write what is known, or leave the line out")]
    Blank { field: &'static str },
    #[error(
        "'{kind}' is the bureau's own and reads its worklist here. Remove 'told', or say belongs = \"outside\""
    )]
    ToldElsewhere { kind: UnitKind },

    #[error("unit kind '{kind}' is listed twice. Keep one")]
    DuplicateKind { kind: UnitKind },
    #[error(
        "sites of tier '{tier}' have no window. List unit kind 'window' with every tier that has a site"
    )]
    NoWindow { tier: Tier },
    #[error(
        "unit kind '{kind}' is at tier '{tier}', where no site is. Remove the tier, or add a [[rule]] to sites.toml"
    )]
    NoSiteForUnit { kind: UnitKind, tier: Tier },
    #[error("item '{item}' is listed twice. Keep one")]
    DuplicateItem { item: ServiceItem },
    #[error("'{item}' has topic '{topic}' twice. Keep one")]
    DuplicateTopic { item: ServiceItem, topic: Topic },
    #[error("item '{item}' has no topic. Add at least one [[item.topic]], such as 'other'")]
    NoTopic { item: ServiceItem },
    #[error(
        "'{item}' wants '{material}', which is no [[material]]. Add it with its name, or correct the word"
    )]
    UnknownMaterial { item: ServiceItem, material: Topic },
    #[error(
        "item '{item}' is worked by '{kind}', which is no [[unit]]. Add the kind, or correct the word"
    )]
    UnknownKind { item: ServiceItem, kind: UnitKind },
    #[error(
        "item '{item}' is worked by '{kind}' at tier '{tier}', where there is no such unit. Correct one of the two"
    )]
    NoUnitAtTier {
        item: ServiceItem,
        kind: UnitKind,
        tier: Tier,
    },
    #[error("item '{item}' is received at tier '{tier}', where no site is. Correct the tier")]
    ReceivedNowhere { item: ServiceItem, tier: Tier },

    #[error(
        "'places' must name at least one kind of place, and each once. Say which place decides by law"
    )]
    Places,
    #[error("'basis' is empty. Name the law and its article")]
    NoBasis,

    #[error("'{step}' has {days} days; 1 to 3650 are possible")]
    DaysOutOfRange { step: Step, days: u32 },
    #[error("an [[approval]] names no decision. Name one, such as legal-aid.refuse, or remove it")]
    ApprovalOfNothing,
    #[error("there are two [[rung]] for tier '{tier}'. Keep one")]
    DuplicateRung { tier: Tier },
    #[error("the [[rung]] of tier '{tier}' comes after {after} days; 1 to 250 are possible")]
    RungDays { tier: Tier, after: u32 },
    #[error(
        "'{step}' has two limits for the same place on {day}; the other is in line {other_line}. Give the older \
         one a valid_to before that day"
    )]
    OverlappingStandards {
        step: Step,
        /// A day that both cover.
        day: Date,
        /// The line of the other one.
        other_line: usize,
    },
    #[error(
        "'{step}' for {place} is looser than the limit of the wider place in line {wider_line}: {how}. A lower tier \
         may be stricter, never looser: use fewer days, or the same kind of days"
    )]
    LessStrict {
        step: Step,
        place: DivisionCode,
        wider_line: usize,
        how: Looseness,
    },

    #[error("a retention period of {years} years; 1 to 100 are possible")]
    YearsOutOfRange { years: u32 },

    #[error("year {year} is listed twice. Keep one")]
    DuplicateYear { year: i16 },
    #[error("{day} does not belong to {year}: only days of that year and of the week before it do")]
    OtherYear { day: Date, year: i16 },
    #[error("'{name}' has {days} days off; more than 15 is a typing error")]
    LongHoliday {
        name: String,
        /// Its days.
        days: i32,
    },
    #[error("{day} is a day off twice. Correct the dates")]
    DuplicateDayOff { day: Date },
    #[error(
        "{day} cannot be a moved working day: it must be a Saturday or Sunday outside all days off"
    )]
    NotMovable { day: Date },
    #[error("{day} is a day off by law and missing from year {year}. Add it to 'off'")]
    FixedDayMissing { day: Date, year: i16 },
    #[error("{month}-{day} is no day of every year. Correct the month or the day")]
    NoSuchDay { month: i8, day: i8 },
}
