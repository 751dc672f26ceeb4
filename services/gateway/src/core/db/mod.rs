//! The gateway's database: accounts, sessions, drafts, webhooks. SQLite, so that the gateway and the command
//! line can use it at the same time, and a crash leaves it intact.

pub(crate) mod act_requests;
pub(crate) mod answer_links;
mod changes;
pub(crate) mod copied;
pub(crate) mod drafts;
pub(crate) mod enrolments;
pub(crate) mod history_reason;
pub(crate) mod late_approvals;
pub(crate) mod new_staff;
pub(crate) mod passkeys;
pub(crate) mod posts;
mod recovery_codes;
pub(crate) mod request_answers;
mod schema;
pub(crate) mod sealed_texts;
pub(crate) mod second_factors;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod staff;
pub(crate) mod staff_history;
pub(crate) mod stored_schema;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod webhook_owners;
pub(crate) mod webhook_secrets;
pub(crate) mod webhooks;

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, bail};
use onestop_chassis::{process, standby::has_database_copy};
use onestop_proto::rejection::CommonRejection;
use rusqlite::{Connection, Result, Row};
use sha2::{Digest, Sha256};

/// The database's file name, in the gateway's folder.
pub(crate) const FILE: &str = "gateway.db";

/// How long a statement waits for a lock of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct Db(Arc<Mutex<Connection>>);

impl Db {
    /// Opens the database in the gateway's folder; creates or migrates it.
    ///
    /// # Errors
    /// If it cannot be written, or was written by a newer program.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(crate::NAME);
        process::make_private_folder(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(FILE);
        if !path.exists() && has_database_copy(&folder) {
            bail!(
                "{} has the copy of a standby, not a database of its own. Do this on the machine where the workbench runs",
                folder.display()
            );
        }
        let opened = connect(&path);
        let connection =
            opened.with_context(|| format!("cannot use the database {}", path.display()))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs statements on a blocking thread.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.blocking(work)).await?
    }

    /// Runs statements on this thread: for the command line and start-up.
    pub(crate) fn blocking<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T>,
    ) -> anyhow::Result<T> {
        // A statement that panicked left no transaction behind: dropping it rolled it back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}

/// Whether a statement failed because the disk is full. What is there can be read.
fn is_disk_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

/// The result of a note of a last use. On a full disk it is shown as earlier than it was, and reading goes on.
pub(crate) fn unless_disk_full(noted: Result<()>) -> Result<()> {
    match noted {
        Err(error) if is_disk_full(&error) => Ok(()),
        noted => noted,
    }
}

/// The refusal of what a full disk prevented, if that is why something failed.
pub(crate) fn refused_by_disk(error: &anyhow::Error) -> Option<CommonRejection> {
    let failed: &rusqlite::Error = error.downcast_ref()?;
    is_disk_full(failed).then(|| CommonRejection::StorageFull {
        who: crate::NAME.to_owned(),
    })
}

/// What is stored of a token: a reader of the database cannot use it.
fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Makes the file, which only this user may read: password hashes and drafts are in it. One that is there is not opened: to close
/// a file of SQLite's drops the locks that this process has on it, and the next program to close the database would take its
/// write-ahead file away below the connections here.
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let made = options.create_new(true).write(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    make_private(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    schema::migrate(&mut connection)?;
    changes::count(&connection)?;
    Ok(connection)
}

fn parsed<T>(row: &Row<'_>, column: usize) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

/// Parses a text column that may hold nothing.
fn parsed_option<T>(row: &Row<'_>, column: usize) -> Result<Option<T>>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    if row.get::<_, Option<String>>(column)?.is_none() {
        return Ok(None);
    }
    parsed(row, column).map(Some)
}
