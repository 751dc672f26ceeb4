//! The executable of a service: its arguments, its version and its exit codes.

use std::{future::Future, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser};

use super::run;
use crate::{
    data_lock::DataLock,
    lease::Fenced,
    process,
    service::Service,
    settings::{Flags, Settings},
    shutdown::Shutdown,
    telemetry,
};

/// Exit code for settings that cannot be used (`EX_USAGE` of sysexits).
pub const BAD_SETTINGS: u8 = 64;
/// Exit code for a service that failed (`EX_SOFTWARE`).
pub const FAILED: u8 = 70;
/// Exit code where another process uses the data folder, or decides for the service (`EX_TEMPFAIL`).
pub const IN_USE: u8 = 75;

#[derive(Parser)]
#[command(
    about = "A service of Onestop (一窗). Settings come from a file, the environment and flags."
)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

/// The version of an executable: `0.1.0 (99a055b83051)`. The build names the commit in `ONESTOP_COMMIT`.
///
/// Only the crate that calls this depends on the commit: in a `main.rs`, a new commit rebuilds no library.
#[macro_export]
macro_rules! version {
    () => {
        $crate::node::version(
            ::std::env!("CARGO_PKG_VERSION"),
            ::std::option_env!("ONESTOP_COMMIT"),
        )
    };
}

/// What [`version!`](crate::version) makes of a version and a commit.
pub fn version(version: &str, commit: Option<&str>) -> String {
    format!("{version} ({})", commit.unwrap_or("commit unknown"))
}

/// The `main` of a service's own executable.
pub fn main<S: Service>(version: String) -> ExitCode {
    program(S::name().as_str(), version, run::<S>)
}

/// The `main` of an executable that runs until it is stopped.
#[allow(
    clippy::print_stderr,
    reason = "logging has not started when settings are invalid"
)]
pub fn program<F>(name: &str, version: String, run: fn(Settings, Shutdown) -> F) -> ExitCode
where
    F: Future<Output = anyhow::Result<()>>,
{
    process::prepare();
    let command = Arguments::command()
        .name(format!("onestop-{name}"))
        .version(version);
    let arguments = Arguments::from_arg_matches(&command.get_matches());
    let arguments = arguments.unwrap_or_else(|error| error.exit());
    let settings = match Settings::load(&arguments.flags) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(BAD_SETTINGS);
        }
    };
    // First of all: who comes second must not disturb the first.
    let lock = match DataLock::part(&settings.data, name) {
        Ok(lock) => lock,
        Err(error) => {
            eprintln!("onestop-{name}: {:#}", anyhow::Error::new(error));
            return ExitCode::from(IN_USE);
        }
    };
    let ended = start(settings, run);
    drop(lock);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("onestop-{name} stopped: {error:#}");
            if error.downcast_ref::<Fenced>().is_some() {
                return ExitCode::from(IN_USE);
            }
            ExitCode::from(FAILED)
        }
    }
}

fn start<F>(settings: Settings, run: fn(Settings, Shutdown) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    telemetry::start(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { run(settings, Shutdown::on_signal()?).await })
}
