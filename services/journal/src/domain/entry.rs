//! An entry of the journal's log.

use onestop_proto::{contract, envelope::Envelope, time::Timestamp};
use serde::{Deserialize, Serialize};

/// An event, and when the journal received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When the journal received it.
    pub heard_at: Timestamp,
    /// Why its data cannot be read, if it did not fit the contract when it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The event as its source published it.
    pub event: Envelope,
}

impl Entry {
    /// An event that is received now. One that does not fit the contract is kept as such.
    pub(crate) fn received(event: Envelope, heard_at: Timestamp) -> Self {
        let checked = contract::check(&event.raw());
        Self {
            heard_at,
            unreadable: checked.err().map(|problem| problem.to_string()),
            event,
        }
    }
}
