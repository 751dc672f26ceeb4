//! Drafts of registrations and of acts on cases, the query codes of receipts just issued, and what was just searched for. Encrypted with a key
//! that is stored beside the database, and bound to their owner. The same key seals the secrets of webhooks
//! and of second factors, and the texts of other tables (see `sealed_texts`).

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, anyhow};
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use data_encoding::HEXLOWER;
use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};
use sha2::{Digest, Sha256};

/// Bytes of a nonce: enough to generate it at random.
const NONCE: usize = 24;
/// Seconds after which a draft is deleted: two weeks.
const LIFETIME: i64 = 14 * 86_400;

/// How a sealed text begins in a column of texts; persisted.
pub(super) const SEALED: &str = "sealed:";

/// Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A registration that is being typed.
    Case,
    /// The form of a command on a case.
    Act,
    /// The query code on a receipt.
    Receipt,
    /// What was typed into the search.
    Search,
    /// A form that came under another session or post of the person who typed it.
    Kept,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Act => "act",
            Self::Receipt => "receipt",
            Self::Search => "search",
            Self::Kept => "kept",
        }
    }

    /// The kind of a form that its author has not sent.
    pub(crate) fn of_unsent(text: &str) -> Option<Self> {
        let unsent = [Self::Case, Self::Act];
        unsent.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How many of a kind are listed; SQLite takes a negative number for all of them. No draft is kept that its author does not find.
    const fn most_listed(self) -> i64 {
        match self {
            Self::Case | Self::Act => -1,
            Self::Receipt | Self::Search | Self::Kept => 50,
        }
    }
}

/// The file of the key, in the gateway's folder.
pub(crate) const KEY_FILE: &str = "draft.key";

#[derive(Clone)]
pub(crate) struct DraftKey(Key);

impl DraftKey {
    /// Reads the key in the gateway's folder; generates it if it is missing.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(KEY_FILE);
        let cannot = || format!("cannot use the key {}", path.display());
        if let Ok(bytes) = std::fs::read(&path) {
            let key = Key::try_from(bytes.as_slice());
            return key.map(Self).map_err(|_| {
                anyhow!(
                    "the key {} is no key of 32 bytes. Put it back, or remove it: drafts are then forgotten, webhooks need new secrets, and \
                     whoever has a second factor signs in with a recovery code",
                    path.display()
                )
            });
        }
        let key = Key::generate();
        let mut file = std::fs::OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(cannot)?;
        file.write_all(&key).with_context(cannot)?;
        file.sync_all().with_context(cannot)?;
        Ok(Self(key))
    }

    /// By which another machine sees that it has the same key; the key cannot be made from it.
    pub(crate) fn fingerprint(&self) -> String {
        let mut all = Sha256::new();
        all.update(b"onestop-gateway draft.key");
        all.update(self.0.as_slice());
        HEXLOWER.encode(&all.finalize())
    }

    pub(crate) fn encrypt(&self, whose: &str, text: &str) -> Option<Vec<u8>> {
        let nonce = XNonce::generate();
        let bound = Payload {
            msg: text.as_bytes(),
            aad: whose.as_bytes(),
        };
        let sealed = XChaCha20Poly1305::new(&self.0)
            .encrypt(&nonce, bound)
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// A text as a column of texts keeps it. One that cannot be sealed is not kept.
    pub(crate) fn seal_text(&self, whose: &str, text: &str) -> String {
        let sealed = self.encrypt(whose, text).unwrap_or_default();
        format!("{SEALED}{}", HEXLOWER.encode(&sealed))
    }

    /// The text that such a column keeps: of before, as it was typed; nothing if it was sealed with another key.
    pub(crate) fn open_text(&self, whose: &str, kept: &str) -> String {
        self.read_text(whose, kept).unwrap_or_default()
    }

    /// As [`Self::open_text`]; none if it was sealed with another key.
    pub(super) fn read_text(&self, whose: &str, kept: &str) -> Option<String> {
        let Some(sealed) = kept.strip_prefix(SEALED) else {
            return Some(kept.to_owned());
        };
        let sealed = HEXLOWER.decode(sealed.as_bytes()).ok()?;
        self.decrypt(whose, &sealed)
    }

    /// A key that no file has.
    #[cfg(test)]
    pub(crate) fn of_test() -> Self {
        Self(Key::generate())
    }

    /// Returns nothing if it was encrypted with another key or for another owner.
    pub(crate) fn decrypt(&self, whose: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let bound = Payload {
            msg: sealed,
            aad: whose.as_bytes(),
        };
        let nonce = XNonce::try_from(nonce).ok()?;
        let text = XChaCha20Poly1305::new(&self.0)
            .decrypt(&nonce, bound)
            .ok()?;
        String::from_utf8(text).ok()
    }
}

