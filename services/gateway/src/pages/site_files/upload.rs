//! Uploads files of a site: of each sends the registry the pieces, then the command that names it.

use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::{BASE64, HEXLOWER};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{FileHash, MediaType, PIECE},
    command::{AcceptedCommand, CommandType},
    ids::{CommandId, SiteId},
    registry::{self, AttachEvidence, AttachPiece, Command, EvidenceKind, SiteState},
    rejection::Rejected,
};
use sha2::{Digest, Sha256};

use super::{FilesParams, LARGEST_FORM, render};
use crate::{
    app::App,
    core::{fair_slots::NoSlot, page_error::PageError, query_string::Query},
    identity::session::Session,
    pages::{
        changes::updated_app,
        problems::Problems,
        service_client::FormCommand,
        shell::{Page, View, html},
        upload_form::{self, ChosenFile, Upload, UploadError},
    },
};

/// After so many seconds others may have finished.
const BUSY_SECONDS: u64 = 20;
/// The code of a refusal: the site has this file.
const BEFORE: &str = "attached-before";

/// What the files of a form are added as.
struct Chosen {
    site: SiteId,
    kind: EvidenceKind,
    state: SiteState,
}

pub(super) async fn upload(
    State(app): State<App>,
    view: View,
    Query(params): Query<FilesParams>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    let session = view.session()?;
    let form = form.map_err(|error| PageError::unreadable_form(error.body_text()))?;
    let slot = app.slots.uploads.take(&session.actor());
    let _slot = slot.map_err(|NoSlot| PageError::busy("error-uploads-busy", BUSY_SECONDS))?;
    let shown = render(&app, &view, session, &params.at)?;
    if !shown.page.may_record() {
        return Err(PageError::forbidden());
    }
    let (site, place) = (shown.site.id.clone(), shown.site.division);
    let mut problems = Problems::default();
    let upload = match upload_form::read(form, session, LARGEST_FORM).await {
        Ok(upload) => upload,
        Err(UploadError::Csrf) => return Err(PageError::csrf(&session.staff.id)),
        Err(UploadError::Unreadable(problem)) => return Err(PageError::unreadable_form(problem)),
        Err(UploadError::TooLarge) => {
            problems.add("file", shown.page.i18n.t("files-too-large"));
            Upload::default()
        }
    };
    let typed = (
        upload.texts.get("kind").to_owned(),
        upload.texts.get("state").to_owned(),
    );
    let chosen = problems
        .is_empty()
        .then(|| check(&upload, site, &shown.page, &mut problems));
    if let Some(chosen) = chosen.flatten() {
        let accepted = send(&app, session, upload, &chosen, (&shown.page, &mut problems)).await?;
        if let Some(accepted) = accepted {
            updated_app(&app, &accepted).await;
            if problems.is_empty() {
                let to = format!("/places/files?at={place}&done=registry.attach-evidence");
                return Ok(Redirect::to(&to).into_response());
            }
            problems.add("", shown.page.i18n.t("files-others-kept"));
        }
    }
    // With the files that were added meanwhile.
    let now = app.clone();
    let mut shown = render(&now, &view, session, &params.at)?;
    (shown.kind, shown.state) = typed;
    shown.problems = problems;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)).into_response())
}

/// What the files are added as; adds to the problems otherwise.
fn check(
    upload: &Upload,
    site: SiteId,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Chosen> {
    let (kind, state) = (
        upload.texts.get("kind").parse().ok(),
        upload.texts.get("state").parse().ok(),
    );
    if kind.is_none() {
        problems.add("kind", page.i18n.t("site-files-problem-kind"));
    }
    if state.is_none() {
        problems.add("state", page.i18n.t("site-files-problem-state"));
    }
    if upload.files.is_empty() {
        problems.add("file", page.i18n.t("files-problem-file"));
        return None;
    }
    for file in &upload.files {
        let problem = match MediaType::of_name(&file.name) {
            None => "site-files-problem-type",
            Some(_) if file.bytes.is_empty() => "files-problem-empty",
            Some(_) => continue,
        };
        problems.add("file", named(&file.name, &page.i18n.t(problem), page));
    }
    if !problems.is_empty() {
        return None;
    }
    Some(Chosen {
        site,
        kind: kind?,
        state: state?,
    })
}

/// Sends the files one by one, the first with the form's idempotency key; adds to the problems why one was refused. A form
/// submitted twice adds each once. Returns the last one that was added.
async fn send(
    app: &App,
    session: &Session,
    upload: Upload,
    chosen: &Chosen,
    (page, problems): (&Page<'_>, &mut Problems),
) -> Result<Option<AcceptedCommand>, PageError> {
    let mut key = upload.texts.key()?;
    let mut last = None;
    for file in upload.files {
        let name = file.name.clone();
        match send_one(app, session, file, chosen, key).await? {
            Ok(accepted) => last = Some(accepted),
            Err(rejected) => {
                let of_form = |_: &str| "file".to_owned();
                for problem in Problems::rejected(&rejected, page, of_form).iter() {
                    problems.add("file", named(&name, &problem.message, page));
                }
            }
        }
        key = app.clock.command();
    }
    Ok(last)
}

fn named(name: &str, problem: &str, page: &Page<'_>) -> String {
    page.i18n
        .t2("files-refused", "name", name, "problem", problem)
}

/// Sends a file in pieces, then the command that names it.
async fn send_one(
    app: &App,
    session: &Session,
    file: ChosenFile,
    chosen: &Chosen,
    key: CommandId,
) -> Result<Result<AcceptedCommand, Rejected>, PageError> {
    let hash = HEXLOWER.encode(&Sha256::digest(&file.bytes));
    let hash: FileHash = hash.parse().map_err(anyhow::Error::from)?;
    let media_type = MediaType::of_name(&file.name).ok_or_else(PageError::not_found)?;
    for (piece, bytes) in (0..).zip(file.bytes.chunks(PIECE)) {
        let piece = Command::from(AttachPiece {
            site: chosen.site.clone(),
            hash: hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        });
        match command(app, session, app.clock.command(), &piece).await? {
            Ok(_) => {}
            // The form was submitted before: the command is answered as before.
            Err(rejected) if rejected.code == BEFORE => break,
            Err(rejected) => return Ok(Err(rejected)),
        }
    }
    let attach = Command::from(AttachEvidence {
        site: chosen.site.clone(),
        kind: chosen.kind,
        state: Some(chosen.state),
        hash,
        size: file.bytes.len() as u64,
        media_type,
        name: file.name,
    });
    command(app, session, key, &attach).await
}

async fn command(
    app: &App,
    session: &Session,
    key: CommandId,
    command: &Command,
) -> Result<Result<AcceptedCommand, Rejected>, PageError> {
    let data = command.data().map_err(anyhow::Error::from)?;
    let sent = FormCommand {
        key,
        case: None,
        expected_revision: None,
        name: command.name(),
        data,
    };
    match app.command(session, &registry::service(), sent).await {
        Ok(accepted) => Ok(Ok(accepted)),
        Err(ClientError::Rejected(rejected)) => Ok(Err(*rejected)),
        Err(error) => Err(error.into()),
    }
}
