//! Replaying a case, and the dossiers of many. Pure.

mod causal_order;
pub(crate) mod dossier;
mod entry;
mod facts;
mod replay;
pub(crate) mod visibility;

pub use entry::Entry;
pub(crate) use entry::NewEntry;

/// The streams of cases; the journal's log also holds what it parked.
pub(crate) const CASES: &str = "case/";

pub(crate) use replay::replay;

#[cfg(test)]
mod tests;
