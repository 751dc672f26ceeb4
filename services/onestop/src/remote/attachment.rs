//! `onestop case attach` and `onestop case attachment`: files, piece by piece.

use std::path::Path;

use anyhow::{Context, bail};
use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{
    case::{
        self, Attach, AttachPiece, AttachmentQuery, Command, FileHash, LARGEST_FILE, MediaType,
        PIECE, Plaintext,
    },
    ids::{CaseRef, Topic},
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::CliContext;
use crate::cli::FileCommand;

pub(super) async fn run(command: &FileCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    match command {
        FileCommand::Attach {
            case,
            file,
            kind,
            media_type,
        } => {
            let attach = upload(context, case, file, kind, *media_type).await?;
            let (intake, case) = (case::service(), Some(case.clone()));
            context.send(&intake, case, Command::from(attach)).await
        }
        FileCommand::Attachment { case, hash, out } => download(context, case, hash, out).await,
    }
}

/// Uploads a file piece by piece; the command that then attaches it.
async fn upload(
    context: &CliContext<'_>,
    case: &CaseRef,
    path: &Path,
    kind: &Topic,
    media_type: Option<MediaType>,
) -> anyhow::Result<Attach> {
    let media_type = media_type
        .or_else(|| MediaType::of_name(&path.to_string_lossy()))
        .with_context(|| {
            let known: Vec<_> = MediaType::ALL.iter().map(|one| one.as_str()).collect();
            let (path, known) = (path.display(), known.join(", "));
            format!("what is {path}? Say --media-type, one of: {known}")
        })?;
    let size = tokio::fs::metadata(path).await;
    let size = size.with_context(|| format!("cannot read {}", path.display()))?;
    if size.len() == 0 || size.len() > LARGEST_FILE {
        let (path, size) = (path.display(), size.len());
        bail!(
            "{path} 有 {size} 字节；可以接收 1 到 {LARGEST_FILE} 字节的文件 / \
             {path} has {size} bytes; from 1 to {LARGEST_FILE} are taken"
        );
    }
    let bytes = tokio::fs::read(path).await;
    let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
    let hash: FileHash = HEXLOWER.encode(&Sha256::digest(&bytes)).parse()?;
    for (piece, bytes) in (0..).zip(bytes.chunks(PIECE)) {
        let piece = AttachPiece {
            hash: hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        };
        context
            .send_step(&case::service(), Some(case.clone()), &Command::from(piece))
            .await?;
    }
    let name = path.file_name().map(|name| name.to_string_lossy());
    Ok(Attach {
        hash,
        size: bytes.len() as u64,
        media_type,
        kind: kind.clone(),
        name: Plaintext(name.unwrap_or_default().into_owned()),
    })
}

/// Downloads a file piece by piece, and writes it when the whole of it matches its hash.
async fn download(
    context: &CliContext<'_>,
    case: &CaseRef,
    hash: &FileHash,
    out: &Path,
) -> anyhow::Result<()> {
    let actor = context.actor()?;
    let (mut bytes, mut piece) = (Vec::new(), 0);
    loop {
        let query = AttachmentQuery {
            case: case.clone(),
            hash: hash.clone(),
            piece,
        };
        let answer = context.ask(Some(actor.clone()), &query).await?;
        bytes.extend(BASE64.decode(answer.data.as_bytes())?);
        piece += 1;
        if piece >= answer.pieces {
            break;
        }
    }
    if HEXLOWER.encode(&Sha256::digest(&bytes)) != hash.as_str() {
        bail!("what came is not the file {hash}. Nothing was written");
    }
    let mut file = tokio::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .await
        .with_context(|| format!("cannot make {}; is it there already?", out.display()))?;
    file.write_all(&bytes).await?;
    file.sync_all().await?;
    let (out, size) = (out.display(), bytes.len());
    let output = context.output;
    let verified = output.message("attachment-verified");
    output.print(&format!("{out}  {size}  {verified}\n"));
    Ok(())
}
