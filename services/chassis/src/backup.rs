//! `qry.<service>.backup`: a copy of the log, page by page, while it is in use. Whoever puts the pages
//! together verifies every hash, so a page that was altered on its way is noticed.

use anyhow::Context;
use data_encoding::{BASE64, HEXLOWER};
use onestop_eventlog::{BackupHead, EventLog, Hash, Head};
use onestop_proto::backup::{BackupAnswer, BackupQuery, BackupSummary};

/// Answers a question.
pub(crate) fn answer(log: &EventLog, asked: &BackupQuery) -> anyhow::Result<BackupAnswer> {
    let Some(records) = asked.records else {
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

/// What the log says of a backup, from a service's answer.
///
/// # Errors
/// If a hash is none.
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

/// The bytes of a page.
///
/// # Errors
/// If it is no base64.
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
