//! `onestop backup …`: a whole node as one file, and a node from such a file.
//!
//! The file is a tar archive: `onestop-backup.json` with the table of contents, then for each service
//! `<service>/log.oslog` and the files beside its log, such as keys and attachments, then the accounts of staff.
//! What services derive from logs, such as the journal's lists, is left out.

mod archive;
mod consistent_cut;
mod copies;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{
    clock::SystemClock, data_lock::DataLock, keys, node::LOG_FOLDER, projection, settings::Settings,
};
use onestop_eventlog::{BackupHead, Restore};
use onestop_gateway::accounts as gateway;
use onestop_intake::keyring::master;
use onestop_proto::{actor::ServiceName, time::Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    broker,
    cli::BackupCommand,
    cut::{self, Cut},
    output::Output,
    part_file::PartFile,
    progress::Bar,
    remote, services,
};
use copies::{CopiedLog, Source, copy_accounts, copy_logs};

/// The version of the file format.
const FORMAT: &str = "onestop-backup/1";

/// The table of contents, which is the first entry of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    format: String,
    made: Timestamp,
    logs: BTreeMap<ServiceName, LogCopy>,
    /// The number of staff accounts, where there is a gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accounts: Option<usize>,
}

/// One log in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LogCopy {
    events: u64,
    root: String,
    epoch: Uuid,
}

impl From<&BackupHead> for LogCopy {
    fn from(head: &BackupHead) -> Self {
        Self {
            events: head.head.count,
            root: head.root.to_string(),
            epoch: head.epoch,
        }
    }
}

pub(crate) async fn run(
    command: &BackupCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match command {
        BackupCommand::Make { out, offline } => {
            let contents = if *offline {
                let names = services::names();
                let names = names.iter().map(ServiceName::as_str);
                let _lock = DataLock::reading(&settings.data, names)?;
                make(out, Source::Files, settings, output).await?
            } else {
                let client = remote::connect(settings).await?;
                make(out, Source::Services(&client), settings, output).await?
            };
            print_contents(&contents, out, output);
        }
        BackupCommand::Show { file } => print_contents(&archive::contents(file)?, file, output),
        BackupCommand::Restore { file, upto } => {
            restore(file, upto.map(Cut::Time), settings, output)?;
        }
    }
    Ok(())
}

async fn make(
    out: &Path,
    source: Source<'_>,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Contents> {
    let services: Vec<ServiceName> = services::names()
        .into_iter()
        .filter(|service| {
            let folder = settings.data.join(service.as_str());
            folder.join(LOG_FOLDER).exists()
        })
        .collect();
    if services.is_empty() {
        let data = settings.data.display();
        bail!("there are no logs under {data}. Mend --data, and run this where the data is");
    }
    let file = PartFile::create(out)?;
    let folder = named_folder(out.parent().unwrap_or(Path::new(".")));
    // Logs are copied before the keys and files beside them, so that every event in the backup has its key there.
    let logs = copy_logs(services, source, folder, settings, output).await?;
    let scratch = TempDir::with_prefix_in(".backing-up-", folder)?;
    let accounts = copy_accounts(settings, scratch.path())?;
    let described = |log: &CopiedLog| (log.service.clone(), (&log.head).into());
    let contents = Contents {
        format: FORMAT.to_owned(),
        made: SystemClock.now(),
        logs: logs.iter().map(described).collect(),
        accounts: accounts.as_ref().map(|accounts| accounts.count),
    };
    let mut writer = archive::Writer::begin(file.file(), &contents)?;
    write_services(&mut writer, &logs, settings)?;
    if let Some(accounts) = &accounts {
        writer.file(&accounts.file, &gateway::file())?;
    }
    let keys = broker::keys_folder(&settings.data);
    if let (true, Ok(name)) = (keys.is_dir(), keys.strip_prefix(&settings.data)) {
        writer.folder(&keys, name, &|_| false)?;
    }
    writer.end()?;
    file.finish()?;
    Ok(contents)
}

