//! Copies a backup to the store: in one piece, or in parts that are sent one after the other.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use anyhow::{Context as _, bail, ensure};
use data_encoding::{BASE64, HEXLOWER};
use onestop_chassis::last_backup::BackupKind;
use onestop_proto::time::Timestamp;
use reqwest::header::ETAG;
use rusty_s3::{
    S3Action as _,
    actions::{CompleteMultipartUploadResponse, CreateMultipartUpload},
};
use sha2::{Digest as _, Sha256};

use super::{
    LocalBackup,
    client::{Header, Store, StoreError},
    listing::{self, Head, INCREMENT, KIND, MADE, SHA256, check_name, head},
    resume::{self, Progress},
};
use crate::bounded_file;

/// Up to so many bytes are sent in one piece.
const ONE_PIECE: u64 = 16 << 20;
/// The length of a part, which is held in memory.
const PART: u64 = 8 << 20;
/// The most parts that a store takes.
const PARTS: u64 = 10_000;
/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 16;
/// The store's own check of what it has received.
const CHECKSUM: &str = "x-amz-checksum-sha256";

/// A copy that the store has and that was compared.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) sha256: String,
}

/// The local file.
struct Local<'a> {
    path: &'a Path,
    name: String,
    kind: BackupKind,
    made: Timestamp,
    bytes: u64,
    sha256: [u8; 32],
}

impl Local<'_> {
    fn hex(&self) -> String {
        HEXLOWER.encode(&self.sha256)
    }

    /// Whether it is what the store has.
    fn is(&self, found: &Head) -> bool {
        found.bytes == Some(self.bytes) && found.sha256 == Some(self.hex())
    }

    /// What the store is to say of it.
    fn metadata(&self) -> Vec<Header> {
        let mut metadata = vec![
            Header {
                name: SHA256,
                value: self.hex(),
            },
            Header {
                name: MADE,
                value: self.made.to_string(),
            },
        ];
        if self.kind == BackupKind::Increment {
            metadata.push(Header {
                name: KIND,
                value: INCREMENT.to_owned(),
            });
        }
        metadata
    }
}

/// Copies a file, unless the store has it, and asks the store afterwards what it has.
pub(super) async fn upload(store: &Store, backup: &LocalBackup<'_>) -> anyhow::Result<Stored> {
    let local = local(backup)?;
    let path = local.path;
    let (name, place) = (local.name.clone(), store.place());
    match head(store, &name).await? {
        Some(found) if local.is(&found) => {}
        Some(_) => bail!(said!("store-other-file", place = place, name = name)),
        None => {
            if local.bytes <= ONE_PIECE {
                put_whole(store, &local).await?;
            } else {
                put_parts(store, &local).await?;
            }
            let found = head(store, &name).await?;
            // Also where it is not as it was sent: what is noted of it leads to nothing better.
            resume::remove(path);
            ensure!(
                found.is_some_and(|found| local.is(&found)),
                said!(
                    "store-not-as-sent",
                    place = place,
                    name = name,
                    path = path.display()
                )
            );
        }
    }
    Ok(Stored {
        sha256: local.hex(),
        name,
    })
}

