//! `/staff/import`: accounts from a sheet (xlsx, CSV). It is checked first: what would come of each row, what is wrong, and the
//! wrong rows as a file to mend. Then the right rows are added, under the rules for one colleague, and the page lists the
//! one-time passwords, to be printed and handed out.

mod adding;
mod view;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_spreadsheet::{FileKind, Sheet};
use serde::Deserialize;
use tower_http::timeout::TimeoutLayer;

use self::view::{CheckedView, ImportTemplate};
use super::{
    form::{Form, NoFields},
    problems::Problems,
    shell::{Page, View, html},
    staff_rights::require_administrator,
    upload_form::{self, Upload},
};
use crate::{
    app::App,
    core::{
        db::staff,
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    identity::{
        accounts::Account,
        session::Session,
        staff_import::{
            self, FileRefusal, ImportPlan, MOST_ROWS,
            held_sheets::{HeldSheet, ImportOutcome},
        },
        staff_sheet,
    },
};

/// The address of the page.
const PAGE: &str = "/staff/import";
/// The largest sheet, in bytes: 5,000 rows are far smaller.
const LARGEST_SHEET: u64 = 2 * 1024 * 1024;
/// A sheet, and the text fields beside it.
const BODY_LIMIT: usize = LARGEST_SHEET as usize + 64 * 1024;
/// Enough for all passwords of the largest sheet.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// Apart from the other pages, because uploads have limits of their own.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show).post(check))
        .route("/staff/import/add", post(add))
        .route("/staff/import/end", post(end))
        .route("/staff/import/mend", get(mend))
        .route("/staff/import/template", get(template))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    require_administrator(view.session()?)?;
    Ok(html(&ImportTemplate::empty(page(&view, &app))))
}

/// The shell of the page: a change of language leads back to it, from the answer to a form too.
fn page<'a>(view: &'a View, app: &'a App) -> Page<'a> {
    let mut page = view.page(app);
    if !page.is_here(PAGE) {
        PAGE.clone_into(&mut page.path);
    }
    page
}

/// Checks a sheet, and shows what would come of it.
async fn check(
    State(app): State<App>,
    view: View,
    form: Result<Multipart, MultipartRejection>,
) -> PageResult {
    let session = view.session()?;
    require_administrator(session)?;
    let _slot = upload_form::take_slot(&app, session)?;
    let page = page(&view, &app);
    let mut problems = Problems::default();
    let upload = upload_form::read(form, session, LARGEST_SHEET).await?;
    let upload = upload.unwrap_or_else(|| {
        problems.add("file", page.i18n.t("staff-import-too-large"));
        Upload::default()
    });
    let reason: String = upload
        .texts
        .get("reason")
        .chars()
        .take(LONGEST_REASON)
        .collect();
    let read = match upload.files.into_iter().next() {
        Some(file) => Some(read(file.bytes).await?),
        None => None,
    };
    let (bytes, sheet) = match read {
        Some((bytes, Ok(sheet))) => (bytes, sheet),
        Some((_, Err(refusal))) => {
            problems.add("file", refusal_text(&refusal, &page));
            return Ok(refused(&ImportTemplate::refused(page, reason, problems)));
        }
        None => {
            if problems.is_empty() {
                problems.add("file", page.i18n.t("staff-import-no-file"));
            }
            return Ok(refused(&ImportTemplate::refused(page, reason, problems)));
        }
    };
    let plan = plan(&app, session, &sheet, &reason).await?;
    let held = HeldSheet::new(app.clock.command(), bytes, reason);
    let checked = CheckedView::new(plan, &held, sheet.rows.len());
    app.held_sheets
        .hold(&session.staff.id, held, Instant::now());
    Ok(html(&ImportTemplate::checked(page, checked)))
}

fn refused(page: &ImportTemplate<'_>) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response()
}

/// Reads a sheet, off the tasks that answer requests.
async fn read(bytes: Vec<u8>) -> Result<(Vec<u8>, Result<Sheet, FileRefusal>), PageError> {
    let read = tokio::task::spawn_blocking(move || {
        let sheet = staff_import::read(&bytes);
        (bytes, sheet)
    });
    Ok(read.await.map_err(anyhow::Error::from)?)
}

fn refusal_text(refusal: &FileRefusal, page: &Page<'_>) -> String {
    match refusal {
        FileRefusal::Sheet(error) => page.i18n.words(&error.words()).to_owned(),
        FileRefusal::TooManyRows => {
            page.i18n
                .t1("staff-import-too-many-rows", "most", MOST_ROWS.to_string())
        }
    }
}

/// Judges a sheet by the accounts and the rights of now.
async fn plan(
    app: &App,
    session: &Session,
    sheet: &Sheet,
    reason: &str,
) -> Result<ImportPlan, PageError> {
    let accounts = app.db.with(|db| staff::all(db)).await?;
    let accounts: Vec<Account> = accounts.into_iter().map(Account::from).collect();
    let (asker, directory) = (&session.staff, &app.directory);
    Ok(ImportPlan::of(sheet, &accounts, asker, directory, reason))
}

/// The held sheet that a form or an address names.
fn held(app: &App, session: &Session, key: &str) -> Option<Arc<HeldSheet>> {
    let now = Instant::now();
    app.held_sheets.find(&session.staff.id, key.trim(), now)
}

#[derive(Deserialize)]
struct KeyField {
    #[serde(default)]
    key: String,
}

/// Adds the accounts of the right rows, and shows the list to hand out.
async fn add(State(app): State<App>, view: View, form: Form<KeyField>) -> PageResult {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let page = page(&view, &app);
    let Some(held) = held(&app, &session, &fields.key) else {
        let mut problems = Problems::default();
        problems.add("file", page.i18n.t("staff-import-over"));
        return Ok(refused(&ImportTemplate::refused(
            page,
            String::new(),
            problems,
        )));
    };
    let outcome: Arc<ImportOutcome> = adding::add(&app, &session, &held).await?;
    Ok(html(&ImportTemplate::ended(page, &held, outcome)))
}

/// Forgets the sheet and the list of passwords: they were handed out.
async fn end(State(app): State<App>, form: Form<NoFields>) -> PageResult {
    require_administrator(&form.session)?;
    app.held_sheets.forget(&form.session.staff.id);
    Ok(Redirect::to("/staff?done=staff-imported").into_response())
}

/// The rows that have problems, as a file of the kind that was sent.
async fn mend(State(app): State<App>, view: View, Query(fields): Query<KeyField>) -> PageResult {
    let session = view.session()?;
    require_administrator(session)?;
    let held = held(&app, session, &fields.key).ok_or_else(PageError::not_found)?;
    let (_, sheet) = read(held.bytes.clone()).await?;
    let sheet = sheet.map_err(|_| PageError::not_found())?;
    let problems = match held.outcome() {
        Some(outcome) => outcome.problems.clone(),
        None => plan(&app, session, &sheet, &held.reason).await?.problems,
    };
    let bytes = sheet.to_mend(&problems).map_err(anyhow::Error::from)?;
    Ok(saved(bytes, sheet.kind, "staff-to-mend"))
}

/// A workbook to begin with.
async fn template(State(_): State<App>, view: View) -> PageResult {
    require_administrator(view.session()?)?;
    let bytes = staff_sheet::template().to_xlsx();
    let bytes = bytes.map_err(anyhow::Error::from)?;
    Ok(saved(bytes, FileKind::Xlsx, "staff"))
}

fn saved(bytes: Vec<u8>, kind: FileKind, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}.{}\"", kind.extension());
    let headers = [
        (header::CONTENT_TYPE, kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}
