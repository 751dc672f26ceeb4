//! The question that every specialist answers.

use serde::{Deserialize, Serialize};

use crate::{
    clock::{Due, Limit, Step},
    ids::{CaseId, HandoffId, UnitId},
    matter::{AwaitedPapers, CriticalDateStanding},
    text::Words,
    time::Timestamp,
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
    /// The handoff by which the unit has it, as referral tells it: a site that asks in no person's name is answered by it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
}

impl MatterQuery {
    /// Of a case, whichever handoff brought it.
    #[must_use]
    pub const fn of(case: CaseId) -> Self {
        Self {
            case,
            handoff: None,
        }
    }
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
    /// The commands that come too late by now, and that may still be entered as of an earlier moment (补录), because what was done in
    /// time may be entered afterwards: those of the actor who asks; where the question names no actor, those of each person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late_entries: Vec<String>,
    /// The clocks that run or are paused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<MatterClock>,
    /// The critical dates that are open, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub critical_dates: Vec<CriticalDateStanding>,
    /// The papers that the unit waits for (补正); nothing while it waits for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<AwaitedPapers>,
    /// How many other parties the dispute has (被申请人人数); nothing where the matter is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// Of which persons a command is recorded: to send it again would change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<RecordedPerson>,
}

/// A person of whom a command is recorded, by their place on their side in the case's file, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RecordedPerson {
    /// The name of the command.
    pub command: String,
    /// Who.
    pub person: u32,
}

impl RecordedPerson {
    /// The persons of whom one command is recorded.
    pub fn all(
        command: &str,
        persons: impl IntoIterator<Item = u32>,
    ) -> impl Iterator<Item = Self> {
        let persons = persons.into_iter();
        persons.map(|person| Self {
            command: command.to_owned(),
            person,
        })
    }
}

/// A clock of a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MatterClock {
    /// The step that it measures.
    pub step: Step,
    /// The same in words.
    pub name: Words,
    /// The rule that it runs under.
    pub limit: Limit,
    /// When the step must be done; while the clock is paused, as it was then.
    pub due: Due,
    /// Since when it counts; nothing where an event from before that was kept is part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Since when it is paused; nothing while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Timestamp>,
    /// Days used, in the limit's own unit (months as calendar days); those on which it stood still are left out. Nothing where
    /// an event from before that was kept is part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u32>,
    /// Days past the last day, counted like the others; 0 while it is not over.
    #[serde(default)]
    pub over: u32,
}
