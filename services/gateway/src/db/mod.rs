//! The gateway's own file: accounts, sessions, drafts. SQLite, so that several processes (the gateway and
//! the command line) can use it at once, and a crash leaves it whole.

pub(crate) mod drafts;
mod schema;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod staff;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod webhooks;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use rusqlite::Connection;

/// Its name, in the gateway's folder.
pub(crate) const FILE: &str = "gateway.db";

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// The file, open.
#[derive(Clone)]
pub(crate) struct Db(Arc<Mutex<Connection>>);

impl Db {
    /// Opens the file in the gateway's folder, and makes it or brings it up to date.
    ///
    /// # Errors
    /// If it cannot be written, or was made by a newer program.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(crate::NAME);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(FILE);
        let opened = connect(&path);
        let connection =
            opened.with_context(|| format!("cannot use the file {}", path.display()))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Uses the file, off the tasks that attend to people.
    ///
    /// # Errors
    /// If a statement fails.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.now(work)).await?
    }

    /// The same for a program in which nobody else waits.
    ///
    /// # Errors
    /// If a statement fails.
    pub(crate) fn now<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> anyhow::Result<T> {
        // A statement that panicked left no transaction behind: dropping it rolled it back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    use std::os::unix::fs::OpenOptionsExt;
    // Password hashes and drafts are nobody else's to read.
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    schema::bring_up_to_date(&mut connection)?;
    Ok(connection)
}
