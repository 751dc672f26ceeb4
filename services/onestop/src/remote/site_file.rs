//! `onestop registry attach-evidence` and `onestop registry evidence`: files of a site, piece by piece.

use std::path::Path;

use data_encoding::BASE64;
use onestop_proto::{
    case::{FileHash, PIECE},
    ids::SiteId,
    registry::{self, AttachEvidence, AttachPiece, Command, EvidenceQuery, LARGEST_EVIDENCE},
};

use super::{
    CliContext,
    local_file::{LocalFile, save},
};
use crate::cli::{RegistryCommand, SiteFileCommand};

pub(crate) async fn run(command: &RegistryCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    match command {
        RegistryCommand::Contract(command) => context.send_contract(command).await,
        RegistryCommand::File(SiteFileCommand::AttachEvidence {
            site,
            file,
            kind,
            state,
            media_type,
        }) => {
            let local = LocalFile::read(file, *media_type, LARGEST_EVIDENCE)?;
            upload(context, site, &local).await?;
            let attach = AttachEvidence {
                site: site.clone(),
                kind: *kind,
                state: *state,
                size: local.bytes.len() as u64,
                hash: local.hash,
                media_type: local.media_type,
                name: local.name,
            };
            context
                .send(&registry::service(), None, Command::from(attach))
                .await
        }
        RegistryCommand::File(SiteFileCommand::Evidence { site, hash, out }) => {
            download(context, site, hash, out).await
        }
    }
}

async fn upload(context: &CliContext<'_>, site: &SiteId, local: &LocalFile) -> anyhow::Result<()> {
    for (piece, bytes) in (0..).zip(local.bytes.chunks(PIECE)) {
        let piece = Command::from(AttachPiece {
            site: site.clone(),
            hash: local.hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        });
        context
            .send_step(&registry::service(), None, &piece)
            .await?;
    }
    Ok(())
}

/// Downloads a file piece by piece: a photograph without an actor, a document for the actor that `--by` names.
async fn download(
    context: &CliContext<'_>,
    site: &SiteId,
    hash: &FileHash,
    out: &Path,
) -> anyhow::Result<()> {
    let actor = context.named_actor()?;
    let (mut bytes, mut piece) = (Vec::new(), 0);
    loop {
        let query = EvidenceQuery {
            site: site.clone(),
            hash: hash.clone(),
            piece,
        };
        let answer = context.ask(actor.clone(), &query).await?;
        bytes.extend(BASE64.decode(answer.data.as_bytes())?);
        piece += 1;
        if piece >= answer.pieces {
            break;
        }
    }
    save(&bytes, hash, out, context).await
}
