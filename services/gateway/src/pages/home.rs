//! `/`: where somebody's work begins; the switches that stand on every page; and whether the gateway can do
//! its work, for whoever watches it.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_chassis::bus::Link;
use serde::Deserialize;

use crate::{
    app::App,
    db::{sessions::Look, staff},
    error::Oops,
    page::{LOOK, View, tabs},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(begin))
        .route("/look", post(look))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
}

async fn begin(view: View) -> Response {
    match view.session() {
        Ok(session) => {
            let first = tabs(session.staff.role).first();
            Redirect::to(first.map_or("/sign-in", |tab| tab.href)).into_response()
        }
        Err(sign_in) => sign_in,
    }
}

/// Without the broker nobody can be asked anything.
async fn ready(State(app): State<App>) -> Response {
    match *app.client.bus().link().borrow() {
        Link::Up => "ready\n".into_response(),
        Link::Down => {
            let away = (
                StatusCode::SERVICE_UNAVAILABLE,
                "the broker cannot be reached\n",
            );
            away.into_response()
        }
    }
}

#[derive(Deserialize)]
struct Wanted {
    language: String,
    #[serde(default)]
    elder: String,
    next: String,
}

/// Language and elders' mode: kept in the browser, and with the account of one who is signed in. It changes
/// nothing else, so it needs no session.
async fn look(
    State(app): State<App>,
    view: View,
    axum::Form(wanted): axum::Form<Wanted>,
) -> Result<Response, Oops> {
    let known = app.languages.tags().any(|tag| tag == wanted.language);
    let wished = Look {
        language: known.then_some(wanted.language),
        elder: wanted.elder == "elder",
    };
    let kept = format!(
        "{LOOK}={}.{}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        wished.language.as_deref().unwrap_or_default(),
        if wished.elder { "elder" } else { "" },
    );
    if let Some(session) = view.session {
        app.db
            .with(move |db| staff::set_look(db, &session.staff.id, &wished))
            .await?;
    }
    let back = Redirect::to(super::sign_in::own(&wanted.next));
    Ok((AppendHeaders([(header::SET_COOKIE, kept)]), back).into_response())
}
