//! Uploads files: of each sends intake the pieces, then the command that attaches it.

use axum::{
    extract::{Multipart, Path, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    case::{self as intake, Attach, AttachPiece, Command, LARGEST_FILE, MediaType, Plaintext},
    command::AcceptedCommand,
    ids::{CommandId, Topic},
    rejection::Rejected,
};

use super::render;
use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
    pages::{
        case_head,
        file_sender::{ATTACHED_BEFORE, FileSender},
        problems::Problems,
        shell::{Page, View, html},
        upload_form::{self, ChosenFile, Upload, named},
    },
};

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
) -> PageResult {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let _slot = upload_form::take_slot(&app, session)?;
    let page = view.page(&app);
    let mut problems = Problems::default();
    let upload = upload_form::read(form, session, LARGEST_FILE).await?;
    let Upload { texts, files } = upload.unwrap_or_else(|| {
        problems.add("file", page.i18n.t("files-too-large"));
        Upload::default()
    });
    let kind = texts.get("kind").to_owned();
    let chosen = Chosen::among(files, &kind, &page, &mut problems);
    let mut after = String::new();
    if let Some(chosen) = chosen {
        let sender = FileSender {
            app: &app,
            session,
            service: intake::service(),
            case: Some(case.clone()),
        };
        let sent = send(&sender, texts.key()?, chosen).await?;
        for one in &sent.refused {
            add_refused(one, &page, &mut problems);
        }
        if let Some(accepted) = &sent.accepted {
            after = app.positions.seal(&accepted.at);
        }
        if problems.is_empty() {
            let number = case_head::fetch(&app, session, &case, "").await?.row.number;
            let to = format!("/cases/{number}/files?done=intake.attach&after={after}");
            return Ok(Redirect::to(&to).into_response());
        }
        if sent.accepted.is_some() {
            problems.add("", page.i18n.t("files-others-kept"));
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

/// The files of a form that may be sent, and what they show.
struct Chosen {
    kind: Topic,
    files: Vec<(ChosenFile, MediaType)>,
    /// Whether the form had several, of which some may be none to send.
    several: Several,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Several {
    Yes,
    No,
}

impl Chosen {
    /// Sorts out the files that cannot be kept, each with its name and why. Nothing is left to send where no file is, or where
    /// it is not said what they show.
    fn among(
        files: Vec<ChosenFile>,
        kind: &str,
        page: &Page<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let was_read = problems.is_empty();
        let kind = kind.parse().ok();
        if was_read && kind.is_none() {
            problems.add("kind", page.i18n.t("files-problem-kind"));
        }
        if was_read && files.is_empty() {
            problems.add("file", page.i18n.t("files-problem-file"));
        }
        let several = if files.len() > 1 {
            Several::Yes
        } else {
            Several::No
        };
        let fit = upload_form::sort_out(files, "files-problem-type", page, problems);
        let files = Some(fit).filter(|fit| !fit.is_empty())?;
        Some(Self {
            kind: kind?,
            files,
            several,
        })
    }
}

/// Sends the files one by one, the first with the form's idempotency key. A form submitted twice attaches each once: of
/// several files those that are there already are passed over.
async fn send(
    sender: &FileSender<'_>,
    mut key: CommandId,
    chosen: Chosen,
) -> Result<UploadOutcome, PageError> {
    let Chosen {
        kind,
        files,
        several,
    } = chosen;
    let mut sent = UploadOutcome::default();
    let mut attached_before = Vec::new();
    for (file, media_type) in files {
        let name = (several == Several::Yes).then(|| file.name.clone());
        let attach = |hash, size| {
            Command::from(Attach {
                hash,
                size,
                media_type,
                kind: kind.clone(),
                name: Plaintext(file.name),
            })
        };
        let piece = |hash, piece, data| Command::from(AttachPiece { hash, piece, data });
        let answer = sender.send(key, &file.bytes, piece, attach).await?;
        key = sender.app.clock.command();
        match answer {
            Ok(accepted) => sent.accepted = Some(accepted),
            Err(rejected) => {
                let is_there = several == Several::Yes && rejected.code == ATTACHED_BEFORE;
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
