//! Drafts of registrations (草稿), saved while the user types and listed on `/today`. They are never written to a
//! log, and are deleted when the case is registered.

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use onestop_proto::ids::CommandId;
use serde::Serialize;

use crate::{
    app::App,
    core::{
        db::drafts::{self, Draft, DraftId},
        form_data::FormData,
        page_error::{PageError, PageResult},
    },
    identity::session::Session,
    pages::{form::Form, shell::View},
};

/// Fields that an empty form has.
const PREFILLED: [&str; 9] = [
    "csrf",
    "key",
    "place",
    "channel",
    "request",
    "rows",
    "respondent-rows",
    "agent_kind",
    "do",
];

pub(super) fn routes() -> Router<App> {
    Router::new().route("/drafts", post(autosave))
}

#[derive(Serialize)]
struct Saved {
    saved: String,
}

/// Saves the form for the script.
async fn autosave(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    if form.fields.is_empty_except(&PREFILLED) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    save(&app, &form.session, &form.fields).await?;
    let page = view.page(&app);
    let time = page.now.china_text();
    let time = time.split(' ').nth(1).unwrap_or_default().get(..8);
    let saved = page
        .i18n
        .t1("draft-saved", "time", time.unwrap_or_default());
    Ok(axum::Json(Saved { saved }).into_response())
}

/// Saves a draft under the key of its form.
pub(super) async fn save(
    app: &App,
    session: &Session,
    typed: &FormData,
) -> Result<CommandId, PageError> {
    let key = typed.key()?;
    let (draft_key, now) = (app.draft_key.clone(), app.clock.now());
    let (staff, id, text) = (session.staff.id.clone(), key.to_string(), typed.encode());
    app.db
        .with(move |db| drafts::put(db, &draft_key, DraftId::case(&staff, &id), &text, now))
        .await?;
    Ok(key)
}

pub(super) async fn find(
    app: &App,
    session: &Session,
    key: &str,
) -> Result<Option<Draft>, PageError> {
    if key.is_empty() {
        return Ok(None);
    }
    let draft_key = app.draft_key.clone();
    let staff = session.staff.id.clone();
    let key = key.to_owned();
    let found = app
        .db
        .with(move |db| drafts::find(db, &draft_key, DraftId::case(&staff, &key)));
    Ok(found.await?)
}
