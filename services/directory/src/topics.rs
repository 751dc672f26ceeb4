//! The topics of service items (事项类别), and the units that work them.

use jiff::civil::Date;
use onestop_proto::{
    division::Tier,
    ids::{Topic, UnitKind},
    legal_aid::{AidKind, Means},
    routing::Jurisdiction,
    text::Words,
};
use serde::Deserialize;

use crate::visit::Visit;

/// A kind of unit that works an item, at some tiers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    pub kind: UnitKind,
    pub at: Vec<Tier>,
    /// Of these, the tiers at which it works only what its own division is responsible for, and nothing of the places in it: an
    /// agency of the province, the cases of the province's organs.
    #[serde(default)]
    pub own_place_at: Vec<Tier>,
}

/// A topic of an item (事项类别).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTopic {
    pub id: Topic,
    pub name: Words,
    /// The kinds of units that work it; empty: those of the item.
    pub worked_by: Vec<Worker>,
    /// Which place is responsible, if that differs from the item's rule.
    pub jurisdiction: Option<Jurisdiction>,
    /// Colloquial names (俗称), used by the search: 讨薪, 欠薪.
    pub also: Vec<String>,
    /// Whether knowing the topic may endanger or shame the person: it is never shown without an account.
    pub sensitive: bool,
    /// What the applicant's means have to do with it (经济困难条件).
    pub means: MeansTest,
    /// What a citizen brings and pays; what it leaves out is as for the item.
    pub visit: Visit,
    /// Whether migrant workers are exempt from the check (法律援助法 art. 42).
    pub exempts_migrant_workers: bool,
    /// Of legal aid: which kind it is.
    pub aid: AidKind,
    /// Of mediation: whether a court confirms an agreement about it.
    pub court_confirms: CourtConfirmation,
    /// The first day on which it is taken, where a law began it.
    pub valid_from: Option<Date>,
    /// The last day, where it has ended.
    pub valid_to: Option<Date>,
}

impl ItemTopic {
    /// Whether it is taken on a day.
    pub fn is_in_force(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on <= to)
    }
}

/// Whether a court confirms an agreement about a topic (司法确认, 人民调解法 art. 33).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourtConfirmation {
    /// It does, if the parties ask for it together.
    #[default]
    OnRequest,
    /// None does.
    Never,
}

/// What an applicant's means have to do with a topic (经济困难条件).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeansTest {
    /// They must lie within the line, or the applicant's group is exempt from the check (法律援助法 art. 31, 42).
    #[default]
    Tested,
    /// None (法律援助法 art. 32).
    NotTested,
    /// Either: the topic holds cases of both kinds.
    Either,
}

impl MeansTest {
    /// Whether an officer may find so: whether the law asks about means at all is no finding (法律援助法 art. 31, 32).
    pub const fn allows(self, found: Means) -> bool {
        match (self, found) {
            (Self::Tested, Means::NotTested)
            | (Self::NotTested, Means::SharedData | Means::Pledge | Means::AboveLine) => false,
            (Self::Tested | Self::NotTested | Self::Either, _) => true,
        }
    }
}
