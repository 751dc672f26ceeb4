//! Uploads files of a site: of each sends the registry the pieces, then the command that names it.

use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    case::MediaType,
    command::AcceptedCommand,
    ids::{CommandId, SiteId},
    registry::{self, AttachEvidence, AttachPiece, Command, EvidenceKind, SiteState},
};

use super::{FilesParams, LARGEST_FORM, render};
use crate::{
    app::App,
    core::{
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    pages::{
        changes::updated_app,
        file_sender::FileSender,
        problems::Problems,
        shell::{Page, View, html},
        upload_form::{self, ChosenFile, Upload, named},
    },
};

/// The files of a form that may be sent, and what they are added as.
struct Chosen {
    files: Vec<(ChosenFile, MediaType)>,
    site: SiteId,
    kind: EvidenceKind,
    state: SiteState,
}

pub(super) async fn upload(
    State(app): State<App>,
    view: View,
    Query(params): Query<FilesParams>,
    form: Result<Multipart, MultipartRejection>,
) -> PageResult {
    let session = view.session()?;
    let _slot = upload_form::take_slot(&app, session)?;
    let shown = render(&app, &view, session, &params.at)?;
    if !shown.page.may_record() {
        return Err(PageError::forbidden());
    }
    let (site, place) = (shown.site.id.clone(), shown.site.division);
    let mut problems = Problems::default();
    let upload = upload_form::read(form, session, LARGEST_FORM).await?;
    let upload = upload.unwrap_or_else(|| {
        problems.add("file", shown.page.i18n.t("files-too-large"));
        Upload::default()
    });
    let typed = (
        upload.texts.get("kind").to_owned(),
        upload.texts.get("state").to_owned(),
    );
    let key = upload.texts.key();
    let chosen = problems
        .is_empty()
        .then(|| Chosen::among(upload, site, &shown.page, &mut problems));
    if let Some(chosen) = chosen.flatten() {
        let sender = FileSender {
            app: &app,
            session,
            service: registry::service(),
            case: None,
        };
        let accepted = send(&sender, key?, chosen, (&shown.page, &mut problems)).await?;
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

impl Chosen {
    /// Sorts out the files that cannot be kept, each with its name and why. Nothing is left to send where no file is, or where
    /// it is not said what they are.
    fn among(
        upload: Upload,
        site: SiteId,
        page: &Page<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let kind = upload.texts.get("kind").parse().ok();
        let state = upload.texts.get("state").parse().ok();
        if kind.is_none() {
            problems.add("kind", page.i18n.t("site-files-problem-kind"));
        }
        if state.is_none() {
            problems.add("state", page.i18n.t("site-files-problem-state"));
        }
        if upload.files.is_empty() {
            problems.add("file", page.i18n.t("files-problem-file"));
        }
        let other_type = "site-files-problem-type";
        let fit = upload_form::sort_out(upload.files, other_type, page, problems);
        Some(Self {
            files: Some(fit).filter(|fit| !fit.is_empty())?,
            site,
            kind: kind?,
            state: state?,
        })
    }
}

/// Sends the files one by one, the first with the form's idempotency key; adds to the problems why one was refused. A form
/// submitted twice adds each once. Returns the last one that was added.
async fn send(
    sender: &FileSender<'_>,
    mut key: CommandId,
    chosen: Chosen,
    (page, problems): (&Page<'_>, &mut Problems),
) -> Result<Option<AcceptedCommand>, PageError> {
    let mut last = None;
    for (file, media_type) in chosen.files {
        let (name, site) = (file.name, &chosen.site);
        let piece = |hash, piece, data| {
            let site = site.clone();
            Command::from(AttachPiece {
                site,
                hash,
                piece,
                data,
            })
        };
        let attach = |hash, size| {
            Command::from(AttachEvidence {
                site: site.clone(),
                kind: chosen.kind,
                state: Some(chosen.state),
                hash,
                size,
                media_type,
                name: name.clone(),
            })
        };
        match sender.send(key, &file.bytes, piece, attach).await? {
            Ok(accepted) => last = Some(accepted),
            Err(rejected) => {
                let of_form = |_: &str| "file".to_owned();
                for problem in Problems::rejected(&rejected, page, of_form).iter() {
                    problems.add("file", named(&name, &problem.message, page));
                }
            }
        }
        key = sender.app.clock.command();
    }
    Ok(last)
}
