//! `/account`: one's own password, sessions and tokens.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::sign_in::{FAILURES, LOCKED};
use crate::{
    app::App,
    auth::{Form, Scope, Scopes, Session, caller::PREFIX, password, secret},
    db::{
        sessions::{self, Kept},
        staff,
        tokens::{self, Token},
    },
    error::Oops,
    page::{Page, View, html},
};

/// How long a token lasts, in days, as it can be chosen.
const LASTS: [i64; 3] = [30, 90, 365];
const DAY: i64 = 86_400;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/sessions/end", post(end_sessions))
        .route("/account/tokens", post(make_token))
        .route("/account/tokens/revoke", post(revoke_token))
}

#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    page: Page<'a>,
    session: &'a Session,
    sessions: Vec<Kept>,
    tokens: Vec<Token>,
    /// A token that was just made: shown this once.
    made: Option<String>,
    problem: Option<String>,
}

async fn show(State(app): State<App>, view: View) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    shown(&app, &view, session, None, None).await
}

async fn shown(
    app: &App,
    view: &View,
    session: &Session,
    made: Option<String>,
    problem: Option<String>,
) -> Result<Response, Oops> {
    let (staff, token, now) = (
        session.staff.id.clone(),
        session.token().to_owned(),
        app.clock.now(),
    );
    let read = app.db.with(move |db| {
        Ok((
            sessions::of(db, &staff, &token, now)?,
            tokens::of(db, &staff)?,
        ))
    });
    let (sessions, tokens) = read.await?;
    let code = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = html(&Account {
        page: view.page(app),
        session,
        sessions,
        tokens,
        made,
        problem,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct Passwords {
    old: String,
    new: String,
    again: String,
}

async fn change_password(
    State(app): State<App>,
    view: View,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    form: Form<Passwords>,
) -> Result<Response, Oops> {
    let Form { session, fields } = form;
    let now = app.clock.now();
    if app.limits.is_over(from.ip(), now) {
        return Err(Oops::too_often());
    }
    let refused = |id: &str| {
        let page = view.page(&app);
        page.say.t1(id, "least", password::SHORTEST.to_string())
    };
    let problem = if fields.new != fields.again {
        Some(refused("password-differs"))
    } else if fields.new.chars().count() < password::SHORTEST {
        Some(refused("password-short"))
    } else if fields.new == fields.old {
        Some(refused("password-same"))
    } else {
        None
    };
    if problem.is_some() {
        return shown(&app, &view, &session, None, problem).await;
    }
    let id = session.staff.id.clone();
    let known = app.db.with({
        let id = id.clone();
        move |db| staff::credential(db, &id)
    });
    let hash = known.await?.and_then(|known| known.hash);
    let hashed = tokio::task::spawn_blocking(move || {
        password::verify(&fields.old, hash.as_deref())
            .then(|| password::hash(&fields.new))
            .transpose()
    });
    let Some(hashed) = hashed.await.map_err(anyhow::Error::from)?? else {
        // Whoever took a session over does not try passwords without end: it ends with the account's lock.
        app.limits.count(from.ip(), now);
        let until = now.plus_seconds(LOCKED);
        let locked = app.db.with({
            let id = id.clone();
            move |db| staff::failed(db, &id, (FAILURES, until), now)
        });
        if locked.await? {
            let token = session.token().to_owned();
            app.db.with(move |db| sessions::end(db, &token)).await?;
        }
        let problem = refused("password-wrong");
        return shown(&app, &view, &session, None, Some(problem)).await;
    };
    let token = session.token().to_owned();
    app.db
        .with(move |db| {
            staff::set_password(db, &id, (&hashed, false), Some(&token), (id.as_str(), now))
        })
        .await?;
    Ok(Redirect::to("/account").into_response())
}

#[derive(Deserialize)]
struct Nothing {}

async fn end_sessions(State(app): State<App>, form: Form<Nothing>) -> Result<Response, Oops> {
    let Nothing {} = form.fields;
    let (id, token) = (
        form.session.staff.id.clone(),
        form.session.token().to_owned(),
    );
    app.db
        .with(move |db| sessions::end_others(db, &id, &token))
        .await?;
    Ok(Redirect::to("/account").into_response())
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    days: i64,
}

async fn make_token(
    State(app): State<App>,
    view: View,
    form: Form<Wanted>,
) -> Result<Response, Oops> {
    let Form { session, fields } = form;
    let scopes = fields
        .scope
        .iter()
        .map(|scope| scope.parse::<Scope>())
        .collect::<Result<Scopes, _>>();
    let scopes = scopes.map_err(|error| Oops::form(&error.to_string()))?;
    let name: String = fields.name.trim().chars().take(60).collect();
    if scopes.is_empty() || name.is_empty() || !LASTS.contains(&fields.days) {
        let problem = view.page(&app).say.t("token-incomplete");
        return shown(&app, &view, &session, None, Some(problem)).await;
    }
    let made = format!("{PREFIX}{}", secret()?);
    let (kept, id, now) = (made.clone(), session.staff.id.clone(), app.clock.now());
    let ends = now.plus_seconds(fields.days * DAY);
    app.db
        .with(move |db| tokens::add(db, &id, (&kept, &name, &scopes), (now, ends)))
        .await?;
    shown(&app, &view, &session, Some(made), None).await
}

#[derive(Deserialize)]
struct Which {
    id: i64,
}

async fn revoke_token(State(app): State<App>, form: Form<Which>) -> Result<Response, Oops> {
    let (staff, id, now) = (
        form.session.staff.id.clone(),
        form.fields.id,
        app.clock.now(),
    );
    app.db
        .with(move |db| tokens::revoke(db, &staff, id, now))
        .await?;
    Ok(Redirect::to("/account").into_response())
}
