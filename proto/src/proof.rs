//! Proofs: a case's events with what shows, offline, that they are in a service's log.
//!
//! `services/eventlog/PROOF.md` says what is proven and how to check it.

use serde::{Deserialize, Serialize};

use crate::ids::CaseId;

/// The only form of a proof file so far.
pub const FORMAT: &str = "onestop-proof/1";

/// `qry.<service>.proof`: a case's events in the service's log, proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofQuery {
    /// The case.
    pub case: CaseId,
    /// The first revision of the case's stream that is wanted.
    #[serde(default)]
    pub from: u64,
}

/// The answer to [`ProofQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ProofPage {
    /// What is proven; nothing if the log has no such events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<ProofPart>,
    /// From where to ask for the rest; nothing if that was all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One proof file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
    /// The form of the file: `onestop-proof/1`.
    pub format: String,
    /// The case's id.
    pub case: String,
    /// At least one for each log that has events of the case.
    pub parts: Vec<ProofPart>,
}

/// Events of one log, proven by one checkpoint. Events of one stream are in the order of their
/// revisions, from 0, without a gap, if need be over several parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofPart {
    /// The signed note (C2SP tlog-checkpoint): origin, size, Merkle root, signature.
    pub checkpoint: String,
    /// The events.
    pub events: Vec<ProvenEvent>,
}

/// One record of a log, with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenEvent {
    /// Place in the log, from 0.
    pub position: u64,
    /// Place in its stream, from 0.
    pub revision: u64,
    /// The event's id: a UUID in lower case, with hyphens.
    pub id: String,
    /// The stream: something, a slash, the case's id.
    pub stream: String,
    /// Hash of the record before it: 64 hexadecimal digits in lower case.
    pub previous: String,
    /// What was written, byte for byte (UTF-8).
    pub payload: String,
    /// The audit path of RFC 6962, from the leaf up: hashes as above.
    pub proof: Vec<String>,
}
