//! Fetches a backup from the store. After a cut it goes on where it was, and the file appears only if its hash is right.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, bail, ensure};
use data_encoding::HEXLOWER;
use reqwest::StatusCode;
use sha2::{Digest as _, Sha256};

use super::{
    client::{ATTEMPTS, FIRST_PAUSE, Header, Store, StoreError},
    listing::{check_name, head},
};
use crate::{backup::increments::moment, part_file::PartFile};

/// What has been fetched so far.
struct Fetched {
    file: PartFile,
    hasher: Sha256,
    bytes: u64,
}

/// Fetches a backup, and returns its SHA-256.
pub(super) async fn fetch(store: &Store, name: &str, out: &Path) -> anyhow::Result<String> {
    check_name(name)?;
    let place = store.place();
    let Some(found) = head(store, name).await? else {
        bail!(said!("store-no-such-backup", place = place, name = name));
    };
    let (Some(wanted), Some(bytes)) = (found.sha256, found.bytes) else {
        bail!(said!("store-without-hash", name = name, place = place));
    };
    let mut fetched = Fetched {
        file: PartFile::create(out)?,
        hasher: Sha256::new(),
        bytes: 0,
    };
    let done = fetch_all(store, name, bytes, &mut fetched).await;
    let sha256 = HEXLOWER.encode(&fetched.hasher.finalize());
    if done.is_err() || sha256 != wanted {
        done?;
        bail!(said!(
            "store-altered",
            name = name,
            place = place,
            sha256 = sha256,
            wanted = wanted
        ));
    }
    // Who copies it to a store again copies no younger one.
    if let Some(made) = found.made {
        let written = fetched.file.file().set_modified(moment(made));
        written.with_context(|| said!("backup-not-written"))?;
    }
    fetched.file.finish()?;
    Ok(sha256)
}

/// Receives all bytes, after a cut from there on.
async fn fetch_all(
    store: &Store,
    name: &str,
    bytes: u64,
    fetched: &mut Fetched,
) -> anyhow::Result<()> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=ATTEMPTS {
        match receive(store, name, fetched).await? {
            Ok(()) | Err(_) if fetched.bytes == bytes => return Ok(()),
            Err(error) if attempt == ATTEMPTS => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        ensure!(fetched.bytes < bytes, said!("store-sends-more"));
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    bail!(said!("store-sends-less"))
}

/// Receives what comes until the end or a cut. The outer error is one that no repetition mends.
async fn receive(
    store: &Store,
    name: &str,
    fetched: &mut Fetched,
) -> anyhow::Result<Result<(), StoreError>> {
    let key = store.key(name);
    let action = store.bucket.get_object(Some(&store.credentials), &key);
    let from = fetched.bytes;
    let header = (from > 0).then(|| Header {
        name: "range",
        value: format!("bytes={from}-"),
    });
    let headers: Vec<Header> = header.into_iter().collect();
    let mut answer = store.send(&action, &headers, &[]).await?;
    ensure!(
        from == 0 || answer.status() == StatusCode::PARTIAL_CONTENT,
        said!("store-cut")
    );
    loop {
        match answer.chunk().await {
            Ok(Some(part)) => {
                let mut file = fetched.file.file();
                file.write_all(&part)
                    .with_context(|| said!("backup-not-written"))?;
                fetched.hasher.update(&part);
                fetched.bytes += part.len() as u64;
            }
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(StoreError::unreachable(error))),
        }
    }
}
