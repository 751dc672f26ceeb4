//! `/cases/{case}/person`: who asks and what for. It is opened by pressing a button, never by looking at a page:
//! each opening is recorded before it is shown. `/cases/{case}/readings` shows who did.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::Role,
    case as intake,
    ids::CaseNumber,
    personal::{
        AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, PersonalDataKind,
    },
    rejection::RejectionKind,
};
use serde::Deserialize;
use serde_json::Value;

use super::{head, named};
use crate::{
    app::App,
    auth::Form,
    error::{Oops, status},
    page::{Page, View, html},
};

/// Deeper than this no applicant goes.
const DEEPEST: usize = 4;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/person", get(ask).post(open))
        .route("/cases/{case}/readings", get(readings))
}

#[derive(Template)]
#[template(path = "person.html")]
struct Person<'a> {
    page: Page<'a>,
    number: CaseNumber,
    /// Whether this role says why.
    says_why: bool,
    reason: String,
    problem: Option<String>,
    /// What was opened: what it is called, and what it is.
    opened: Option<Vec<(String, String)>>,
}

/// Units that work the case need no reason but that; those who look on do.
fn says_why(role: Role) -> bool {
    match role {
        Role::Supervisor | Role::Auditor => true,
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => false,
    }
}

async fn ask(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let head = head(&app, session, &named(&case)?, "").await?;
    Ok(html(&Person {
        says_why: says_why(session.staff.role),
        page: view.page(&app),
        number: head.row.number,
        reason: String::new(),
        problem: None,
        opened: None,
    }))
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn open(
    State(app): State<App>,
    Path(case): Path<String>,
    view: View,
    form: Form<Why>,
) -> Result<Response, Oops> {
    let session = &form.session;
    let head = head(&app, session, &named(&case)?, "").await?;
    let reason = form.fields.reason.trim().to_owned();
    let query = ApplicantQuery {
        case: named(&case)?,
        reason: (!reason.is_empty()).then(|| reason.clone()),
    };
    let service = intake::service();
    let answer: Result<ApplicantView, ClientError> = app
        .ask(session, (&service, "applicant"), None, &query)
        .await;
    let page = view.page(&app);
    let (code, problem, opened) = match answer {
        Ok(view) => (StatusCode::OK, None, Some(told(&view, &page))),
        Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
            let problem = page.say.words(&rejected.message).to_owned();
            (status(rejected.kind), Some(problem), None)
        }
        Err(error) => return Err(error.into()),
    };
    let shown = html(&Person {
        says_why: says_why(session.staff.role),
        page,
        number: head.row.number,
        reason,
        problem,
        opened,
    });
    Ok((code, shown).into_response())
}

/// Everything that was taken down of the persons, one line each.
fn told(view: &ApplicantView, page: &Page<'_>) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    // What was parsed serializes.
    let value = serde_json::to_value(&view.applicant).unwrap_or(Value::Null);
    spread(None, &value, DEEPEST, page, &mut lines);
    lines.extend(
        view.answer
            .clone()
            .map(|answer| (page.say.t("person-answer"), answer)),
    );
    lines
}

fn spread(
    name: Option<&str>,
    value: &Value,
    deeper: usize,
    page: &Page<'_>,
    lines: &mut Vec<(String, String)>,
) {
    let label = || {
        let id = format!("person-{}", name.unwrap_or("other").replace('_', "-"));
        page.say
            .maybe(&id)
            .unwrap_or_else(|| name.unwrap_or_default().to_owned())
    };
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => lines.push((label(), text.clone())),
        Value::Bool(_) | Value::Number(_) => lines.push((label(), value.to_string())),
        Value::Array(many) if deeper > 0 => {
            many.iter()
                .for_each(|one| spread(name, one, deeper - 1, page, lines));
        }
        Value::Object(fields) if deeper > 0 => fields
            .iter()
            .for_each(|(name, field)| spread(Some(name), field, deeper - 1, page, lines)),
        Value::Array(_) | Value::Object(_) => lines.push((label(), value.to_string())),
    }
}

#[derive(Template)]
#[template(path = "readings.html")]
struct Looked<'a> {
    page: Page<'a>,
    number: CaseNumber,
    readings: AccessRecords,
}

impl Looked<'_> {
    fn kinds(&self, kinds: &[PersonalDataKind]) -> String {
        let names: Vec<&str> = kinds
            .iter()
            .map(|kind| self.page.say.text(kind.text()))
            .collect();
        names.join("；")
    }
}

async fn readings(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let case = named(&case)?;
    let head = head(&app, session, &case, "").await?;
    let service = intake::service();
    let query = AccessRecordsQuery { case };
    let readings: AccessRecords = app
        .ask(session, (&service, "readings"), None, &query)
        .await?;
    Ok(html(&Looked {
        page: view.page(&app),
        number: head.row.number,
        readings,
    }))
}