fn local<'a>(backup: &LocalBackup<'a>) -> anyhow::Result<Local<'a>> {
    let LocalBackup { file: path, .. } = *backup;
    let cannot_read = || said!("cannot-read", path = path.display());
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(cannot_read)?.to_owned();
    check_name(&name)?;
    let mut file = bounded_file::open(path)?;
    let (mut hasher, mut block, mut bytes) = (Sha256::new(), vec![0; BLOCK], 0);
    loop {
        let read = file.read(&mut block).with_context(cannot_read)?;
        if read == 0 {
            break;
        }
        hasher.update(block.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
    Ok(Local {
        path,
        name,
        kind: backup.kind,
        made: backup.made,
        bytes,
        sha256: hasher.finalize().into(),
    })
}

async fn put_whole(store: &Store, local: &Local<'_>) -> anyhow::Result<()> {
    let (key, body) = (store.key(&local.name), read_part(local, 0, ONE_PIECE)?);
    let mut action = store.bucket.put_object(Some(&store.credentials), &key);
    let mut headers = local.metadata();
    headers.push(Header {
        name: CHECKSUM,
        value: BASE64.encode(&local.sha256),
    });
    for Header { name, value } in &headers {
        action.headers_mut().insert(*name, value.clone());
    }
    store.send(&action, &headers, &body).await?;
    Ok(())
}

/// The bytes from a place on, up to a length.
fn read_part(local: &Local<'_>, from: u64, length: u64) -> anyhow::Result<Vec<u8>> {
    let mut part = Vec::new();
    let mut read = || {
        let mut file = File::open(local.path)?;
        file.seek(SeekFrom::Start(from))?;
        file.take(length).read_to_end(&mut part)
    };
    read().with_context(|| said!("cannot-read", path = local.path.display()))?;
    Ok(part)
}

async fn put_parts(store: &Store, local: &Local<'_>) -> anyhow::Result<()> {
    let begun = resume::read(local.path).filter(|begun| {
        begun.place == store.place() && begun.name == local.name && begun.sha256 == local.hex()
    });
    if let Some(begun) = begun {
        match send_parts(store, local, begun).await {
            // The store has given the upload up meanwhile.
            Err(error) if is_missing(&error) => resume::remove(local.path),
            done => return done,
        }
    }
    let progress = begin(store, local).await?;
    resume::write(local.path, &progress)?;
    send_parts(store, local, progress).await
}

fn is_missing(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<StoreError>()
        .is_some_and(StoreError::is_missing)
}

async fn begin(store: &Store, local: &Local<'_>) -> anyhow::Result<Progress> {
    let key = store.key(&local.name);
    let mut action = store
        .bucket
        .create_multipart_upload(Some(&store.credentials), &key);
    let metadata = local.metadata();
    for Header { name, value } in &metadata {
        action.headers_mut().insert(*name, value.clone());
    }
    let text = store.text(&action, &metadata, &[]).await?;
    let answer = CreateMultipartUpload::parse_response(&text)
        .with_context(|| said!("store-answer-not-read"))?;
    Ok(Progress {
        place: store.place().to_owned(),
        name: local.name.clone(),
        sha256: local.hex(),
        part_bytes: PART.max(local.bytes.div_ceil(PARTS)),
        upload: answer.upload_id().to_owned(),
        etags: Vec::new(),
    })
}

/// Sends the parts that are missing, then asks the store to put all together.
async fn send_parts(
    store: &Store,
    local: &Local<'_>,
    mut progress: Progress,
) -> anyhow::Result<()> {
    let key = store.key(&local.name);
    let credentials = Some(&store.credentials);
    loop {
        let sent = progress.etags.len() as u64;
        let from = sent.saturating_mul(progress.part_bytes);
        if from >= local.bytes {
            break;
        }
        let number = u16::try_from(sent + 1).with_context(|| said!("store-too-many-parts"))?;
        let body = read_part(local, from, progress.part_bytes)?;
        let upload = &progress.upload;
        let action = store.bucket.upload_part(credentials, &key, number, upload);
        let answer = store.send(&action, &[], &body).await?;
        let etag = listing::header(&answer, ETAG.as_str());
        let etag = etag.with_context(|| said!("store-no-tag"))?;
        progress.etags.push(etag);
        resume::write(local.path, &progress)?;
    }
    let Progress { upload, etags, .. } = &progress;
    let complete = || {
        let etags = etags.iter().map(String::as_str);
        store
            .bucket
            .complete_multipart_upload(credentials, &key, upload, etags)
    };
    let body = complete().body();
    match store.text(&complete(), &[], body.as_bytes()).await {
        Ok(text) => {
            CompleteMultipartUploadResponse::parse(&text)
                .with_context(|| said!("store-not-joined"))?;
        }
        // It may have done so, and its answer was lost: what it holds is compared next.
        Err(error) if error.is_missing() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
