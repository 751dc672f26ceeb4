//! Opens the ledger's file, and decides whether an existing one can be continued.

use std::path::Path;

use onestop_chassis::{sqlite, store::Store};
use onestop_directory::{Directory, RecordedDays};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{
    LedgerError,
    schema::{TABLES, VERSION},
};

/// The name of the file, in the journal's folder.
pub const FILE: &str = "ledger.sqlite";

/// Opens the file for writing, or makes it. A file that cannot be continued is removed first, and `removed` is
/// called, so that no connection goes on reading it. With the connection, the position reached.
pub(super) fn open(
    path: &Path,
    store: &Store,
    directory: &Directory,
    removed: impl FnOnce(),
) -> Result<(Connection, u64), LedgerError> {
    match connect(path).and_then(|it| Ok((position_reached(&it, store, directory)?, it))) {
        Ok((Some(position), connection)) => return Ok((connection, position)),
        Ok((None, connection)) => drop(connection),
        Err(error) if error.is_damage() => {
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "the ledger is damaged"
            );
        }
        Err(error) => return Err(error),
    }
    remove(path)?;
    removed();
    let connection = connect(path)?;
    create_tables(&connection, store, directory)?;
    Ok((connection, 0))
}

fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let connection = Connection::open(path)?;
    // What a power failure loses is read from the log again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

pub(super) fn open_read_only(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
         PRAGMA mmap_size = 1073741824; PRAGMA busy_timeout = 2000;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// The position that a file has reached; none if it is of another log, other reference data or another version.
fn position_reached(
    connection: &Connection,
    store: &Store,
    directory: &Directory,
) -> Result<Option<u64>, LedgerError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != VERSION {
        return Ok(None);
    }
    let (log, source) = (store.log(), store.source().to_string());
    let row = connection
        .query_row(
            "SELECT position, hash FROM source WHERE name = ?1 AND epoch = ?2 AND directory = ?3",
            params![source, log.epoch().to_string(), directory.files_version()],
            |row| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let Some((position, hash)) = row else {
        return Ok(None);
    };
    let Some(last) = position.checked_sub(1) else {
        return Ok(Some(0));
    };
    let record = log.record(last)?;
    let same = record.is_some_and(|record| record.hash.to_string() == hash);
    Ok(same.then_some(position))
}

fn create_tables(
    connection: &Connection,
    store: &Store,
    directory: &Directory,
) -> Result<(), LedgerError> {
    connection.execute_batch(TABLES)?;
    connection.execute(
        "INSERT INTO source VALUES (1, ?1, ?2, ?3, 0, '', ?4)",
        params![
            store.source().to_string(),
            store.log().epoch().to_string(),
            directory.files_version(),
            reckoned_text(directory.recorded_days())?
        ],
    )?;
    // Last, so that a file that was not finished is of no version.
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// What the registry had recorded, as the file has it.
pub(super) fn reckoned_text(recorded: &RecordedDays) -> Result<String, LedgerError> {
    serde_json::to_string(recorded).map_err(LedgerError::Dossier)
}

/// Removes the file and what SQLite keeps beside it.
pub(super) fn remove(path: &Path) -> Result<(), LedgerError> {
    sqlite::remove(path).map_err(LedgerError::Remove)
}
