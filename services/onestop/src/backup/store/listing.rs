//! What the store holds.

use anyhow::{Context as _, bail, ensure};
use onestop_chassis::last_backup::BackupKind;
use onestop_proto::time::Timestamp;
use reqwest::{Response, header::CONTENT_LENGTH};
use rusty_s3::actions::{ListObjectsV2, ListObjectsV2Response};
use serde::Serialize;

use super::client::{Store, StoreError};

/// The metadata in which a backup's SHA-256 is kept, in hexadecimal.
pub(super) const SHA256: &str = "x-amz-meta-sha256";
/// The metadata that an increment has: a whole backup has none.
pub(super) const KIND: &str = "x-amz-meta-backup";
pub(super) const INCREMENT: &str = "increment";
/// The metadata in which it is kept when a backup was made.
pub(super) const MADE: &str = "x-amz-meta-made";
/// Pages of a list that are read, at most; one has up to a thousand names.
const PAGES: usize = 100;

#[derive(Debug, Serialize)]
pub(super) struct StoredBackup {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// When it was stored, by the store's clock.
    pub(super) since: Timestamp,
}

/// What is directly below the prefix, the newest last.
pub(super) async fn list(store: &Store) -> anyhow::Result<Vec<StoredBackup>> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let page = page(store, token.take()).await?;
        for object in page.contents {
            let name = object.key.strip_prefix(&store.prefix).unwrap_or_default();
            if name.is_empty() || name.contains('/') {
                continue;
            }
            let since = object.last_modified.unwrap_or_default();
            found.push(StoredBackup {
                name: name.to_owned(),
                bytes: object.size.unwrap_or_default(),
                since: since
                    .parse()
                    .with_context(|| said!("store-no-time", name = name))?,
            });
        }
        token = page.next_continuation_token;
        if token.is_none() {
            found.sort_by(|a, b| (a.since, &a.name).cmp(&(b.since, &b.name)));
            return Ok(found);
        }
    }
    bail!(said!("store-too-much", place = store.place()))
}

async fn page(store: &Store, token: Option<String>) -> anyhow::Result<ListObjectsV2Response> {
    let mut action = store.bucket.list_objects_v2(Some(&store.credentials));
    action.with_prefix(store.prefix.clone());
    if let Some(token) = token {
        action.with_continuation_token(token);
    }
    let text = store.text(&action, &[], &[]).await?;
    ListObjectsV2::parse_response(&text).with_context(|| said!("store-list-not-read"))
}

/// What the store says of a backup: its length, the SHA-256 that it was stored with, and what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) bytes: Option<u64>,
    pub(super) sha256: Option<String>,
    pub(super) kind: BackupKind,
    /// When it was made; earlier versions did not say so.
    pub(super) made: Option<Timestamp>,
}

/// What the store says of a name; `None` if it has nothing under it.
pub(super) async fn head(store: &Store, name: &str) -> Result<Option<Head>, StoreError> {
    let key = store.key(name);
    let action = store.bucket.head_object(Some(&store.credentials), &key);
    match store.send(&action, &[], &[]).await {
        Ok(answer) => Ok(Some(Head {
            bytes: header(&answer, CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok()),
            sha256: header(&answer, SHA256),
            kind: match header(&answer, KIND).as_deref() {
                Some(INCREMENT) => BackupKind::Increment,
                Some(_) | None => BackupKind::Whole,
            },
            made: header(&answer, MADE).and_then(|text| text.parse().ok()),
        })),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn header(answer: &Response, name: &str) -> Option<String> {
    let value = answer.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}

/// Refuses a name that is no plain one.
pub(super) fn check_name(name: &str) -> anyhow::Result<()> {
    let is_plain = !name.is_empty()
        && name != "."
        && name != ".."
        && !name.contains(|letter: char| letter == '/' || letter.is_control());
    ensure!(is_plain, said!("store-no-name", name = name));
    Ok(())
}
