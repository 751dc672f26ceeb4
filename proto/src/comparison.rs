//! Comparing what the journal holds of each source with what the source has (核对): an event that vanished on the way,
//! occurs twice, or has other bytes, shows in counts and Merkle roots.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{envelope::Source, time::Timestamp};

/// `qry.<service>.root`: the Merkle root of the service's log, and the proof that its beginning is a log of `size`
/// records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RootQuery {
    /// The size of which the root is known to the caller.
    pub size: u64,
    /// For a party that cosigns: the size that it cosigned last, 0 for none. The answer is then about a checkpoint that
    /// the source signs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosigned: Option<u64>,
}

/// The answer to [`RootQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LogRoot {
    /// The incarnation of the log.
    pub epoch: Uuid,
    /// Number of records.
    pub count: u64,
    /// Merkle root (hex) over all of them, as RFC 6962 has it.
    pub root: String,
    /// Consistency proof (hex) from the size that was named to `count`; empty if the log is shorter.
    pub proof: Vec<String>,
    /// The checkpoint of `count` records, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedRoot>,
}

/// A checkpoint that a source signed for a party that cosigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SignedRoot {
    /// The signed note (C2SP tlog-checkpoint).
    pub note: String,
    /// The public key of the log.
    pub key: String,
    /// Consistency proof (hex) from the size that was cosigned last; empty if the log is shorter.
    pub proof: Vec<String>,
}

question_without_data! {
    /// `qry.journal.comparison`: what the journal holds of each source, compared with the source's own log.
    ComparisonQuery
}

/// The answer to [`ComparisonQuery`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Comparison {
    /// Entries of the journal's log before this position are counted.
    pub counted: u64,
    /// The length of the journal's log.
    pub head: u64,
    /// Each source of which the journal holds an event.
    pub sources: Vec<SourceComparison>,
    /// The logs whose checkpoints the journal cosigns, its own among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosigned: Vec<SourceCosigning>,
    /// The outside witness, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<WitnessState>,
}

/// How far the journal has cosigned (会签) the checkpoints of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceCosigning {
    /// Whose log it is.
    pub source: Source,
    /// The records of the checkpoint that was cosigned last; 0 for none.
    pub size: u64,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosigned_at: Option<Timestamp>,
    /// Since when there is more to cosign, and why that was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingCosignature>,
}

/// A cosignature that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PendingCosignature {
    /// Since when it is due.
    pub since: Timestamp,
    /// Why there is none.
    pub why: NotCosigned,
}

/// Why a checkpoint was not cosigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum NotCosigned {
    /// The source or a disk did not answer.
    Unavailable {
        /// What it or the system said.
        problem: String,
    },
    /// The checkpoint is not signed by the source's key, or is about another log.
    NotSigned {},
    /// The log is signed by another key than before.
    OtherKey {},
    /// The log is shorter than what was cosigned or heard of it.
    Shorter {
        /// How many records that were.
        size: u64,
    },
    /// What was cosigned or heard of the log is no longer its beginning: its past was rewritten.
    OtherPast {
        /// How many records that were.
        size: u64,
    },
}

impl NotCosigned {
    /// Whether the source's log contradicts what is known of it, so that asking again does not help.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unavailable { .. })
    }
}

/// How far the outside witness has the cosigned checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WitnessState {
    /// The witness, as the setting names it.
    pub witness: String,
    /// Since when it lacks checkpoints that the journal has cosigned, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingCosignature>,
}

/// What the journal holds of one source, and what the source said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceComparison {
    /// The source.
    pub source: Source,
    /// How many of its events the journal holds, one after the other from the first.
    pub count: u64,
    /// Merkle root (hex) over their hashes.
    pub root: String,
    /// When the source was last asked and answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// Whether the two agree.
    pub result: ComparisonResult,
}

/// Whether the journal holds of a source what the source has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum ComparisonResult {
    /// The source could not be asked yet.
    Unasked {
        /// Why not.
        problem: String,
    },
    /// What the journal holds is the beginning of the source's log.
    Agrees {},
    /// It is not.
    Differs {
        /// How, the first of each kind.
        differences: Vec<ComparisonDifference>,
    },
}

/// How the journal and a source differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "difference", rename_all = "kebab-case")]
pub enum ComparisonDifference {
    /// Events of the source are not in the journal, though it took later ones.
    Missing {
        /// The first position.
        first: u64,
        /// How many there are up to the next one that it holds.
        count: u64,
    },
    /// Events of the source are in the journal more than once.
    Doubled {
        /// The first position.
        first: u64,
        /// How often that was seen.
        count: u64,
    },
    /// The journal holds more than the source has.
    Beyond {
        /// How many the source has.
        count: u64,
    },
    /// As many as the journal holds have another Merkle root at the source: one of them has other bytes.
    OtherBytes {
        /// How many were compared.
        count: u64,
    },
}

impl fmt::Display for ComparisonDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { first, count } => {
                write!(f, "{count} events from #{first} on are not in the journal")
            }
            Self::Doubled { first, count } => {
                write!(f, "{count} events are in the journal twice, #{first} first")
            }
            Self::Beyond { count } => {
                write!(f, "the source has {count} events, fewer than the journal")
            }
            Self::OtherBytes { count } => {
                write!(
                    f,
                    "one of the first {count} events has other bytes at the source"
                )
            }
        }
    }
}
