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
mod damage;
mod durability;
mod fixture;
mod following;
mod following_killed;
mod indexing;
mod migrating;
mod model;
mod proving;
mod reading;
mod reopening;
mod restoring;
mod subscribing;
mod support;
