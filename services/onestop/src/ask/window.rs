//! `onestop case …`: corrections, merging, files, what follows a rating, and the citizen's query.

use std::path::Path;

use anyhow::{Context, bail};
use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{
    case::{
        self, Attach, AttachPiece, AttachmentPiece, AttachmentQuery, Command, Correct, FileHash,
        FollowUp, LARGEST_FILE, MediaType, Merge, NoteHomeVisit, NotifyOnce, PIECE, Plaintext,
        Redo, Reopen, TrackQuery, TrackView,
    },
    ids::{CaseRef, Topic},
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::Desk;
use crate::{cli::WindowCommand, output::Output};

pub(crate) async fn carry_out(
    about: &WindowCommand,
    desk: &Desk<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let (case, command) = match about {
        WindowCommand::Correct {
            case,
            event,
            reason,
            name,
            who,
            needs,
            seen,
            place,
            topic,
        } => {
            let correct = Correct {
                event: *event,
                reason: *reason,
                applicant: name.as_deref().map(|name| who.applicant(name)),
                needs: needs.then(|| seen.needs()),
                place: *place,
                topic: topic.clone(),
            };
            (case, Command::from(correct))
        }
        WindowCommand::Merge { case, into, reason } => {
            let (into, reason) = (desk.case(into).await?, *reason);
            (case, Command::from(Merge { into, reason }))
        }
        WindowCommand::NotifyOnce { case, missing } => {
            let missing = missing.clone();
            (case, Command::from(NotifyOnce { missing }))
        }
        WindowCommand::HomeVisit { case, purpose } => {
            let purpose = *purpose;
            (case, Command::from(NoteHomeVisit { purpose }))
        }
        WindowCommand::FollowUp { case, result, note } => {
            let note = note.clone().map(Plaintext);
            let result = *result;
            (case, Command::from(FollowUp { result, note }))
        }
        WindowCommand::Redo { case, measure } => {
            let measure = Plaintext(measure.clone());
            (case, Command::from(Redo { measure }))
        }
        WindowCommand::Reopen { case, reason } => {
            let reason = *reason;
            (case, Command::from(Reopen { reason }))
        }
        WindowCommand::Attach {
            case,
            file,
            kind,
            media_type,
        } => {
            let attach = send(desk, case, (file, kind, *media_type)).await?;
            (case, Command::from(attach))
        }
        WindowCommand::Attachment { case, hash, out } => {
            return fetch(desk, case, (hash, out), output).await;
        }
        WindowCommand::Track {
            number,
            code,
            phone_end,
        } => {
            let query = TrackQuery {
                number: number.clone(),
                code: code.clone(),
                phone_end: phone_end.clone(),
            };
            let client = &desk.client;
            let view: TrackView = client
                .question(&case::service(), "track", (None, None), &query)
                .await?;
            output.show(&view, || tracked(&view, output));
            return Ok(());
        }
    };
    desk.order(&case::service(), Some(case.clone()), command)
        .await
}

/// Sends a file piece by piece; the command that then counts it in.
async fn send(
    desk: &Desk<'_>,
    case: &CaseRef,
    (path, kind, media_type): (&Path, &Topic, Option<MediaType>),
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
        bail!("{path} has {size} bytes; from 1 to {LARGEST_FILE} are taken");
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
        desk.carry(&case::service(), Some(case.clone()), &Command::from(piece))
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

/// Fetches a file piece by piece, and writes it once the whole of it is what its hash says.
async fn fetch(
    desk: &Desk<'_>,
    case: &CaseRef,
    (hash, out): (&FileHash, &Path),
    output: &Output,
) -> anyhow::Result<()> {
    let actor = desk.actor()?;
    let (mut bytes, mut piece) = (Vec::new(), 0);
    loop {
        let query = AttachmentQuery {
            case: case.clone(),
            hash: hash.clone(),
            piece,
        };
        let asked = (Some(actor.clone()), None);
        let answer: AttachmentPiece = desk
            .client
            .question(&case::service(), "attachment", asked, &query)
            .await?;
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
    let verified = output.say("已校验", "verified");
    output.text(&format!("{out}  {size}  {verified}\n"));
    Ok(())
}

/// What a citizen reads.
fn tracked(view: &TrackView, output: &Output) -> String {
    let mut text = format!(
        "{}  {}\n{}\n{}: {}  {}",
        view.number,
        output.words(&view.standing),
        output.words(&view.about),
        output.say("现由", "with"),
        view.holder,
        view.phone,
    );
    if let Some(day) = view.expected {
        text += &format!("\n{}: {day}", output.say("预计办结", "expected by"));
    }
    let missing: Vec<_> = view.missing.iter().map(|one| output.words(one)).collect();
    if !missing.is_empty() {
        let still = output.say("还需补交", "still to bring");
        text += &format!("\n{still}: {}", missing.join(", "));
    }
    for step in &view.steps {
        text += &format!("\n  {}  {}", step.day, output.words(&step.what));
    }
    text
}
