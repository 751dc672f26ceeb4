//! Logging to standard error: text on a terminal, JSON otherwise.
//!
//! Messages are sentences with searchable fields (`case.id`, `service`, `duration_ms`). Personal data
//! and secrets are never logged: the types that hold them do not implement `Display` or show them in `Debug`.

use std::io::{self, IsTerminal};

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// Starts logging to standard error.
///
/// # Errors
/// If the filter is malformed, or logging was started before.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log_level).with_context(|| {
        format!(
            "setting 'log_level' is not a filter: '{}'",
            settings.log_level
        )
    })?;
    let human = match settings.log {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    let started = if human {
        lines
            .with_ansi(io::stderr().is_terminal())
            .with_target(false)
            .try_init()
    } else {
        lines.json().flatten_event(true).try_init()
    };
    started
        .map_err(|error| anyhow::anyhow!(error))
        .context("cannot start logging")
}
