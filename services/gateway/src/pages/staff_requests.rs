//! `/staff/requests`: what takes two people. One administrator asks and says why, another person, of the unit or above it,
//! confirms before the deadline.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use onestop_proto::{actor::Role, ids::StaffId, typed::says_nothing};
use serde::Deserialize;

use super::{
    form::Form,
    request_confirmers::confirmers,
    shell::{Page, View, html},
    staff_rights::{require_administrator, require_second_person},
};
use crate::{
    app::App,
    core::{
        db::{
            act_requests::{self, ActRequest, NewActRequest, Word},
            staff::{self, Staff},
        },
        page_error::{PageError, PageResult},
    },
    identity::{
        account_act::{Act, ActKind},
        authentication::hash_new,
        four_eyes::{ActOn, AskRefusal, ConfirmRefusal, Hands, looks_after},
        password,
        session::Session,
    },
};

/// The address of the page.
const PAGE: &str = "/staff/requests";
/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;
/// As many people are named who can confirm.
const MOST_NAMED: usize = 6;
/// What is asked for on this page; accounts are added and changed on that of the staff.
const OFFERED: [ActKind; 4] = [
    ActKind::ResetPassword,
    ActKind::ResetSecondFactor,
    ActKind::Disable,
    ActKind::Enable,
];

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show).post(ask))
        .route("/staff/requests/confirm", post(confirm))
        .route("/staff/requests/refuse", post(refuse))
}

#[derive(Template)]
#[template(path = "staff-requests.html")]
struct RequestsTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    /// Colleagues about whom the user can ask for something; empty for supervisors, who only confirm.
    people: Vec<Staff>,
    waiting: Vec<ActRequest>,
    /// All accounts: some of their owners can confirm.
    accounts: Vec<Staff>,
    typed: AskForm,
    /// An account and its one-time password, shown only now.
    made: Option<(StaffId, String)>,
    problem: Option<Problem>,
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    NoReason,
    /// A colleague's request is refused without a reason.
    NoRefusalReason,
    /// The same was asked for already.
    Waits,
    /// One person does it, on the page of the staff.
    OneIsEnough,
    TakesTwo,
    Ask(AskRefusal),
    Confirm(ConfirmRefusal),
}

impl Problem {
    pub(super) const fn message_id(self) -> &'static str {
        match self {
            Self::NoReason => "request-no-reason",
            Self::NoRefusalReason => "request-no-refusal-reason",
            Self::Waits => "request-waits",
            Self::OneIsEnough => "request-one-is-enough",
            Self::TakesTwo => "request-takes-two",
            Self::Ask(AskRefusal::Own) => "request-own",
            Self::Ask(AskRefusal::NotYours) => "staff-not-yours",
            Self::Ask(AskRefusal::RoleNotThere) | Self::Confirm(ConfirmRefusal::RoleNotThere) => {
                "staff-role-not-there"
            }
            Self::Ask(AskRefusal::NothingToDo) => "request-nothing-to-do",
            Self::Confirm(ConfirmRefusal::Over) => "request-over",
            Self::Confirm(ConfirmRefusal::SamePerson) => "request-same-person",
            Self::Confirm(ConfirmRefusal::NoSay) => "request-no-say",
        }
    }
}

/// An act to choose.
struct Offered {
    value: &'static str,
    name: String,
    is_chosen: bool,
}

impl RequestsTemplate<'_> {
    fn is_chosen(&self, staff: &StaffId) -> bool {
        self.typed.id == staff.as_str()
    }

    fn hours(&self) -> String {
        self.page.app.second_person_hours.to_string()
    }

    /// Whether the user decides about parked events and followed logs.
    fn decides_events(&self) -> bool {
        self.session.staff.role == Role::Supervisor
    }

    fn is_own(&self, request: &ActRequest) -> bool {
        request.asked_by == self.session.staff.id
    }

    /// Who can confirm what the user has asked for, in words.
    fn confirmers(&self, request: &ActRequest) -> String {
        let able = confirmers(request, &self.accounts, &self.page.app.directory);
        if able.is_empty() {
            return self.page.i18n.t("request-confirmers-none");
        }
        let named = able.into_iter().take(MOST_NAMED).map(|one| {
            let unit = self.page.unit(&one.unit);
            format!("{}{}", one.name, self.page.in_brackets(&unit))
        });
        let who = self.page.list(named);
        self.page.i18n.t1("request-confirmers", "who", who)
    }

    fn lacks_reason(&self) -> bool {
        self.problem == Some(Problem::NoReason)
    }

    fn offered(&self) -> Vec<Offered> {
        let offered = |kind: ActKind| Offered {
            value: kind.as_str(),
            name: self.page.i18n.t(act_name(kind)),
            is_chosen: self.typed.act == kind.as_str(),
        };
        OFFERED.into_iter().map(offered).collect()
    }

    /// What is asked for, in words.
    fn act(&self, request: &ActRequest) -> String {
        let name = match &request.act {
            Act::Put(new) => new.name.clone(),
            Act::ResetSecondFactor
            | Act::ResetPassword
            | Act::Disable
            | Act::Enable
            | Act::AddPost(_)
            | Act::RemovePost(_) => self.page.person(&request.staff),
        };
        let name = format!("{name}{}", self.page.in_brackets(&request.staff));
        let what = self.page.history_words(&request.act.phrase());
        self.page
            .i18n
            .t2("request-about", "who", name, "what", what)
    }
}

