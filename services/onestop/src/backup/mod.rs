//! `onestop backup …`: a whole node as one file, and a node from such a file.
//!
//! The file is a tar archive: `onestop-backup.json`, which says what is in it, then for each service
//! `<service>/log.oslog` and the files beside its log, such as keys and attachments, then the accounts of
//! staff. Logs are copied before what lies beside them, so that every event in the file has its key there.
//! What is made from logs, such as the journal's lists, is not in it.

mod archive;
mod cut;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{
    client::Client, clock::SystemClock, keys, node::LOG_FOLDER, settings::Settings,
};
use onestop_eventlog::{BackupHead, EventLog, import};
use onestop_gateway::accounts as gateway;
use onestop_intake::keyring::master;
use onestop_journal::ledger;
use onestop_proto::{actor::ServiceName, time::Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempDir};
use uuid::Uuid;

use crate::{
    ask, broker,
    cli::BackupCommand,
    draft::Draft,
    logs::{Place, copy},
    output::Output,
    progress::Bar,
    services,
};

/// What this program writes and reads.
const FORMAT: &str = "onestop-backup/1";

/// What stands first in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    format: String,
    made: Timestamp,
    logs: BTreeMap<ServiceName, LogCopy>,
    /// Accounts of staff, where there is a gateway.
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

pub(crate) async fn carry_out(
    about: &BackupCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match about {
        BackupCommand::Make { out, offline } => {
            let contents = if *offline {
                make(out, Source::Files, settings, output).await?
            } else {
                let client = ask::connect(settings).await?;
                make(out, Source::Services(&client), settings, output).await?
            };
            shown(&contents, out, output);
        }
        BackupCommand::Show { file } => shown(&archive::contents(file)?, file, output),
        BackupCommand::Restore { file } => restore(file, settings, output)?,
    }
    Ok(())
}

/// Where the logs are read.
enum Source<'a> {
    Services(&'a Client),
    Files,
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
            settings
                .data
                .join(service.as_str())
                .join(LOG_FOLDER)
                .exists()
        })
        .collect();
    if services.is_empty() {
        let data = settings.data.display();
        bail!("there are no logs under {data}. Mend --data, and run this where the data is");
    }
    let draft = Draft::begin(out)?;
    let beside = out.parent().unwrap_or(Path::new("."));
    let mut logs = Vec::new();
    match source {
        Source::Services(client) => {
            for (service, head) in cut::through(client, &services).await? {
                let file = NamedTempFile::new_in(folder(beside))?;
                let mut bar = Bar::new(service.as_str(), output);
                copy(client, &service, &head, file.as_file(), &mut bar).await?;
                logs.push((service, head, file));
            }
        }
        Source::Files => {
            for service in services {
                let log = EventLog::open(Place::of(&service, settings)?.options()?)?;
                let file = NamedTempFile::new_in(folder(beside))?;
                let mut bar = Bar::new(service.as_str(), output);
                let head = log.export(file.as_file(), &mut |done, all| bar.show(done, all))?;
                logs.push((service, head, file));
            }
        }
    }
    let described =
        |(service, head, _): &(ServiceName, BackupHead, _)| (service.clone(), head.into());
    let scratch = TempDir::with_prefix_in(".backing-up-", folder(beside))?;
    let accounts = accounts(settings, scratch.path())?;
    let contents = Contents {
        format: FORMAT.to_owned(),
        made: SystemClock.now(),
        logs: logs.iter().map(described).collect(),
        accounts: accounts.as_ref().map(|(_, count)| *count),
    };
    let mut writer = archive::Writer::begin(draft.file(), &contents)?;
    for (service, _, file) in &logs {
        let name = format!("{service}/{}", archive::LOG);
        writer.file(file.path(), Path::new(&name))?;
    }
    for (service, _, _) in &logs {
        let name = Path::new(service.as_str());
        // Whoever finds the file is not to find what opens it.
        let except = [LOG_FOLDER, master::FILE];
        // The lists of the journal are made from its log.
        let lists = ["", "-wal", "-shm"].map(|end| format!("{}{end}", ledger::FILE));
        let except = [&except[..], &lists.each_ref().map(String::as_str)].concat();
        writer.folder(&settings.data.join(name), name, &except)?;
    }
    if let Some((copy, _)) = &accounts {
        writer.file(copy, &gateway::file())?;
    }
    let keys = broker::keys_folder(&settings.data);
    if let (true, Ok(name)) = (keys.is_dir(), keys.strip_prefix(&settings.data)) {
        writer.folder(&keys, name, &[])?;
    }
    writer.end()?;
    draft.finish()?;
    Ok(contents)
}

