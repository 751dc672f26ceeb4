//! `/cases/{case}/files`: the files of a case (材料): scans, pictures, recordings. They are sent to intake in
//! pieces, which intake encrypts; each download and preview is recorded like every other access to personal data.

pub(in crate::pages) mod download;
pub(in crate::pages) mod file_text;
mod upload;

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    routing::get,
};
use onestop_proto::{
    case::LARGEST_FILE,
    ids::{CaseNumber, CaseRef, CommandId},
    ledger::CaseRow,
    query::{CaseQuery, CaseView},
};
use tower_http::timeout::TimeoutLayer;

use self::file_text::{FileText, Preview};
use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
    core::query_string::Query,
    identity::session::Session,
    pages::{
        actions::papers::{PaperGroup, paper_groups},
        case_head,
        problems::Problems,
        shell::{Page, View, html},
    },
};

/// A file, and the text fields beside it.
const BODY_LIMIT: usize = LARGEST_FILE as usize + 64 * 1024;
/// Enough for the largest file over a slow link: 32 MiB at half a megabit a second.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Apart from the other pages, because uploads have limits of their own.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/files", get(show).post(upload::upload))
        .route("/cases/{case}/files/{hash}", get(download::download))
        .route("/cases/{case}/files/{hash}/preview", get(download::preview))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
}

#[derive(Template)]
#[template(path = "files.html")]
struct FilesTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    row: CaseRow,
    files: Vec<FileText>,
    key: CommandId,
    kind: String,
    problems: Problems,
    opens: bool,
    /// Whether the user can upload a file now.
    adds: bool,
}

impl FilesTemplate<'_> {
    fn papers(&self) -> Vec<PaperGroup> {
        paper_groups(&self.row, &self.page, |paper| paper.as_str() == self.kind)
    }

    fn largest(&self) -> String {
        (LARGEST_FILE / (1 << 20)).to_string()
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<FilesParams>,
) -> PageResult {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let page = render(&app, &view, session, &case, &params.after).await?;
    Ok(html(&page))
}

#[derive(serde::Deserialize)]
struct FilesParams {
    /// A log position that the page must include.
    #[serde(default)]
    after: String,
}

async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    case: &CaseRef,
    after: &str,
) -> Result<FilesTemplate<'a>, PageError> {
    // Refuses those who may not see the case.
    let row = case_head::fetch(app, session, case, "").await?.row;
    let query = CaseQuery { case: case.clone() };
    let after = app.positions.open(after);
    let answer = app.ask_after(session, after, &query);
    let known: CaseView = answer.await?;
    let page = view.page(app);
    let files = known.attachments.iter();
    let files = files.map(|file| FileText::of(file, &page));
    Ok(FilesTemplate {
        files: files.collect(),
        opens: page.may_open_persons(&row),
        number: row.number.clone(),
        row,
        key: app.clock.command(),
        kind: String::new(),
        problems: Problems::default(),
        adds: known.available.iter().any(|command| command == "attach"),
        page,
    })
}
