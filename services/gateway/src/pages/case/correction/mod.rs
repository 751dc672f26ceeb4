//! `/cases/{case}/correct`: corrects a registration (更正). The personal data is opened first, which is recorded as
//! every access is. The wrong event stays in the log, and the correction refers to it. It carries the revision that was
//! seen: of two people who correct at once, the second is shown what the first changed, with the own changes in place.

mod fields;
mod submission;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::get,
};
use onestop_proto::{
    case::{self as intake, Stage},
    ids::{CaseRef, Topic},
    ledger::CaseHead,
    permission,
    query::{CaseQuery, CaseView},
};
use serde_json::Value;

use crate::{
    app::App,
    core::{
        command_schema::{Choice, choices, schema},
        form_data::FormData,
        page_error::{PageError, PageResult},
    },
    identity::session::Session,
    pages::{
        agent_fields::AgentChoices,
        case_head,
        form::Form,
        person_rows::{self, PersonRow},
        problems::Problems,
        respondent_rows::{self, RespondentRow},
        shell::{Page, View, html},
    },
};

const COMMAND: &str = "correct";
/// The code of a refusal: another user changed the case since.
const STALE: &str = "stale-revision";

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
    /// Whether the service takes a correction of this user now.
    possible: bool,
    problems: Problems,
    reasons: Vec<Choice>,
    documents: Vec<Choice>,
    languages: Vec<Choice>,
    care: Vec<Choice>,
    agents: AgentChoices,
}

impl<'a> CorrectionTemplate<'a> {
    fn new(page: Page<'a>, head: CaseHead, typed: Option<FormData>, problems: Problems) -> Self {
        let known = schema(&intake::service(), COMMAND).map(|(schema, _)| schema);
        let schema = known.unwrap_or(Value::Null);
        Self {
            page,
            head,
            typed,
            possible: true,
            problems,
            reasons: choices(&schema, "CorrectionReason"),
            documents: choices(&schema, "DocumentKind"),
            languages: choices(&schema, "SpokenLanguage"),
            care: choices(&schema, "Care"),
            agents: AgentChoices::of(&schema),
        }
    }

    /// The rows of those who ask together.
    fn rows(&self, typed: &FormData) -> Vec<PersonRow> {
        person_rows::rows(typed)
    }

    /// The rows of the other parties.
    fn respondent_rows(&self, typed: &FormData) -> Vec<RespondentRow> {
        respondent_rows::rows(typed)
    }

    /// The topics of its item that are taken today, and its own, while the case has not been routed by its topic.
    fn topics(&self) -> Vec<(Topic, String)> {
        let at_window = matches!(self.head.row.stage, Stage::AtWindow | Stage::ResultBack);
        let item = self.page.app.directory.item(&self.head.row.item);
        let (today, own) = (self.page.now.china_date(), &self.head.row.topic);
        let topics = item.into_iter().flat_map(|item| &item.topics);
        let topics = topics.filter(|it| it.is_in_force(today) || it.id == *own);
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

async fn show_form(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    authorize(session)?;
    let head = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "").await?;
    let query = CaseQuery {
        case: CaseRef::Id(head.row.case),
    };
    let known: CaseView = app.ask(session, &query).await?;
    let page = view.page(&app);
    let mut shown = CorrectionTemplate::new(page, head, None, Problems::default());
    shown.possible = known.available.iter().any(|command| command == COMMAND);
    Ok(html(&shown))
}

async fn submit(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    form: Form<FormData>,
) -> PageResult {
    let (session, mut typed) = (form.session, form.fields);
    authorize(&session)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, &session, &case, "").await?;
    let page = view.page(&app);
    respondent_rows::take_over(&mut typed);
    match typed.get("do") {
        "open" => {
            let (typed, code, problems) = match submission::open(&app, &session, &case).await? {
                Ok(typed) => (Some(typed), StatusCode::OK, Problems::default()),
                Err((code, problem)) => {
                    let mut problems = Problems::default();
                    problems.add("", page.i18n.words(&problem));
                    (None, code, problems)
                }
            };
            let shown = CorrectionTemplate::new(page, head, typed, problems);
            return Ok((code, html(&shown)).into_response());
        }
        "row" | respondent_rows::ADD => {
            let shown = CorrectionTemplate::new(page, head, Some(typed), Problems::default());
            return Ok(html(&shown));
        }
        _ => {}
    }
    let mut problems = Problems::default();
    let event = submission::opening_event(&app, &session, &case).await?;
    if let Some(correct) = submission::parse(&head, event, &typed, &page, &mut problems) {
        match submission::send(&app, &session, &head, &typed, correct).await? {
            Ok(to) => return Ok(Redirect::to(&to).into_response()),
            Err(rejected) if rejected.code == STALE => {
                (typed, problems) = submission::meet(&app, &session, &case, typed, &page).await?;
            }
            Err(rejected) => {
                problems =
                    Problems::rejected(&rejected, &page, |path| submission::field(path, &typed));
            }
        }
    }
    typed.set("key", app.clock.command().to_string());
    let shown = html(&CorrectionTemplate::new(page, head, Some(typed), problems));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}
