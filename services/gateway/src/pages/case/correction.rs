//! `/cases/{case}/correct`: corrects a registration (更正). The personal data is opened first, which is recorded as
//! every access is. The wrong event stays in the log, and the correction refers to it.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{self as intake, Applicant, Correct, Stage},
    ids::{CaseRef, EventId, Topic},
    journal::{Replay, ReplayQuery},
    ledger::CaseHead,
    permission,
    personal::{ApplicantQuery, ApplicantView},
};
use serde_json::{Value, json};

use crate::{
    app::App,
    core::{
        command_schema::{Choice, choices, schema},
        form_data::FormData,
        page_error::{PageError, status_of},
        position_token,
    },
    identity::session::Session,
    pages::{
        case_head,
        form::Form,
        problems::Problems,
        service_client::FormCommand,
        shell::{Page, View, html},
    },
};

const COMMAND: &str = "correct";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/correct", get(show_form).post(submit))
}

#[derive(Template)]
#[template(path = "correction.html")]
struct CorrectionTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    /// The fields; none before the personal data is opened.
    typed: Option<FormData>,
    problems: Problems,
    reasons: Vec<Choice>,
    documents: Vec<Choice>,
}

impl<'a> CorrectionTemplate<'a> {
    fn new(page: Page<'a>, head: CaseHead, typed: Option<FormData>, problems: Problems) -> Self {
        let known = schema(&intake::service(), COMMAND).map(|(schema, _)| schema);
        let schema = known.unwrap_or(Value::Null);
        Self {
            page,
            head,
            typed,
            problems,
            reasons: choices(&schema, "CorrectionReason"),
            documents: choices(&schema, "DocumentKind"),
        }
    }

    /// The topics of its item, while the case has not been routed by its topic.
    fn topics(&self) -> Vec<(Topic, String)> {
        let at_window = matches!(self.head.row.stage, Stage::AtWindow | Stage::ResultBack);
        let item = self.page.app.directory.item(&self.head.row.item);
        let topics = item.into_iter().flat_map(|item| &item.topics);
        let named = topics.map(|it| (it.id.clone(), self.page.i18n.words(&it.name).to_owned()));
        named.filter(|_| at_window).collect()
    }
}

fn authorize(session: &Session) -> Result<(), PageError> {
    if permission::permits(session.staff.role, intake::SERVICE, COMMAND) {
        Ok(())
    } else {
        Err(PageError::forbidden())
    }
}

async fn show_form(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, PageError> {
    let session = view.session()?;
    authorize(session)?;
    let head = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "").await?;
    let page = view.page(&app);
    Ok(html(&CorrectionTemplate::new(
        page,
        head,
        None,
        Problems::default(),
    )))
}

