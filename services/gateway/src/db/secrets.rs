//! Secrets of the gateway's own: made once, kept for good.

use rusqlite::{Connection, params};

/// The secret of a name; the one given, if there was none.
pub(crate) fn keep(db: &Connection, name: &str, fresh: &[u8; 32]) -> rusqlite::Result<Vec<u8>> {
    db.execute(
        "INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![name, fresh.as_slice()],
    )?;
    db.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
        row.get(0)
    })
}
