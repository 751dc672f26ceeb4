//! The database as its standby copies it.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use onestop_chassis::standby::{DatabaseImage, DatabaseSource, DatabaseVersion};
use rusqlite::{Connection, MAIN_DB, Result};

use super::{BUSY_TIMEOUT, FILE};

/// Reads the database over a connection of its own.
pub(crate) struct CopiedDatabase {
    connection: Mutex<Connection>,
    key: String,
}

impl CopiedDatabase {
    /// Of the database in the gateway's folder, which exists. `key` says with which key secrets in it are sealed.
    pub(crate) fn open(folder: &Path, key: String) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let connection = Connection::open(&path)
            .and_then(|connection| {
                connection.busy_timeout(BUSY_TIMEOUT)?;
                Ok(connection)
            })
            .with_context(|| format!("cannot use the database {}", path.display()))?;
        Ok(Self {
            connection: Mutex::new(connection),
            key,
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        let connection = self.connection.lock();
        connection.unwrap_or_else(PoisonError::into_inner)
    }
}

fn version(connection: &Connection) -> Result<DatabaseVersion> {
    let read = "SELECT newest, awaited FROM change_count";
    connection.query_row(read, [], |row| {
        Ok(DatabaseVersion {
            newest: row.get(0)?,
            awaited: row.get(1)?,
        })
    })
}

/// Within a transaction: version and bytes are of one moment.
fn image(connection: &mut Connection) -> Result<DatabaseImage> {
    let version = version(connection)?.newest;
    let bytes = connection.serialize(MAIN_DB)?.to_vec();
    Ok(DatabaseImage { version, bytes })
}

impl DatabaseSource for CopiedDatabase {
    fn key(&self) -> &str {
        &self.key
    }

    fn version(&self) -> anyhow::Result<DatabaseVersion> {
        Ok(version(&self.connection())?)
    }

    fn image(&self) -> anyhow::Result<DatabaseImage> {
        let mut connection = self.connection();
        connection.execute_batch("BEGIN")?;
        let image = image(&mut connection);
        connection.execute_batch("COMMIT")?;
        Ok(image?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::db::Db;

    #[test]
    fn an_image_is_a_database_with_everything_that_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let copied = CopiedDatabase::open(&folder.path().join(crate::NAME), "a key".to_owned());
        let copied = copied.unwrap();
        let before = copied.version().unwrap().newest;
        db.blocking(|db| {
            db.execute(
                "INSERT INTO staff (id, name, role, unit, created_at)
                     VALUES ('zhang-li', '张丽', 'clerk', 's4k2m9qxa.window', 1)",
                [],
            )
        })
        .unwrap();
        let image = copied.image().unwrap();
        assert!(image.version > before);
        assert_eq!(image.version, copied.version().unwrap().newest);

        let other = tempfile::tempdir().unwrap();
        let own = other.path().join(crate::NAME);
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join(FILE), &image.bytes).unwrap();
        let opened = Db::open(other.path()).unwrap();
        let name = "SELECT name FROM staff WHERE id = 'zhang-li'";
        let name: String = opened
            .blocking(|db| db.query_row(name, [], |row| row.get(0)))
            .unwrap();
        assert_eq!(name, "张丽");
    }

    /// The command line would begin a database that no standby takes its copy's place over.
    #[test]
    fn no_database_is_begun_beside_the_copy_of_a_standby() {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(crate::NAME).join("copy");
        std::fs::create_dir_all(&copy).unwrap();
        std::fs::write(copy.join("database"), "of a leader").unwrap();
        let refused = Db::open(folder.path()).err().unwrap().to_string();
        assert!(refused.contains("has the copy of a standby"), "{refused}");
    }
}
