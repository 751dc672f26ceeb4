//! `qry.<service>.backup`: copies the log page by page while it is in use. The client that assembles the
//! pages must verify every hash, and so notices an altered page.

use anyhow::Context;
use data_encoding::{BASE64, HEXLOWER};
use onestop_eventlog::{BackupHead, EventLog, Hash, Head};
use onestop_proto::backup::{BackupAnswer, BackupQuery, BackupSummary};

pub(crate) fn answer(log: &EventLog, query: &BackupQuery) -> anyhow::Result<BackupAnswer> {
    let Some(records) = query.records else {
        return Ok(BackupAnswer::Summary(summary(&log.backup_head()?)));
    };
    let page = log.backup_page(records.first, records.end)?;
    Ok(page.map_or(BackupAnswer::Nothing, |page| {
        BackupAnswer::Page(BASE64.encode(&page.bytes))
    }))
}

fn summary(head: &BackupHead) -> BackupSummary {
    BackupSummary {
        epoch: head.epoch,
        count: head.head.count,
        hash: head.head.hash.to_string(),
        root: head.root.to_string(),
        cursors: head.cursors.clone(),
        checkpoint: head.checkpoint.clone(),
    }
}

/// Decodes a service's summary of its log.
///
/// # Errors
/// If a hash is malformed.
pub fn head(summary: BackupSummary) -> anyhow::Result<BackupHead> {
    let head = Head {
        count: summary.count,
        hash: hash(&summary.hash)?,
    };
    Ok(BackupHead {
        epoch: summary.epoch,
        head,
        root: hash(&summary.root)?,
        cursors: summary.cursors,
        checkpoint: summary.checkpoint,
    })
}

/// Decodes a page.
///
/// # Errors
/// If it is not base64.
pub fn page(text: &str) -> anyhow::Result<Vec<u8>> {
    BASE64
        .decode(text.as_bytes())
        .context("a page of the backup is not in base64")
}

fn hash(text: &str) -> anyhow::Result<Hash> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let bytes = bytes.with_context(|| format!("'{text}' is not a hash"))?;
    Ok(Hash::from_bytes(bytes))
}
