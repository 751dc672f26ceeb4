//! The event log as its users see it. One binary; the children that are killed and traced are this
//! binary too.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests: clippy only knows functions marked #[test]"
)]

mod appending;
mod backup;
mod child;
mod conditions;
mod damage;
mod durability;
mod example;
mod extremes;
mod fixture;
mod following;
mod following_killed;
mod indexing;
mod migrating;
mod model;
mod proving;
mod reading;
mod rebuilding;
mod recorder_cases;
mod recorders;
mod reopening;
mod restoring;
mod signing;
mod subscribing;
mod support;
