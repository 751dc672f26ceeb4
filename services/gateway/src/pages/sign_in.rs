//! Signing in and out.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, Query, State},
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;
use tracing::{info, warn};

use crate::{
    app::App,
    auth::{self, Form, password},
    db::{
        sessions::{self, By},
        staff,
    },
    error::Oops,
    page::{Page, View, html, query},
};

/// Wrong passwords in a row that an account bears.
pub(super) const FAILURES: u32 = 5;
/// How long it is locked then, in seconds.
pub(super) const LOCKED: i64 = 900;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignIn<'a> {
    page: Page<'a>,
    next: &'a str,
    staff: &'a str,
    problem: Option<String>,
}

/// Where somebody wants to go then.
#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

/// With what somebody signs in.
#[derive(Default, Deserialize)]
pub(crate) struct Given {
    pub(crate) staff: String,
    pub(crate) password: String,
    #[serde(default)]
    next: String,
}

async fn ask(State(app): State<App>, view: View, Query(asked): Query<Next>) -> Response {
    shown(view.page(&app), (own(&asked.next), ""), None)
}

/// The page: where one goes then, the account that was typed, and why it did not go.
pub(super) fn shown(
    page: Page<'_>,
    (next, staff): (&str, &str),
    problem: Option<String>,
) -> Response {
    html(&SignIn {
        page,
        next,
        staff,
        problem,
    })
}

impl SignIn<'_> {
    /// The way to the other way in, where there is one.
    fn elsewhere(&self) -> Option<String> {
        let _ = self.page.app.openid.as_ref()?;
        Some(format!("/sign-in/oidc?{}", query(&[("next", self.next)])))
    }
}

/// Why somebody does not get in. One sentence for a wrong name and a wrong password.
pub(crate) enum Refused {
    Wrong,
    Locked,
}

async fn sign_in(
    State(app): State<App>,
    view: View,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    axum::Form(given): axum::Form<Given>,
) -> Result<Response, Oops> {
    if app.limits.is_over(from.ip(), app.clock.now()) {
        warn!("somebody tries to sign in too often");
        return Err(Oops::too_often());
    }
    let next = own(&given.next).to_owned();
    match check(&app, &given).await? {
        Ok(staff) => {
            info!(staff = %staff.id, "signed in");
            let (_, cookie) = auth::begin(&app, staff, By::Password).await?;
            let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
            Ok((headers, Redirect::to(&next)).into_response())
        }
        Err(refused) => {
            app.limits.count(from.ip(), app.clock.now());
            let page = view.page(&app);
            let problem = match refused {
                Refused::Wrong => page.say.t("sign-in-wrong"),
                Refused::Locked => page.say.t("sign-in-locked"),
            };
            let page = shown(page, (&next, given.staff.trim()), Some(problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Whether they are who they say; wrong passwords are counted.
///
/// # Errors
/// If the file cannot be read.
pub(crate) async fn check(
    app: &App,
    given: &Given,
) -> anyhow::Result<Result<staff::Staff, Refused>> {
    let id = given.staff.trim().parse::<StaffId>().ok();
    let asked = id.clone();
    let credential = app.db.with(move |db| match &asked {
        Some(id) => staff::credential(db, id),
        None => Ok(None),
    });
    let credential = credential.await?;
    let now = app.clock.now();
    let locked = credential
        .as_ref()
        .and_then(|known| known.locked_until)
        .is_some_and(|until| until > now);
    let (password, hash) = (
        given.password.clone(),
        credential.as_ref().and_then(|known| known.hash.clone()),
    );
    let fits =
        tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref())).await?;
    let Some(id) = id.filter(|_| credential.is_some()) else {
        return Ok(Err(Refused::Wrong));
    };
    if locked {
        return Ok(Err(Refused::Locked));
    }
    let disabled = credential.is_some_and(|known| known.disabled);
    if !fits || disabled {
        let until = now.plus_seconds(LOCKED);
        let locked = app
            .db
            .with(move |db| staff::failed(db, &id, (FAILURES, until), now))
            .await?;
        return Ok(Err(if locked {
            Refused::Locked
        } else {
            Refused::Wrong
        }));
    }
    let found = app.db.with(move |db| {
        staff::succeeded(db, &id, now)?;
        staff::find(db, &id)
    });
    Ok(found.await?.ok_or(Refused::Wrong))
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out(State(app): State<App>, form: Form<Nothing>) -> Result<Response, Oops> {
    let Nothing {} = form.fields;
    let token = form.session.token().to_owned();
    app.db.with(move |db| sessions::end(db, &token)).await?;
    let headers = AppendHeaders([(header::SET_COOKIE, auth::clear(&app))]);
    Ok((headers, Redirect::to("/sign-in")).into_response())
}

/// A way within this site; anything else leads to the beginning.
pub(crate) fn own(next: &str) -> &str {
    // Browsers leave tabs and line breaks out of an address: `/<tab>/evil.example` is `//evil.example` to them.
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control());
    if inside { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn one_comes_back_to_this_site_alone() {
        assert_eq!(own("/worklist?tab=done"), "/worklist?tab=done");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "",
            "javascript:1",
        ] {
            assert_eq!(own(elsewhere), "/");
        }
    }
}