/// A copy of the gateway's file, and how many accounts it holds; nothing where nobody was ever let in.
fn accounts(settings: &Settings, scratch: &Path) -> anyhow::Result<Option<(PathBuf, usize)>> {
    if !settings.data.join(gateway::file()).exists() {
        return Ok(None);
    }
    let accounts = gateway::Accounts::open(&settings.data)?;
    let copy = scratch.join("accounts");
    accounts
        .copy_to(&copy)
        .context("cannot copy the accounts of staff")?;
    Ok(Some((copy, accounts.list()?.len())))
}

/// A folder that can be named: nothing means here.
fn folder(beside: &Path) -> &Path {
    if beside.as_os_str().is_empty() {
        Path::new(".")
    } else {
        beside
    }
}

/// All of it or nothing: what is restored gets its name when every log has verified.
fn restore(file: &Path, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let data = &settings.data;
    if fs::read_dir(data).is_ok_and(|mut found| found.next().is_some()) {
        bail!(
            "{} is not empty. Move it away, or name another folder with --data",
            data.display()
        );
    }
    let beside = folder(data.parent().unwrap_or(Path::new(".")));
    fs::create_dir_all(beside).with_context(|| format!("cannot make {}", beside.display()))?;
    let aside = TempDir::with_prefix_in(".restoring-", beside)?;
    let contents = archive::unpack(file, aside.path())?;
    for (service, promised) in &contents.logs {
        let place = aside.path().join(service.as_str());
        log_of(service, promised, &place, output)
            .with_context(|| format!("the log of {service} in {}", file.display()))?;
    }
    let aside = aside.keep();
    if data.exists() {
        fs::remove_dir(data).with_context(|| format!("cannot replace {}", data.display()))?;
    }
    fs::rename(&aside, data).with_context(|| format!("cannot make {}", data.display()))?;
    shown(&contents, data, output);
    Ok(())
}

fn log_of(
    service: &ServiceName,
    promised: &LogCopy,
    place: &Path,
    output: &Output,
) -> anyhow::Result<()> {
    let copied: PathBuf = place.join(archive::LOG);
    let key = keys::verifying_key(place)?;
    let mut bar = Bar::new(service.as_str(), output);
    let restored = import(
        &place.join(LOG_FOLDER),
        BufReader::new(File::open(&copied)?),
        SystemClock.uuid(),
        key.as_ref(),
        &mut |done, all| bar.show(done, all),
    )?;
    if LogCopy::from(&restored.backup) != *promised {
        bail!("it is not the one that the file speaks of. Take another backup");
    }
    fs::remove_file(copied)?;
    Ok(())
}

fn shown(contents: &Contents, place: &Path, output: &Output) {
    output.show(contents, || {
        let unit = output.say("条", "events");
        let mut text = format!("{}  {}", place.display(), contents.made);
        for (service, LogCopy { events, root, .. }) in &contents.logs {
            text += &format!("\n  {:<13} {events:>9} {unit}  {root}", service.to_string());
        }
        if let Some(accounts) = contents.accounts {
            let (about, unit) = (output.say("账号", "accounts"), output.say("个", "accounts"));
            text += &format!("\n  {about:<13} {accounts:>9} {unit}");
        }
        text
    });
}
