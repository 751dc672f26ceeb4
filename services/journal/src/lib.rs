//! The journal (日志总册): every service's events in one append-only log, and from it each case's
//! history: as it had happened by a moment, or as it was known at a moment.
//!
//! The journal decides nothing about a case. Of an event it stores the envelope as its source published it, and
//! when the journal received it. Every answer is derived from that (`domain`, which is pure).
//!
//! ```text
//! onestop replay CASE                              every step, in causal order
//! onestop replay CASE --as-of    "2026-03-04 15:20"  what had happened by then
//! onestop replay CASE --known-at "2026-03-04 15:20"  what the journal had received by then
//! ```

mod audit;
mod comparison;
pub mod cosigning;
mod domain;
mod event_feed;
pub mod ledger;
mod replay_readings;
mod service;
mod witnessing;

pub use domain::Entry;
pub use service::{Journal, event_of};
