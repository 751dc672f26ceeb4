//! Copies of what goes into a backup: the services' logs, and the accounts of staff.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::Context;
use onestop_chassis::{client::Client, settings::Settings};
use onestop_eventlog::{BackupHead, LogReader};
use onestop_gateway::accounts as gateway;
use onestop_proto::actor::ServiceName;

use super::{archive, consistent_cut, increments::Whole};
use crate::{
    logs::{LogPlace, copy},
    output::Output,
    progress::Bar,
};

/// Where logs are read from.
pub(super) enum Source<'a> {
    Services(&'a Client),
    Files,
}

/// A service's log, copied into a file without a name: it is gone with the process, however that ends.
pub(super) struct CopiedLog {
    pub(super) service: ServiceName,
    pub(super) head: BackupHead,
    /// The first record that was copied.
    pub(super) since: u64,
    pub(super) file: File,
}

impl CopiedLog {
    /// Its name in the backup.
    pub(super) const fn name(&self) -> &'static str {
        if self.since == 0 {
            archive::LOG
        } else {
            archive::LATER
        }
    }
}

pub(super) async fn copy_logs(
    services: Vec<ServiceName>,
    source: Source<'_>,
    after: Option<&Whole>,
    folder: &Path,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Vec<CopiedLog>> {
    let mut logs = Vec::new();
    match source {
        Source::Services(client) => {
            for (service, head) in consistent_cut::find(client, &services).await? {
                let file = tempfile::tempfile_in(folder)?;
                let mut bar = Bar::new(service.as_str(), output);
                let since = after.map_or(0, |whole| whole.since(&service, &head));
                copy(client, &service, (&head, since), &file, &mut bar).await?;
                let log = CopiedLog {
                    service,
                    head,
                    since,
                    file,
                };
                logs.push(log);
            }
        }
        Source::Files => {
            for service in services {
                let log = LogReader::open(LogPlace::of(&service, settings)?.options()?)?;
                let file = tempfile::tempfile_in(folder)?;
                let mut bar = Bar::new(service.as_str(), output);
                let head = log.export(&file, &mut |done, all| bar.show(done, all))?;
                let log = CopiedLog {
                    service,
                    head,
                    since: 0,
                    file,
                };
                logs.push(log);
            }
        }
    }
    Ok(logs)
}

/// A copy of the gateway's accounts.
pub(super) struct CopiedAccounts {
    pub(super) file: PathBuf,
    pub(super) count: usize,
}

/// Copies the gateway's accounts; none where there is no gateway.
pub(super) fn copy_accounts(
    settings: &Settings,
    scratch: &Path,
) -> anyhow::Result<Option<CopiedAccounts>> {
    if !settings.data.join(gateway::file()).exists() {
        return Ok(None);
    }
    let accounts = gateway::Accounts::open(&settings.data)?;
    let file = scratch.join("accounts");
    accounts
        .copy_to(&file)
        .with_context(|| said!("backup-accounts-not-copied"))?;
    let count = accounts.list()?.len();
    Ok(Some(CopiedAccounts { file, count }))
}
