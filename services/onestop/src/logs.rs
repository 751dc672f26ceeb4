//! `onestop log …`: the logs as files, for those who keep them.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{
    backup, client::Client, clock::SystemClock, keys, node::LOG_FOLDER, settings::Settings,
};
use onestop_eventlog::{BackupHead, EventLog, ExportWriter, Options, import, repair};
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupRange},
};
use serde::Serialize;

use crate::{ask, cli::LogCommand, draft::Draft, output::Output, progress::Bar, services};

pub(crate) async fn carry_out(
    about: &LogCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match about {
        LogCommand::Export {
            service,
            out,
            offline,
        } => {
            let place = Place::of(service, settings)?;
            let begun = Draft::begin(out)?;
            let mut bar = Bar::new(service.as_str(), output);
            let head = if *offline {
                let log = EventLog::open(place.options()?)?;
                log.export(begun.file(), &mut |done, total| bar.show(done, total))?
            } else {
                online(settings, service, begun.file(), &mut bar).await?
            };
            begun.finish()?;
            exported(service, &head, out, output);
        }
        LogCommand::Import { file, service } => restore(file, service, settings, output)?,
        LogCommand::Repair { service } => mend(service, settings, output)?,
    }
    Ok(())
}

/// Where a service's log is.
pub(crate) struct Place {
    folder: PathBuf,
    log: PathBuf,
}

impl Place {
    pub(crate) fn of(service: &ServiceName, settings: &Settings) -> anyhow::Result<Place> {
        if !services::names().contains(service) {
            let known: Vec<_> = services::names().iter().map(ToString::to_string).collect();
            bail!(
                "{service} has no log. Those that have: {}",
                known.join(", ")
            );
        }
        let folder = settings.data.join(service.as_str());
        let log = folder.join(LOG_FOLDER);
        Ok(Place { folder, log })
    }

    /// To open what is there; whatever is made of it gets a new epoch.
    pub(crate) fn options(&self) -> anyhow::Result<Options> {
        if !self.log.exists() {
            bail!("there is no log in {}. Mend --data", self.log.display());
        }
        Ok(Options {
            verifying_key: keys::verifying_key(&self.folder)?,
            ..Options::new(&self.log, SystemClock.uuid())
        })
    }
}

/// Asks the service for page after page, and verifies them.
async fn online(
    settings: &Settings,
    service: &ServiceName,
    to: &File,
    bar: &mut Bar<'_>,
) -> anyhow::Result<BackupHead> {
    let client = ask::connect(settings).await?;
    let BackupAnswer::Summary(summary) = ask_for(&client, service, None).await? else {
        bail!("{service} did not say what its log holds");
    };
    let head = backup::head(summary)?;
    copy(&client, service, &head, to, bar).await?;
    Ok(head)
}

async fn ask_for(
    client: &Client,
    service: &ServiceName,
    records: Option<BackupRange>,
) -> anyhow::Result<BackupAnswer> {
    let query = BackupQuery { records };
    let answer = client.question(service, "backup", (None, None), &query);
    Ok(answer.await?)
}

/// Copies a log up to a head that its service named.
pub(crate) async fn copy(
    client: &Client,
    service: &ServiceName,
    head: &BackupHead,
    to: &File,
    bar: &mut Bar<'_>,
) -> anyhow::Result<()> {
    let end = head.head.count;
    let mut writer = ExportWriter::new(BufWriter::new(to), head)?;
    bar.show(0, end);
    while writer.next() < end {
        let first = writer.next();
        let wanted = Some(BackupRange { first, end });
        let BackupAnswer::Page(page) = ask_for(client, service, wanted).await? else {
            bail!("{service} no longer has position {first}");
        };
        writer.add(&backup::page(&page)?)?;
        bar.show(writer.next(), end);
    }
    writer.finish()?.flush()?;
    Ok(())
}

#[derive(Serialize)]
struct Copied<'a> {
    service: &'a ServiceName,
    file: &'a Path,
    events: u64,
    root: String,
    epoch: uuid::Uuid,
}

fn exported(service: &ServiceName, head: &BackupHead, file: &Path, output: &Output) {
    let copied = Copied {
        service,
        file,
        events: head.head.count,
        root: head.root.to_string(),
        epoch: head.epoch,
    };
    output.show(&copied, || {
        let (done, unit) = (
            output.say("已备份", "backed up:"),
            output.say("条", "events"),
        );
        let Copied { events, root, .. } = &copied;
        format!("{done} {}  {events} {unit}  {root}", file.display())
    });
}

fn restore(
    file: &Path,
    service: &ServiceName,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let place = Place::of(service, settings)?;
    let source = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let key = keys::verifying_key(&place.folder)?;
    let folder = place.folder.display();
    fs::create_dir_all(&place.folder).with_context(|| format!("cannot create {folder}"))?;
    let mut bar = Bar::new(service.as_str(), output);
    let restored = import(
        &place.log,
        BufReader::new(source),
        SystemClock.uuid(),
        key.as_ref(),
        &mut |done, total| bar.show(done, total),
    )?;
    let copied = Copied {
        service,
        file: &place.log,
        events: restored.backup.head.count,
        root: restored.backup.root.to_string(),
        epoch: restored.epoch,
    };
    output.show(&copied, || {
        let done = output.say("已恢复到", "restored into");
        let unit = output.say("条，新编号", "events, new epoch");
        let Copied { events, epoch, .. } = &copied;
        format!("{done} {}  {events} {unit} {epoch}", place.log.display())
    });
    Ok(())
}

#[derive(Serialize)]
struct Mended<'a> {
    service: &'a ServiceName,
    kept: u64,
    lost: u64,
    reason: Option<String>,
    cursors_kept: bool,
    cut: PathBuf,
    epoch: uuid::Uuid,
}

fn mend(service: &ServiceName, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let options = Place::of(service, settings)?.options()?;
    let begun = output.say("正在检查", "is being read");
    output.error(&format!("{service}: {begun} …"));
    let mut read = 0;
    let done = repair(&options, &mut |count| {
        if count >= read + 100_000 {
            read = count;
            output.error(&format!(
                "{service}: {count} {}",
                output.say("条", "events")
            ));
        }
    })?;
    let mended = Mended {
        service,
        kept: done.kept,
        lost: done.known - done.kept,
        reason: done.reason,
        cursors_kept: done.cursors_kept,
        cut: done.cut,
        epoch: done.epoch,
    };
    output.show(&mended, || told(&mended, output));
    Ok(())
}

fn told(mended: &Mended<'_>, output: &Output) -> String {
    let Mended { kept, lost, .. } = mended;
    let cut = mended.cut.display();
    let mut lines = vec![
        format!(
            "{} {kept}  {} {lost}",
            output.say("已保留", "events kept:"),
            output.say("缺失", "lost:")
        ),
        format!(
            "{} {cut}",
            output.say("原有文件全部移到", "all that was there is in")
        ),
        format!("{} {}", output.say("新编号", "new epoch"), mended.epoch),
    ];
    if let Some(reason) = &mended.reason {
        lines.push(format!("{}: {reason}", output.say("原因", "why")));
    }
    if !mended.cursors_kept {
        lines.push(
            output
                .say(
                    "游标未保留：各来源的事件将重新收听，已处理过的不会重复处理。",
                    "The cursors were not kept: each source is heard again, and what was taken is not taken twice.",
                )
                .to_owned(),
        );
    }
    lines.join("\n")
}
