//! How often what a service confirms is kept.

use serde::{Deserialize, Serialize};

/// Whether a standby on another machine follows a service's log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum StandbyMode {
    /// None does.
    #[default]
    None,
    /// One follows, and no answer waits for it.
    Async,
    /// One follows, and a command is confirmed when the standby has its events on disk as well.
    Sync,
}
