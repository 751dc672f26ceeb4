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
    /// What is wrong.
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
    /// The file is missing or may not be read.
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

    /// The header of divisions.csv is another.
    #[error("the first line must be code,name,tier")]
    Header,
    /// A division's tier does not follow from its code.
    #[error("{code} says '{stated}', but its digits say '{actual}'. Correct the code or the tier")]
    TierMismatch {
        /// The division.
        code: DivisionCode,
        /// What the file says.
        stated: String,
        /// What the digits say.
        actual: Tier,
    },
    /// A division has no name.
    #[error("{code} has no name. Give it one")]
    NoName {
        /// The division.
        code: DivisionCode,
    },
    /// A division is listed twice.
    #[error("{code} is listed twice. Remove one of the two lines")]
    DuplicateDivision {
        /// The division.
        code: DivisionCode,
    },
    /// Two divisions of before are said to go on as the same one.
    #[error(
        "two divisions are said to have moved to {successor}. Where one became a part of it, write change = \"merged\""
    )]
    MovedTwice {
        /// The one that they are said to be now.
        successor: DivisionCode,
    },
    /// A division lies in one that is not listed.
    #[error("{code} lies in {parent}, which is not listed. Add {parent}, or correct the code")]
    NoParent {
        /// The division.
        code: DivisionCode,
        /// The one above.
        parent: DivisionCode,
    },
    /// Something refers to a division that is not listed.
    #[error("there is no division {code} in divisions.csv. Correct the code")]
    UnknownDivision {
        /// The code given.
        code: DivisionCode,
    },

    /// Two rules for one tier.
    #[error("there are two rules for tier '{tier}'. Keep one")]
    DuplicateRule {
        /// The tier.
        tier: Tier,
    },
    /// A name pattern without its place to fill in, or with an unknown one.
    #[error("'{pattern}' is no name pattern here. It needs one of {known} and no other braces")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What can be filled in.
        known: &'static str,
    },
    /// Two derived site ids are the same.
    #[error(
        "the sites of {first} and {second} get the same id {site}. Report this: ids need more digits"
    )]
    SiteCollision {
        /// The id.
        site: SiteId,
        /// One division.
        first: DivisionCode,
        /// The other.
        second: DivisionCode,
    },
    /// An override for a division that has no site.
    #[error(
        "{code} has no site, because no rule covers its tier. Add a [[rule]], or remove the entry"
    )]
    NoSite {
        /// The division.
        code: DivisionCode,
    },
    /// A period that ends before it begins.
    #[error("the period ends on {until}, before it begins on {from}. Correct the dates")]
    EmptyPeriod {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// Two overrides for one site on one day.
    #[error("{code} has two overrides on {day}. End one before the other begins")]
    OverlappingOverrides {
        /// The division.
        code: DivisionCode,
        /// A day that both cover.
        day: Date,
    },

    /// Two entries for one site.
    #[error("the site of {code} is described in line {first} already. Put both into one [[site]]")]
    DuplicateSite {
        /// The division.
        code: DivisionCode,
        /// Where the other entry begins.
        first: usize,
    },
    /// A site that two bodies house on one day.
    #[error(
        "the site of {code} has two hosts on {day}. Give the earlier one an 'until' before that day"
    )]
    OverlappingHosts {
        /// The division.
        code: DivisionCode,
        /// A day that both cover.
        day: Date,
    },
    /// A language that has no name here.
    #[error("there is no [[language]] '{language}'. Add it with its name, or correct the word")]
    UnknownLanguage {
        /// The language.
        language: Topic,
    },
    /// A site offers an item that is not listed.
    #[error("there is no item '{item}' in items.toml. Correct the word")]
    UnknownItem {
        /// The item.
        item: ServiceItem,
    },
    /// A site offers an item that sites of its tier neither receive nor work.
    #[error(
        "'{item}' is neither received nor worked at tier '{tier}'. Remove it here, or add the tier in items.toml"
    )]
    NotAtTier {
        /// The item.
        item: ServiceItem,
        /// The site's tier.
        tier: Tier,
    },
    /// An offer of nothing, or on no day.
    #[error("an offer needs at least one item and one weekday. To close a site, use [[override]]")]
    EmptyOffer,
    /// Something is said of a kind of unit that is not listed.
    #[error("there is no [[unit]] '{kind}' in items.toml. Correct the word")]
    NoSuchKind {
        /// The kind.
        kind: UnitKind,
    },
    /// Something is said of a unit where that kind is not.
    #[error(
        "there is no '{kind}' at tier '{tier}'. Remove the entry, or add the tier in items.toml"
    )]
    NoUnitHere {
        /// The kind.
        kind: UnitKind,
        /// The site's tier.
        tier: Tier,
    },
    /// A unit that only some divisions have, without what says so.
    #[error("a '{kind}' that only some places have needs `source` and `status`. Add them")]
    UnsourcedUnit {
        /// The kind.
        kind: UnitKind,
    },
    /// A person of the roster belongs to a unit that is not there.
    #[error("there is no '{kind}' at {code}. Correct the person's `division` or `kind`")]
    PersonOfNoUnit {
        /// The division.
        code: DivisionCode,
        /// The kind.
        kind: UnitKind,
    },
    /// A person is on one roster twice on one day.
    #[error("'{person}' is on this roster twice at the same time. Put both into one [[person]]")]
    PersonTwice {
        /// The person.
        person: StaffId,
    },
    /// A unit that can hold nothing.
    #[error(
        "'{kind}' with a capacity of 0 could take nothing. Leave the line out, or suspend the site"
    )]
    NoCapacity {
        /// The kind.
        kind: UnitKind,
    },
    /// A telephone number that cannot be dialled.
    #[error(
        "'{phone}' of '{kind}' is no telephone number: write digits, and hyphens between them, as in 0879-3231234"
    )]
    NoPhone {
        /// The kind.
        kind: UnitKind,
        /// The invalid text.
        phone: String,
    },
    /// The telephone number of a site is invalid.
    #[error(
        "'{phone}' of the site of {code} is no telephone number: write digits, and hyphens between them, as in \
         0879-3231234"
    )]
    NoSitePhone {
        /// The division.
        code: DivisionCode,
        /// The invalid text.
        phone: String,
    },
    /// Two points of the standard with one id.
    #[error("the point '{checkpoint}' is in the list already. Give this one another id")]
    DuplicateCheckpoint {
        /// The id.
        checkpoint: Topic,
    },
    /// A line that says nothing.
    #[error("'{field}' is empty. Write what is known, or leave the line out")]
    Blank {
        /// The field.
        field: &'static str,
    },
    /// A unit of the bureau that is notified elsewhere than here.
    #[error(
        "'{kind}' is the bureau's own and reads its worklist here. Remove 'told', or say belongs = \"outside\""
    )]
    ToldElsewhere {
        /// The kind.
        kind: UnitKind,
    },

    /// Two entries for one kind of unit.
    #[error("unit kind '{kind}' is listed twice. Keep one")]
    DuplicateKind {
        /// The kind.
        kind: UnitKind,
    },
    /// There is no window at some tier.
    #[error(
        "sites of tier '{tier}' have no window. List unit kind 'window' with every tier that has a site"
    )]
    NoWindow {
        /// The tier.
        tier: Tier,
    },
    /// A unit at a tier without sites.
    #[error(
        "unit kind '{kind}' is at tier '{tier}', where no site is. Remove the tier, or add a [[rule]] to sites.toml"
    )]
    NoSiteForUnit {
        /// The kind.
        kind: UnitKind,
        /// The tier.
        tier: Tier,
    },
    /// Two items with one id.
    #[error("item '{item}' is listed twice. Keep one")]
    DuplicateItem {
        /// The item.
        item: ServiceItem,
    },
    /// Two topics of an item with one id.
    #[error("'{item}' has topic '{topic}' twice. Keep one")]
    DuplicateTopic {
        /// The item.
        item: ServiceItem,
        /// The topic.
        topic: Topic,
    },
    /// An item without a topic could never be asked for.
    #[error("item '{item}' has no topic. Add at least one [[item.topic]], such as 'other'")]
    NoTopic {
        /// The item.
        item: ServiceItem,
    },
    /// Material to bring that has no name here.
    #[error(
        "'{item}' wants '{material}', which is no [[material]]. Add it with its name, or correct the word"
    )]
    UnknownMaterial {
        /// The item.
        item: ServiceItem,
        /// The material.
        material: Topic,
    },
    /// An item is worked by a kind of unit that is not listed.
    #[error(
        "item '{item}' is worked by '{kind}', which is no [[unit]]. Add the kind, or correct the word"
    )]
    UnknownKind {
        /// The item.
        item: ServiceItem,
        /// The kind.
        kind: UnitKind,
    },
    /// An item is worked where that kind of unit is not.
    #[error(
        "item '{item}' is worked by '{kind}' at tier '{tier}', where there is no such unit. Correct one of the two"
    )]
    NoUnitAtTier {
        /// The item.
        item: ServiceItem,
        /// The kind.
        kind: UnitKind,
        /// The tier.
        tier: Tier,
    },
    /// An item is received where no site is.
    #[error("item '{item}' is received at tier '{tier}', where no site is. Correct the tier")]
    ReceivedNowhere {
        /// The item.
        item: ServiceItem,
        /// The tier.
        tier: Tier,
    },

    /// A jurisdiction without a place, or with one twice.
    #[error(
        "'places' must name at least one kind of place, and each once. Say which place decides by law"
    )]
    Places,
    /// A jurisdiction without its law.
    #[error("'basis' is empty. Name the law and its article")]
    NoBasis,

    /// A limit of no days, or of more than ten years.
    #[error("'{step}' has {days} days; 1 to 3650 are possible")]
    DaysOutOfRange {
        /// The step.
        step: Step,
        /// What was given.
        days: u32,
    },
    /// A rule of approval that names no decision.
    #[error("an [[approval]] names no decision. Name one, such as legal-aid.refuse, or remove it")]
    ApprovalOfNothing,
    /// Two rungs for one tier.
    #[error("there are two [[rung]] for tier '{tier}'. Keep one")]
    DuplicateRung {
        /// The tier.
        tier: Tier,
    },
    /// A rung after no days, or after more than a year.
    #[error("the [[rung]] of tier '{tier}' comes after {after} days; 1 to 250 are possible")]
    RungDays {
        /// The tier.
        tier: Tier,
        /// What was given.
        after: u32,
    },
    /// Two limits for one step and place on one day.
    #[error(
        "'{step}' has two limits for the same place on {day}; the other is in line {other_line}. Give the older \
         one a valid_to before that day"
    )]
    OverlappingStandards {
        /// The step.
        step: Step,
        /// A day that both cover.
        day: Date,
        /// The line of the other one.
        other_line: usize,
    },
    /// A narrower place allows more time than a wider one.
    #[error(
        "'{step}' for {place} is looser than the limit of the wider place in line {wider_line}: {how}. A lower tier \
         may be stricter, never looser: use fewer days, or the same kind of days"
    )]
    LessStrict {
        /// The step.
        step: Step,
        /// The narrower place.
        place: DivisionCode,
        /// The line of the wider limit.
        wider_line: usize,
        /// In what.
        how: Looseness,
    },

    /// A retention period of no years, or of more than a century.
    #[error("a retention period of {years} years; 1 to 100 are possible")]
    YearsOutOfRange {
        /// What was given.
        years: u32,
    },

    /// A year is listed twice.
    #[error("year {year} is listed twice. Keep one")]
    DuplicateYear {
        /// The year.
        year: i16,
    },
    /// A date that belongs to another year's notice.
    #[error("{day} does not belong to {year}: only days of that year and of the week before it do")]
    OtherYear {
        /// The day.
        day: Date,
        /// The year of the notice.
        year: i16,
    },
    /// Days off longer than any that were ever announced.
    #[error("'{name}' has {days} days off; more than 15 is a typing error")]
    LongHoliday {
        /// The holiday.
        name: String,
        /// Its days.
        days: i32,
    },
    /// A day off is listed twice.
    #[error("{day} is a day off twice. Correct the dates")]
    DuplicateDayOff {
        /// The day.
        day: Date,
    },
    /// A moved working day that is no weekend, or is a day off.
    #[error(
        "{day} cannot be a moved working day: it must be a Saturday or Sunday outside all days off"
    )]
    NotMovable {
        /// The day.
        day: Date,
    },
    /// A fixed day off is missing from an announced year.
    #[error("{day} is a day off by law and missing from year {year}. Add it to 'off'")]
    FixedDayMissing {
        /// The day.
        day: Date,
        /// The year.
        year: i16,
    },
    /// A month or day that does not exist.
    #[error("{month}-{day} is no day of every year. Correct the month or the day")]
    NoSuchDay {
        /// The month.
        month: i8,
        /// The day.
        day: i8,
    },
}
