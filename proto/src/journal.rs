//! The journal (日志总册): what it answers. It decides nothing of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    actor::{Actor, ServiceName},
    clock::Due,
    envelope::{Envelope, LogPosition, event_name},
    ids::{CaseId, CaseRef, UnitId},
    text::Words,
    time::Timestamp,
};

/// The name of the service.
pub const SERVICE: &str = "journal";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

/// `qry.journal.replay`: a case as it stood, or as it was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayQuery {
    /// The case, by id or number.
    pub case: CaseRef,
    /// Only what had happened by then, whenever it became known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Only what the journal had received by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Timestamp>,
}

/// A case, replayed: its steps in causal order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Replay {
    /// The case.
    pub case: CaseId,
    /// The first step is number 1.
    pub steps: Vec<ReplayStep>,
    /// What an auditor would look for first.
    pub findings: Vec<Finding>,
}

/// One step of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReplayStep {
    /// Counted from 1.
    pub number: u32,
    /// When it happened, by the clock of the unit where it did.
    pub happened_at: Timestamp,
    /// When the journal received it.
    pub heard_at: Timestamp,
    /// Its position in its service's log.
    pub at: LogPosition,
    /// Its type.
    pub event_type: String,
    /// What happened, in words.
    pub title: Words,
    /// The facts that matter to a reader, in words; empty where the title says it all.
    pub facts: Words,
    /// Who acted.
    pub actor: Actor,
    /// Who had custody after it, and where that unit is; nothing before custody began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<UnitId>,
    /// The clocks after it, by step.
    pub clocks: BTreeMap<String, ClockState>,
    /// The event itself.
    pub event: Envelope,
}

impl Replay {
    /// The step of the event that opened the case.
    #[must_use]
    pub fn opening(&self) -> Option<&ReplayStep> {
        let mut steps = self.steps.iter();
        steps.find(|step| step.event_type.starts_with("cn.onestop.case.opened."))
    }
}

impl ReplayStep {
    /// Whether the event is bookkeeping between services, which a summary of the case leaves out.
    #[must_use]
    pub fn is_bookkeeping(&self) -> bool {
        matches!(
            event_name(&self.event_type),
            "clock-started"
                | "clock-stopped"
                | "custody-taken"
                | "holder-noted"
                | "result-noted"
                | "received"
        )
    }
}

/// The state of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ClockState {
    /// It runs.
    Running {
        /// Until when.
        due: Due,
    },
    /// It is paused.
    Paused {
        /// Why it may.
        basis: String,
    },
}

/// Something that an auditor should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Finding {
    /// The step at which it shows.
    pub step: u32,
    /// What is wrong.
    pub what: Words,
}
