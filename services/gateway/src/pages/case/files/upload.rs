//! Uploads files: reads them from the form, and of each sends intake the pieces, then the command that attaches it.

use axum::{
    extract::{
        Multipart, Path, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
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
    },
};

/// The longest text field, in bytes.
const LONGEST_TEXT: usize = 1_000;
/// After so many seconds others may have finished.
const BUSY_SECONDS: u64 = 20;

/// The code of a refusal: the case has this file.
const BEFORE: &str = "attached-before";

#[derive(Default)]
struct Upload {
    key: String,
    kind: String,
    files: Vec<ChosenFile>,
}

/// A file as the browser sent it.
struct ChosenFile {
    name: String,
    bytes: Vec<u8>,
}

/// What a file is attached as.
struct Attached {
    key: CommandId,
    kind: Topic,
    media_type: MediaType,
}

/// Why reading the form stopped.
enum UploadError {
    /// It does not begin with the session's CSRF token.
    Csrf,
    TooLarge,
    Unreadable(String),
}

impl From<MultipartError> for UploadError {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Unreadable(error.body_text()),
        }
    }
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
    let upload = match read(form, session).await {
        Ok(upload) => upload,
        Err(UploadError::Csrf) => return Err(PageError::csrf(&session.staff.id)),
        Err(UploadError::Unreadable(problem)) => return Err(PageError::unreadable_form(problem)),
        Err(UploadError::TooLarge) => {
            problems.add("file", page.i18n.t("files-too-large"));
            Upload::default()
        }
    };
    let kind = upload.kind.clone();
    let checked = problems
        .is_empty()
        .then(|| check(&upload, &page, &mut problems));
    if let Some(what) = checked.flatten() {
        match send(&app, session, &case, upload, what).await? {
            Ok(accepted) => {
                let after = app.positions.seal(&accepted.at);
                let number = case_head::fetch(&app, session, &case, "").await?.row.number;
                let to = format!("/cases/{number}/files?done=intake.attach&after={after}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(rejected) => {
                problems = Problems::rejected(&rejected, &page, |of_command: &str| {
                    let kind = of_command.ends_with("kind");
                    if kind { "kind" } else { "file" }.to_owned()
                });
            }
        }
    }
    let mut page = render(&app, &view, session, &case, "").await?;
    (page.kind, page.problems) = (kind, problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

/// Reads the fields. The CSRF token comes first; nothing is read of a form without it.
async fn read(mut form: Multipart, session: &Session) -> Result<Upload, UploadError> {
    let mut upload = Upload::default();
    let mut verified = false;
    // All of them together are held in memory.
    let mut held = 0;
    while let Some(mut field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "csrf" => verified = text(&mut field).await? == session.csrf,
            _ if !verified => return Err(UploadError::Csrf),
            "key" => upload.key = text(&mut field).await?,
            "kind" => upload.kind = text(&mut field).await?,
            "file" => {
                // Old browsers send the whole path.
                let name = field.file_name().unwrap_or_default();
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.to_owned();
                let mut bytes = Vec::new();
                while let Some(piece) = field.chunk().await? {
                    bytes.extend_from_slice(&piece);
                    if held + bytes.len() as u64 > LARGEST_FILE {
                        return Err(UploadError::TooLarge);
                    }
                }
                held += bytes.len() as u64;
                // Of a field in which nothing was chosen there is an empty part.
                if !(name.is_empty() && bytes.is_empty()) {
                    upload.files.push(ChosenFile { name, bytes });
                }
            }
            _ => {}
        }
    }
    if verified {
        Ok(upload)
    } else {
        Err(UploadError::Csrf)
    }
}

/// Reads a text field.
async fn text(field: &mut Field<'_>) -> Result<String, UploadError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > LONGEST_TEXT {
            return Err(UploadError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// What the files show, and the media type of each; adds to the problems otherwise.
fn check(
    upload: &Upload,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<(Topic, Vec<MediaType>)> {
    let kind = upload.kind.parse().ok();
    if kind.is_none() {
        problems.add("kind", page.i18n.t("files-problem-kind"));
    }
    let mut files = upload.files.iter();
    if upload.files.is_empty() || files.any(|file| file.bytes.is_empty()) {
        problems.add("file", page.i18n.t("files-problem-file"));
        return None;
    }
    let files = upload.files.iter();
    let media_types: Option<Vec<MediaType>> =
        files.map(|file| MediaType::of_name(&file.name)).collect();
    if media_types.is_none() {
        problems.add("file", page.i18n.t("files-problem-type"));
    }
    kind.zip(media_types)
}

/// Sends the files one by one, the first with the form's idempotency key. A form submitted twice attaches each once, and of
/// several files those that are there already are passed over.
async fn send(
    app: &App,
    session: &Session,
    case: &CaseRef,
    upload: Upload,
    (kind, media_types): (Topic, Vec<MediaType>),
) -> Result<Result<AcceptedCommand, Rejected>, PageError> {
    let key = upload.key.parse();
    let mut key: CommandId =
        key.map_err(|error: onestop_proto::ids::InvalidId| PageError::unreadable_form(error))?;
    let several = upload.files.len() > 1;
    let mut last = None;
    for (file, media_type) in upload.files.into_iter().zip(media_types) {
        let kind = kind.clone();
        let attached = Attached {
            key,
            kind,
            media_type,
        };
        key = app.clock.command();
        let sent = send_one(app, session, case, file, attached).await?;
        match sent {
            Err(rejected) if several && rejected.code == BEFORE => {
                last = last.or(Some(Err(rejected)));
            }
            Err(rejected) => return Ok(Err(rejected)),
            Ok(accepted) => last = Some(Ok(accepted)),
        }
    }
    last.ok_or_else(|| anyhow::anyhow!("no file was chosen").into())
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
