//! `onestop log …`: logs as files.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{
    backup,
    client::{Client, QuestionMeta},
    clock::SystemClock,
    data_lock::DataLock,
    keys,
    node::LOG_FOLDER,
    process,
    settings::Settings,
};
use onestop_eventlog::{BackupHead, ExportWriter, LogReader, Options, Restore, repair};
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupRange},
};
use serde::Serialize;

use crate::{
    bounded_file,
    cli::LogFileCommand,
    cut::{self, Cut},
    output::Output,
    part_file::PartFile,
    progress::Bar,
    remote, services,
};

pub(crate) async fn run(
    command: &LogFileCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match command {
        LogFileCommand::Export {
            service,
            out,
            since,
            offline,
        } => {
            let place = LogPlace::of(service, settings)?;
            let file = PartFile::create(out)?;
            let mut bar = Bar::new(service.as_str(), output);
            let head = if *offline {
                let _lock = DataLock::reading(&settings.data, [service.as_str()])?;
                let log = LogReader::open(place.options()?)?;
                let to = file.file();
                log.export_since(*since, to, &mut |done, total| bar.show(done, total))?
            } else {
                export_online(settings, service, *since, file.file(), &mut bar).await?
            };
            file.finish()?;
            print_exported(service, &head, out, output);
        }
        LogFileCommand::Import {
            files,
            upto,
            service,
        } => import_log(files, *upto, service, settings, output)?,
        LogFileCommand::Repair { service } => repair_log(service, settings, output)?,
    }
    Ok(())
}

/// The folder of a service, and that of its log.
pub(crate) struct LogPlace {
    pub(crate) folder: PathBuf,
    pub(crate) log: PathBuf,
}

impl LogPlace {
    pub(crate) fn of(service: &ServiceName, settings: &Settings) -> anyhow::Result<LogPlace> {
        if !services::names().contains(service) {
            let known: Vec<_> = services::names().iter().map(ToString::to_string).collect();
            bail!(said!(
                "log-which-service",
                service = service,
                services = known.join(", ")
            ));
        }
        let folder = settings.data.join(service.as_str());
        let log = folder.join(LOG_FOLDER);
        Ok(LogPlace { folder, log })
    }

    pub(crate) fn exists(&self) -> bool {
        self.log.exists()
    }

    /// The options to open the log; whatever is made from it gets a new epoch.
    pub(crate) fn options(&self) -> anyhow::Result<Options> {
        if !self.exists() {
            bail!(said!("log-not-there", path = self.log.display()));
        }
        Ok(Options {
            verifying_key: keys::verifying_key(&self.folder)?,
            ..Options::new(&self.log, SystemClock.uuid())
        })
    }
}

/// Asks the service for its log page by page, and verifies each page.
async fn export_online(
    settings: &Settings,
    service: &ServiceName,
    since: u64,
    to: &File,
    bar: &mut Bar<'_>,
) -> anyhow::Result<BackupHead> {
    let client = remote::connect(settings).await?;
    let BackupAnswer::Summary(summary) = ask_backup(&client, service, None).await? else {
        bail!(said!("log-not-told", service = service));
    };
    let head = backup::head(summary)?;
    copy(&client, service, (&head, since), to, bar).await?;
    Ok(head)
}

async fn ask_backup(
    client: &Client,
    service: &ServiceName,
    records: Option<BackupRange>,
) -> anyhow::Result<BackupAnswer> {
    let query = BackupQuery { records };
    let meta = QuestionMeta::default();
    Ok(client.ask_service(service, meta, &query).await?)
}

/// Copies what comes behind the first `since` records of a log, up to a head that its service named.
pub(crate) async fn copy(
    client: &Client,
    service: &ServiceName,
    (head, since): (&BackupHead, u64),
    to: &File,
    bar: &mut Bar<'_>,
) -> anyhow::Result<()> {
    let writer = ExportWriter::since(BufWriter::new(to), head, since)?;
    fill(client, service, head, writer, bar).await
}

/// Asks for page after page, up to the head.
async fn fill(
    client: &Client,
    service: &ServiceName,
    head: &BackupHead,
    mut writer: ExportWriter<BufWriter<&File>>,
    bar: &mut Bar<'_>,
) -> anyhow::Result<()> {
    let end = head.head.count;
    bar.show(writer.next(), end);
    while writer.next() < end {
        let first = writer.next();
        let range = Some(BackupRange { first, end });
        let BackupAnswer::Page(page) = ask_backup(client, service, range).await? else {
            bail!(said!("log-position-gone", service = service, first = first));
        };
        writer.add(&backup::page(&page)?)?;
        bar.show(writer.next(), end);
    }
    writer.finish()?.flush()?;
    Ok(())
}

