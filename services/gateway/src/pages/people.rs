//! `/staff`: the accounts of a unit, for its administrator: let somebody in, change, reset, disable. An
//! administrator reaches accounts of their own unit, and of units at places within their unit's own.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
};
use serde::Deserialize;

use crate::{
    app::App,
    auth::{Form, Session, password},
    db::{
        sessions::Look,
        staff::{self, Noted, Staff},
    },
    error::Oops,
    page::{Page, View, html},
};

/// What happened of late that is shown.
const SHOWN: u32 = 50;

/// Roles that an administrator gives. Who supervises or audits a division is the bureau's to say, by the
/// command line.
const GIVEN: [Role; 3] = [Role::Clerk, Role::Specialist, Role::UnitAdministrator];

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff", get(show).post(put))
        .route("/staff/reset", post(reset))
        .route("/staff/disable", post(disable))
        .route("/staff/enable", post(enable))
}

#[derive(Template)]
#[template(path = "people.html")]
struct People<'a> {
    page: Page<'a>,
    people: Vec<Staff>,
    units: Vec<(UnitId, String)>,
    history: Vec<Noted>,
    /// An account and its one-time password, shown this once.
    made: Option<(StaffId, String)>,
    problem: Option<String>,
}

/// Whether an account of that unit is this administrator's to look after.
pub(crate) fn looks_after(app: &App, session: &Session, unit: &UnitId) -> bool {
    let within = || {
        let there = app.directory.unit(unit)?.division;
        let own = session.division(app)?;
        Some(own.contains(there) && own != there)
    };
    session.staff.role == Role::UnitAdministrator
        && (session.staff.unit == *unit || within().unwrap_or(false))
}

/// Whether an account is theirs to change. Not one that sees a division: whoever could set a supervisor's
/// password could sign in as one.
fn may_change(app: &App, session: &Session, one: &Staff) -> bool {
    GIVEN.contains(&one.role) && looks_after(app, session, &one.unit)
}

fn administrator(session: &Session) -> Result<(), Oops> {
    match session.staff.role {
        Role::UnitAdministrator => Ok(()),
        Role::Clerk | Role::Specialist | Role::Supervisor | Role::Auditor | Role::System => {
            Err(Oops::forbidden())
        }
    }
}

async fn show(State(app): State<App>, view: View) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    administrator(session)?;
    shown(&app, &view, session, None, None).await
}

async fn shown(
    app: &App,
    view: &View,
    session: &Session,
    made: Option<(StaffId, String)>,
    problem: Option<String>,
) -> Result<Response, Oops> {
    let read = app
        .db
        .with(|db| Ok((staff::all(db)?, staff::history(db, None, SHOWN)?)));
    let (mut people, mut history) = read.await?;
    people.retain(|one| looks_after(app, session, &one.unit));
    history.retain(|noted| people.iter().any(|one| one.id == noted.staff));
    let own = session.division(app).ok_or_else(Oops::not_found)?;
    let places = std::iter::once(own).chain(app.directory.children(own).map(|below| below.code));
    let sites = places.filter_map(|place| app.directory.site_at(place));
    let units = sites.flat_map(|site| app.directory.units_of(site));
    let units = units.filter(|unit| looks_after(app, session, &unit.id));
    let code = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = html(&People {
        page: view.page(app),
        people,
        units: units
            .map(|unit| (unit.id.clone(), unit.name.clone()))
            .collect(),
        history,
        made,
        problem,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct Wanted {
    id: String,
    name: String,
    role: String,
    unit: String,
}

async fn put(State(app): State<App>, view: View, form: Form<Wanted>) -> Result<Response, Oops> {
    let Form { session, fields } = form;
    administrator(&session)?;
    let parsed = (
        fields.id.trim().parse::<StaffId>(),
        fields.role.parse::<Role>(),
        fields.unit.parse::<UnitId>(),
    );
    let (Ok(id), Ok(role), Ok(unit)) = parsed else {
        let problem = view.page(&app).say.t("people-incomplete");
        return shown(&app, &view, &session, None, Some(problem)).await;
    };
    let name: String = fields.name.trim().chars().take(60).collect();
    let (asked, now) = (id.clone(), app.clock.now());
    let before = app.db.with(move |db| staff::find(db, &asked)).await?;
    let theirs = before
        .as_ref()
        .is_none_or(|before| may_change(&app, &session, before));
    let known = app.directory.unit(&unit).is_some();
    if name.is_empty()
        || !GIVEN.contains(&role)
        || !known
        || !looks_after(&app, &session, &unit)
        || !theirs
        || id == session.staff.id
    {
        let problem = view.page(&app).say.t("people-not-yours");
        return shown(&app, &view, &session, None, Some(problem)).await;
    }
    let one_time = before.is_none().then(password::one_time).transpose()?;
    let hash = match one_time.clone() {
        Some(text) => {
            let hashed = tokio::task::spawn_blocking(move || password::hash(&text)).await;
            Some(hashed.map_err(anyhow::Error::from)??)
        }
        None => None,
    };
    let staff = Staff {
        id: id.clone(),
        name,
        role,
        unit,
        disabled_at: before.as_ref().and_then(|before| before.disabled_at),
        look: Look::default(),
        must_change: one_time.is_some() || before.is_some_and(|before| before.must_change),
    };
    let by = session.staff.id.to_string();
    app.db
        .with(move |db| staff::put(db, &staff, hash.as_deref(), (&by, now)))
        .await?;
    shown(&app, &view, &session, one_time.map(|text| (id, text)), None).await
}

#[derive(Deserialize)]
struct Whom {
    id: String,
}

/// The account that a form names, if it is theirs to look after and not their own.
async fn whom(app: &App, form: &Form<Whom>) -> Result<StaffId, Oops> {
    administrator(&form.session)?;
    let id: StaffId = form.fields.id.parse().map_err(|_| Oops::not_found())?;
    let asked = id.clone();
    let found = app.db.with(move |db| staff::find(db, &asked)).await?;
    let theirs = found.is_some_and(|one| may_change(app, &form.session, &one));
    if !theirs || id == form.session.staff.id {
        return Err(Oops::not_found());
    }
    Ok(id)
}

async fn reset(State(app): State<App>, view: View, form: Form<Whom>) -> Result<Response, Oops> {
    let id = whom(&app, &form).await?;
    let one_time = password::one_time()?;
    let text = one_time.clone();
    let hashed = tokio::task::spawn_blocking(move || password::hash(&text)).await;
    let hash = hashed.map_err(anyhow::Error::from)??;
    let (by, asked, now) = (
        form.session.staff.id.to_string(),
        id.clone(),
        app.clock.now(),
    );
    app.db
        .with(move |db| staff::set_password(db, &asked, (&hash, true), None, (&by, now)))
        .await?;
    shown(&app, &view, &form.session, Some((id, one_time)), None).await
}

async fn disable(State(app): State<App>, form: Form<Whom>) -> Result<Response, Oops> {
    set_disabled(&app, &form, true).await
}

async fn enable(State(app): State<App>, form: Form<Whom>) -> Result<Response, Oops> {
    set_disabled(&app, &form, false).await
}

async fn set_disabled(app: &App, form: &Form<Whom>, disabled: bool) -> Result<Response, Oops> {
    let id = whom(app, form).await?;
    let (by, now) = (form.session.staff.id.to_string(), app.clock.now());
    app.db
        .with(move |db| staff::set_disabled(db, &id, disabled, (&by, now)))
        .await?;
    Ok(Redirect::to("/staff").into_response())
}
