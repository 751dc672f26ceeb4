//! `/late-entries` (补录审批): what colleagues enter late and ask the user to approve. The approval is signed as the user, for that
//! one entry; a refusal says why. The service that records the entry checks who approved it.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_proto::{actor::Role, typed::is_blank};
use serde::Deserialize;

use super::{
    form::Form,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        command_schema,
        db::{
            answer_links,
            late_approvals::{self, Answer, LateEntryRequest, WaitingRequest},
            request_answers::{self, Decision, RequestAnswer, RequestKind},
        },
        page_error::PageError,
    },
    identity::session::Session,
};

/// The address of the page.
const PAGE: &str = "/late-entries";
/// The longest reason of a refusal, in characters.
const LONGEST_REASON: usize = 200;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show))
        .route("/late-entries/approve", post(approve))
        .route("/late-entries/refuse", post(refuse))
}

#[derive(Template)]
#[template(path = "late-entries.html")]
struct LateEntriesTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    waiting: Vec<WaitingRequest>,
    /// The id of the message of what was wrong.
    problem: Option<&'static str>,
}

impl LateEntriesTemplate<'_> {
    /// What is entered, in words.
    fn act(&self, waiting: &WaitingRequest) -> String {
        let act = &waiting.request.act;
        let named = act.split_once('.').and_then(|(service, command)| {
            let service = service.parse().ok()?;
            command_schema::title(&service, command)
        });
        named.map_or_else(
            || act.clone(),
            |title| self.page.i18n.words(&title).to_owned(),
        )
    }

    /// Who enters it, for which unit.
    fn doer(&self, waiting: &WaitingRequest) -> String {
        let doer = &waiting.request.doer;
        let (who, unit) = (self.page.person(&doer.staff), self.page.unit(&doer.unit));
        self.page
            .i18n
            .t2("late-entry-doer", "who", who, "unit", unit)
    }

    /// Whether the post in use may approve it.
    fn may_approve(&self, waiting: &WaitingRequest) -> bool {
        let (approver, doer) = (self.session.actor(), &waiting.request.doer);
        let directory = &self.page.app.directory;
        directory.may_approve_late_entry(&approver, doer)
    }
}

/// Refuses users who approve nothing.
fn require_approver(session: &Session) -> Result<(), PageError> {
    match session.staff.role {
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::Supervisor => Ok(()),
        Role::Auditor | Role::System => Err(PageError::forbidden()),
    }
}

pub(super) async fn waiting(
    app: &App,
    session: &Session,
) -> Result<Vec<WaitingRequest>, PageError> {
    let (key, approver) = (app.draft_key.clone(), session.staff.id.clone());
    let now = app.clock.now();
    let read = app
        .db
        .with(move |db| late_approvals::waiting_for(db, &key, &approver, now));
    Ok(read.await?)
}

async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    render(&app, &view, session, None).await
}

async fn render(
    app: &App,
    view: &View,
    session: &Session,
    problem: Option<&'static str>,
) -> Result<Response, PageError> {
    require_approver(session)?;
    let waiting = waiting(app, session).await?;
    let mut page = view.page(app);
    if problem.is_some() {
        // A change of language leads back here, from the answer to a form too.
        PAGE.clone_into(&mut page.path);
    }
    let code = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = html(&LateEntriesTemplate {
        page,
        session,
        waiting,
        problem,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct AnswerForm {
    id: i64,
    #[serde(default)]
    why: String,
}

async fn found(app: &App, session: &Session, id: i64) -> Result<Option<WaitingRequest>, PageError> {
    require_approver(session)?;
    let waiting = waiting(app, session).await?;
    Ok(waiting.into_iter().find(|one| one.id == id))
}

/// Records the user's answer, and tells the person who asked; false if the request does not wait any more.
async fn decide(app: &App, one: WaitingRequest, answer: Answer) -> Result<bool, PageError> {
    let now = app.clock.now();
    let told = RequestAnswer {
        kind: RequestKind::LateEntry,
        subject: one.request.act.clone(),
        link: entry_form(&one.request),
        decision: match &answer {
            Answer::Refused(why) => Decision::Refused(why.clone()),
            Answer::Approved(_) | Answer::Waiting => Decision::Approved,
        },
        by: one.request.approver.clone(),
        at: now,
    };
    let decided = app.db.with(move |db| {
        let change = db.transaction()?;
        let is_decided = late_approvals::decide(&change, one.id, &answer, now)?;
        if is_decided {
            request_answers::tell(&change, &one.request.doer.staff, &told)?;
        }
        change.commit()?;
        Ok(is_decided)
    });
    Ok(decided.await?)
}

/// Where the entry goes on: its form, as it was kept, or the case.
fn entry_form(request: &LateEntryRequest) -> String {
    match &request.case {
        Some(case) => format!("/cases/{case}"),
        None => answer_links::form_of(&request.entry.to_string()),
    }
}

async fn approve(
    State(app): State<App>,
    view: View,
    form: Form<AnswerForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let Some(one) = found(&app, &session, fields.id).await? else {
        return render(&app, &view, &session, Some("late-entry-over")).await;
    };
    let approver = session.actor();
    if !app
        .directory
        .may_approve_late_entry(&approver, &one.request.doer)
    {
        return render(&app, &view, &session, Some("late-entry-other-post")).await;
    }
    let issuer = app.client.bus().issuer();
    let token = issuer.and_then(|issuer| issuer.late_approval(&one.request.claim(), &approver));
    let Some(token) = token else {
        return render(&app, &view, &session, Some("late-entry-unsigned")).await;
    };
    if decide(&app, one, Answer::Approved(token)).await? {
        Ok(Redirect::to("/late-entries?done=late-entry-approved").into_response())
    } else {
        render(&app, &view, &session, Some("late-entry-over")).await
    }
}

async fn refuse(
    State(app): State<App>,
    view: View,
    form: Form<AnswerForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let why: String = fields.why.trim().chars().take(LONGEST_REASON).collect();
    if is_blank(&why) {
        return render(&app, &view, &session, Some("late-entry-no-reason")).await;
    }
    let one = found(&app, &session, fields.id).await?;
    if let Some(one) = one
        && decide(&app, one, Answer::Refused(why)).await?
    {
        return Ok(Redirect::to("/late-entries?done=late-entry-refused").into_response());
    }
    render(&app, &view, &session, Some("late-entry-over")).await
}
