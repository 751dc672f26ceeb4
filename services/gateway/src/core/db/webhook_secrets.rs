//! Secrets of webhooks, sealed in the database: a reader of the file cannot sign messages. The key is in a file of its own,
//! which backups leave out.

use data_encoding::BASE64;
use rusqlite::{Connection, Result, params};

use super::drafts::DraftKey;

/// Marks a secret that is sealed.
const PREFIX: &str = "sealed:";

/// Seals the secret of a webhook; none if the system has no randomness.
pub(crate) fn seal(key: &DraftKey, webhook: &str, secret: &str) -> Option<String> {
    let sealed = key.encrypt(&binding(webhook), secret)?;
    Some(format!("{PREFIX}{}", BASE64.encode(&sealed)))
}

/// The secret of a webhook; none if it was sealed with another key or for another webhook.
pub(crate) fn open(key: &DraftKey, webhook: &str, stored: &str) -> Option<String> {
    let sealed = BASE64
        .decode(stored.strip_prefix(PREFIX)?.as_bytes())
        .ok()?;
    key.decrypt(&binding(webhook), &sealed)
}

fn binding(webhook: &str) -> String {
    format!("webhook/{webhook}")
}

/// Seals the secrets that earlier programs kept in the clear; how many there were.
pub(super) fn seal_all(change: &Connection, key: &DraftKey) -> Result<usize> {
    let clear: Vec<(String, String)> = change
        .prepare("SELECT id, secret FROM webhook WHERE secret NOT LIKE ?1 || '%'")?
        .query_map([PREFIX], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (webhook, secret) in &clear {
        if let Some(sealed) = seal(key, webhook, secret) {
            change.execute(
                "UPDATE webhook SET secret = ?2 WHERE id = ?1",
                params![webhook, sealed],
            )?;
        }
    }
    Ok(clear.len())
}
