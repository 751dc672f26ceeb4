//! `onestop directory …`: answers from the reference data, without any service unless what the registry has recorded is
//! asked for; and sites from a sheet, and back.

mod coverage;
mod due;
mod import;
mod recorded;
mod refusals;
mod route;
mod site_sheet;
mod sites;
mod standards;

use anyhow::anyhow;
use jiff::civil::Date;
use onestop_chassis::{clock::SystemClock, settings::Settings};
use onestop_directory::Directory;
use onestop_proto::typed_dates;

use self::{import::Purpose, recorded::with_recorded};
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
        DirectoryCommand::Sites(asked) => {
            if asked.recorded {
                return sites::show(&of_node(args, settings, output).await?, asked, output);
            }
            let shown = sites::show(&directory, asked, output);
            if asked.find.is_some() {
                return shown;
            }
            by_files(shown, output)
        }
        DirectoryCommand::Coverage(asked) => {
            let on = day(asked.on.as_deref(), output)?;
            if asked.recorded {
                let directory = of_node(args, settings, output).await?;
                return coverage::show(&directory, asked, on, output);
            }
            by_files(coverage::show(&directory, asked, on, output), output)
        }
        DirectoryCommand::Standards { at, on, recorded } => {
            let on = day(on.as_deref(), output)?;
            if *recorded {
                let directory = of_node(args, settings, output).await?;
                return standards::show(&directory, *at, on, output);
            }
            by_files(standards::show(&directory, *at, on, output), output)
        }
        DirectoryCommand::Due(asked) => {
            if asked.recorded {
                return due::show(&of_node(args, settings, output).await?, asked, output);
            }
            by_files(due::show(&directory, asked, output), output)
        }
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
        DirectoryCommand::Template { out } => import::template(out, output),
        DirectoryCommand::Export { out } => {
            let context = CliContext::open(args, settings, output).await?;
            import::export(out, settings, &context).await
        }
    }
}

/// The directory with what the registry of a running node has recorded.
async fn of_node(
    args: &GlobalArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Directory> {
    with_recorded(&CliContext::open(args, settings, output).await?).await
}

/// Says of an answer that it is by the files alone.
fn by_files(answered: anyhow::Result<()>, output: &Output) -> anyhow::Result<()> {
    answered?;
    output.print_error(&output.message("directory-files-only"));
    Ok(())
}

/// The named day, or today.
fn day(named: Option<&str>, output: &Output) -> anyhow::Result<Date> {
    let today = SystemClock.now().china_date();
    let Some(day) = named else {
        return Ok(today);
    };
    // Without what the parser of days says.
    let read = typed_dates::plain(day, today).parse::<Date>();
    read.map_err(|_| anyhow!(output.message_with("directory-no-day", &[("day", day)])))
}
