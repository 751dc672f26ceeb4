//! Texts that people type, and addresses that may hold a secret: each is sealed with the gateway's key, which is in a file of its
//! own. What earlier programs kept in the clear is sealed at the start.

use rusqlite::{Connection, Result, params};

use super::{
    drafts::{DraftKey, SEALED},
    history_reason, webhook_secrets,
};

/// A column of sealed texts.
struct TextColumn {
    table: &'static str,
    column: &'static str,
    /// To what the text of a row is bound: an expression of SQL.
    owner: &'static str,
}

const fn column(table: &'static str, column: &'static str, owner: &'static str) -> TextColumn {
    TextColumn {
        table,
        column,
        owner,
    }
}

#[rustfmt::skip]
const COLUMNS: [TextColumn; 6] = [
    column("act_request", "reason", "'act-request/' || staff"),
    column("late_approval", "why", "entry || ' why'"),
    column("passkey", "name", "'passkey-name/' || staff"),
    column("request_answer", "why", "staff"),
    column("token", "name", "'token-name/' || staff"),
    column("webhook", "url", "'webhook/' || id || ' url'"),
];

/// Seals what earlier programs kept in the clear.
pub(crate) fn seal_all(db: &mut Connection, key: &DraftKey) -> Result<()> {
    let change = db.transaction()?;
    let mut sealed = webhook_secrets::seal_all(&change, key)?;
    sealed += history_reason::seal_all(&change, key)?;
    for column in &COLUMNS {
        sealed += column.seal_all(&change, key)?;
    }
    change.commit()?;
    if sealed > 0 {
        // The write-ahead file holds pages of before.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

impl TextColumn {
    fn seal_all(&self, change: &Connection, key: &DraftKey) -> Result<usize> {
        let Self {
            table,
            column,
            owner,
        } = self;
        let mut clear = change.prepare(&format!(
            "SELECT rowid, {column}, {owner} FROM {table} WHERE {column} <> '' AND {column} NOT LIKE ?1 || '%'"
        ))?;
        let rows: Vec<(i64, String, String)> = clear
            .query_map([SEALED], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_>>()?;
        for (row, text, owner) in &rows {
            change.execute(
                &format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1"),
                params![row, key.seal_text(owner, text)],
            )?;
        }
        Ok(rows.len())
    }
}

#[cfg(test)]
mod tests;
