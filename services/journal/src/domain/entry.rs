//! An entry of the journal's log.

use onestop_proto::{envelope::Envelope, time::Timestamp};
use serde::{Deserialize, Serialize};

/// An event, and when the journal received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When the journal received it.
    pub heard_at: Timestamp,
    /// The event as its source published it.
    pub event: Envelope,
}

/// An [`Entry`] that is being written. The fields stand in the same order.
#[derive(Debug, Serialize)]
pub(crate) struct NewEntry<'a> {
    /// When the journal received it.
    pub(crate) heard_at: Timestamp,
    /// The event as its source published it.
    pub(crate) event: &'a Envelope,
}
