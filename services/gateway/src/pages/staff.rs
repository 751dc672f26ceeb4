//! `/staff`: the accounts of a unit, for its administrator: add, change, disable. Where one hand alone would be dangerous,
//! it is asked for here or on `/staff/requests`, and done when a second person confirms.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use onestop_proto::ids::{StaffId, UnitId};
use serde::Deserialize;

use super::{
    form::Form,
    shell::{Page, View, html},
    staff_form::AccountForm,
    staff_requests::{self, Problem},
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Access, Staff},
            staff_history::{self, Author, HistoryEntry},
        },
        page_error::PageError,
    },
    identity::{
        account_act::{Act, ActKind},
        four_eyes::{ASSIGNABLE, ActOn, AskRefusal, Hands, looks_after},
        session::Session,
    },
};

/// Entries of the history shown.
const HISTORY: u32 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff/disable", post(disable))
        .route("/staff/enable", post(enable))
}

#[derive(Template)]
#[template(path = "staff.html")]
struct StaffTemplate<'a> {
    page: Page<'a>,
    people: Vec<Staff>,
    units: Vec<(UnitId, String)>,
    history: Vec<HistoryEntry>,
    /// Requests that wait for a second person.
    waiting: usize,
    shown: ListView,
}

/// What the page shows besides the accounts.
#[derive(Default)]
pub(super) struct ListView {
    /// An account and its one-time password, shown only now.
    pub(super) made: Option<(StaffId, String)>,
    pub(super) problem: Option<String>,
    /// What the form of an account shows.
    pub(super) form: AccountForm,
    /// The account that the form changes, or that has the name of the one to be added.
    pub(super) existing: Option<Staff>,
}

impl ListView {
    pub(super) fn problem(problem: String) -> Self {
        Self {
            problem: Some(problem),
            ..Self::default()
        }
    }
}

impl StaffTemplate<'_> {
    /// Whether an act on this account takes a second person.
    fn takes_two(&self, one: &Staff, kind: ActKind) -> bool {
        let asker = self.page.session.map(|session| &session.staff);
        let hands = Act::plain(kind).zip(asker).map(|(act, asker)| {
            let wanted = ActOn {
                id: &one.id,
                subject: Some(one),
                act: &act,
            };
            wanted.hands(asker)
        });
        hands != Some(Hands::One)
    }

    /// Whether the user may set the password of this account, which opens all its posts.
    fn is_changeable(&self, one: &Staff) -> bool {
        let wanted = ActOn {
            id: &one.id,
            subject: Some(one),
            act: &Act::ResetPassword,
        };
        self.page.session.is_some_and(|session| {
            let asked = wanted.check_ask(&session.staff, &self.page.app.directory);
            asked.is_ok()
        })
    }

    /// The posts of an account, the main one first.
    fn posts(&self, one: &Staff) -> Vec<String> {
        let others = one.other_posts.iter().cloned();
        let posts = std::iter::once(one.post()).chain(others);
        posts.map(|post| self.page.post(&post)).collect()
    }
}

pub(super) async fn render(
    app: &App,
    view: &View,
    session: &Session,
    shown: ListView,
) -> Result<Response, PageError> {
    let read = app
        .db
        .with(|db| Ok((staff::all(db)?, staff_history::list(db, None, HISTORY)?)));
    let (mut people, mut history) = read.await?;
    let is_theirs = |unit: &UnitId| looks_after(&session.staff, unit, &app.directory);
    people.retain(|one| one.units().any(is_theirs));
    history.retain(|entry| people.iter().any(|one| one.id == entry.staff));
    let own = session.division(app).ok_or_else(PageError::not_found)?;
    let places = std::iter::once(own).chain(app.directory.children(own).map(|below| below.code));
    let sites = places.filter_map(|place| app.directory.site_at(place));
    let units = sites.flat_map(|site| app.directory.units_of(site));
    let units = units.filter(|unit| is_theirs(&unit.id));
    let waiting = staff_requests::waiting(app, session).await?.len();
    let code = if shown.problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = html(&StaffTemplate {
        page: view.page(app),
        people,
        units: units
            .map(|unit| (unit.id.clone(), unit.name.clone()))
            .collect(),
        history,
        waiting,
        shown,
    });
    Ok((code, page).into_response())
}

/// The page again, with what was wrong.
pub(super) async fn refuse(
    app: &App,
    view: &View,
    session: &Session,
    problem: Problem,
) -> Result<Response, PageError> {
    let problem = view.page(app).i18n.t(problem.message_id());
    render(app, view, session, ListView::problem(problem)).await
}

#[derive(Deserialize)]
struct StaffIdForm {
    id: String,
}

async fn disable(
    State(app): State<App>,
    view: View,
    form: Form<StaffIdForm>,
) -> Result<Response, PageError> {
    set_access(&app, &view, &form, Access::Disabled).await
}

async fn enable(
    State(app): State<App>,
    view: View,
    form: Form<StaffIdForm>,
) -> Result<Response, PageError> {
    set_access(&app, &view, &form, Access::Enabled).await
}

async fn set_access(
    app: &App,
    view: &View,
    form: &Form<StaffIdForm>,
    access: Access,
) -> Result<Response, PageError> {
    let session = &form.session;
    require_administrator(session)?;
    let id: StaffId = form.fields.id.parse().map_err(|_| PageError::not_found())?;
    let key = id.clone();
    let subject = app.db.with(move |db| staff::find(db, &key)).await?;
    let act = match access {
        Access::Enabled => Act::Enable,
        Access::Disabled => Act::Disable,
    };
    let wanted = ActOn {
        id: &id,
        subject: subject.as_ref(),
        act: &act,
    };
    match wanted.check_ask(&session.staff, &app.directory) {
        Ok(Hands::One) => {}
        Ok(Hands::Two) => return refuse(app, view, session, Problem::TakesTwo).await,
        // It is so already: pressed twice.
        Err(AskRefusal::NothingToDo) => return Ok(Redirect::to("/staff").into_response()),
        Err(AskRefusal::Own | AskRefusal::NotYours) => return Err(PageError::not_found()),
    }
    let (by, now) = (session.staff.id.to_string(), app.clock.now());
    app.db
        .with(move |db| staff::set_access(db, &id, access, Author { by: &by, at: now }))
        .await?;
    app.access_changes.announce();
    Ok(Redirect::to("/staff").into_response())
}
