//! A file of this machine that is sent to a service, and one that comes from a service.

use std::path::Path;

use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use onestop_proto::case::{FileHash, MediaType};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::CliContext;
use crate::bounded_file;

/// A file that was read to be sent.
pub(super) struct LocalFile {
    pub(super) bytes: Vec<u8>,
    pub(super) hash: FileHash,
    pub(super) media_type: MediaType,
    pub(super) name: String,
}

impl LocalFile {
    /// Reads a file of at most so many bytes; its type is the one given, or that of the ending of its name.
    pub(super) fn read(
        path: &Path,
        media_type: Option<MediaType>,
        largest: u64,
    ) -> anyhow::Result<Self> {
        let media_type = media_type
            .or_else(|| MediaType::of_name(&path.to_string_lossy()))
            .with_context(|| {
                let known: Vec<_> = MediaType::ALL.iter().map(|one| one.as_str()).collect();
                let (path, known) = (path.display(), known.join(", "));
                format!(
                    "看不出 {path} 是什么文件，请用 --media-type 说明，可选：{known} / \
                     what is {path}? Say --media-type, one of: {known}"
                )
            })?;
        let bytes = bounded_file::read(path, largest)?;
        if bytes.is_empty() {
            let path = path.display();
            bail!("{path} 是空的，没有发送 / {path} is empty, and is not sent");
        }
        let name = path.file_name().map(|name| name.to_string_lossy());
        Ok(Self {
            hash: HEXLOWER.encode(&Sha256::digest(&bytes)).parse()?,
            name: name.unwrap_or_default().into_owned(),
            bytes,
            media_type,
        })
    }
}

/// Writes what came when the whole of it matches its hash.
pub(super) async fn save(
    bytes: &[u8],
    hash: &FileHash,
    out: &Path,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    if HEXLOWER.encode(&Sha256::digest(bytes)) != hash.as_str() {
        bail!(said!("file-other", hash = hash));
    }
    let mut file = tokio::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .await
        .with_context(|| said!("file-not-made", path = out.display()))?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    let (out, size) = (out.display(), bytes.len());
    let output = context.output;
    let verified = output.message("attachment-verified");
    output.print(&format!("{out}  {size}  {verified}\n"));
    Ok(())
}