#[derive(Serialize)]
struct CopiedLog<'a> {
    service: &'a ServiceName,
    file: &'a Path,
    events: u64,
    root: String,
    epoch: uuid::Uuid,
}

fn print_exported(service: &ServiceName, head: &BackupHead, file: &Path, output: &Output) {
    let copied = CopiedLog {
        service,
        file,
        events: head.head.count,
        root: head.root.to_string(),
        epoch: head.epoch,
    };
    output.print_value(&copied, || {
        let done = output.message("log-exported");
        let unit = output.message("unit-events");
        let CopiedLog { events, root, .. } = &copied;
        format!("{done} {}  {events} {unit}  {root}", file.display())
    });
}

fn import_log(
    files: &[PathBuf],
    upto: Option<Cut>,
    service: &ServiceName,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let place = LogPlace::of(service, settings)?;
    let open = |file: &PathBuf| bounded_file::open(file).map(BufReader::new);
    let opened = files.iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
    let _lock = DataLock::part(&settings.data, service.as_str())?;
    let key = keys::verifying_key(&place.folder)?;
    let folder = place.folder.display();
    process::make_private_folder(&place.folder)
        .with_context(|| said!("cannot-make", path = folder))?;
    let mut bar = Bar::new(service.as_str(), output);
    let mut keeps = cut::keeps(upto);
    let restore = Restore {
        key: key.as_ref(),
        upto: cut::restore_point(upto, &mut keeps),
        ..Restore::new(&place.log, SystemClock.uuid())
    };
    let restored = restore.run(opened, &mut |done, total| bar.show(done, total))?;
    let copied = CopiedLog {
        service,
        file: &place.log,
        events: restored.head.count,
        root: restored.root.to_string(),
        epoch: restored.epoch,
    };
    output.print_value(&copied, || {
        let done = output.message("log-restored");
        let unit = output.message("log-restored-events");
        let CopiedLog { events, epoch, .. } = &copied;
        let mut text = format!("{done} {}  {events} {unit} {epoch}", place.log.display());
        if !restored.cursors_kept {
            text += &format!("\n{}", output.message("log-repair-cursors"));
        }
        text
    });
    Ok(())
}

#[derive(Serialize)]
struct RepairedLog<'a> {
    service: &'a ServiceName,
    kept: u64,
    lost: u64,
    reason: Option<String>,
    cursors_kept: bool,
    cut: PathBuf,
    epoch: uuid::Uuid,
}

fn repair_log(service: &ServiceName, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let options = LogPlace::of(service, settings)?.options()?;
    let _lock = DataLock::part(&settings.data, service.as_str())?;
    let begun = output.message("log-repairing");
    output.print_error(&format!("{service}: {begun} …"));
    let mut read = 0;
    let done = repair(&options, &mut |count| {
        if count >= read + 100_000 {
            read = count;
            output.print_error(&format!(
                "{service}: {count} {}",
                output.message("unit-events")
            ));
        }
    })?;
    let repaired = RepairedLog {
        service,
        kept: done.kept,
        lost: done.known - done.kept,
        reason: done.reason,
        cursors_kept: done.cursors_kept,
        cut: done.cut,
        epoch: done.epoch,
    };
    output.print_value(&repaired, || repaired_text(&repaired, output));
    Ok(())
}

fn repaired_text(repaired: &RepairedLog<'_>, output: &Output) -> String {
    let RepairedLog { kept, lost, .. } = repaired;
    let cut = repaired.cut.display();
    let mut lines = vec![
        format!(
            "{} {kept}  {} {lost}",
            output.message("log-repair-kept"),
            output.message("log-repair-lost")
        ),
        format!("{} {cut}", output.message("log-repair-moved")),
        format!("{} {}", output.message("log-repair-epoch"), repaired.epoch),
    ];
    if let Some(reason) = &repaired.reason {
        lines.push(format!("{}: {reason}", output.message("log-repair-reason")));
    }
    if !repaired.cursors_kept {
        lines.push(output.message("log-repair-cursors"));
    }
    lines.join("\n")
}
