//! `/cases/{case}/person`: the applicant's personal data, shown after pressing a button; each access is recorded
//! before the data is shown. `/cases/{case}/readings` lists the accesses.

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
    case::Applicant,
    ids::CaseNumber,
    personal::{
        AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, PersonalDataKind,
    },
    rejection::RejectionKind,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    app::App,
    core::{
        page_error::{PageError, status},
        visibility::sees_division,
    },
    pages::{
        case_head,
        form::Form,
        respondent_lines,
        shell::{Page, View, html},
    },
};

/// The deepest nesting of an applicant's data.
const MAX_DEPTH: usize = 4;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/person", get(show_form).post(open))
        .route("/cases/{case}/readings", get(readings))
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
    /// Labels and texts.
    opened: Option<Vec<(String, String)>>,
}

async fn show_form(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, PageError> {
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
) -> Result<Response, PageError> {
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
        Ok(view) => (StatusCode::OK, None, Some(lines(&view, &page))),
        Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
            let problem = page.i18n.rejection(&rejected).to_owned();
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

/// All personal data, one line for each field.
fn lines(view: &ApplicantView, page: &Page<'_>) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    // A parsed value always serializes.
    let mut applicant = with_words(view.applicant.clone(), page);
    let respondents = std::mem::take(&mut applicant.respondents);
    let value = serde_json::to_value(&applicant).unwrap_or(Value::Null);
    flatten(None, &value, MAX_DEPTH, page, &mut lines);
    // Others name them by their places.
    lines.extend((1..).zip(&respondents).map(|(place, other)| {
        let place: u32 = place;
        let label = page
            .i18n
            .t1("person-respondent", "number", place.to_string());
        (label, respondent_lines::lines(std::slice::from_ref(other)))
    }));
    lines.extend(
        view.answer
            .clone()
            .map(|answer| (page.i18n.t("person-answer"), answer)),
    );
    lines
}

/// Shows an anonymous applicant as anonymous, not as a blank.
fn with_words(mut applicant: Applicant, page: &Page<'_>) -> Applicant {
    for person in &mut applicant.people {
        if std::mem::take(&mut person.anonymous) {
            person.name = page.i18n.t("person-anonymous");
        }
    }
    applicant
}

fn flatten(
    name: Option<&str>,
    value: &Value,
    deeper: usize,
    page: &Page<'_>,
    lines: &mut Vec<(String, String)>,
) {
    let label = || {
        let id = format!("person-{}", name.unwrap_or("other").replace('_', "-"));
        page.i18n
            .try_t(&id)
            .unwrap_or_else(|| name.unwrap_or_default().to_owned())
    };
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => lines.push((label(), text.clone())),
        Value::Bool(_) | Value::Number(_) => lines.push((label(), value.to_string())),
        Value::Array(many) if deeper > 0 => {
            many.iter()
                .for_each(|one| flatten(name, one, deeper - 1, page, lines));
        }
        Value::Object(fields) if deeper > 0 => fields
            .iter()
            .for_each(|(name, field)| flatten(Some(name), field, deeper - 1, page, lines)),
        Value::Array(_) | Value::Object(_) => lines.push((label(), value.to_string())),
    }
}

#[derive(Template)]
#[template(path = "access-log.html")]
struct AccessLogTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    readings: AccessRecords,
    /// Whether the user may see who changed what as well.
    audits: bool,
}

impl AccessLogTemplate<'_> {
    fn kinds(&self, kinds: &[PersonalDataKind]) -> String {
        let kinds = kinds.iter();
        self.page
            .list(kinds.map(|kind| self.page.i18n.text(kind.text())))
    }
}

async fn readings(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, PageError> {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, session, &case, "").await?;
    let query = AccessRecordsQuery { case };
    let readings: AccessRecords = app.ask(session, &query).await?;
    Ok(html(&AccessLogTemplate {
        page: view.page(&app),
        number: head.row.number,
        readings,
        audits: sees_division(session.staff.role),
    }))
}
