//! `/cases/{case}/person`: the applicant's personal data, shown after pressing a button; each access is recorded
//! before the data is shown.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
    routing::get,
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    ids::CaseNumber,
    personal::{ApplicantQuery, ApplicantView},
    rejection::RejectionKind,
};
use serde::Deserialize;

use super::person_sections::{Section, sections};
use crate::{
    app::App,
    core::{
        page_error::{PageResult, status},
        visibility::sees_division,
    },
    pages::{
        case_head,
        form::Form,
        shell::{Page, View, html},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/person", get(show_form).post(open))
}

#[derive(Template)]
#[template(path = "applicant.html")]
struct ApplicantTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    /// Whether the user must give a reason, because the unit does not work the case.
    gives_reason: bool,
    reason: String,
    problem: Option<String>,
    opened: Option<Vec<Section>>,
}

async fn show_form(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    let head = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "").await?;
    Ok(html(&ApplicantTemplate {
        gives_reason: sees_division(session.staff.role),
        page: view.page(&app),
        number: head.row.number,
        reason: String::new(),
        problem: None,
        opened: None,
    }))
}

#[derive(Deserialize)]
struct ReasonForm {
    #[serde(default)]
    reason: String,
}

async fn open(
    State(app): State<App>,
    Path(case): Path<String>,
    view: View,
    form: Form<ReasonForm>,
) -> PageResult {
    let session = &form.session;
    let head = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "").await?;
    let reason = form.fields.reason.trim().to_owned();
    let query = ApplicantQuery {
        case: case_head::parse_case(&case)?,
        reason: (!reason.is_empty()).then(|| reason.clone()),
    };
    let answer: Result<ApplicantView, ClientError> = app.ask(session, &query).await;
    let page = view.page(&app);
    let (code, problem, opened) = match answer {
        Ok(view) => {
            let answer = view.answer.as_deref();
            let said = (answer, view.visited_at.as_slice());
            let sections = sections(&view.applicant, said, &page.i18n);
            (StatusCode::OK, None, Some(sections))
        }
        Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
            let problem = page.rejection(&rejected);
            (status(rejected.kind), Some(problem), None)
        }
        Err(error) => return Err(error.into()),
    };
    let page = html(&ApplicantTemplate {
        gives_reason: sees_division(session.staff.role),
        page,
        number: head.row.number,
        reason,
        problem,
        opened,
    });
    Ok((code, page).into_response())
}
