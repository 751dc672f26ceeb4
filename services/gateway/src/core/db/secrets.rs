//! Secrets of the gateway, generated once.

use rusqlite::{Connection, params};

/// Returns the secret of a name; stores `fresh` if there is none.
pub(crate) fn get_or_insert(
    db: &Connection,
    name: &str,
    fresh: &[u8; 32],
) -> rusqlite::Result<Vec<u8>> {
    db.execute(
        "INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![name, fresh.as_slice()],
    )?;
    db.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
        row.get(0)
    })
}
