//! `/erasures` (待复核的删除申请): requests for the erasure of persons that wait, and the form with which the second person
//! erases them. Intake decides; a request to which no second person agrees lapses.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use onestop_proto::{
    case,
    ids::{CaseId, CaseRef},
    personal::{ErasureRequests, ErasureRequestsQuery, OpenErasureRequest},
};
use serde_json::{Value, json};

use super::{
    form::Form,
    problems::Problems,
    service_client::FormCommand,
    shell::{Page, View, html},
    staff_rights::require_second_person,
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult, refusal, status_of},
    },
    identity::session::Session,
};

/// The address of the page.
const PAGE: &str = "/erasures";
/// The command of the second person.
const ERASE: &str = "erase";
/// The command by which a second person refuses, or who asked takes the request back.
const REFUSE: &str = "refuse-erasure";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show))
        .route("/erasures/confirm", post(confirm))
        .route("/erasures/refuse", post(refuse))
}

#[derive(Template)]
#[template(path = "erasures.html")]
struct ErasuresTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    found: ErasureRequests,
    problems: Problems,
}

impl ErasuresTemplate<'_> {
    /// The key of a form: one for each request, so that a form that is sent twice erases once.
    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }

    /// Who asked, for which unit.
    fn asked_by(&self, request: &OpenErasureRequest) -> String {
        let requested = &request.requested;
        let unit = self.page.unit(&requested.unit);
        let unit = self.page.in_brackets(unit);
        format!("{}{unit}", self.page.person(&requested.by))
    }

    /// The id of the field by which the second person says that they have checked the case.
    fn checked(&self, request: &OpenErasureRequest) -> String {
        checked_field(&request.case)
    }

    /// Whether the user is the second person.
    fn may_erase(&self, request: &OpenErasureRequest) -> bool {
        request.available.iter().any(|name| name == ERASE)
    }

    /// Whether the user has asked for it.
    fn is_own(&self, request: &OpenErasureRequest) -> bool {
        request.requested.by == self.session.staff.id
    }

    /// The id of the field for the reason of a refusal.
    fn note(&self, request: &OpenErasureRequest) -> String {
        note_field(&request.case)
    }
}

fn checked_field(case: &CaseId) -> String {
    format!("checked-{case}")
}

fn note_field(case: &CaseId) -> String {
    format!("note-{case}")
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    Ok(html(&render(&app, &view, session).await?))
}

async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &'a Session,
) -> Result<ErasuresTemplate<'a>, PageError> {
    require_second_person(session)?;
    let found = app.ask(session, &ErasureRequestsQuery).await?;
    let mut page = view.page(app);
    if !page.is_here(PAGE) {
        // A change of language leads back here, from the answer to a form too.
        PAGE.clone_into(&mut page.path);
    }
    Ok(ErasuresTemplate {
        page,
        session,
        found,
        problems: Problems::default(),
    })
}

async fn confirm(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    require_second_person(&session)?;
    let id: CaseId = typed
        .get("case")
        .parse()
        .map_err(|_| PageError::not_found())?;
    if !typed.is_ticked("checked") {
        let mut page = render(&app, &view, &session).await?;
        let unchecked = page.page.i18n.t("erasures-unchecked");
        page.problems.add(&checked_field(&id), unchecked);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
    }
    let decision = Decision {
        case: id,
        name: ERASE,
        data: json!({ "basis": typed.get("basis") }),
    };
    decide(&app, &view, &session, &typed, decision).await
}

async fn refuse(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    require_second_person(&session)?;
    let id: CaseId = typed
        .get("case")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let decision = Decision {
        case: id,
        name: REFUSE,
        data: json!({ "note": typed.get("note") }),
    };
    decide(&app, &view, &session, &typed, decision).await
}

/// What the user decides about a request.
struct Decision {
    case: CaseId,
    name: &'static str,
    data: Value,
}

/// Sends the user's decision on a request, and shows the page again with what is wrong if intake rejects it.
async fn decide(
    app: &App,
    view: &View,
    session: &Session,
    typed: &FormData,
    decision: Decision,
) -> PageResult {
    let Decision {
        case: id,
        name,
        data,
    } = decision;
    let key = typed.key()?;
    let revision = typed.get("revision").parse::<u64>();
    let command = FormCommand {
        key,
        case: Some(CaseRef::Id(id)),
        expected_revision: Some(revision.map_err(PageError::unreadable_form)?),
        name,
        data,
    };
    let Err(error) = app.command(session, &case::service(), command).await else {
        let done = format!("{PAGE}?done={}.{name}", case::SERVICE);
        return Ok(Redirect::to(&done).into_response());
    };
    let rejected = refusal(error)?;
    let mut page = render(app, view, session).await?;
    page.problems = match rejected.code.as_str() {
        "note-missing" | "names-the-person" => {
            let mut problems = Problems::default();
            problems.add(&note_field(&id), page.page.rejection(&rejected));
            problems
        }
        _ => Problems::rejected(&rejected, &page.page, |_| String::new()),
    };
    Ok((status_of(&rejected), html(&page)).into_response())
}