const fn act_name(kind: ActKind) -> &'static str {
    match kind {
        ActKind::ResetPassword => "history-password-reset",
        ActKind::ResetSecondFactor => "history-factor-reset",
        ActKind::Disable => "history-disabled",
        ActKind::Enable => "history-enabled",
        ActKind::Put => "history-put-plain",
        ActKind::AddPost | ActKind::RemovePost => "history-post-changed",
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AskForm {
    id: String,
    act: String,
    reason: String,
}

/// The requests that the user of a session has asked for or may confirm.
pub(super) async fn waiting(app: &App, session: &Session) -> Result<Vec<ActRequest>, PageError> {
    let now = app.clock.now();
    let read = app
        .db
        .with(move |db| Ok((staff::all(db)?, act_requests::waiting(db, now)?)));
    let (people, waiting) = read.await?;
    let find = |id: &StaffId| people.iter().find(|one| one.id == *id);
    let is_theirs = |request: &ActRequest| {
        let act = ActOn {
            id: &request.staff,
            subject: find(&request.staff),
            act: &request.act,
        };
        let own = &session.staff;
        let requester = find(&request.asked_by).cloned();
        let requester = requester.and_then(|author| request.requester(author));
        let has_say = |requester: Staff| {
            act.is_for(own, &requester, &app.directory) && own.id != request.staff
        };
        request.asked_by == own.id || requester.is_some_and(has_say)
    };
    let theirs = waiting.into_iter().filter(is_theirs);
    Ok(theirs
        .map(|request| request.opened(&app.draft_key))
        .collect())
}

/// Asks for an act as the user of a page; what was wrong, if it was not asked for.
pub(super) async fn ask_for(
    app: &App,
    session: &Session,
    id: &StaffId,
    act: Act,
    reason: &str,
) -> Result<Option<Problem>, PageError> {
    let reason: String = reason.trim().chars().take(LONGEST_REASON).collect();
    if says_nothing(&reason) {
        return Ok(Some(Problem::NoReason));
    }
    let (id, now) = (id.clone(), app.clock.now());
    let (asked_by, requester_unit) = (session.staff.id.clone(), session.staff.unit.clone());
    let ends_at = now.plus_seconds(i64::from(app.second_person_hours) * 3600);
    let key = app.draft_key.clone();
    let asked = app.db.with(move |db| {
        let request = NewActRequest {
            staff: &id,
            act: &act,
            asked_by: &asked_by,
            requester_unit: &requester_unit,
            reason: &reason,
            now,
            ends_at,
        };
        act_requests::ask(db, &key, request)
    });
    Ok(if asked.await? {
        None
    } else {
        Some(Problem::Waits)
    })
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    require_second_person(session)?;
    let query = view.query(&["id", "act"]);
    let typed = AskForm {
        id: query.get("id").to_owned(),
        act: query.get("act").to_owned(),
        reason: String::new(),
    };
    render(&app, &view, session, PageState::typed(typed)).await
}

/// What a page shows besides what waits.
#[derive(Default)]
struct PageState {
    typed: AskForm,
    made: Option<(StaffId, String)>,
    problem: Option<Problem>,
}

impl PageState {
    fn typed(typed: AskForm) -> Self {
        Self {
            typed,
            ..Self::default()
        }
    }

    fn problem(typed: AskForm, problem: Problem) -> Self {
        Self {
            typed,
            problem: Some(problem),
            made: None,
        }
    }
}

async fn render(app: &App, view: &View, session: &Session, shown: PageState) -> PageResult {
    let accounts = app.db.with(|db| staff::all(db)).await?;
    let mut people = accounts.clone();
    people.retain(|one| {
        let mut units = one.units();
        let is_theirs = units.all(|unit| looks_after(&session.staff, unit, &app.directory));
        is_theirs && one.id != session.staff.id
    });
    let waiting = waiting(app, session).await?;
    let code = match shown.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let mut page = view.page(app);
    // A change of language leads back here, from the answer to a form too.
    if shown.problem.is_some() || shown.made.is_some() {
        PAGE.clone_into(&mut page.path);
    }
    let page = html(&RequestsTemplate {
        page,
        session,
        people,
        waiting,
        accounts,
        typed: shown.typed,
        made: shown.made,
        problem: shown.problem,
    });
    Ok((code, page).into_response())
}

async fn ask(State(app): State<App>, view: View, form: Form<AskForm>) -> PageResult {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let kind: Option<ActKind> = fields.act.parse().ok();
    let id: StaffId = fields.id.parse().map_err(|_| PageError::not_found())?;
    let act = kind.and_then(Act::plain).ok_or_else(PageError::not_found)?;
    let key = id.clone();
    let subject = app.db.with(move |db| staff::find(db, &key)).await?;
    let wanted = ActOn {
        id: &id,
        subject: subject.as_ref(),
        act: &act,
    };
    let problem = match wanted.check_ask(&session.staff, &app.directory) {
        // An administrator who does not look after the account does not learn whether there is one.
        Err(AskRefusal::NotYours) => return Err(PageError::not_found()),
        Err(refusal) => Some(Problem::Ask(refusal)),
        Ok(Hands::One) => Some(Problem::OneIsEnough),
        Ok(Hands::Two) => ask_for(&app, &session, &id, act, &fields.reason).await?,
    };
    match problem {
        None => Ok(Redirect::to("/staff/requests?done=request-asked").into_response()),
        Some(problem) => render(&app, &view, &session, PageState::problem(fields, problem)).await,
    }
}

#[derive(Deserialize)]
struct RequestForm {
    id: i64,
    #[serde(default)]
    why: String,
}

/// A request that the user of a session has asked for or may confirm.
async fn found(app: &App, session: &Session, id: i64) -> Result<Option<ActRequest>, PageError> {
    require_second_person(session)?;
    let waiting = waiting(app, session).await?;
    Ok(waiting.into_iter().find(|request| request.id == id))
}

async fn confirm(State(app): State<App>, view: View, form: Form<RequestForm>) -> PageResult {
    let Form { session, fields } = form;
    let refused = |refusal| PageState::problem(AskForm::default(), Problem::Confirm(refusal));
    let Some(request) = found(&app, &session, fields.id).await? else {
        return render(&app, &view, &session, refused(ConfirmRefusal::Over)).await;
    };
    let one_time = one_time_of(&app, &request).await?;
    let hash = match one_time.clone() {
        Some(text) => Some(hash_new(&app, text).await?),
        None => None,
    };
    let (by, post) = (session.staff.id.clone(), session.staff.post());
    let (directory, now) = (Arc::clone(&app.directory), app.clock.now());
    let confirmed = app.db.with(move |db| {
        let word = Word {
            request: fields.id,
            by: &by,
            post: &post,
            now,
        };
        act_requests::confirm(db, &directory, word, hash.as_deref())
    });
    if let Err(refusal) = confirmed.await? {
        return render(&app, &view, &session, refused(refusal)).await;
    }
    app.access_changes.announce();
    let Some(text) = one_time else {
        return Ok(Redirect::to("/staff/requests?done=request-confirmed").into_response());
    };
    let shown = PageState {
        made: Some((request.staff, text)),
        ..PageState::default()
    };
    render(&app, &view, &session, shown).await
}

/// The one-time password that comes of an act.
async fn one_time_of(app: &App, request: &ActRequest) -> Result<Option<String>, PageError> {
    let key = request.staff.clone();
    let subject = app.db.with(move |db| staff::find(db, &key)).await?;
    let act = ActOn {
        id: &request.staff,
        subject: subject.as_ref(),
        act: &request.act,
    };
    let needed = act_requests::needs_password(&act);
    Ok(needed.then(password::one_time).transpose()?)
}

async fn refuse(State(app): State<App>, view: View, form: Form<RequestForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(request) = found(&app, &session, fields.id).await? {
        let why: String = fields.why.trim().chars().take(LONGEST_REASON).collect();
        if says_nothing(&why) && request.asked_by != session.staff.id {
            let state = PageState::problem(AskForm::default(), Problem::NoRefusalReason);
            return render(&app, &view, &session, state).await;
        }
        let (by, post) = (session.staff.id.clone(), session.staff.post());
        let (key, now) = (app.draft_key.clone(), app.clock.now());
        let refused = app.db.with(move |db| {
            let word = Word {
                request: fields.id,
                by: &by,
                post: &post,
                now,
            };
            act_requests::refuse(db, &key, word, &why)
        });
        if refused.await? {
            return Ok(Redirect::to("/staff/requests?done=request-refused").into_response());
        }
    }
    let over = Problem::Confirm(ConfirmRefusal::Over);
    render(
        &app,
        &view,
        &session,
        PageState::problem(AskForm::default(), over),
    )
    .await
}
