//! The journal (日志总册): what it answers. It decides nothing of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    actor::{Actor, ServiceName},
    clock::Due,
    date_words::moment_words,
    envelope::{Envelope, LogPosition, event_name},
    ids::{CaseId, CaseRef, UnitId},
    late_entry::ONE_PERSON_OFFICE,
    text::Words,
    time::Timestamp,
};

/// The name of the service.
pub const SERVICE: &str = "journal";

/// [`SERVICE`] as a type.
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
    /// The first step that is wanted: one answer has only so many bytes. Without it, the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// What the part before said in `of`: then the parts are of one replay, whatever the journal received since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

impl ReplayQuery {
    /// The whole case, as it is now, from its first step.
    pub fn whole(case: CaseRef) -> Self {
        Self {
            case,
            as_of: None,
            known_at: None,
            from: None,
            of: None,
        }
    }

    /// The question for the part after `replay`; nothing after the last one.
    pub fn after(&self, replay: &Replay) -> Option<Self> {
        Some(Self {
            from: Some(replay.next?),
            of: Some(replay.of),
            ..self.clone()
        })
    }
}

/// A case, replayed: its steps in causal order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Replay {
    /// The case.
    pub case: CaseId,
    /// The first step is number 1. One answer has only so many bytes: see `next`.
    pub steps: Vec<ReplayStep>,
    /// What an auditor would look for first, in these steps.
    pub findings: Vec<Finding>,
    /// How many steps the case has.
    #[serde(default)]
    pub total: u32,
    /// How many events of the case the journal had: goes into the question for the next part.
    #[serde(default)]
    pub of: u64,
    /// The step with which the next part begins; nothing after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
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
    /// Why its data cannot be read: it does not fit the contract. It changed neither custody nor clocks here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The event itself.
    pub event: Envelope,
}

impl Replay {
    /// The step of the event that opened the case.
    pub fn opening(&self) -> Option<&ReplayStep> {
        let mut steps = self.steps.iter();
        steps.find(|step| step.event_type.starts_with("cn.onestop.case.opened."))
    }

    /// Appends the part that follows.
    pub fn extend(&mut self, part: Self) {
        self.steps.extend(part.steps);
        self.findings.extend(part.findings);
        self.total = part.total;
        self.next = part.next;
    }
}

impl ReplayStep {
    /// That it was entered late (补录): when, why, and who approved it; nothing where it was entered as it happened.
    pub fn late_entry(&self) -> Option<Words> {
        if !self.event.is_late_entry() {
            return None;
        }
        let entered = moment_words(self.event.recordedtime);
        let mut words = Words {
            zh: format!("补录，{} 录入", entered.zh),
            en: format!("late entry, entered {}", entered.en),
        };
        if let Some(reason) = self.event.latereason {
            let reason = reason.text();
            words.zh.push_str(&format!("，{}", reason.zh));
            words.en.push_str(&format!(", {}", reason.en));
        }
        match &self.event.lateapprover {
            Some(approver) if approver.as_str() == ONE_PERSON_OFFICE => {
                words.zh.push_str("，一人单位");
                words.en.push_str(", an office of one person");
            }
            Some(approver) if self.event.lateissuer.is_some() => {
                words.zh.push_str(&format!("，{approver} 本人批准"));
                words.en.push_str(&format!(", approved by {approver}"));
            }
            Some(approver) => {
                // The record has the word of the person who entered it, and no act of the approver.
                words.zh.push_str(&format!("，录入人所填审批人 {approver}"));
                words
                    .en
                    .push_str(&format!(", approved by {approver}, as the entry says"));
            }
            None => {}
        }
        Some(words)
    }

    /// Whether the event is bookkeeping between services, which a summary of the case leaves out.
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
