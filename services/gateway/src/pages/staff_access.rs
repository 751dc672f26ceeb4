//! `/staff/disable` and `/staff/enable`: stops an account, and lets it in again.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::post,
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;

use super::{
    form::Form, shell::View, staff::ListView, staff_refusal::refuse, staff_requests::Problem,
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        db::{
            staff::{self, Access},
            staff_history::Author,
        },
        page_error::{PageError, PageResult},
    },
    identity::{
        account_act::Act,
        four_eyes::{ActOn, AskRefusal, Hands},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff/disable", post(disable))
        .route("/staff/enable", post(enable))
}

#[derive(Deserialize)]
struct StaffIdForm {
    id: String,
}

async fn disable(State(app): State<App>, view: View, form: Form<StaffIdForm>) -> PageResult {
    set_access(&app, &view, &form, Access::Disabled).await
}

async fn enable(State(app): State<App>, view: View, form: Form<StaffIdForm>) -> PageResult {
    set_access(&app, &view, &form, Access::Enabled).await
}

async fn set_access(
    app: &App,
    view: &View,
    form: &Form<StaffIdForm>,
    access: Access,
) -> PageResult {
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
        Ok(Hands::Two) => {
            return refuse(app, view, session, Problem::TakesTwo, ListView::default()).await;
        }
        // It is so already: pressed twice.
        Err(AskRefusal::NothingToDo) => return Ok(Redirect::to("/staff").into_response()),
        Err(AskRefusal::Own | AskRefusal::NotYours | AskRefusal::RoleNotThere) => {
            return Err(PageError::not_found());
        }
    }
    let (by, now) = (session.staff.id.to_string(), app.clock.now());
    app.db
        .with(move |db| staff::set_access(db, &id, access, Author { by: &by, at: now }))
        .await?;
    app.access_changes.announce();
    Ok(Redirect::to("/staff").into_response())
}
