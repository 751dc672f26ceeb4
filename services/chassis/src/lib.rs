//! What every Onestop service shares, once: settings, the connection to NATS, the relay from log to
//! broker, consumers with position cursors, command and query endpoints, telemetry, health and
//! metrics, supervised tasks and a draining shutdown.
//!
//! It knows nothing of cases. A service brings its rules by implementing [`Service`]; [`node::run`]
//! gives it a log, connects it and keeps it running:
//!
//! ```no_run
//! # async fn example<S: onestop_chassis::Service>() -> anyhow::Result<()> {
//! use onestop_chassis::{node, settings::Settings, shutdown::Shutdown};
//! node::run::<S>(Settings::default(), Shutdown::on_signal()?).await
//! # }
//! ```
//!
//! Invariants:
//! - a command is answered after its events are durable_name, never before;
//! - the log is the outbox: only what stands in it is published, in its order;
//! - a consumer's cursor travels in the same atomic append as the events that the consumed event
//!   caused, so its effect happens exactly once;
//! - an event that cannot be taken is parked with its reason, and holds up only its own case;
//! - the broker may lose everything: sources publish again what it no longer has, and consumers ask
//!   the source for what is missing.

#![warn(missing_docs)]

pub mod backup;
pub mod bus;
pub mod client;
pub mod clock;
mod dispatcher;
mod http;
pub mod keys;
pub mod metrics;
pub mod node;
mod parking;
pub mod proof;
pub mod provision;
mod relay;
pub mod replication;
pub mod service;
pub mod settings;
pub mod shutdown;
pub mod store;
pub mod supervisor;
pub mod telemetry;
pub mod view;

pub use service::{Context, Failure, Handled, Service};
