//! Taking a copy of a service's log while it runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `qry.<service>.backup`: what a backup would hold if it were begun now, or a page of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupQuery {
    /// Which records; nothing asks for the summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<BackupRange>,
}

/// Records from a position on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupRange {
    /// The first position wanted.
    pub first: u64,
    /// The position after the last one wanted. A service may give fewer.
    pub end: u64,
}

/// The answer to [`BackupQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BackupAnswer {
    /// What a backup would hold.
    Summary(BackupSummary),
    /// Records in the form in which a backup file holds them, in base64; at least one.
    Page(String),
    /// There are no such records.
    Nothing,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BackupSummary {
    /// The incarnation of the log.
    pub epoch: uuid::Uuid,
    /// Number of records.
    pub count: u64,
    /// Hash of the last, 64 hexadecimal digits.
    pub hash: String,
    /// Merkle root over all, 64 hexadecimal digits.
    pub root: String,
    /// The consumers' cursors.
    pub cursors: BTreeMap<String, u64>,
    /// The newest signed checkpoint; empty if there is none.
    pub checkpoint: String,
}
