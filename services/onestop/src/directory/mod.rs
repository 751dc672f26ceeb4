//! `onestop directory …`: who does what where. Answered from the reference data, without any service.

mod route;
mod sites;
mod standards;

use anyhow::Context;
use jiff::civil::Date;
use onestop_chassis::{clock::SystemClock, settings::Settings};

use crate::{ask, cli::DirectoryCommand, output::Output};

/// Answers from the reference data.
pub(crate) fn answer(
    about: &DirectoryCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let directory = ask::directory(settings)?;
    match about {
        DirectoryCommand::Sites(asked) => sites::show(&directory, asked, output),
        DirectoryCommand::Standards { at, on } => {
            standards::show(&directory, *at, day(on.as_deref())?, output)
        }
        DirectoryCommand::Route(asked) => route::show(&directory, asked, output),
    }
}

/// The day named, or today.
fn day(named: Option<&str>) -> anyhow::Result<Date> {
    match named {
        Some(day) => day
            .parse()
            .with_context(|| format!("'{day}' is not a day. Write 2026-03-04")),
        None => Ok(SystemClock.now().china_date()),
    }
}
