//! Cases as they might go in Yunnan, generated from a seed: for load, and for the tests of the journal's ledger.
//!
//! ```
//! use onestop_directory::Directory;
//! use onestop_load::CaseGenerator;
//!
//! let directory = Directory::built_in().unwrap();
//! let period = ("2026-03-01T00:00:00Z".parse().unwrap(), "2026-03-08T00:00:00Z".parse().unwrap());
//! let events = CaseGenerator::new(&directory, 1, (10, "530821".parse().unwrap()), period);
//! assert!(events.count() > 20);
//! ```

#![allow(clippy::unwrap_used, reason = "a load tool fails by panicking")]
#![allow(
    missing_docs,
    reason = "only contract, log and chassis are documented item by item"
)]

mod story;

pub use story::{CaseGenerator, TimedEvent};
