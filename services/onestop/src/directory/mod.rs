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
    let source = source_of(command);
    let directory = match source {
        Source::Files | Source::FilesSaid => remote::load_directory(settings)?,
        Source::Node => of_node(args, settings, output).await?,
    };
    match command {
        DirectoryCommand::Sites(asked) => sites::show(&directory, asked, output)?,
        DirectoryCommand::Coverage(asked) => {
            let on = day(asked.on.as_deref(), output)?;
            coverage::show(&directory, asked, on, output)?;
        }
        DirectoryCommand::Standards { at, on, .. } => {
            let on = day(on.as_deref(), output)?;
            standards::show(&directory, *at, on, output)?;
        }
        DirectoryCommand::Due(asked) => due::show(&directory, asked, output)?,
        DirectoryCommand::Route(asked) => route::show(&directory, asked, output)?,
        DirectoryCommand::Import { file, check } => {
            let purpose = if *check {
                Purpose::Check
            } else {
                Purpose::Record
            };
            let context = CliContext::open(args, settings, output).await?;
            import::import(file, purpose, &context).await?;
        }
        DirectoryCommand::Template { out } => import::template(out, output)?,
        DirectoryCommand::Export { out } => {
            let context = CliContext::open(args, settings, output).await?;
            import::export(out, settings, &context).await?;
        }
    }
    match source {
        // What bureaus have recorded is not in the answer.
        Source::FilesSaid => output.print_error(&output.message("directory-files-only")),
        Source::Files | Source::Node => {}
    }
    Ok(())
}

/// What an answer is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The files, which a bureau changes no answer of.
    Files,
    /// The files alone, which is said: a bureau may have recorded something else since.
    FilesSaid,
    /// The files with what the registry of a running node has recorded.
    Node,
}

fn source_of(command: &DirectoryCommand) -> Source {
    let recorded = match command {
        DirectoryCommand::Sites(asked) if asked.find.is_some() && !asked.recorded => {
            return Source::Files;
        }
        DirectoryCommand::Sites(asked) => asked.recorded,
        DirectoryCommand::Coverage(asked) => asked.recorded,
        DirectoryCommand::Standards { recorded, .. } => *recorded,
        DirectoryCommand::Due(asked) => asked.recorded,
        DirectoryCommand::Route(asked) => asked.recorded,
        DirectoryCommand::Import { .. }
        | DirectoryCommand::Template { .. }
        | DirectoryCommand::Export { .. } => return Source::Files,
    };
    if recorded {
        Source::Node
    } else {
        Source::FilesSaid
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        command: DirectoryCommand,
    }

    /// A last day or a route that leaves out what bureaus have recorded says so.
    #[test]
    fn what_a_bureau_may_have_recorded_otherwise_is_asked_for_or_said_to_be_left_out() {
        let due = "due --step legal-aid.review --at 530821 --from 2026-03-02";
        let route = "route --item legal-aid --topic labour-pay --place 530821";
        let standards = "standards --at 530821";
        let coverage = "coverage --within 530821";
        for line in [due, route, standards, coverage, "sites --at 530821"] {
            let source = |line: &str| {
                let words = ["directory"].into_iter().chain(line.split(' '));
                source_of(&Line::parse_from(words).command)
            };
            assert_eq!(source(line), Source::FilesSaid, "{line}");
            let recorded = format!("{line} --recorded");
            assert_eq!(source(&recorded), Source::Node, "{line}");
        }
    }
}