/// The key of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DraftId<'a> {
    pub(crate) kind: Kind,
    pub(crate) staff: &'a StaffId,
    pub(crate) id: &'a str,
}

#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) saved_at: Timestamp,
    pub(crate) text: String,
}

impl<'a> DraftId<'a> {
    pub(crate) fn case(staff: &'a StaffId, id: &'a str) -> Self {
        let kind = Kind::Case;
        Self { kind, staff, id }
    }

    /// The form of a command on a case: `<case>/<service>/<command>`.
    pub(crate) fn act(staff: &'a StaffId, id: &'a str) -> Self {
        let kind = Kind::Act;
        Self { kind, staff, id }
    }

    /// A form that its author has not sent.
    pub(crate) const fn unsent(kind: Kind, staff: &'a StaffId, id: &'a str) -> Self {
        Self { kind, staff, id }
    }

    pub(crate) fn receipt(staff: &'a StaffId, number: &'a str) -> Self {
        Self {
            kind: Kind::Receipt,
            staff,
            id: number,
        }
    }

    pub(crate) fn search(staff: &'a StaffId, id: &'a str) -> Self {
        let kind = Kind::Search;
        Self { kind, staff, id }
    }

    pub(crate) fn kept(staff: &'a StaffId, id: &'a str) -> Self {
        let kind = Kind::Kept;
        Self { kind, staff, id }
    }

    /// The associated data that binds a text to its owner.
    fn binding(&self) -> String {
        format!("{}/{}/{}", self.kind.as_str(), self.staff, self.id)
    }
}

/// Stores a text, replacing the one of this id.
pub(crate) fn put(
    db: &Connection,
    key: &DraftKey,
    draft: DraftId<'_>,
    text: &str,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "DELETE FROM draft WHERE saved_at < ?1",
        [now.plus_seconds(-LIFETIME).as_micros()],
    )?;
    let whose = draft.binding();
    let Some(sealed) = key.encrypt(&whose, text) else {
        return Ok(());
    };
    db.execute(
        "INSERT INTO draft (staff, kind, id, saved_at, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (staff, kind, id) DO UPDATE SET saved_at = ?4, sealed = ?5",
        params![
            draft.staff.as_str(),
            draft.kind.as_str(),
            draft.id,
            now.as_micros(),
            sealed
        ],
    )?;
    Ok(())
}

pub(crate) fn find(db: &Connection, key: &DraftKey, draft: DraftId<'_>) -> Result<Option<Draft>> {
    let found = db
        .prepare_cached(
            "SELECT saved_at, sealed FROM draft WHERE staff = ?1 AND kind = ?2 AND id = ?3",
        )?
        .query_row(
            [draft.staff.as_str(), draft.kind.as_str(), draft.id],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
        )
        .optional()?;
    Ok(found.and_then(|(at, sealed)| {
        Some(Draft {
            id: draft.id.to_owned(),
            saved_at: Timestamp::from_micros(at),
            text: key.decrypt(&draft.binding(), &sealed)?,
        })
    }))
}

/// The texts of a kind and owner, the newest first: all drafts, and the last of the others.
pub(crate) fn all(
    db: &Connection,
    key: &DraftKey,
    kind: Kind,
    staff: &StaffId,
) -> Result<Vec<Draft>> {
    let mut statement = db.prepare_cached(
        "SELECT id, saved_at, sealed FROM draft WHERE staff = ?1 AND kind = ?2
         ORDER BY saved_at DESC LIMIT ?3",
    )?;
    let wanted = params![staff.as_str(), kind.as_str(), kind.most_listed()];
    let rows = statement.query_map(wanted, |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, Vec<u8>>(2)?,
        ))
    })?;
    let mut drafts = Vec::new();
    for row in rows {
        let (id, at, sealed) = row?;
        let draft = DraftId {
            kind,
            staff,
            id: &id,
        };
        if let Some(text) = key.decrypt(&draft.binding(), &sealed) {
            let saved_at = Timestamp::from_micros(at);
            drafts.push(Draft { id, saved_at, text });
        }
    }
    Ok(drafts)
}

/// Deletes what was typed into the search before a moment.
pub(crate) fn forget_searches(db: &Connection, before: Timestamp) -> Result<()> {
    let kind = Kind::Search.as_str();
    db.execute(
        "DELETE FROM draft WHERE kind = ?1 AND saved_at < ?2",
        params![kind, before.as_micros()],
    )?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, draft: DraftId<'_>) -> Result<()> {
    db.execute(
        "DELETE FROM draft WHERE staff = ?1 AND kind = ?2 AND id = ?3",
        [draft.staff.as_str(), draft.kind.as_str(), draft.id],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
