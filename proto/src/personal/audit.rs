//! What an auditor asks (审计): who, proven by which key, saw or changed what of a case, and what a member of staff saw. The
//! journal answers, because it has heard every service.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccessWay, PersonalDataKind, VolumeExceeded};
use crate::{
    actor::Actor,
    case::FileHash,
    envelope::LogPosition,
    ids::{CaseId, CaseRef, StaffId},
    issuer::IssuerName,
    text::Words,
    time::Timestamp,
};

/// `qry.journal.case-audit`: who saw or changed what of a case. For supervisors and auditors of its division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAuditQuery {
    /// The case, by id or number.
    pub case: CaseRef,
    /// The first act that is wanted, counted from 0: one answer has only so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
}

/// The answer to [`CaseAuditQuery`], the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseAudit {
    /// The case.
    pub case: CaseId,
    /// Who saw or changed what.
    pub acts: Vec<AuditedAct>,
    /// The act with which the next answer begins; nothing after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// `qry.journal.staff-audit`: what a member of staff saw. For supervisors and auditors, of staff of units in their division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffAuditQuery {
    /// Who.
    pub staff: StaffId,
    /// What the answer before said in `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// The answer to [`StaffAuditQuery`], the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StaffAudit {
    /// Who.
    pub staff: StaffId,
    /// What they saw.
    pub acts: Vec<AuditedAct>,
    /// Goes into the question for the next part; nothing after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A member of staff saw or changed something of a case, or searched for a person and found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AuditedAct {
    /// The case; of a search that found nothing, the id of the search.
    pub case: CaseId,
    /// When it happened.
    pub at: Timestamp,
    /// Who, for which unit.
    pub by: Actor,
    /// Whose key has proven who it was; nothing where a rule of a service acted, and in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Uuid>,
    /// What happened, in words.
    pub title: Words,
    /// What was seen; nothing where something was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenData>,
    /// Its position in its service's log.
    pub recorded: LogPosition,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SeenData {
    /// What was shown.
    pub kinds: Vec<PersonalDataKind>,
    /// By which question; nothing in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<AccessWay>,
    /// Why; nothing where custody is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which file, where a file was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileHash>,
    /// How many cases the same search showed; 0 where it found nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<u32>,
    /// What the records of one search have in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Uuid>,
}

impl SeenData {
    /// Whether nothing of a case was seen: a search found nothing, or records were exported.
    pub fn is_of_no_case(&self) -> bool {
        self.among == Some(0) || self.way == Some(AccessWay::AuditExport)
    }
}

impl AuditedAct {
    /// Whether it is a search that found nothing, or an export of records, and so is of no case.
    pub fn is_of_no_case(&self) -> bool {
        let seen = self.seen.as_ref();
        seen.is_some_and(SeenData::is_of_no_case)
    }
}

question_without_data! {
    /// `qry.journal.reading-alarms`: who opened personal data more often than usual, the latest first. Supervisors and
    /// auditors see those of their division, the operator of the node all.
    ReadingAlarmsQuery
}

/// The answer to [`ReadingAlarmsQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReadingAlarms {
    /// The latest.
    pub alarms: Vec<ReadingAlarm>,
}

/// A member of staff opened more personal data than usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReadingAlarm {
    /// When the limit was passed.
    pub at: Timestamp,
    /// Who, for which unit.
    pub by: Actor,
    /// Which limit.
    pub exceeded: VolumeExceeded,
}
