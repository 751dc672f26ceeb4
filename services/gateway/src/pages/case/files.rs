//! `/cases/{case}/files`: the files of a case (材料): papers as scans and pictures, recordings. They go to intake
//! in pieces under their hash, which are sealed there; taking one down is recorded like every other opening.

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::{
        DefaultBodyLimit, Multipart, Path, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use data_encoding::{BASE64, HEXLOWER};
use futures::{StreamExt, stream};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{
        self as intake, Attach, AttachPiece, AttachmentPiece, AttachmentQuery, Clear, Command,
        FileHash, LARGEST_FILE, MediaType, PIECE, pieces,
    },
    command::{Accepted, CommandType},
    ids::{CaseId, CaseNumber, CaseRef, CommandId, Topic},
    query::{CaseQuery, CaseView},
};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::sync::Semaphore;
use tower_http::timeout::TimeoutLayer;

use super::{super::lookup::papers, head, named};
use crate::{
    app::App,
    ask::Decision,
    auth::Session,
    error::Oops,
    live,
    page::{Page, View, html},
    problems::Problems,
};

/// A file, and the few fields beside it.
const BODY: usize = LARGEST_FILE as usize + 64 * 1024;
/// The largest file over a village's link: 32 MiB at half a megabit a second.
const UPLOAD: Duration = Duration::from_secs(600);
/// A field beside the file.
const SHORT: usize = 1_000;
/// Files held in memory at the same time, each for as long as it comes in.
static AT_ONCE: Semaphore = Semaphore::const_new(6);

/// Apart from the other pages: what is large and slow has limits of its own.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/files", get(show).post(add))
        .route("/cases/{case}/files/{hash}", get(fetch))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            UPLOAD,
        ))
}

#[derive(Template)]
#[template(path = "files.html")]
struct Files<'a> {
    page: Page<'a>,
    number: CaseNumber,
    files: Vec<Kept>,
    key: CommandId,
    kind: String,
    problems: Problems,
    /// Whether this person can add one now.
    adds: bool,
}

/// A file of the case, in words.
struct Kept {
    hash: FileHash,
    kind: String,
    media_type: &'static str,
    size: String,
}

impl Files<'_> {
    fn papers(&self) -> Vec<(Topic, String)> {
        papers(&self.page)
    }

    fn largest(&self) -> String {
        (LARGEST_FILE / (1 << 20)).to_string()
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    axum::extract::Query(asked): axum::extract::Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let case = named(&case)?;
    let nothing = (String::new(), Problems::default());
    let shown = shown(&app, &view, session, (&case, &asked.after), nothing).await?;
    Ok(html(&shown))
}

#[derive(serde::Deserialize)]
struct Asked {
    /// A position that must be in what is shown: one's own file.
    #[serde(default)]
    after: String,
}

async fn shown<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    (case, after): (&CaseRef, &str),
    (kind, problems): (String, Problems),
) -> Result<Files<'a>, Oops> {
    // Whom the case does not concern is told by the journal that there is none.
    let number = head(app, session, case, "").await?.row.number;
    let query = CaseQuery { case: case.clone() };
    let after = live::position(after);
    let service = intake::service();
    let asked = app.ask(session, (&service, "case"), after, &query);
    let known: CaseView = asked.await?;
    let page = view.page(app);
    let files = known.attachments.iter().map(|file| {
        let paper = app.directory.material_name(&file.kind);
        Kept {
            hash: file.hash.clone(),
            kind: paper.map_or(file.kind.to_string(), |it| page.say.words(it).to_owned()),
            media_type: page.say.text(file.media_type.text()),
            size: in_words(file.size),
        }
    });
    Ok(Files {
        files: files.collect(),
        number,
        key: app.clock.command(),
        kind,
        problems,
        adds: session.staff.unit == known.window
            && known.possible.iter().any(|command| command == "attach"),
        page,
    })
}