async fn submit(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    form: Form<FormData>,
) -> Result<Response, PageError> {
    let (session, mut typed) = (form.session, form.fields);
    authorize(&session)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, &session, &case, "").await?;
    let page = view.page(&app);
    if typed.get("do") == "open" {
        let (typed, code, problems) = match open(&app, &session, &case).await? {
            Ok(typed) => (Some(typed), StatusCode::OK, Problems::default()),
            Err((code, problem)) => {
                let mut problems = Problems::default();
                problems.add("", page.i18n.words(&problem));
                (None, code, problems)
            }
        };
        return Ok((
            code,
            html(&CorrectionTemplate::new(page, head, typed, problems)),
        )
            .into_response());
    }
    let mut problems = Problems::default();
    let event = opening_event(&app, &session, &case).await?;
    if let Some(correct) = parse(&head, event, &typed, &page, &mut problems) {
        let key = typed.get("key").parse();
        let key =
            key.map_err(|error: onestop_proto::ids::InvalidId| PageError::unreadable_form(error))?;
        let command = FormCommand {
            key,
            case: Some(CaseRef::Id(head.row.case)),
            expected_revision: None,
            name: COMMAND,
            data: json!(correct),
        };
        match app.command(&session, &intake::service(), command).await {
            Ok(accepted) => {
                let (number, after) = (&head.row.number, position_token::format(&accepted.at));
                let to = format!("/cases/{number}?done=intake.{COMMAND}&after={after}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => {
                let rejected = error.into_rejected();
                problems = Problems::rejected(&rejected, &page, field);
            }
        }
    }
    typed.set("key", app.clock.command().to_string());
    let shown = html(&CorrectionTemplate::new(page, head, Some(typed), problems));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

/// The personal data as fields of the form, or why it cannot be opened.
async fn open(
    app: &App,
    session: &Session,
    case: &CaseRef,
) -> Result<Result<FormData, (StatusCode, onestop_proto::text::Words)>, PageError> {
    let query = ApplicantQuery {
        case: case.clone(),
        reason: None,
    };
    let answer = app.ask(session, &query);
    let view: ApplicantView = match answer.await {
        Ok(view) => view,
        Err(ClientError::Rejected(rejected)) => {
            return Ok(Err((status_of(&rejected), rejected.message)));
        }
        Err(error) => return Err(error.into()),
    };
    let mut typed = FormData::default();
    typed.set("key", app.clock.command().to_string());
    let whole = serde_json::to_string(&view.applicant).map_err(anyhow::Error::from)?;
    typed.set("applicant", whole);
    if let Some(person) = view.applicant.people.first() {
        typed.set("name", person.name.clone());
        typed.set("phone", person.phone.clone().unwrap_or_default());
        typed.set("address", person.address.clone().unwrap_or_default());
        if let Some(document) = &person.document {
            typed.set("document_kind", document.kind.as_str());
            typed.set(
                "document_number",
                document.number.clone().unwrap_or_default(),
            );
        }
    }
    typed.set("summary", view.applicant.summary);
    Ok(Ok(typed))
}

/// The correction, which holds only what differs.
fn parse(
    head: &CaseHead,
    event: EventId,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Correct> {
    let reason = typed.get("reason").parse();
    if reason.is_err() {
        problems.add("reason", page.i18n.t("correct-problem-reason"));
    }
    if typed.get("name").is_empty() {
        problems.add("name", page.i18n.t("new-problem-name"));
    }
    let before: Result<Applicant, _> = serde_json::from_str(typed.get("applicant"));
    let Ok(before) = before else {
        problems.add("", page.i18n.t("problem-key"));
        return None;
    };
    let mut after = before.clone();
    if let Some(person) = after.people.first_mut() {
        typed.get("name").clone_into(&mut person.name);
        person.phone = typed.filled("phone").map(str::to_owned);
        person.address = typed.filled("address").map(str::to_owned);
        let kind = typed
            .filled("document_kind")
            .and_then(|kind| kind.parse().ok());
        person.document = kind.map(|kind| intake::Document {
            kind,
            number: typed.filled("document_number").map(str::to_owned),
        });
    }
    typed.get("summary").clone_into(&mut after.summary);
    let topic = typed.filled("topic").and_then(|topic| topic.parse().ok());
    let correct = Correct {
        event,
        reason: reason.ok()?,
        applicant: (after != before).then_some(after),
        needs: None,
        place: None,
        topic: topic.filter(|topic| *topic != head.row.topic),
    };
    problems.is_empty().then_some(correct)
}

/// The event that opened the case.
async fn opening_event(app: &App, session: &Session, case: &CaseRef) -> Result<EventId, PageError> {
    let query = ReplayQuery::whole(case.clone());
    let replay: Replay = app.ask(session, &query).await?;
    let opening = replay.opening().ok_or_else(PageError::not_found)?;
    Ok(opening.event.id)
}

/// The form's field for a field of the command.
fn field(of_command: &str) -> String {
    let path = of_command.trim_start_matches("data.");
    let known = [
        ("phone", "phone"),
        ("number", "document_number"),
        ("document", "document_kind"),
        ("address", "address"),
        ("summary", "summary"),
        ("topic", "topic"),
        ("reason", "reason"),
        ("name", "name"),
    ];
    let found = known.iter().find(|(end, _)| path.ends_with(end));
    found.map_or("", |(_, field)| *field).to_owned()
}
