//! The journal (日志总册): every service's events in one append-only log, and from it each case's
//! history: as it had happened by a moment, or as it was known at a moment.
//!
//! It decides nothing of a case. What it keeps of an event is the envelope as its source published it,
//! and when it was heard. Everything that it answers is derived from that ([`domain`], which is pure).
//!
//! ```text
//! onestop replay CASE                              every step, in causal order
//! onestop replay CASE --as-of    "2026-03-04 15:20"  what had happened by then
//! onestop replay CASE --known-at "2026-03-04 15:20"  what the journal had heard by then
//! ```

pub mod domain;
mod feed;
pub mod ledger;
mod service;

pub use service::{Entry, Journal};

// What the trials in `examples/` tell is what the tests tell.
#[cfg(test)]
extern crate self as onestop_journal;
#[cfg(test)]
#[path = "../examples/story/mod.rs"]
mod story;
