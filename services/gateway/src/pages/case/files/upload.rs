//! Uploads files: of each sends intake the pieces, then the command that attaches it.

use axum::{
    extract::{Multipart, Path, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::{BASE64, HEXLOWER};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{
        self as intake, Attach, AttachPiece, Command, FileHash, LARGEST_FILE, MediaType, PIECE,
        Plaintext,
    },
    command::{AcceptedCommand, CommandType},
    ids::{CaseRef, CommandId, Topic},
    rejection::Rejected,
};
use sha2::{Digest, Sha256};

use super::render;
use crate::{
    app::App,
    core::{fair_slots::NoSlot, page_error::PageError},
    identity::session::Session,
    pages::{
        case_head,
        problems::Problems,
        service_client::FormCommand,
        shell::{Page, View, html},
        upload_form::{self, ChosenFile, Upload, UploadError},
    },
};

/// After so many seconds others may have finished.
const BUSY_SECONDS: u64 = 20;

/// The code of a refusal: the case has this file.
const BEFORE: &str = "attached-before";

/// What a file is attached as.
struct Attached {
    key: CommandId,
    kind: Topic,
    media_type: MediaType,
}

/// What became of the files of a form.
#[derive(Default)]
struct UploadOutcome {
    /// The last one that was attached.
    accepted: Option<AcceptedCommand>,
    refused: Vec<RefusedFile>,
}

struct RefusedFile {
    /// Its name, if it is one of several.
    name: Option<String>,
    rejected: Rejected,
}

pub(super) async fn upload(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    let session = view.session()?;
    let form = form.map_err(|error| PageError::unreadable_form(error.body_text()))?;
    let case = case_head::parse_case(&case)?;
    let slot = app.slots.uploads.take(&session.actor());
    let _slot = slot.map_err(|NoSlot| PageError::busy("error-uploads-busy", BUSY_SECONDS))?;
    let page = view.page(&app);
    let mut problems = Problems::default();
    let upload = match upload_form::read(form, session, LARGEST_FILE).await {
        Ok(upload) => upload,
        Err(UploadError::Csrf) => return Err(PageError::csrf(&session.staff.id)),
        Err(UploadError::Unreadable(problem)) => return Err(PageError::unreadable_form(problem)),
        Err(UploadError::TooLarge) => {
            problems.add("file", page.i18n.t("files-too-large"));
            Upload::default()
        }
    };
    let kind = upload.texts.get("kind").to_owned();
    let checked = problems
        .is_empty()
        .then(|| check(&upload, &page, &mut problems));
    let mut after = String::new();
    if let Some(what) = checked.flatten() {
        let sent = send(&app, session, &case, upload, what).await?;
        if let Some(accepted) = &sent.accepted {
            after = app.positions.seal(&accepted.at);
        }
        if sent.refused.is_empty() {
            let number = case_head::fetch(&app, session, &case, "").await?.row.number;
            let to = format!("/cases/{number}/files?done=intake.attach&after={after}");
            return Ok(Redirect::to(&to).into_response());
        }
        if sent.accepted.is_some() {
            problems.add("", page.i18n.t("files-others-kept"));
        }
        for one in &sent.refused {
            add_refused(one, &page, &mut problems);
        }
    }
    let mut page = render(&app, &view, session, &case, &after).await?;
    (page.kind, page.problems) = (kind, problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

/// Adds why a file was refused; of several, with its name.
fn add_refused(refused: &RefusedFile, page: &Page<'_>, problems: &mut Problems) {
    let of_form = |of_command: &str| {
        let kind = of_command.ends_with("kind");
        if kind { "kind" } else { "file" }.to_owned()
    };
    for problem in Problems::rejected(&refused.rejected, page, of_form).iter() {
        let message = match &refused.name {
            Some(name) => named(name, &problem.message, page),
            None => problem.message.clone(),
        };
        problems.add(&problem.field, message);
    }
}

fn named(name: &str, problem: &str, page: &Page<'_>) -> String {
    page.i18n
        .t2("files-refused", "name", name, "problem", problem)
}

/// What the files show, and the media type of each; adds to the problems otherwise.
fn check(
    upload: &Upload,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<(Topic, Vec<MediaType>)> {
    let kind = upload.texts.get("kind").parse().ok();
    if kind.is_none() {
        problems.add("kind", page.i18n.t("files-problem-kind"));
    }
    if upload.files.is_empty() {
        problems.add("file", page.i18n.t("files-problem-file"));
        return None;
    }
    let mut media_types = Vec::new();
    for file in &upload.files {
        let problem = match MediaType::of_name(&file.name) {
            None => "files-problem-type",
            Some(_) if file.bytes.is_empty() => "files-problem-empty",
            Some(media_type) => {
                media_types.push(media_type);
                continue;
            }
        };
        problems.add("file", named(&file.name, &page.i18n.t(problem), page));
    }
    (media_types.len() == upload.files.len())
        .then_some(kind)
        .flatten()
        .map(|kind| (kind, media_types))
}

/// Sends the files one by one, the first with the form's idempotency key. A form submitted twice attaches each once: of
/// several files those that are there already are passed over.
async fn send(
    app: &App,
    session: &Session,
    case: &CaseRef,
    upload: Upload,
    (kind, media_types): (Topic, Vec<MediaType>),
) -> Result<UploadOutcome, PageError> {
    let mut key = upload.texts.key()?;
    let several = upload.files.len() > 1;
    let mut sent = UploadOutcome::default();
    let mut attached_before = Vec::new();
    for (file, media_type) in upload.files.into_iter().zip(media_types) {
        let name = several.then(|| file.name.clone());
        let attached = Attached {
            key,
            kind: kind.clone(),
            media_type,
        };
        key = app.clock.command();
        match send_one(app, session, case, file, attached).await? {
            Ok(accepted) => sent.accepted = Some(accepted),
            Err(rejected) => {
                let is_there = several && rejected.code == BEFORE;
                let refused = RefusedFile { name, rejected };
                if is_there {
                    attached_before.push(refused);
                } else {
                    sent.refused.push(refused);
                }
            }
        }
    }
    if sent.accepted.is_none() && sent.refused.is_empty() {
        sent.refused = attached_before;
    }
    Ok(sent)
}

/// Sends a file in pieces, then the command that attaches it.
async fn send_one(
    app: &App,
    session: &Session,
    case: &CaseRef,
    file: ChosenFile,
    attached: Attached,
) -> Result<Result<AcceptedCommand, Rejected>, PageError> {
    let hash: FileHash = HEXLOWER
        .encode(&Sha256::digest(&file.bytes))
        .parse()
        .map_err(anyhow::Error::from)?;
    for (piece, bytes) in (0..).zip(file.bytes.chunks(PIECE)) {
        let piece = Command::from(AttachPiece {
            hash: hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        });
        match command(app, session, case, app.clock.command(), &piece).await? {
            Ok(_) => {}
            // The form was submitted before: the command is answered as before.
            Err(rejected) if rejected.code == BEFORE => break,
            Err(rejected) => return Ok(Err(rejected)),
        }
    }
    let attach = Command::from(Attach {
        hash,
        size: file.bytes.len() as u64,
        media_type: attached.media_type,
        kind: attached.kind,
        name: Plaintext(file.name),
    });
    command(app, session, case, attached.key, &attach).await
}

async fn command(
    app: &App,
    session: &Session,
    case: &CaseRef,
    key: CommandId,
    command: &Command,
) -> Result<Result<AcceptedCommand, Rejected>, PageError> {
    let data = command.data().map_err(anyhow::Error::from)?;
    let sent = FormCommand {
        key,
        case: Some(case.clone()),
        expected_revision: None,
        name: command.name(),
        data,
    };
    match app.command(session, &intake::service(), sent).await {
        Ok(accepted) => Ok(Ok(accepted)),
        Err(ClientError::Rejected(rejected)) => Ok(Err(*rejected)),
        Err(error) => Err(error.into()),
    }
}
