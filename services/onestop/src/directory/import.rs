//! `onestop directory import`: sites from a sheet, looked at first. And `onestop directory export`.

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, stream};
use onestop_chassis::{
    client::{ClientError, CommandMeta},
    clock::SystemClock,
    settings::Settings,
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    command::CommandType, ids::CommandId, registry, rejection::RejectionKind, text::Words,
};
use onestop_spreadsheet::{FileKind, RowProblem};

use super::{
    recorded::with_recorded,
    site_sheet::{self, COLUMNS, RowCommands},
};
use crate::{output::Output, progress::Bar, remote::CliContext, sheet};

/// Rows that are sent at the same time.
const AT_ONCE: usize = 128;

/// What to do with a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Only say what is wrong with it, and what it would change.
    Check,
    /// Record it, if nothing is wrong with it.
    Record,
}

/// Looks at a sheet, and records it.
pub(crate) async fn import(
    path: &Path,
    purpose: Purpose,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    let sheet = sheet::read(path, COLUMNS, context.output)?;
    let today = SystemClock.now().china_date();
    let directory = with_recorded(context).await?;
    let (rows, found) = site_sheet::check(&sheet, &directory, today);
    let mut problems = sheet.problems(found);
    let commands: usize = rows.iter().map(|row| row.commands.len()).sum();
    if problems.is_empty() && purpose == Purpose::Record {
        let began = Instant::now();
        problems = send(&rows, context).await?;
        let seconds = began.elapsed().as_secs();
        let took = context.output.message("sheet-took");
        context.output.print_error(&format!("{took} {seconds} s"));
    }
    sheet::report(path, &sheet, &problems, context.output)?;
    summary(context.output, (sheet.rows.len(), commands), &problems);
    sheet::finish(&problems, context.output)
}

/// Sends the commands of each row in their order, many rows at the same time. The key of each follows from `--key`, so that
/// the same key resumes where the last run stopped.
async fn send(rows: &[RowCommands], context: &CliContext<'_>) -> anyhow::Result<Vec<RowProblem>> {
    let (key, actor) = (context.key(), context.actor()?);
    let mut bar = Bar::new(&context.output.message("sheet-import"), context.output);
    let total = rows.len() as u64;
    let one_row = |row: &RowCommands| {
        let actor = actor.clone();
        let sent: Vec<_> = row
            .commands
            .iter()
            .map(|command| (command.clone(), key_of(key, row, command.name())))
            .collect();
        let number = row.row;
        async move {
            for (command, id) in sent {
                let meta = CommandMeta::new(id, actor.clone(), None);
                let service = registry::service();
                match context.client.command(&service, meta, &command).await {
                    Ok(_) => {}
                    Err(ClientError::Rejected(rejected))
                        if rejected.kind != RejectionKind::Unavailable =>
                    {
                        return Ok(Some(problem(number, rejected.message)));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        }
    };
    let futures: Vec<_> = rows.iter().map(one_row).collect();
    let mut answers = stream::iter(futures).buffer_unordered(AT_ONCE);
    let (mut problems, mut sent) = (BTreeMap::new(), 0);
    while let Some(answer) = answers.next().await {
        let refused = answer
            .with_context(|| format!("{}: --key {key}", context.output.message("sheet-resume")))?;
        if let Some(refused) = refused {
            problems.insert(refused.row, refused);
        }
        sent += 1;
        bar.show(sent, total);
    }
    Ok(problems.into_values().collect())
}

fn key_of(key: CommandId, row: &RowCommands, command: &str) -> CommandId {
    let about = match &row.unit {
        Some(unit) => format!("{unit}/{command}"),
        None => format!("{}/{command}", row.division),
    };
    key.forwarded(&about)
}

const fn problem(row: usize, words: Words) -> RowProblem {
    RowProblem {
        row,
        column: "",
        words,
    }
}

fn summary(output: &Output, (rows, commands): (usize, usize), problems: &[RowProblem]) {
    let wrong = sheet::wrong_rows(problems);
    let value = serde_json::json!({ "rows": rows, "changes": commands, "wrong": wrong });
    output.print_value(&value, || {
        let rows_word = output.message("sheet-rows");
        let changes_word = output.message("sheet-changes");
        let wrong_word = output.message("sheet-wrong");
        let wrong = wrong.len();
        format!("{rows_word} {rows}  {changes_word} {commands}  {wrong_word} {wrong}")
    });
}

/// Writes the files of the directory as they are, and beside them the sheet of all sites as they are now, as CSV and as a
/// workbook.
pub(crate) async fn export(
    folder: &Path,
    settings: &Settings,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let origin = Origin::from(settings.directory.clone());
    for (name, text) in Directory::files(&origin)? {
        fs::write(folder.join(name), text)?;
    }
    let directory = with_recorded(context).await?;
    let today = SystemClock.now().china_date();
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let name = format!("sites.{}", kind.extension());
        let sheet = site_sheet::write(kind, &directory, today)?;
        fs::write(folder.join(name), sheet)?;
    }
    let value = serde_json::json!({ "folder": folder, "version": directory.version() });
    context.output.print_value(&value, || {
        format!("{}  {}", folder.display(), directory.version())
    });
    Ok(())
}

/// Writes a workbook to begin with: headings, an example, the states there are.
pub(crate) fn template(out: &Path, output: &Output) -> anyhow::Result<()> {
    let bytes = site_sheet::template().to_xlsx()?;
    fs::write(out, bytes).with_context(|| said!("cannot-write", path = out.display()))?;
    output.print_value(&out, || out.display().to_string());
    Ok(())
}
