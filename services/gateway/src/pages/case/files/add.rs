//! A file that is brought: read from a form, sent to intake in pieces, then counted in.

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
use tokio::sync::Semaphore;

use super::{
    super::{head, named},
    shown,
};
use crate::{
    app::App,
    ask::Decision,
    auth::Session,
    error::Oops,
    live,
    page::{Page, View, html},
    problems::Problems,
};

/// A field beside the file.
const SHORT: usize = 1_000;
/// Files held in memory at the same time, each for as long as it comes in.
static AT_ONCE: Semaphore = Semaphore::const_new(6);

/// What a form of this page brought.
#[derive(Default)]
struct Brought {
    key: String,
    kind: String,
    name: String,
    bytes: Vec<u8>,
}

/// Why a form is not read further.
enum Unread {
    /// It is no form of this session.
    Forged,
    /// It is larger than is taken.
    TooLarge,
    /// It breaks off.
    Broken(String),
}

impl From<MultipartError> for Unread {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Broken(error.body_text()),
        }
    }
}

pub(super) async fn add(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let form = form.map_err(|error| Oops::form(&error.body_text()))?;
    let case = named(&case)?;
    // The wait is for those who come after six others.
    let _place = AT_ONCE.acquire().await;
    let page = view.page(&app);
    let mut problems = Problems::default();
    let brought = match read(form, session).await {
        Ok(brought) => brought,
        Err(Unread::Forged) => return Err(Oops::forged(session)),
        Err(Unread::Broken(problem)) => return Err(Oops::form(&problem)),
        Err(Unread::TooLarge) => {
            problems.add("file", page.say.t("files-too-large"));
            Brought::default()
        }
    };
    let kind = brought.kind.clone();
    let checked = problems
        .is_empty()
        .then(|| check(&brought, &page, &mut problems));
    if let Some(what) = checked.flatten() {
        match send(&app, session, &case, (brought, what)).await? {
            Ok(accepted) => {
                let after = live::token(&accepted.at);
                let number = head(&app, session, &case, "").await?.row.number;
                let to = format!("/cases/{number}/files?done=intake.attach&after={after}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(rejected) => {
                problems = Problems::refused(&rejected, &page, |of_command: &str| {
                    let kind = of_command.ends_with("kind");
                    if kind { "kind" } else { "file" }.to_owned()
                });
            }
        }
    }
    let shown = shown(&app, &view, session, (&case, ""), (kind, problems)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)).into_response())
}

/// The fields, the session's secret first: nothing of a file is read before it.
async fn read(mut form: Multipart, session: &Session) -> Result<Brought, Unread> {
    let mut brought = Brought::default();
    let mut ours = false;
    while let Some(mut field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "csrf" => ours = text(&mut field).await? == session.csrf,
            _ if !ours => return Err(Unread::Forged),
            "key" => brought.key = text(&mut field).await?,
            "kind" => brought.kind = text(&mut field).await?,
            "file" => {
                // Browsers of old send the whole path.
                let name = field.file_name().unwrap_or_default();
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                brought.name = name.to_owned();
                while let Some(piece) = field.chunk().await? {
                    brought.bytes.extend_from_slice(&piece);
                    if brought.bytes.len() as u64 > LARGEST_FILE {
                        return Err(Unread::TooLarge);
                    }
                }
            }
            _ => {}
        }
    }
    if ours {
        Ok(brought)
    } else {
        Err(Unread::Forged)
    }
}

/// A short field.
async fn text(field: &mut Field<'_>) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > SHORT {
            return Err(Unread::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// What is brought: what it shows, and what kind of file it is; or what is wrong with it.
fn check(
    brought: &Brought,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<(Topic, MediaType)> {
    let kind = brought.kind.parse().ok();
    if kind.is_none() {
        problems.add("kind", page.say.t("files-problem-kind"));
    }
    let media_type = MediaType::of_name(&brought.name);
    if brought.bytes.is_empty() {
        problems.add("file", page.say.t("files-problem-file"));
        return None;
    }
    if media_type.is_none() {
        problems.add("file", page.say.t("files-problem-type"));
    }
    kind.zip(media_type)
}

/// Sends a file in pieces, then the command that counts it in: with the form's own key, so that a form that is
/// sent twice adds one file.
async fn send(
    app: &App,
    session: &Session,
    case: &CaseRef,
    (brought, (kind, media_type)): (Brought, (Topic, MediaType)),
) -> Result<Result<AcceptedCommand, Rejected>, Oops> {
    let key = brought.key.parse();
    let key: CommandId =
        key.map_err(|error: onestop_proto::ids::InvalidId| Oops::form(&error.to_string()))?;
    let hash: FileHash = HEXLOWER
        .encode(&Sha256::digest(&brought.bytes))
        .parse()
        .map_err(anyhow::Error::from)?;
    for (piece, bytes) in (0..).zip(brought.bytes.chunks(PIECE)) {
        let piece = Command::from(AttachPiece {
            hash: hash.clone(),
            piece,
            data: BASE64.encode(bytes),
        });
        match order(app, session, case, app.clock.command(), &piece).await? {
            Ok(_) => {}
            // A form that is sent again: the command itself is answered as it was.
            Err(rejected) if rejected.code == "attached-before" => break,
            Err(rejected) => return Ok(Err(rejected)),
        }
    }
    let attach = Command::from(Attach {
        hash,
        size: brought.bytes.len() as u64,
        media_type,
        kind,
        name: Plaintext(brought.name),
    });
    order(app, session, case, key, &attach).await
}

async fn order(
    app: &App,
    session: &Session,
    case: &CaseRef,
    key: CommandId,
    command: &Command,
) -> Result<Result<AcceptedCommand, Rejected>, Oops> {
    let data = command.data().map_err(anyhow::Error::from)?;
    let decision = Decision {
        key,
        case: Some(case.clone()),
        revision: None,
        command: command.name(),
        data,
    };
    match app.order(session, &intake::service(), decision).await {
        Ok(accepted) => Ok(Ok(accepted)),
        Err(ClientError::Rejected(rejected)) => Ok(Err(*rejected)),
        Err(error) => Err(error.into()),
    }
}
