//! How far the ledger has come.

use serde::{Deserialize, Serialize};

/// The answer to `qry.journal.progress`: how far the ledger has come. It is made from the journal's log, and
/// made anew when it is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LedgerProgress {
    /// Events before this position are in the ledger.
    pub position: u64,
    /// The next position that the journal's log will write.
    pub head: u64,
    /// Whether lists are answered.
    pub state: LedgerState,
}

choices! {
    /// The state of the ledger.
    pub enum LedgerState {
        /// It follows the journal: lists are answered.
        Following = "following", "同步中", "following";
        /// It is being made from the journal's log: lists are answered when it is done.
        Building = "building", "重建中", "being made";
        /// It could not be written; it is tried again.
        Failing = "failing", "无法写入", "failing";
    }
}
