//! Drafts of registrations (草稿): kept while somebody types, found again from their day. They never enter a
//! log, and are forgotten when the case is opened.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use onestop_proto::ids::CommandId;
use serde::Serialize;

use crate::{
    app::App,
    auth::{Form, Session},
    db::drafts::{self, Draft, Kind},
    error::Oops,
    page::View,
    pairs::Pairs,
};

/// Fields that a blank form has already.
const OF_THE_PAGE: [&str; 6] = ["csrf", "key", "place", "channel", "request", "do"];

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/drafts", post(keep))
        .route("/drafts/drop", post(forget))
}

/// When a draft was kept.
#[derive(Serialize)]
struct Kept {
    saved: String,
}

/// Keeps what is typed, for the script that does so while somebody types.
async fn keep(State(app): State<App>, view: View, form: Form<Pairs>) -> Result<Response, Oops> {
    if form.fields.is_empty_but(&OF_THE_PAGE) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    save(&app, &form.session, &form.fields).await?;
    let page = view.page(&app);
    let time = page.now.china_text();
    let time = time.split(' ').nth(1).unwrap_or_default().get(..8);
    let saved = page.say.t1("draft-saved", "time", time.unwrap_or_default());
    Ok(axum::Json(Kept { saved }).into_response())
}

async fn forget(State(app): State<App>, form: Form<Pairs>) -> Result<Response, Oops> {
    let (staff, key) = (form.session.staff.id, form.fields.get("key").to_owned());
    app.db
        .with(move |db| drafts::drop(db, (Kind::Case, &staff, &key)))
        .await?;
    Ok(Redirect::to("/today").into_response())
}

/// Keeps a draft under the key of its form.
pub(super) async fn save(app: &App, session: &Session, typed: &Pairs) -> Result<CommandId, Oops> {
    let key = typed.get("key").parse::<CommandId>();
    let key = key.map_err(|error| Oops::form(&error.to_string()))?;
    let (seal, now) = (app.seal.clone(), app.clock.now());
    let (staff, id, text) = (session.staff.id.clone(), key.to_string(), typed.encoded());
    app.db
        .with(move |db| drafts::put(db, &seal, (Kind::Case, &staff, &id), &text, now))
        .await?;
    Ok(key)
}

/// A draft of this person's.
pub(super) async fn find(app: &App, session: &Session, key: &str) -> Result<Option<Draft>, Oops> {
    if key.is_empty() {
        return Ok(None);
    }
    let (seal, staff, key) = (app.seal.clone(), session.staff.id.clone(), key.to_owned());
    let found = app
        .db
        .with(move |db| drafts::find(db, &seal, (Kind::Case, &staff, &key)));
    Ok(found.await?)
}
