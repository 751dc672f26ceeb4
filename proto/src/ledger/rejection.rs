//! What the ledger refuses.

use serde::{Deserialize, Serialize};

use crate::{actor::Role, division::DivisionCode, ids::UnitId, text::Words};

/// What the ledger refuses. A case that the caller may not see is refused as
/// [`UnknownCase`](crate::rejection::CommonRejection::UnknownCase), like one that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The question names no actor.
    NobodyAsks {},
    /// Not for this role.
    NotForRole {
        /// The role.
        role: Role,
    },
    /// No such unit.
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Another unit's work.
    NotYourUnit {
        /// The unit named.
        unit: UnitId,
        /// The caller's unit.
        yours: UnitId,
    },
    /// Outside the caller's division.
    NotYourDivision {
        /// The division named.
        within: DivisionCode,
        /// The caller's.
        yours: DivisionCode,
    },
    /// A period that ends before it begins.
    EmptyPeriod {},
    /// The ledger is being made from the journal's log.
    Building {
        /// Events taken in.
        position: u64,
        /// Events that there are.
        head: u64,
    },
}

explained! {
    Rejection in "ledger" with labels;
    Forbidden: NobodyAsks, NotForRole, NotYourUnit, NotYourDivision;
    Invalid: UnknownUnit, EmptyPeriod;
    Unavailable: Building;
}

impl Rejection {
    /// The facts that the sentence has by their labels.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rejections name no choice"
    )]
    fn labels(&self) -> Vec<(&'static str, Words)> {
        match self {
            Self::NotForRole { role, .. } => vec![("role", role.text().into())],
            _ => Vec::new(),
        }
    }
}
