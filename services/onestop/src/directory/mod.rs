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
                let context = CliContext::open(args, settings, output).await?;
                return sites::show(&with_recorded(&context).await?, asked, output);
            }
            sites::show(&directory, asked, output)?;
            if asked.find.is_none() {
                output.print_error(&output.message("directory-files-only"));
            }
            Ok(())
        }
        DirectoryCommand::Coverage(asked) => {
            let today = SystemClock.now().china_date();
            let on = asked.on.as_deref();
            let on = on.map(|named| day(Some(named), output)).transpose()?;
            if asked.recorded {
                let context = CliContext::open(args, settings, output).await?;
                let recorded = with_recorded(&context).await?;
                return coverage::show(&recorded, asked, (on, today), output);
            }
            coverage::show(&directory, asked, (on, today), output)?;
            output.print_error(&output.message("directory-files-only"));
            Ok(())
        }
        DirectoryCommand::Standards { at, on, recorded } => {
            let on = day(on.as_deref(), output)?;
            let show = |directory: &Directory| standards::show(directory, *at, on, output);
            if *recorded {
                let context = CliContext::open(args, settings, output).await?;
                return show(&with_recorded(&context).await?);
            }
            show(&directory)?;
            output.print_error(&output.message("directory-files-only"));
            Ok(())
        }
        DirectoryCommand::Due(asked) => {
            if asked.recorded {
                let context = CliContext::open(args, settings, output).await?;
                return due::show(&with_recorded(&context).await?, asked, output);
            }
            due::show(&directory, asked, output)?;
            output.print_error(&output.message("directory-files-only"));
            Ok(())
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
