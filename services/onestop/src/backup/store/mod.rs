//! The third copy (第三份副本): each backup is copied to an object store (对象存储) that speaks S3, once the local file is
//! whole. The store may fail, and the local backup does not: what failed is said, and `onestop doctor` and the metrics
//! show the age of the newest copy.

mod client;
mod config;
mod fetch;
mod listing;
mod resume;
mod retention;
mod upload;

use std::{fs, path::Path, time::UNIX_EPOCH};

use anyhow::Context as _;
use onestop_chassis::{
    last_backup::{self, BackupKind},
    settings::Settings,
};
use onestop_proto::time::Timestamp;
use serde_json::json;

use self::{client::Store, retention::Retention};
use super::{Contents, scheduled, sealed};
use crate::output::Output;

/// A backup of this machine that is to be copied.
struct LocalBackup<'a> {
    file: &'a Path,
    kind: BackupKind,
    made: Timestamp,
}

/// Copies a backup that was just made to the store, if the settings name one. A failure is said and is no error.
pub(super) async fn copy_made(
    file: &Path,
    contents: &Contents,
    settings: &Settings,
    output: &Output,
) {
    if settings.backup_store.is_none() {
        return;
    }
    let local = LocalBackup {
        file,
        kind: contents.kind(),
        made: contents.made,
    };
    if let Err(error) = copy(&local, settings, output).await {
        let (problem, file) = (output.failure(&error), file.display().to_string());
        let arguments = [("problem", problem.as_str()), ("file", file.as_str())];
        let text = output.message_with("backup-store-failed", &arguments);
        output.print_failure(&json!({ "backup": file, "not_stored": problem }), &text);
    }
}

/// Whether the settings name an object store and its access key. Nothing is sent.
pub(crate) fn check(settings: &Settings) -> anyhow::Result<()> {
    config::place(settings)?;
    config::credentials(settings.backup_store_key_file.as_deref())?;
    Ok(())
}

/// Copies a backup file that is there already.
pub(super) async fn put(file: &Path, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    sealed::check(file)?;
    let local = LocalBackup {
        file,
        kind: last_backup::kind_of(&settings.data, file),
        made: made(file)?,
    };
    copy(&local, settings, output).await
}

/// Forgets how far the copy of a backup has come that is not there any more.
pub(super) fn forget_upload(file: &Path) {
    resume::remove(file);
}

/// When the backup in a file was made: not later than its name says, where that is of a timer, nor than it was written.
fn made(file: &Path) -> anyhow::Result<Timestamp> {
    let modified = modified(file)?;
    Ok(scheduled::moment(file).map_or(modified, |named| named.min(modified)))
}

fn modified(file: &Path) -> anyhow::Result<Timestamp> {
    let cannot_read = || said!("cannot-read", path = file.display());
    let modified = fs::metadata(file).and_then(|found| found.modified());
    let since = modified
        .with_context(cannot_read)?
        .duration_since(UNIX_EPOCH)
        .with_context(cannot_read)?;
    let micros = i64::try_from(since.as_micros()).with_context(cannot_read)?;
    Ok(Timestamp::from_micros(micros))
}

async fn copy(local: &LocalBackup<'_>, settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let store = Store::of(settings)?;
    let stored = upload::upload(&store, local).await?;
    last_backup::note_stored(&settings.data, local.kind, local.made)
        .with_context(|| said!("store-not-noted"))?;
    let value = json!({ "stored": stored.name, "in": store.place(), "sha256": stored.sha256 });
    output.print_value(&value, || {
        let arguments = [("name", stored.name.as_str()), ("place", store.place())];
        output.message_with("backup-stored", &arguments)
    });
    let Some(days) = settings.backup_store_days else {
        return Ok(());
    };
    for Retention { name, refusal } in retention::apply(&store, days).await? {
        let value = json!({ "expired": name, "in": store.place(), "not_deleted": refusal });
        output.print_value(&value, || match &refusal {
            None => {
                let arguments = [("name", name.as_str()), ("place", store.place())];
                output.message_with("backup-store-deleted", &arguments)
            }
            Some(problem) => {
                let arguments = [("name", name.as_str()), ("problem", problem.as_str())];
                output.message_with("backup-store-not-deleted", &arguments)
            }
        });
    }
    Ok(())
}

/// Prints what the store holds, the newest last.
pub(super) async fn list(settings: &Settings, output: &Output) -> anyhow::Result<()> {
    let store = Store::of(settings)?;
    for backup in listing::list(&store).await? {
        output.print_value(&backup, || {
            let since = output.moment(backup.since);
            format!("{since}  {:>14}  {}", backup.bytes, backup.name)
        });
    }
    Ok(())
}

/// Fetches a backup into a file, which appears only if its hash is right.
pub(super) async fn fetch(
    name: &str,
    out: &Path,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let store = Store::of(settings)?;
    let sha256 = fetch::fetch(&store, name, out).await?;
    let place = out.display().to_string();
    let value = json!({ "fetched": name, "file": place, "sha256": sha256 });
    output.print_value(&value, || {
        output.message_with("backup-fetched", &[("name", name), ("file", &place)])
    });
    Ok(())
}
