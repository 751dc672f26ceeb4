//! Reckoning a last day (期限计算): when a step is due that began at a moment, and every day that does not count, with its
//! reason.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{DayKind, Due, Limit, Step},
    division::DivisionCode,
    ids::InvalidId,
    text::Words,
    time::Timestamp,
};

/// `qry.journal.due`: when a step is due, by the directory's limits and calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DueQuery {
    /// The step, such as `legal-aid.review`.
    pub step: Step,
    /// The place.
    pub at: DivisionCode,
    /// When it began.
    pub from: Timestamp,
    /// When it stood still: `2026-03-09..2026-03-12`, or with the hour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pause: Vec<Standstill>,
    /// When it was extended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extend: Vec<Timestamp>,
}

/// A time during which a limit stood still, as one text: `2026-03-09..2026-03-12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standstill {
    /// Since when.
    pub from: Timestamp,
    /// Until when; not before `from`.
    pub to: Timestamp,
}

serde_as_text!(Standstill);

impl schemars::JsonSchema for Standstill {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Standstill".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A time during which a limit stood still: `2026-03-09..2026-03-12`, or with the hours.",
        })
    }
}

const RULE: &str = "two moments are wanted, the earlier first: 2026-03-09..2026-03-12";

impl FromStr for Standstill {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a time of standing still", RULE);
        let (from, to) = text.split_once("..").ok_or_else(invalid)?;
        let moment = |text: &str| text.trim().parse().map_err(|_| invalid());
        let (from, to) = (moment(from)?, moment(to)?);
        if from > to {
            return Err(invalid());
        }
        Ok(Self { from, to })
    }
}

impl fmt::Display for Standstill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// The answer to [`DueQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DueReckoning {
    /// The step.
    pub step: Step,
    /// When it began.
    pub from: Timestamp,
    /// The rule that holds at that place on that day.
    pub limit: Limit,
    /// The last day.
    pub due: Due,
    /// Each limit that holds, with its own end; the earliest decides.
    pub ends: Vec<LimitEnd>,
    /// The days that did not count for the one that decides, in order.
    pub skipped: Vec<SkippedDay>,
    /// The version of the directory.
    pub directory: String,
}

/// One limit and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LimitEnd {
    /// How many days, or months.
    pub days: u32,
    /// Of which kind.
    pub kind: DayKind,
    /// The law, or the local promise, that sets it.
    pub basis: String,
    /// Its last day.
    pub due: Due,
}

/// A day that did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SkippedDay {
    /// The day.
    #[schemars(with = "String")]
    pub day: Date,
    /// Why.
    pub why: Words,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standstill_is_two_moments_in_order() {
        let still: Standstill = "2026-03-09..2026-03-12".parse().unwrap();
        assert!(still.from < still.to);
        let again: Standstill = still.to_string().parse().unwrap();
        assert_eq!(again, still);
        for wrong in ["2026-03-12..2026-03-09", "2026-03-09", "..", "x..y"] {
            assert!(wrong.parse::<Standstill>().is_err(), "{wrong}");
        }
    }
}
