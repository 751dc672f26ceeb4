//! `onestop backup …`: a whole node as one file, and a node from such a file.
//!
//! The file is a tar archive: `onestop-backup.json` with the table of contents, then for each service
//! `<service>/log.oslog` and the files beside its log, such as keys and attachments, then the accounts of staff.
//! What services derive from logs, such as the journal's lists, is left out. The whole archive is encrypted (`sealed`).

mod archive;
mod consistent_cut;
mod copies;
mod erasures;
mod increments;
pub(crate) mod of_service;
mod restore;
mod scheduled;
mod sealed;
mod store;

use std::{collections::BTreeMap, ffi::OsStr, io::Write, path::Path};

use anyhow::{Context as _, bail};
use onestop_chassis::{
    clock::SystemClock,
    data_lock::DataLock,
    last_backup::{self, BackupKind},
    lease,
    node::LOG_FOLDER,
    projection,
    settings::Settings,
};
use onestop_eventlog::BackupHead;
use onestop_gateway::accounts as gateway;
use onestop_intake::{erasures::ListHead, keyring::master::MasterKeySource};
use onestop_proto::{actor::ServiceName, time::Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    broker, cli::BackupCommand, output::Output, part_file::PartFile, remote, scratch::Scratch,
    services,
};
pub(crate) use store::check as check_store;

use copies::{CopiedLog, Source, copy_accounts, copy_logs};
use increments::Whole;
use sealed::{Opened, Sealer};

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
    /// How far the list of erasures went, where one is kept: a restore asks for one that goes as far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    erasures: Option<ListHead>,
    /// Of an increment, which holds what came since: the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Whole>,
}

impl Contents {
    fn kind(&self) -> BackupKind {
        match self.after {
            None => BackupKind::Whole,
            Some(_) => BackupKind::Increment,
        }
    }

    /// An increment alone makes no node.
    fn check_whole(&self, file: &Path) -> anyhow::Result<()> {
        let Some(whole) = &self.after else {
            return Ok(());
        };
        let path = file.display();
        bail!(said!(
            "backup-is-increment",
            path = path,
            made = whole.made()
        ))
    }
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
        BackupCommand::Make {
            place,
            offline,
            increment,
        } => {
            let out = &scheduled::file(place, SystemClock.now())?;
            let contents = if *offline {
                let names = services::names();
                let names = names.iter().map(ServiceName::as_str);
                let _lock = DataLock::reading(&settings.data, names)?;
                make(out, Source::Files, None, settings, output).await?
            } else {
                let after = increment.then(|| Whole::read(&settings.data)).transpose()?;
                let client = remote::connect(settings).await?;
                make(out, Source::Services(&client), after, settings, output).await?
            };
            print_contents(&contents, out, output);
            Box::pin(store::copy_made(out, &contents, settings, output)).await;
            if contents.after.is_none() {
                Whole::of(&contents).note(&settings.data)?;
            }
            for deleted in scheduled::delete_oldest(place)? {
                store::forget_upload(&deleted);
            }
        }
        BackupCommand::Store { file } => Box::pin(store::put(file, settings, output)).await?,
        BackupCommand::List => Box::pin(store::list(settings, output)).await?,
        BackupCommand::Fetch { name, out } => {
            Box::pin(store::fetch(name, out, settings, output)).await?
        }
        BackupCommand::Show { file, identity } => {
            let opened = Opened::open(file, identity.as_deref())?;
            print_contents(&archive::contents(file, opened)?, file, output);
        }
        BackupCommand::Restore(args) => restore::run(args, settings, output)?,
        BackupCommand::Erasures(said) => erasures::settle_later(said, settings, output)?,
    }
    Ok(())
}

async fn make(
    out: &Path,
    source: Source<'_>,
    after: Option<Whole>,
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
        bail!(said!("backup-no-logs", data = data));
    }
    let recipients = sealed::recipients(settings)?;
    let erasures = erasures::head(settings)?;
    let file = PartFile::create(out)?;
    let folder = named_folder(out.parent().unwrap_or(Path::new(".")));
    // Logs are copied before the keys and files beside them, so that every event in the backup has its key there.
    let mut logs = copy_logs(services, source, after.as_ref(), folder, settings, output).await?;
    // Where they are already: the place of the backup may be anywhere, and they are not encrypted yet.
    let scratch = Scratch::create(".backing-up-", &settings.data)?;
    let accounts = copy_accounts(settings, scratch.path())?;
    let described = |log: &CopiedLog| (log.service.clone(), (&log.head).into());
    let contents = Contents {
        format: FORMAT.to_owned(),
        made: SystemClock.now(),
        logs: logs.iter().map(described).collect(),
        accounts: accounts.as_ref().map(|accounts| accounts.count),
        erasures,
        after,
    };
    let sealer = Sealer::begin(file.file(), &recipients)?;
    let mut writer = archive::Writer::begin(sealer, &contents)?;
    write_services(&mut writer, &mut logs, contents.after.as_ref(), settings)?;
    if let Some(accounts) = &accounts {
        writer.file(&accounts.file, &gateway::file())?;
    }
    let keys = broker::keys_folder(&settings.data);
    if let (true, Ok(name)) = (keys.is_dir(), keys.strip_prefix(&settings.data)) {
        writer.folder(&keys, name, &|_| false)?;
    }
    writer.end()?.finish()?;
    file.finish()?;
    last_backup::note(&settings.data, contents.kind(), out, contents.made)
        .with_context(|| said!("backup-not-noted"))?;
    Ok(contents)
}

/// Writes the logs, then what lies beside them: not the master key, which opens the keys in the backup, and not the
/// read models, which are made from the logs.
fn write_services(
    writer: &mut archive::Writer<impl Write>,
    logs: &mut [CopiedLog],
    after: Option<&Whole>,
    settings: &Settings,
) -> anyhow::Result<()> {
    for log in logs.iter_mut() {
        let name = format!("{}/{}", log.service, log.name());
        writer.copied(&mut log.file, Path::new(&name))?;
    }
    let master = MasterKeySource::of(settings);
    for log in logs {
        let name = Path::new(log.service.as_str());
        let folder = settings.data.join(name);
        let beside_log = |path: &Path| {
            let file = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            let is_derived = file == LOG_FOLDER || projection::is_file(file);
            // Who decides on a restored folder is found out anew.
            path.parent() == Some(&folder) && (is_derived || file.starts_with(lease::FILE))
        };
        writer.folder(&folder, name, &|path| {
            beside_log(path)
                || master.is_in(path)
                || after.is_some_and(|whole| whole.has(path, &folder))
        })?;
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

fn print_contents(contents: &Contents, place: &Path, output: &Output) {
    output.print_value(contents, || {
        let unit = output.message("unit-events");
        let mut text = format!("{}  {}", place.display(), contents.made);
        if let Some(whole) = &contents.after {
            let made = whole.made().to_string();
            text += &format!(
                "  {}",
                output.message_with("backup-increment-of", &[("made", &made)])
            );
        }
        for (service, LogCopy { events, root, .. }) in &contents.logs {
            text += &format!("\n  {:<13} {events:>9} {unit}  {root}", service.to_string());
        }
        if let Some(accounts) = contents.accounts {
            let about = output.message("accounts");
            let unit = output.message("backup-accounts-unit");
            text += &format!("\n  {about:<13} {accounts:>9} {unit}");
        }
        text
    });
}
