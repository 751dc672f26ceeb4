//! `/late-entries` (补录审批): what colleagues enter late and ask the user to approve. The approval is signed as the user, for that
//! one entry; a refusal says why. The service that records the entry checks who approved it. What was filled in is shown to who may
//! approve it, once intake has recorded that.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use onestop_proto::{actor::Role, typed::says_nothing};
use serde::Deserialize;
use serde_json::Value;

use super::{
    form::Form,
    late_entry_data::{FilledField, filled_fields},
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
        page_error::{PageError, PageResult},
    },
    identity::{late_approval, session::Session},
};

/// The address of the page.
const PAGE: &str = "/late-entries";
/// The longest reason of a refusal, in characters.
const LONGEST_REASON: usize = 200;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show))
        .route("/late-entries/open", post(open))
        .route("/late-entries/approve", post(approve))
        .route("/late-entries/refuse", post(refuse))
}

#[derive(Template)]
#[template(path = "late-entries.html")]
struct LateEntriesTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    waiting: Vec<WaitingRequest>,
    opened: Option<OpenedEntry>,
    /// The id of the message of what was wrong.
    problem: Option<&'static str>,
}

/// A request of which the user reads what was filled in.
struct OpenedEntry {
    id: i64,
    fields: Vec<FilledField>,
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

    /// Whether the user has opened this one.
    fn is_opened(&self, waiting: &WaitingRequest) -> bool {
        let opened = self.opened.as_ref();
        opened.is_some_and(|opened| opened.id == waiting.id)
    }

    /// What was filled in of the one that the user has opened.
    fn fields(&self) -> impl Iterator<Item = &FilledField> {
        self.opened.iter().flat_map(|opened| &opened.fields)
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
    Ok(late_approval::waiting(app, &session.staff.id).await?)
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    render(&app, &view, session, PageContent::List).await
}

/// What the page shows besides the requests.
enum PageContent {
    List,
    Opened(Box<(WaitingRequest, Value)>),
    /// What was wrong, by the id of its message.
    Problem(&'static str),
}

async fn render(app: &App, view: &View, session: &Session, content: PageContent) -> PageResult {
    require_approver(session)?;
    let waiting = waiting(app, session).await?;
    let mut page = view.page(app);
    if !page.is_here(PAGE) {
        // A change of language leads back here, from the answer to a form too.
        PAGE.clone_into(&mut page.path);
    }
    let (code, opened, problem) = match content {
        PageContent::List => (StatusCode::OK, None, None),
        PageContent::Opened(one) => {
            let (request, data) = *one;
            let fields = filled_fields(&page, &request.request.act, &data);
            let id = request.id;
            (StatusCode::OK, Some(OpenedEntry { id, fields }), None)
        }
        PageContent::Problem(problem) => (StatusCode::UNPROCESSABLE_ENTITY, None, Some(problem)),
    };
    let page = html(&LateEntriesTemplate {
        page,
        session,
        waiting,
        opened,
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

/// Shows what was filled in, to who may approve it, once intake has recorded that they read it.
async fn open(State(app): State<App>, view: View, form: Form<AnswerForm>) -> PageResult {
    let Form { session, fields } = form;
    let problem = |problem| render(&app, &view, &session, PageContent::Problem(problem));
    let Some(one) = found(&app, &session, fields.id).await? else {
        return problem("late-entry-over").await;
    };
    let doer = &one.request.doer;
    if !app.directory.may_approve_late_entry(&session.actor(), doer) {
        return problem("late-entry-other-post").await;
    }
    let opened = late_approval::opened(&app, &session.actor(), &one).await?;
    let Some(data) = opened else {
        return problem("late-entry-not-kept").await;
    };
    let opened = PageContent::Opened(Box::new((one, data)));
    render(&app, &view, &session, opened).await
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
    let told = told.sealed(&app.draft_key, &one.request.doer.staff);
    let key = app.draft_key.clone();
    let decided = app.db.with(move |db| {
        let change = db.transaction()?;
        let of = (one.id, one.request.entry);
        let is_decided = late_approvals::decide(&change, &key, of, (&answer, now))?;
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

async fn approve(State(app): State<App>, view: View, form: Form<AnswerForm>) -> PageResult {
    let Form { session, fields } = form;
    let Some(one) = found(&app, &session, fields.id).await? else {
        return render(
            &app,
            &view,
            &session,
            PageContent::Problem("late-entry-over"),
        )
        .await;
    };
    let approver = session.actor();
    if !app
        .directory
        .may_approve_late_entry(&approver, &one.request.doer)
    {
        return render(
            &app,
            &view,
            &session,
            PageContent::Problem("late-entry-other-post"),
        )
        .await;
    }
    let issuer = app.client.bus().issuer();
    let token = issuer.and_then(|issuer| issuer.late_approval(&one.request.claim(), &approver));
    let Some(token) = token else {
        return render(
            &app,
            &view,
            &session,
            PageContent::Problem("late-entry-unsigned"),
        )
        .await;
    };
    if decide(&app, one, Answer::Approved(token)).await? {
        Ok(Redirect::to("/late-entries?done=late-entry-approved").into_response())
    } else {
        render(
            &app,
            &view,
            &session,
            PageContent::Problem("late-entry-over"),
        )
        .await
    }
}

async fn refuse(State(app): State<App>, view: View, form: Form<AnswerForm>) -> PageResult {
    let Form { session, fields } = form;
    let why: String = fields.why.trim().chars().take(LONGEST_REASON).collect();
    if says_nothing(&why) {
        return render(
            &app,
            &view,
            &session,
            PageContent::Problem("late-entry-no-reason"),
        )
        .await;
    }
    let one = found(&app, &session, fields.id).await?;
    if let Some(one) = one
        && decide(&app, one, Answer::Refused(why)).await?
    {
        return Ok(Redirect::to("/late-entries?done=late-entry-refused").into_response());
    }
    render(
        &app,
        &view,
        &session,
        PageContent::Problem("late-entry-over"),
    )
    .await
}
