//! `onestop case attach` and `onestop case attachment`: files, piece by piece.

use std::path::Path;

use data_encoding::BASE64;
use onestop_proto::{
    case::{
        self, Attach, AttachPiece, AttachmentQuery, Command, FileHash, LARGEST_FILE, MediaType,
        PIECE, Plaintext,
    },
    ids::{CaseRef, Topic},
};

use super::{
    CliContext,
    local_file::{LocalFile, save},
};
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
    let local = LocalFile::read(path, media_type, LARGEST_FILE)?;
    for (piece, bytes) in (0..).zip(local.bytes.chunks(PIECE)) {
        let piece = AttachPiece {
            hash: local.hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        };
        context
            .send_step(&case::service(), Some(case.clone()), &Command::from(piece))
            .await?;
    }
    Ok(Attach {
        size: local.bytes.len() as u64,
        hash: local.hash,
        media_type: local.media_type,
        kind: kind.clone(),
        name: Plaintext(local.name),
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
    save(&bytes, hash, out, context).await
}
