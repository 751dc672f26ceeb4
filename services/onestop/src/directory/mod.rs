//! `onestop directory …`: answers from the reference data, without any service.

mod due;
mod route;
mod sites;
mod standards;

use anyhow::Context;
use jiff::civil::Date;
use onestop_chassis::{clock::SystemClock, settings::Settings};

use crate::{cli::DirectoryCommand, output::Output, remote};

pub(crate) fn run(
    command: &DirectoryCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let directory = remote::load_directory(settings)?;
    match command {
        DirectoryCommand::Sites(args) => sites::show(&directory, args, output),
        DirectoryCommand::Standards { at, on } => {
            standards::show(&directory, *at, day(on.as_deref())?, output)
        }
        DirectoryCommand::Due(args) => due::show(&directory, args, output),
        DirectoryCommand::Route(args) => route::show(&directory, args, output),
    }
}

/// The named day, or today.
fn day(named: Option<&str>) -> anyhow::Result<Date> {
    match named {
        Some(day) => day
            .parse()
            .with_context(|| format!("'{day}' is not a day. Write 2026-03-04")),
        None => Ok(SystemClock.now().china_date()),
    }
}
