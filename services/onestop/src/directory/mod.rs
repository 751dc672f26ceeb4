//! `onestop directory …`: answers from the reference data, without any service; and sites from a sheet, and back.

mod due;
mod import;
mod route;
mod site_sheet;
mod sites;
mod standards;

use anyhow::Context;
use jiff::civil::Date;
use onestop_chassis::{clock::SystemClock, settings::Settings};

use self::import::Purpose;
use crate::{
    cli::{DirectoryCommand, GlobalArgs},
    output::Output,
    remote::{self, CliContext},
};

pub(crate) async fn run(
    command: &DirectoryCommand,
    args: &GlobalArgs,
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
        DirectoryCommand::Import { file, check } => {
            let purpose = if *check {
                Purpose::Check
            } else {
                Purpose::Record
            };
            let context = CliContext::open(args, settings, output).await?;
            import::import(file, purpose, &context).await
        }
        DirectoryCommand::Export { out } => {
            let context = CliContext::open(args, settings, output).await?;
            import::export(out, settings, &context).await
        }
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
