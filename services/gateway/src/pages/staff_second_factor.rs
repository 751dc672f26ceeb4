//! `/staff/second-factor`: a colleague who has lost the second factor. One administrator asks for its removal and says why,
//! another one confirms before the deadline.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;

use super::{
    form::Form,
    shell::{Page, View, html},
    staff_rights::{may_change, require_administrator},
};
use crate::{
    app::App,
    core::{
        db::{
            factor_resets::{self, Confirmation, NewResetRequest, ResetRequest},
            staff::{self, Staff},
        },
        page_error::PageError,
    },
    identity::session::Session,
};

/// The address of the page.
const PAGE: &str = "/staff/second-factor";
/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show).post(ask))
        .route("/staff/second-factor/confirm", post(confirm))
        .route("/staff/second-factor/refuse", post(refuse))
}

#[derive(Template)]
#[template(path = "staff-second-factor.html")]
struct ResetTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    /// Colleagues who have a second factor.
    people: Vec<Staff>,
    waiting: Vec<ResetRequest>,
    typed: ResetForm,
    problem: Option<Problem>,
}

/// What was wrong: a message, and whether it is about the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    NoReason,
    NotPossible,
    NoSecondPerson,
    Over,
}

impl Problem {
    const fn message_id(self) -> &'static str {
        match self {
            Self::NoReason => "factor-reset-no-reason",
            Self::NotPossible => "factor-reset-not-possible",
            Self::NoSecondPerson => "factor-reset-same-person",
            Self::Over => "factor-reset-over",
        }
    }
}

impl ResetTemplate<'_> {
    fn is_chosen(&self, staff: &StaffId) -> bool {
        self.typed.id == staff.as_str()
    }

    /// The hours that a second person has.
    fn hours(&self) -> String {
        self.page.app.second_person_hours.to_string()
    }

    fn is_own(&self, request: &ResetRequest) -> bool {
        request.asked_by == self.session.staff.id
    }

    fn lacks_reason(&self) -> bool {
        self.problem == Some(Problem::NoReason)
    }
}

#[derive(Default, Deserialize)]
struct ResetForm {
    #[serde(default)]
    id: String,
    #[serde(default)]
    reason: String,
}

/// The requests about colleagues whose accounts an administrator looks after.
pub(super) async fn waiting(app: &App, session: &Session) -> Result<Vec<ResetRequest>, PageError> {
    let now = app.clock.now();
    let read = app
        .db
        .with(move |db| Ok((staff::all(db)?, factor_resets::waiting(db, now)?)));
    let (people, mut waiting) = read.await?;
    waiting.retain(|request| {
        let about = people.iter().find(|one| one.id == request.staff);
        about.is_some_and(|one| may_change(app, session, one))
    });
    Ok(waiting)
}

async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    require_administrator(session)?;
    render(&app, &view, session, ResetForm::default(), None).await
}

async fn render(
    app: &App,
    view: &View,
    session: &Session,
    typed: ResetForm,
    problem: Option<Problem>,
) -> Result<Response, PageError> {
    let mut people = app.db.with(|db| staff::all(db)).await?;
    people.retain(|one| {
        one.second_factor && one.id != session.staff.id && may_change(app, session, one)
    });
    let waiting = waiting(app, session).await?;
    let code = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let mut page = view.page(app);
    PAGE.clone_into(&mut page.path);
    let page = html(&ResetTemplate {
        page,
        session,
        people,
        waiting,
        typed,
        problem,
    });
    Ok((code, page).into_response())
}

async fn ask(
    State(app): State<App>,
    view: View,
    form: Form<ResetForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let reason: String = fields.reason.trim().chars().take(LONGEST_REASON).collect();
    if reason.is_empty() {
        return render(&app, &view, &session, fields, Some(Problem::NoReason)).await;
    }
    let id: StaffId = fields.id.parse().map_err(|_| PageError::not_found())?;
    let key = id.clone();
    let found = app.db.with(move |db| staff::find(db, &key)).await?;
    if !found.is_some_and(|one| may_change(&app, &session, &one)) {
        return Err(PageError::not_found());
    }
    let (asked_by, now) = (session.staff.id.clone(), app.clock.now());
    let ends_at = now.plus_seconds(i64::from(app.second_person_hours) * 3600);
    let asked = app.db.with(move |db| {
        let request = NewResetRequest {
            staff: &id,
            asked_by: &asked_by,
            reason: &reason,
            now,
            ends_at,
        };
        factor_resets::ask(db, request)
    });
    if asked.await? {
        return Ok(Redirect::to("/staff/second-factor?done=factor-reset-asked").into_response());
    }
    render(&app, &view, &session, fields, Some(Problem::NotPossible)).await
}

#[derive(Deserialize)]
struct RequestForm {
    id: i64,
}

/// Whether this administrator has a say in a request.
async fn has_say(app: &App, session: &Session, id: i64) -> Result<bool, PageError> {
    require_administrator(session)?;
    let waiting = waiting(app, session).await?;
    Ok(waiting.iter().any(|request| request.id == id))
}

async fn confirm(
    State(app): State<App>,
    view: View,
    form: Form<RequestForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let confirmed = if has_say(&app, &session, fields.id).await? {
        let (by, now) = (session.staff.id.clone(), app.clock.now());
        app.db
            .with(move |db| factor_resets::confirm(db, fields.id, &by, now))
            .await?
    } else {
        Confirmation::Over
    };
    let problem = match confirmed {
        Confirmation::Done => {
            app.access_changes.announce();
            return Ok(Redirect::to("/staff/second-factor?done=factor-reset").into_response());
        }
        Confirmation::Over => Problem::Over,
        Confirmation::SamePerson => Problem::NoSecondPerson,
    };
    render(&app, &view, &session, ResetForm::default(), Some(problem)).await
}

async fn refuse(
    State(app): State<App>,
    view: View,
    form: Form<RequestForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    if has_say(&app, &session, fields.id).await? {
        let (by, now) = (session.staff.id.clone(), app.clock.now());
        let refused = app
            .db
            .with(move |db| factor_resets::refuse(db, fields.id, &by, now));
        if refused.await? {
            let done = "/staff/second-factor?done=factor-reset-refused";
            return Ok(Redirect::to(done).into_response());
        }
    }
    let problem = Some(Problem::Over);
    render(&app, &view, &session, ResetForm::default(), problem).await
}
