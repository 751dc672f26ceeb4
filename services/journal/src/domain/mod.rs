//! Replaying a case, and the dossiers of many. Pure.

mod causal_order;
pub(crate) mod dossier;
mod entry;
mod facts;
pub(crate) mod hash_text;
pub(crate) mod holding;
mod replay;
mod replay_part;
pub(crate) mod visibility;

pub use entry::Entry;
pub(crate) use entry::NewEntry;

/// The streams of cases; the journal's log also holds what it parked.
pub(crate) const CASES: &str = "case/";

/// The streams that record to whom the journal itself showed a case: its own events, no copies.
pub(crate) const ACCESSES: &str = "access/";

/// What the types of the events begin with that say who read what.
const READINGS: &str = "cn.onestop.access.";

/// Whether events of a type say who read what.
pub(crate) fn is_reading(event_type: &str) -> bool {
    event_type.starts_with(READINGS)
}

pub(crate) use replay::{found_elsewhere, missing_causes, replay};
pub(crate) use replay_part::{PART_BYTES, part};

#[cfg(test)]
mod tests;
