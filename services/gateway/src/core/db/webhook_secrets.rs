//! Secrets of webhooks, sealed in the database: a reader of the file cannot sign messages. The key is in a file of its own,
//! which backups leave out.

use data_encoding::BASE64;
use rusqlite::{Connection, Result, params};

use super::{drafts::DraftKey, webhooks::sealed_address};

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

/// Seals what earlier versions stored in clear: secrets, and addresses, which may hold one.
pub(crate) fn seal_all(db: &mut Connection, key: &DraftKey) -> Result<()> {
    let change = db.transaction()?;
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
    let addresses: Vec<(String, String)> = change
        .prepare("SELECT id, url FROM webhook WHERE url NOT LIKE ?1 || '%'")?
        .query_map([PREFIX], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (webhook, url) in &addresses {
        change.execute(
            "UPDATE webhook SET url = ?2 WHERE id = ?1",
            params![webhook, sealed_address(key, webhook, url)],
        )?;
    }
    change.commit()?;
    if !(clear.is_empty() && addresses.is_empty()) {
        // The write-ahead file holds pages of before.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::db::{Db, webhooks::find};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ADDRESS: &str = "https://law.example/hook?key=5f1c2a90";

    #[test]
    fn a_secret_in_clear_is_sealed_and_in_no_file_any_more() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(crate::NAME);
        let db = Db::open(data.path()).unwrap();
        let key = DraftKey::open(&folder).unwrap();
        db.blocking(|db| {
            db.execute(
                "INSERT INTO webhook (id, unit, actor, url, types, secret, created_at, position, state)
                 VALUES ('one', 's4k2m9qxa.window', 'unit-administrator/guan-li@s4k2m9qxa.window', ?2, '[]', ?1, 0, 0, 'active')",
                [SECRET, ADDRESS],
            )?;
            seal_all(db, &key)?;
            seal_all(db, &key)
        })
        .unwrap();
        let stored: String = db
            .blocking(|db| db.query_row("SELECT secret FROM webhook", [], |row| row.get(0)))
            .unwrap();
        assert_eq!(open(&key, "one", &stored).as_deref(), Some(SECRET));
        assert_eq!(open(&key, "two", &stored), None);
        let unit = "s4k2m9qxa.window".parse().unwrap();
        let found = db.blocking(|db| find(db, &unit, "one")).unwrap().unwrap();
        assert_ne!(found.webhook.url, ADDRESS);
        assert_eq!(found.opened(&key).webhook.url, ADDRESS);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for clear in [SECRET, ADDRESS] {
                let mut parts = bytes.windows(clear.len());
                let found = parts.any(|part| part == clear.as_bytes());
                assert!(!found, "{clear} in {}", path.display());
            }
        }
    }
}
