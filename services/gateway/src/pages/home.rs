//! `/`: the front page; who is signed in is redirected to the first page of their role. Also the preferences that every page lets one change.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    shell::{PREFERENCES_COOKIE, View, tabs},
    sign_in_page,
};
use crate::{
    app::App,
    core::{
        db::staff::{self, Preferences},
        page_error::PageResult,
        query_string::local_path,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(show))
        .route("/look", post(set_preferences))
}

async fn show(State(app): State<App>, view: View) -> PageResult {
    if view.session.is_none() {
        return Ok(sign_in_page::front(view.page(&app)));
    }
    let first = tabs(view.session()?.staff.role).first();
    Ok(Redirect::to(first.map_or("/sign-in", |tab| tab.href)).into_response())
}

#[derive(Deserialize)]
struct PreferencesForm {
    language: String,
    #[serde(default)]
    elder: String,
    next: String,
}

/// Stores language and elders' mode in a cookie and, if there is a session, with the account. The form needs
/// no CSRF token, because it changes nothing else.
async fn set_preferences(
    State(app): State<App>,
    view: View,
    axum::Form(form): axum::Form<PreferencesForm>,
) -> PageResult {
    let known = app.languages.tags().any(|tag| tag == form.language);
    let preferences = Preferences {
        language: known.then_some(form.language),
        elder: form.elder == "elder",
    };
    let cookie = format!(
        "{PREFERENCES_COOKIE}={}.{}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        preferences.language.as_deref().unwrap_or_default(),
        if preferences.elder { "elder" } else { "" },
    );
    if let Some(session) = view.session {
        app.db
            .with(move |db| staff::set_preferences(db, &session.staff.id, &preferences))
            .await?;
    }
    let back = Redirect::to(local_path(&form.next));
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), back).into_response())
}
