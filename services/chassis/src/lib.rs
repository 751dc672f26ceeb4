#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod failure;
pub mod identity;
pub mod lease;
mod messaging;
pub mod node;
pub mod proof;
pub mod refill;
pub mod replication;
mod runtime;
pub mod service;
pub mod standby;
pub mod store;
pub mod stored_files;
pub mod subscribers;
pub mod texts;
pub mod timers;

pub use self::{
    failure::{CommandResult, Failure},
    messaging::{bus, client, opened_texts, provision, stored_events},
    runtime::{
        bounded_file, certificate, clock, data_lock, fair_slots, last_backup, machine, metrics,
        process, queues, settings, shutdown, supervisor, telemetry, timing, traces, web,
    },
    service::{Context, Service},
    store::{backup, keys, projection, sqlite},
};
/// The database that read models are kept in.
pub use rusqlite;
