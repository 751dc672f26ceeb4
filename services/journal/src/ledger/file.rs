//! The ledger's file: what stands in it, and whether one that is found can be gone on with.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use onestop_chassis::store::Store;
use onestop_directory::Directory;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::LedgerError;

/// Its name, in the journal's folder.
pub const FILE: &str = "ledger.sqlite";

/// A file of another version is thrown away: raise it with every change of the tables or of what is put
/// into them.
const VERSION: i64 = 4;

/// Later than any due day: what stands still, or has no limit.
pub(super) const NEVER: i64 = i64::MAX;

/// No statistics are kept (`ANALYZE`): the ways that are right for many cases are right for few, and those
/// that SQLite would choose for few are not kept when there are many.
///
/// Times are microseconds since 1970, divisions their twelve digits as a number.
///
/// - `source`: which log it is made from, and how far it has come; one row.
/// - `cases`: one row a case; `dossier` is the whole of it as JSON, the columns before it are what lists are
///   narrowed to. A site that lost its log may give a number twice; both cases are kept then.
/// - `units`: a short number for each unit.
/// - `seats`: each unit's part in a case: the worklists. `tab` 0 is a part without a worklist;
///   `own` is 1 for the window that took the case.
/// - `reach`: in whose sight a case lies: every division up from its window and its holders, and (negative)
///   every unit that takes part.
/// - `spans`: times in which a clock had one due day; `ending` as in `Ending`, `ran` for the
///   whole clock, with the span in which its step was done.
/// - `marks`: what is counted over time; `kind` as in `MarkKind`.
/// - `days`: sums of marks and of steps that were done, see [`super::days`].
/// - `search`: full text; `scope` holds the words of `reach`.
const TABLES: &str = "
CREATE TABLE source (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL, epoch TEXT NOT NULL, directory TEXT NOT NULL,
    position INTEGER NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE cases (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    number TEXT,
    item TEXT, origin INTEGER, closed INTEGER NOT NULL, opened_at INTEGER,
    words INTEGER NOT NULL,
    dossier TEXT NOT NULL
);
CREATE INDEX cases_number ON cases (number, n);
CREATE TABLE units (u INTEGER PRIMARY KEY, unit TEXT NOT NULL UNIQUE);
CREATE TABLE seats (
    unit INTEGER NOT NULL, n INTEGER NOT NULL, tab INTEGER NOT NULL,
    due_at INTEGER NOT NULL, opened_at INTEGER NOT NULL, number TEXT NOT NULL,
    item TEXT NOT NULL, origin INTEGER NOT NULL, own INTEGER NOT NULL, staff TEXT,
    PRIMARY KEY (unit, n)
) WITHOUT ROWID;
CREATE INDEX seats_due ON seats (unit, tab, due_at, n);
CREATE INDEX seats_opened ON seats (unit, tab, opened_at, n);
CREATE TABLE reach (
    scope INTEGER NOT NULL, n INTEGER NOT NULL,
    due_at INTEGER NOT NULL, opened_at INTEGER NOT NULL, closed INTEGER NOT NULL,
    PRIMARY KEY (scope, n)
) WITHOUT ROWID;
CREATE INDEX reach_due ON reach (scope, due_at, n, closed);
CREATE INDEX reach_opened ON reach (scope, opened_at, n, closed);
CREATE TABLE spans (
    n INTEGER NOT NULL, clock INTEGER NOT NULL, span INTEGER NOT NULL,
    unit INTEGER NOT NULL, division INTEGER NOT NULL, item TEXT, step TEXT NOT NULL,
    from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, due_at INTEGER,
    ending INTEGER NOT NULL, ran INTEGER NOT NULL,
    PRIMARY KEY (n, clock, span)
) WITHOUT ROWID;
CREATE INDEX spans_late ON spans (to_at, due_at, from_at, division, item) WHERE to_at > due_at;
CREATE INDEX spans_due ON spans (due_at, from_at, to_at, division, item) WHERE due_at IS NOT NULL;
CREATE INDEX spans_done ON spans (to_at, division, item, due_at, ran) WHERE ending = 2;
CREATE TABLE marks (
    kind INTEGER NOT NULL, at INTEGER NOT NULL, division INTEGER NOT NULL,
    item TEXT, reason TEXT, n INTEGER NOT NULL, unit INTEGER NOT NULL
);
CREATE INDEX marks_at ON marks (kind, at, division, item, reason);
CREATE INDEX marks_in ON marks (division, kind, at, item);
CREATE INDEX spans_in ON spans (division, to_at, item, due_at, ran) WHERE ending = 2;
CREATE TABLE days (
    within INTEGER NOT NULL, kind INTEGER NOT NULL, day INTEGER NOT NULL,
    part INTEGER NOT NULL, item TEXT NOT NULL,
    found INTEGER NOT NULL, in_time INTEGER NOT NULL, ran INTEGER NOT NULL,
    PRIMARY KEY (within, kind, day, part, item)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    scope, words, content = '', contentless_delete = 1, tokenize = 'unicode61'
);
";

/// Opens the file for writing, or makes it. One that cannot be gone on with is thrown away first; `thrown`
/// hears of it, so that nobody goes on reading it.
///
/// # Errors
/// If it can be neither read nor made.
pub(super) fn open(
    path: &Path,
    store: &Store,
    directory: &Directory,
    thrown: impl FnOnce(),
) -> Result<(Connection, u64), LedgerError> {
    match connect(path).and_then(|it| Ok((reached(&it, store, directory)?, it))) {
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
    thrown();
    let connection = connect(path)?;
    make(&connection, store, directory)?;
    Ok((connection, 0))
}

fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let connection = Connection::open(path)?;
    // What is lost with the power is read from the log again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens the file for reading.
pub(super) fn look(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
         PRAGMA mmap_size = 1073741824; PRAGMA busy_timeout = 2000;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// How far a file has come, if it is one of this log, this reference data and this program.
fn reached(
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
            params![source, log.epoch().to_string(), directory.version()],
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

fn make(connection: &Connection, store: &Store, directory: &Directory) -> Result<(), LedgerError> {
    connection.execute_batch(TABLES)?;
    connection.execute(
        "INSERT INTO source VALUES (1, ?1, ?2, ?3, 0, '')",
        params![
            store.source().to_string(),
            store.log().epoch().to_string(),
            directory.version()
        ],
    )?;
    // Last, so that a file that was not finished is of no version.
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Removes the file and what SQLite keeps beside it.
pub(super) fn remove(path: &Path) -> Result<(), LedgerError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = OsString::from(path);
        name.push(suffix);
        match fs::remove_file(PathBuf::from(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(LedgerError::Remove(error)),
        }
    }
    Ok(())
}
