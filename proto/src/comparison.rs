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
