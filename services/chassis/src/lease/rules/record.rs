//! The record at the broker that says who decides.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A record that has not changed for so long, while the broker answered, has no holder. It may be shorter than an election of
/// the broker takes, because what the broker does not answer is not counted.
pub(crate) const LEASE: Duration = Duration::from_millis(LASTS_MS as u64);
const LASTS_MS: u32 = 6_000;
/// A record that does not say how long it lasts lasts so long: it is one of an earlier version. Where the broker has lost the
/// record, it may have been one.
pub(crate) const LEASE_BEFORE: Duration = Duration::from_secs(25);

/// Who decides, as the broker keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The process, by an id that it made at its start.
    pub(crate) holder: Uuid,
    /// Grows with every taking.
    pub(crate) term: u64,
    /// The machine, for people.
    pub(crate) node: String,
    pub(crate) state: Held,
    /// The standby to which its holder has handed it over; another process takes it no earlier than one that runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<Uuid>,
    /// Events of its log when it was written: a standby that takes over names what it lacks of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) events: Option<u64>,
    /// The standby on which its holder counted when it was written. Another one may lack what was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) standby: Option<Uuid>,
    /// How many milliseconds it lasts without a renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lasts_ms: Option<u32>,
}

impl Record {
    /// A record without anything of a log or a standby.
    pub(crate) fn new(holder: Uuid, term: u64, node: String, state: Held) -> Self {
        Self {
            holder,
            term,
            node,
            state,
            next: None,
            events: None,
            standby: None,
            lasts_ms: Some(LASTS_MS),
        }
    }

    /// The same, of a holder that writes it less often.
    pub(crate) fn with_duration(self, time: Duration) -> Self {
        let lasts_ms = u32::try_from(time.as_millis()).ok();
        Self { lasts_ms, ..self }
    }

    /// How long its holder may count on it, and a while longer.
    pub(crate) fn lasts(&self) -> Duration {
        let said = self.lasts_ms.map(u64::from);
        said.map_or(LEASE_BEFORE, Duration::from_millis)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Held {
    Held,
    /// Its holder has stopped in good order.
    Released,
}

/// What the broker said. Sequence 0: there is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) record: Option<Record>,
    pub(crate) sequence: u64,
}
