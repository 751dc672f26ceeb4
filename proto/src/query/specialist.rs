//! The question that every specialist answers.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{CaseId, UnitId},
    text::Words,
};

questions! {
    /// What every specialist answers.
    pub enum SpecialistQuestion {
        Matter = "matter": MatterQuery => MatterView;
    }
}

/// `qry.<specialist>.matter`: the state of a specialist's work on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterQuery {
    /// The case.
    pub case: CaseId,
}

/// The answer to [`MatterQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MatterView {
    /// The case.
    pub case: CaseId,
    /// Revision of the matter's stream.
    pub revision: u64,
    /// The unit that works it.
    pub unit: UnitId,
    /// The step of the work: one of the service's own list.
    pub step: String,
    /// The same in words.
    pub standing: Words,
    /// What the unit can do now: names of commands.
    pub possible: Vec<String>,
    /// Of these the commands that the actor who asks may send; empty where the question names no actor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<String>,
}
