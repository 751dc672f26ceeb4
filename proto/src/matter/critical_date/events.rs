//! What happens to critical dates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CriticalDateBasis, CriticalDateCorrection, CriticalDateKind, CriticalDateOutcome};
use crate::{
    clock::{Due, Limit},
    date_words::day_words,
    division::DivisionCode,
    ids::UnitId,
    text::Words,
};

/// How a last day was reckoned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReckonedFrom {
    /// The day from which it runs; that day is not counted (民法典 art. 201).
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// The term of the law.
    pub limit: Limit,
}

/// A critical date was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateSet {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// What it rests on.
    pub basis: CriticalDateBasis,
    /// The last day.
    pub due: Due,
    /// How that was reckoned; nothing where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<ReckonedFrom>,
}

/// A critical date was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateCorrected {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day as it was.
    #[schemars(with = "String", extend("format" = "date"))]
    pub was: Date,
    /// The last day as it is.
    pub due: Due,
    /// How that was reckoned; nothing where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<ReckonedFrom>,
    /// Why.
    pub reason: CriticalDateCorrection,
}

/// A critical date was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateClosed {
    /// What had to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// What was done.
    pub outcome: CriticalDateOutcome,
    /// On which day; of one that was missed, when that was found.
    #[schemars(with = "String", extend("format" = "date"))]
    pub on: Date,
}

/// A critical date comes near: the unit is warned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateNear {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// So many days before it the directory has the unit warned; after downtime, or of a date that was set late, the last
    /// such number that has come.
    pub before: u32,
}

/// On the last day the critical date is still open: notifies the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CriticalDateSupervised {
    /// What has to be done by then.
    pub kind: CriticalDateKind,
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// Whose task it is to see to it.
    pub supervisor: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

shared_events! {
    /// An event about a critical date, whichever service wrote it.
    pub enum CriticalDateEvent {
        Set(CriticalDateSet) = "critical-date-set";
        Corrected(CriticalDateCorrected) = "critical-date-corrected";
        Closed(CriticalDateClosed) = "critical-date-closed";
        Near(CriticalDateNear) = "critical-date-near";
        Supervised(CriticalDateSupervised) = "critical-date-supervised";
    }
}

impl CriticalDateEvent {
    /// What a reader should see of it.
    pub fn words(&self) -> Words {
        match self {
            Self::Set(set) => set.words(),
            Self::Corrected(corrected) => corrected.words(),
            Self::Closed(closed) => closed.words(),
            Self::Near(CriticalDateNear { kind, day, .. })
            | Self::Supervised(CriticalDateSupervised { kind, day, .. }) => last_day(*kind, *day),
        }
    }
}

impl CriticalDateSet {
    fn words(&self) -> Words {
        let (day, basis) = (last_day(self.kind, self.due.day), self.basis.text());
        let law = self.reckoned.as_ref().map(|reckoned| {
            let (from, basis) = (day_words(reckoned.day), &reckoned.limit.basis);
            Words {
                zh: format!("，自{}起算（{basis}）", from.zh),
                en: format!(", from {} ({basis})", from.en),
            }
        });
        let law = law.unwrap_or_else(|| Words::untranslated(""));
        Words {
            zh: format!("{}，{}{}", day.zh, basis.zh, law.zh),
            en: format!("{}, {}{}", day.en, basis.en, law.en),
        }
    }
}

impl CriticalDateCorrected {
    fn words(&self) -> Words {
        let (kind, reason) = (self.kind.text(), self.reason.text());
        let (was, day) = (day_words(self.was), day_words(self.due.day));
        Words {
            zh: format!("{}：原 {}，改为 {}，{}", kind.zh, was.zh, day.zh, reason.zh),
            en: format!("{}: {} becomes {}, {}", kind.en, was.en, day.en, reason.en),
        }
    }
}

impl CriticalDateClosed {
    fn words(&self) -> Words {
        let (day, outcome) = (last_day(self.kind, self.day), self.outcome.text());
        let on = day_words(self.on);
        Words {
            zh: format!("{}，{}{}", day.zh, on.zh, outcome.zh),
            en: format!("{}, {} on {}", day.en, outcome.en, on.en),
        }
    }
}

/// What has to be done, and by when.
pub(super) fn last_day(kind: CriticalDateKind, day: Date) -> Words {
    let (kind, day) = (kind.text(), day_words(day));
    Words {
        zh: format!("{}：{}止", kind.zh, day.zh),
        en: format!("{}: until {}", kind.en, day.en),
    }
}