/// A size as people say it.
fn in_words(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

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

async fn add(
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
    if problems.is_empty() {
        check(&brought, &page, &mut problems);
    }
    if problems.is_empty() {
        match send(&app, session, &case, brought).await? {
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

fn check(brought: &Brought, page: &Page<'_>, problems: &mut Problems) {
    if brought.kind.parse::<Topic>().is_err() {
        problems.add("kind", page.say.t("files-problem-kind"));
    }
    if brought.bytes.is_empty() {
        problems.add("file", page.say.t("files-problem-file"));
    } else if MediaType::of_name(&brought.name).is_none() {
        problems.add("file", page.say.t("files-problem-type"));
    }
}

/// Sends a file in pieces, then the command that counts it in: with the form's own key, so that a form that is
/// sent twice adds one file.
async fn send(
    app: &App,
    session: &Session,
    case: &CaseRef,
    brought: Brought,
) -> Result<Result<Accepted, onestop_proto::rejection::Rejected>, Oops> {
    let key = brought.key.parse();
    let key: CommandId =
        key.map_err(|error: onestop_proto::ids::InvalidId| Oops::form(&error.to_string()))?;
    let hash: FileHash = HEXLOWER
        .encode(&Sha256::digest(&brought.bytes))
        .parse()
        .map_err(|_| Oops::not_found())?;
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
    let (Ok(kind), Some(media_type)) = (brought.kind.parse(), MediaType::of_name(&brought.name))
    else {
        return Err(Oops::not_found());
    };
    let attach = Command::from(Attach {
        hash,
        size: brought.bytes.len() as u64,
        media_type,
        kind,
        name: Clear(brought.name),
    });
    order(app, session, case, key, &attach).await
}

async fn order(
    app: &App,
    session: &Session,
    case: &CaseRef,
    key: CommandId,
    command: &Command,
) -> Result<Result<Accepted, onestop_proto::rejection::Rejected>, Oops> {
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

/// A file, piece by piece; each was verified by intake when it was read. It is saved, never shown by the
/// browser: what a citizen brought is no page of ours.
async fn fetch(
    State(app): State<App>,
    view: View,
    Path((case, hash)): Path<(String, String)>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session.clone(),
        Err(sign_in) => return Ok(sign_in),
    };
    let case = head(&app, &session, &named(&case)?, "").await?.row.case;
    let hash: FileHash = hash.parse().map_err(|_| Oops::not_found())?;
    let first = piece(&app, &session, case, (&hash, 0)).await?;
    let bytes = decoded(&first)?;
    let name = first.name.as_deref().unwrap_or(hash.as_str());
    let name = percent(name);
    let headers = [
        (header::CONTENT_TYPE, first.media_type.as_str().to_owned()),
        (header::CONTENT_LENGTH, first.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    let rest = stream::iter(1..pieces(first.size)).then(move |number| {
        let (app, session, hash) = (app.clone(), session.clone(), hash.clone());
        async move {
            let next = piece(&app, &session, case, (&hash, number)).await;
            let next = next.and_then(|next| decoded(&next));
            // The connection breaks off, and the browser says that the file is not whole.
            next.map_err(|_| std::io::Error::other("a piece of the file could not be read"))
        }
    });
    let whole = stream::once(async { Ok(bytes) }).chain(rest);
    Ok((headers, Body::from_stream(whole)).into_response())
}

async fn piece(
    app: &App,
    session: &Session,
    case: CaseId,
    (hash, piece): (&FileHash, u32),
) -> Result<AttachmentPiece, Oops> {
    let query = AttachmentQuery {
        case: CaseRef::Id(case),
        hash: hash.clone(),
        piece,
    };
    let service = intake::service();
    let asked = app.ask(session, (&service, "attachment"), None, &query);
    Ok(asked.await?)
}

fn decoded(piece: &AttachmentPiece) -> Result<Vec<u8>, Oops> {
    let bytes = BASE64.decode(piece.data.as_bytes());
    Ok(bytes.map_err(anyhow::Error::from)?)
}

/// A name as a header carries it (RFC 8187).
fn percent(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let each = name.bytes().map(|byte| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_script_goes_into_a_header() {
        assert_eq!(percent("工资 3.pdf"), "%E5%B7%A5%E8%B5%84%203.pdf");
        assert_eq!(percent("a\"\r\nb"), "a%22%0D%0Ab");
    }

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(in_words(1), "1 KB");
        assert_eq!(in_words(2_500_000), "2.5 MB");
    }
}
