//! The load of the whole pipeline: fills every service's log with years of cases, starts the services on them,
//! drives windows and units over the broker, and measures.
//!
//! - [`history`]: what the services would have written of many cases, from a seed;
//! - [`fill`]: writes it into the logs of a data folder, with cursors and keys, so that the services take it as
//!   their own;
//! - [`site`]: the processes: started, killed, asked how much processor, memory and disk they use;
//! - [`load`]: clerks and specialists over the broker, pages over HTTP;
//! - [`measure`]: the measurements, one after another;
//! - [`needs`]: what a province and a nation need, at that rate;
//! - [`report`]: the table.

#![allow(clippy::unwrap_used, reason = "a load tool fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stderr, reason = "it says how far it is")]
#![allow(
    missing_docs,
    reason = "only contract, log and chassis are documented item by item"
)]

pub mod fill;
pub mod history;
pub mod load;
pub mod measure;
pub mod needs;
pub mod report;
pub mod site;
