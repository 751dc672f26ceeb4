//! The lines of a list of erased cases. Each holds the hash of the one before.

use std::path::Path;

use data_encoding::HEXLOWER;
use onestop_chassis::identity::InstanceKeys;
use onestop_proto::{ids::CaseId, time::Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::ListError;

/// What a line's hash is for; persisted.
const FOR_LINES: &[u8] = b"onestop/erasure/1\n";
/// What a line's signature is for; persisted.
const FOR_SIGNATURES: &str = "onestop/erased/1";

/// How far a list went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHead {
    /// How many cases it names.
    pub entries: u64,
    /// The hash of its last line; nothing in one without lines.
    pub chain: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) case: CaseId,
    /// When it was entered.
    listed: Timestamp,
    pub(super) chain: String,
    /// Intake's signature for both, where another node keeps the list. The chain does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed: Option<String>,
}

impl Entry {
    /// The line of a case behind the one with the hash `before`, signed where the list needs it.
    pub(super) fn behind(
        before: &str,
        case: CaseId,
        now: Timestamp,
        sign: impl Fn(&str) -> Option<String>,
    ) -> Self {
        Self {
            case,
            listed: now,
            chain: chain(before, case, now),
            signed: sign(&statement(case, now)),
        }
    }

    /// Whether one of these keys has signed it.
    pub(super) fn is_signed_by(&self, keys: &InstanceKeys) -> bool {
        let statement = statement(self.case, self.listed);
        keys.have_signed(&statement, self.signed.as_deref())
    }
}

/// Whole lines, each of which follows from the one before.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub(super) entries: Vec<Entry>,
    /// Their bytes.
    pub(super) length: u64,
    /// The bytes of the last one.
    pub(super) last: u64,
}

impl Lines {
    /// Reads the lines that follow a list's. A last line without its end was never confirmed, and does not count. `path` says in
    /// errors where they are from.
    ///
    /// # Errors
    /// If one does not follow from the one before.
    pub(super) fn behind(head: &ListHead, path: &Path, bytes: &[u8]) -> Result<Self, ListError> {
        let mut lines = Self::default();
        let mut before = head.chain.clone();
        for (text, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1_u64..) {
            let Some(text) = text.strip_suffix(b"\n") else {
                break;
            };
            let entry = serde_json::from_slice::<Entry>(text).ok();
            let entry = entry.filter(|it| it.chain == chain(&before, it.case, it.listed));
            let Some(entry) = entry else {
                return Err(ListError::Altered {
                    path: path.to_owned(),
                    line: head.entries.saturating_add(number),
                });
            };
            before.clone_from(&entry.chain);
            lines.entries.push(entry);
            lines.last = text.len() as u64 + 1;
            lines.length += lines.last;
        }
        Ok(lines)
    }
}

/// The hash of a line, over that of the line before.
fn chain(before: &str, case: CaseId, listed: Timestamp) -> String {
    let mut hash = Sha256::new();
    hash.update(FOR_LINES);
    hash.update(format!("{before}\n{case}\n{listed}\n"));
    HEXLOWER.encode(&hash.finalize())
}

/// What intake signs of a line.
fn statement(case: CaseId, listed: Timestamp) -> String {
    format!("{FOR_SIGNATURES}\n{case}\n{listed}\n")
}
