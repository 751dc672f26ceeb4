//! Workload (在办分布): what the units of a division have in hand now, how old it is, and where it came from.

use serde::{Deserialize, Serialize};

use super::AnswerBasis;
use crate::{
    division::DivisionCode,
    ids::{ServiceItem, StaffId, UnitId},
    time::Timestamp,
};

/// `qry.journal.workload`: for supervisors and auditors, by what is in hand now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkloadQuery {
    /// The division; without it, the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<DivisionCode>,
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
}

/// The answer to [`WorkloadQuery`]. A case counts for each unit that has something to do about it; one that a unit only
/// waits for, since another has it, counts for the other. A part and the total count a case once, also where several of
/// their units have it in hand: they may be less than the sum of the units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Workload {
    /// The division.
    pub within: DivisionCode,
    /// All of its units together, each case once.
    pub total: Load,
    /// It itself (本级: units that lie in none of its parts), then each division directly below that has
    /// anything in hand, by code.
    pub parts: Vec<PartLoad>,
    /// The units with most in hand, the fullest first; 100 at most.
    pub units: Vec<UnitLoad>,
    /// How many units more have something in hand.
    pub units_left_out: u64,
    /// What the answer rests on.
    pub seen: AnswerBasis,
}

/// Cases in hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Load {
    /// How many.
    pub cases: u64,
    /// Of those, how many of which anything is overdue: a step, the case as a whole, or a critical date.
    pub overdue: u64,
    /// Of those, how many wait for the unit's answer to an offer.
    pub to_accept: u64,
    /// Of those, how many came back to their window without a result.
    pub returned: u64,
    /// By how long ago they were opened: every band, the youngest first.
    pub ages: Vec<AgeCount>,
    /// How many more the unit has done, with the file still to be handed in (办结后提交卷宗); not among the cases in hand.
    #[serde(default)]
    pub after_close: u64,
    /// Of those, how many of which that is overdue.
    #[serde(default)]
    pub after_close_overdue: u64,
}

/// What the units of one division have in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PartLoad {
    /// Which.
    pub division: DivisionCode,
    /// What its units have in hand.
    pub load: Load,
}

/// What one unit has in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnitLoad {
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// What it has in hand.
    pub load: Load,
    /// By the person who acted last for the unit, most cases first. The last row counts the cases on which no person has
    /// acted yet.
    pub people: Vec<PersonLoad>,
    /// By the place of the window that opened the case, most cases first: a division directly below the one that was
    /// asked about, that division itself, or, where the window lies outside, the whole code of the window.
    pub origins: Vec<OriginCount>,
}

/// What one member of a unit's staff has in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PersonLoad {
    /// The person who acted last; none where no person has acted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// How many cases.
    pub cases: u64,
    /// Of those, how many of which anything is overdue.
    pub overdue: u64,
}

/// How many cases of a unit came from one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OriginCount {
    /// Where from.
    pub division: DivisionCode,
    /// How many.
    pub cases: u64,
}

/// How many cases are of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgeCount {
    /// Which age.
    pub age: AgeBand,
    /// How many.
    pub cases: u64,
}

choices! {
    /// How long ago a case was opened, in days of 24 hours.
    pub enum AgeBand {
        Week = "week", "7 天以内", "up to 7 days";
        Month = "month", "8–30 天", "8 to 30 days";
        Quarter = "quarter", "31–90 天", "31 to 90 days";
        HalfYear = "half-year", "91–180 天", "91 to 180 days";
        Longer = "longer", "180 天以上", "more than 180 days";
    }
}

impl AgeBand {
    /// The age at `now` of what was opened at `opened`.
    ///
    /// ```
    /// use onestop_proto::ledger::AgeBand;
    ///
    /// let at = |text: &str| text.parse().unwrap();
    /// let age = |now: &str| AgeBand::of(at("2026-03-02 10:00:00"), at(now));
    /// assert_eq!(age("2026-03-09 10:00:00"), AgeBand::Week);
    /// assert_eq!(age("2026-03-09 10:00:01"), AgeBand::Month);
    /// ```
    pub fn of(opened: Timestamp, now: Timestamp) -> Self {
        const DAY: i64 = 86_400_000_000;
        let age = now.as_micros().saturating_sub(opened.as_micros());
        if age <= 7 * DAY {
            Self::Week
        } else if age <= 30 * DAY {
            Self::Month
        } else if age <= 90 * DAY {
            Self::Quarter
        } else if age <= 180 * DAY {
            Self::HalfYear
        } else {
            Self::Longer
        }
    }
}

impl Load {
    /// Nothing, with every band.
    pub fn empty() -> Self {
        let none = |age: &AgeBand| AgeCount {
            age: *age,
            cases: 0,
        };
        Self {
            ages: AgeBand::ALL.iter().map(none).collect(),
            ..Self::default()
        }
    }

    /// How many cases are of an age.
    pub fn of(&self, age: AgeBand) -> u64 {
        let found = self.ages.iter().find(|count| count.age == age);
        found.map_or(0, |count| count.cases)
    }
}
