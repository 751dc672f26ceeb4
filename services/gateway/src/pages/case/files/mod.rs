//! `/cases/{case}/files`: the files of a case (材料): papers as scans and pictures, recordings. They go to intake
//! in pieces under their hash, which are sealed there; taking one down is recorded like every other opening.

mod add;
mod fetch;

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use onestop_proto::{
    case::{self as intake, FileHash, LARGEST_FILE},
    ids::{CaseNumber, CaseRef, CommandId, Topic},
    query::{CaseQuery, CaseView},
};
use tower_http::timeout::TimeoutLayer;

use super::{super::lookup::papers, head, named};
use crate::{
    app::App,
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

/// Apart from the other pages: what is large and slow has limits of its own.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/files", get(show).post(add::add))
        .route("/cases/{case}/files/{hash}", get(fetch::fetch))
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
    Query(asked): Query<Asked>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(in_words(1), "1 KB");
        assert_eq!(in_words(2_500_000), "2.5 MB");
    }
}
