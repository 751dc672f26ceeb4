//! Figures of the law and of the practice that are no time limit (数值): years of practice, ages, how often. By day, with their
//! source.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory,
    error::{LoadError, Reason},
    load::{Day, Period, Source},
    status::Status,
};

/// A figure that decisions go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Figure {
    /// Hours within which organs, places of custody and duty lawyers pass an application on (法律援助法 art. 39).
    #[serde(rename = "legal-aid.forwarding-hours")]
    ForwardingHours,
    /// Years that a day of a case lies ahead at most: a longer time is a slip.
    #[serde(rename = "case.years-ahead")]
    YearsAhead,
    /// Days that an application lies back at most when the organ that it was made to has passed it on (法律援助法 art. 39).
    #[serde(rename = "legal-aid.forwarded-within-days")]
    ForwardedWithinDays,
    /// Days within which missing papers are to be brought at most: for so long the review is paused (法律援助法 art. 43).
    #[serde(rename = "legal-aid.supplement-days")]
    SupplementDays,
    /// Days for which another agency's answer to a cooperation letter is awaited at most.
    #[serde(rename = "legal-aid.cooperation-days")]
    CooperationDays,
    /// Yuan of the subsidy for a case of legal aid at most (法律援助法 art. 52).
    #[serde(rename = "legal-aid.subsidy-yuan")]
    SubsidyYuan,
    /// Years of practice of a lawyer in a case of life or death (法律援助法 art. 26).
    #[serde(rename = "legal-aid.senior-years")]
    SeniorYears,
    /// How often a closed case can be opened again.
    #[serde(rename = "intake.reopenings")]
    Reopenings,
    /// The age below which a person is a minor, to whom special care is due (未成年人保护法 art. 2).
    #[serde(rename = "intake.minor-below")]
    MinorBelow,
    /// The age from which on special care is due (老年人权益保障法 art. 2).
    #[serde(rename = "intake.elderly-from")]
    ElderlyFrom,
    /// The age from which on a child has limited capacity; below, none (民法典 art. 19, 20).
    #[serde(rename = "intake.limited-capacity-from")]
    LimitedCapacityFrom,
    /// The age from which on a person has full capacity (民法典 art. 17, 18).
    #[serde(rename = "intake.full-capacity-from")]
    FullCapacityFrom,
    /// Years for which the record of personal data given to another body is kept at least (网络数据安全管理条例 art. 12).
    #[serde(rename = "referral.disclosure-record-years")]
    DisclosureRecordYears,
}

impl Figure {
    /// What holds where a folder from before it was data says nothing.
    const fn before_it_was_data(self) -> u32 {
        match self {
            Self::ForwardingHours => 24,
            Self::SupplementDays | Self::CooperationDays | Self::YearsAhead => 30,
            Self::ForwardedWithinDays => 365,
            Self::SeniorYears | Self::Reopenings | Self::DisclosureRecordYears => 3,
            Self::LimitedCapacityFrom => 8,
            Self::MinorBelow | Self::FullCapacityFrom => 18,
            Self::ElderlyFrom => 60,
            Self::SubsidyYuan => MOST,
        }
    }
}

/// More than any figure here.
const MOST: u32 = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FigureEntry {
    id: Figure,
    value: u32,
    basis: String,
    valid_from: Day,
    valid_to: Option<Day>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

#[derive(Debug)]
struct Entry {
    id: Figure,
    value: u32,
    period: Period,
}

/// All figures, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    entries: Vec<Entry>,
}

impl Figures {
    /// Refuses a figure without a source, one out of bounds, and two for the same day.
    pub(crate) fn load(
        entries: Vec<Spanned<FigureEntry>>,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut known: Vec<Entry> = Vec::new();
        for entry in entries {
            let line = source.line_of(&entry);
            let checked = check(entry.get_ref(), &known);
            known.push(checked.map_err(|reason| source.error(Some(line), reason))?);
        }
        Ok(Self { entries: known })
    }
}

fn check(entry: &FigureEntry, known: &[Entry]) -> Result<Entry, Reason> {
    let malformed = |what: &str| Reason::Malformed {
        what: what.to_owned(),
    };
    if entry.basis.trim().is_empty() {
        return Err(Reason::NoBasis);
    }
    if !(1..=MOST).contains(&entry.value) {
        return Err(malformed("a figure is more than nothing"));
    }
    let period = Period::new(entry.valid_from, entry.valid_to)?;
    let (id, value) = (entry.id, entry.value);
    let twice = |other: &Entry| other.id == id && other.period.overlap(period).is_some();
    if known.iter().any(twice) {
        return Err(malformed("there are two values of one figure for a day"));
    }
    Ok(Entry { id, value, period })
}

impl Directory {
    /// A figure, as it holds on a day.
    pub fn figure(&self, figure: Figure, on: Date) -> u32 {
        let mut entries = self.standards.figures().entries.iter();
        let holds = |entry: &&Entry| entry.id == figure && entry.period.covers(on);
        let found = entries.find(holds).map(|entry| entry.value);
        found.unwrap_or_else(|| figure.before_it_was_data())
    }
}
