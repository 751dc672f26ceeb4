//! The chassis from outside: a small service on a real log and, where it speaks, on a real broker.
#![allow(
    clippy::unwrap_used,
    reason = "a failed precondition must fail the test"
)]

mod batches;
mod building;
mod client;
mod endpoints;
mod execute;
mod health;
mod newer;
mod parking;
mod processor;
mod projection;
mod provision;
mod relay;
mod standby;
mod state_cache;
mod subscribers;
mod supervisor;
mod support;
mod timers;
