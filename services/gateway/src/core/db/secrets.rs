//! Secrets of the gateway, generated once.

use rusqlite::{Connection, Result, params};

use super::Db;

/// Returns the secret of a name, which is generated at the first start.
pub(crate) fn open(db: &Db, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    db.blocking(|db| get_or_insert(db, name, &fresh))
}

/// Returns the secret of a name; stores `fresh` if there is none.
fn get_or_insert(db: &Connection, name: &str, fresh: &[u8; 32]) -> Result<Vec<u8>> {
    db.execute(
        "INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![name, fresh.as_slice()],
    )?;
    db.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
        row.get(0)
    })
}
