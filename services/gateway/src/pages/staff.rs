//! `/staff`: the accounts of a unit, for its administrator: add, change, reset, disable. An administrator
//! manages the accounts of their own unit, and of units in divisions below their unit's.

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

use super::{
    form::Form,
    shell::{Page, View, html},
    staff_rights::{ASSIGNABLE, manages_unit, may_change, require_administrator},
    staff_second_factor,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Access, NewPassword, Preferences, Staff},
            staff_history::{self, Author, HistoryEntry},
        },
        page_error::PageError,
    },
    identity::{authentication::hash_new, password, session::Session},
};

/// Entries of the history shown.
const HISTORY: u32 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff", get(show).post(put))
        .route("/staff/reset", post(reset))
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
    /// Requests to remove a colleague's second factor that wait for a second person.
    waiting: usize,
    /// An account and its one-time password, shown only now.
    made: Option<(StaffId, String)>,
    problem: Option<String>,
}

async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    require_administrator(session)?;
    render(&app, &view, session, None, None).await
}

async fn render(
    app: &App,
    view: &View,
    session: &Session,
    made: Option<(StaffId, String)>,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let read = app
        .db
        .with(|db| Ok((staff::all(db)?, staff_history::list(db, None, HISTORY)?)));
    let (mut people, mut history) = read.await?;
    people.retain(|one| manages_unit(app, session, &one.unit));
    history.retain(|entry| people.iter().any(|one| one.id == entry.staff));
    let own = session.division(app).ok_or_else(PageError::not_found)?;
    let places = std::iter::once(own).chain(app.directory.children(own).map(|below| below.code));
    let sites = places.filter_map(|place| app.directory.site_at(place));
    let units = sites.flat_map(|site| app.directory.units_of(site));
    let units = units.filter(|unit| manages_unit(app, session, &unit.id));
    let waiting = staff_second_factor::waiting(app, session).await?.len();
    let code = if problem.is_some() {
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
        made,
        problem,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct StaffForm {
    id: String,
    name: String,
    role: String,
    unit: String,
}

async fn put(
    State(app): State<App>,
    view: View,
    form: Form<StaffForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    require_administrator(&session)?;
    let parsed = (
        fields.id.trim().parse::<StaffId>(),
        fields.role.parse::<Role>(),
        fields.unit.parse::<UnitId>(),
    );
    let (Ok(id), Ok(role), Ok(unit)) = parsed else {
        let problem = view.page(&app).i18n.t("staff-incomplete");
        return render(&app, &view, &session, None, Some(problem)).await;
    };
    let name: String = fields.name.trim().chars().take(60).collect();
    let (staff_id, now) = (id.clone(), app.clock.now());
    let before = app.db.with(move |db| staff::find(db, &staff_id)).await?;
    let permitted = before
        .as_ref()
        .is_none_or(|before| may_change(&app, &session, before));
    let known = app.directory.unit(&unit).is_some();
    if name.is_empty()
        || !ASSIGNABLE.contains(&role)
        || !known
        || !manages_unit(&app, &session, &unit)
        || !permitted
        || id == session.staff.id
    {
        let problem = view.page(&app).i18n.t("staff-not-yours");
        return render(&app, &view, &session, None, Some(problem)).await;
    }
    let one_time = before.is_none().then(password::one_time).transpose()?;
    let hash = match one_time.clone() {
        Some(text) => Some(hash_new(&app, text).await?),
        None => None,
    };
    let staff = Staff {
        id: id.clone(),
        name,
        role,
        unit,
        disabled_at: before.as_ref().and_then(|before| before.disabled_at),
        preferences: Preferences::default(),
        must_change: one_time.is_some() || before.is_some_and(|before| before.must_change),
        second_factor: false,
    };
    let by = session.staff.id.to_string();
    app.db
        .with(move |db| staff::put(db, &staff, hash.as_deref(), Author { by: &by, at: now }))
        .await?;
    app.access_changes.announce();
    render(&app, &view, &session, one_time.map(|text| (id, text)), None).await
}

#[derive(Deserialize)]
struct StaffIdForm {
    id: String,
}

/// The account that a form names, if this administrator may change it and it is not their own.
async fn target(app: &App, form: &Form<StaffIdForm>) -> Result<StaffId, PageError> {
    require_administrator(&form.session)?;
    let id: StaffId = form.fields.id.parse().map_err(|_| PageError::not_found())?;
    let staff_id = id.clone();
    let found = app.db.with(move |db| staff::find(db, &staff_id)).await?;
    let permitted = found.is_some_and(|one| may_change(app, &form.session, &one));
    if !permitted || id == form.session.staff.id {
        return Err(PageError::not_found());
    }
    Ok(id)
}

async fn reset(
    State(app): State<App>,
    view: View,
    form: Form<StaffIdForm>,
) -> Result<Response, PageError> {
    let id = target(&app, &form).await?;
    let one_time = password::one_time()?;
    let hash = hash_new(&app, one_time.clone()).await?;
    let (by, staff_id, now) = (
        form.session.staff.id.to_string(),
        id.clone(),
        app.clock.now(),
    );
    app.db
        .with(move |db| {
            let password = NewPassword {
                hash: &hash,
                must_change: true,
            };
            staff::set_password(db, &staff_id, password, None, Author { by: &by, at: now })
        })
        .await?;
    app.access_changes.announce();
    render(&app, &view, &form.session, Some((id, one_time)), None).await
}

async fn disable(State(app): State<App>, form: Form<StaffIdForm>) -> Result<Response, PageError> {
    set_access(&app, &form, Access::Disabled).await
}

async fn enable(State(app): State<App>, form: Form<StaffIdForm>) -> Result<Response, PageError> {
    set_access(&app, &form, Access::Enabled).await
}

async fn set_access(
    app: &App,
    form: &Form<StaffIdForm>,
    access: Access,
) -> Result<Response, PageError> {
    let id = target(app, form).await?;
    let (by, now) = (form.session.staff.id.to_string(), app.clock.now());
    app.db
        .with(move |db| staff::set_access(db, &id, access, Author { by: &by, at: now }))
        .await?;
    app.access_changes.announce();
    Ok(Redirect::to("/staff").into_response())
}
