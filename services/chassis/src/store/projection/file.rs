//! Opens a projection's file, and decides whether it can be continued.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Result, params};

use super::{OWN_TABLES, Projected, ProjectionError};
use crate::store::{Store, StoreError, sqlite};

/// The version of the file's own tables.
const OWN_VERSION: u32 = 1;
/// Versions of what a service keeps, for each version of the file's own tables.
const VERSIONS: u32 = 100_000;

/// How far a file follows its log, and on which reference data its moments rest.
#[derive(Debug)]
pub(super) struct Reached {
    pub(super) next: u64,
    pub(super) reference: String,
}

/// Opens the file for writing. `None` if it cannot be continued: it is new, damaged, of another version, of another log,
/// or ahead of a log that was restored.
pub(super) fn open<P: Projected>(
    path: &Path,
    store: &Store,
) -> Result<Option<(Connection, Reached)>, ProjectionError> {
    let opened = connect(path).and_then(|connection| {
        let reached = reached::<P>(&connection, store)?;
        Ok(reached.map(|reached| (connection, reached)))
    });
    match opened {
        Err(error) if error.is_damage() => {
            tracing::warn!(
                file = P::FILE,
                error = format!("{:#}", anyhow::Error::from(error)),
                "a read model is damaged, and is made anew"
            );
            Ok(None)
        }
        opened => opened,
    }
}

/// Makes the file anew.
pub(super) fn create<P: Projected>(
    path: &Path,
    store: &Store,
    reference: &str,
) -> Result<Connection, ProjectionError> {
    sqlite::remove(path).map_err(ProjectionError::Remove)?;
    let connection = connect(path)?;
    connection.execute_batch(OWN_TABLES)?;
    connection.execute_batch(P::TABLES)?;
    let (source, epoch) = (store.source().to_string(), store.log().epoch().to_string());
    connection.execute(
        "INSERT INTO follows VALUES (?1, ?2, 0, '', ?3)",
        params![source, epoch, reference],
    )?;
    // Last, so that a file that was not finished is of no version.
    connection.pragma_update(None, "user_version", version::<P>())?;
    Ok(connection)
}

/// Notes in the file that copies of what must not remain may be in gaps of its pages.
pub(super) fn mark(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "application_id", 1)
}

pub(super) fn is_marked(connection: &Connection) -> Result<bool> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0))
}

/// Writes every page of the file anew, and takes the note back.
pub(super) fn write_anew(connection: &Connection) -> Result<()> {
    // What it writes in between is as large as the file: not into memory.
    connection.execute_batch("PRAGMA temp_store = FILE; VACUUM; PRAGMA application_id = 0;")?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")
}

fn version<P: Projected>() -> u32 {
    OWN_VERSION * VERSIONS + P::VERSION
}

fn connect(path: &Path) -> Result<Connection, ProjectionError> {
    let connection = Connection::open(path)?;
    // Sound after a power cut; what that takes is folded again. What is deleted is overwritten.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

pub(super) fn open_read_only(path: &Path) -> Result<Connection, ProjectionError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;
         PRAGMA busy_timeout = 2000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn reached<P: Projected>(
    connection: &Connection,
    store: &Store,
) -> Result<Option<Reached>, ProjectionError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != version::<P>() {
        return Ok(None);
    }
    let (source, epoch) = (store.source().to_string(), store.log().epoch().to_string());
    let row = connection
        .query_row(
            "SELECT next, hash, reference FROM follows WHERE source = ?1 AND epoch = ?2",
            params![source, epoch],
            |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((next, hash, reference)) = row else {
        return Ok(None);
    };
    let reached = Reached { next, reference };
    let Some(last) = next.checked_sub(1) else {
        return Ok(Some(reached));
    };
    let record = store.log().record(last).map_err(StoreError::from)?;
    let is_same = record.is_some_and(|record| record.hash.to_string() == hash);
    Ok(is_same.then_some(reached))
}