/// Writes the logs, then what lies beside them: not the master key, which opens the keys in the backup, and not the
/// read models, which are made from the logs.
fn write_services(
    writer: &mut archive::Writer<'_>,
    logs: &[CopiedLog],
    settings: &Settings,
) -> anyhow::Result<()> {
    for CopiedLog { service, file, .. } in logs {
        let name = format!("{service}/{}", archive::LOG);
        writer.file(file.path(), Path::new(&name))?;
    }
    let is_left_out =
        |name: &str| [LOG_FOLDER, master::FILE].contains(&name) || projection::is_file(name);
    for log in logs {
        let name = Path::new(log.service.as_str());
        writer.folder(&settings.data.join(name), name, &is_left_out)?;
    }
    Ok(())
}

/// The folder itself, or `.` for the empty path.
fn named_folder(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// Restores all or nothing: the data folder appears under its name when every log has verified.
fn restore(
    file: &Path,
    upto: Option<Cut>,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let data = &settings.data;
    let names = services::names();
    let lock = DataLock::reading(data, names.iter().map(ServiceName::as_str))?;
    if fs::read_dir(data).is_ok_and(|mut found| found.next().is_some()) {
        bail!(
            "{} is not empty. Move it away, or name another folder with --data",
            data.display()
        );
    }
    drop(lock);
    let beside = named_folder(data.parent().unwrap_or(Path::new(".")));
    fs::create_dir_all(beside).with_context(|| format!("cannot make {}", beside.display()))?;
    let aside = TempDir::with_prefix_in(".restoring-", beside)?;
    let mut contents = archive::unpack(file, aside.path())?;
    for (service, log) in &mut contents.logs {
        let folder = aside.path().join(service.as_str());
        *log = restore_log(service, log, &folder, upto, output)
            .with_context(|| format!("the log of {service} in {}", file.display()))?;
    }
    let aside = aside.keep();
    if data.exists() {
        fs::remove_dir(data).with_context(|| format!("cannot replace {}", data.display()))?;
    }
    fs::rename(&aside, data).with_context(|| format!("cannot make {}", data.display()))?;
    print_contents(&contents, data, output);
    Ok(())
}

/// Returns what was kept of the log, under the epoch of the one that was copied.
fn restore_log(
    service: &ServiceName,
    expected: &LogCopy,
    folder: &Path,
    upto: Option<Cut>,
    output: &Output,
) -> anyhow::Result<LogCopy> {
    let copied: PathBuf = folder.join(archive::LOG);
    let key = keys::verifying_key(folder)?;
    let mut bar = Bar::new(service.as_str(), output);
    let file = BufReader::new(File::open(&copied)?);
    let path = folder.join(LOG_FOLDER);
    let mut keeps = cut::keeps(upto);
    let restore = Restore {
        key: key.as_ref(),
        upto: cut::restore_point(upto, &mut keeps),
        ..Restore::new(&path, SystemClock.uuid())
    };
    let restored = restore.run([file], &mut |done, all| bar.show(done, all))?;
    if LogCopy::from(&restored.backup) != *expected {
        bail!("it is not the one that the file speaks of. Take another backup");
    }
    fs::remove_file(copied)?;
    Ok(LogCopy {
        events: restored.head.count,
        root: restored.root.to_string(),
        epoch: restored.backup.epoch,
    })
}

fn print_contents(contents: &Contents, place: &Path, output: &Output) {
    output.print_value(contents, || {
        let unit = output.message("unit-events");
        let mut text = format!("{}  {}", place.display(), contents.made);
        for (service, LogCopy { events, root, .. }) in &contents.logs {
            text += &format!("\n  {:<13} {events:>9} {unit}  {root}", service.to_string());
        }
        if let Some(accounts) = contents.accounts {
            let (about, unit) = (
                output.message("accounts"),
                output.message("backup-accounts-unit"),
            );
            text += &format!("\n  {about:<13} {accounts:>9} {unit}");
        }
        text
    });
}
