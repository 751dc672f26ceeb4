//! Signing in by way of a provider of OpenID Connect: leaving for it, and coming back.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;
use tracing::{info, warn};

use super::sign_in::{Next, own, shown};
use crate::{
    app::App,
    auth::{
        self,
        openid::{self, Attempt, Provider, Refused},
    },
    db::{
        sessions::By,
        staff::{self, Staff},
    },
    error::Oops,
    page::View,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in/oidc", get(leave))
        .route(openid::DONE, get(come_back))
}

/// With what the provider sends a browser back.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Why somebody who came back is not let in.
enum NotIn {
    Refused(Refused),
    /// The provider knows them; here is no account under their name, or one that is disabled.
    NoAccount(String),
}

impl NotIn {
    /// Whether it lies with whoever came, and counts against their address. Behind one address is an office:
    /// that the provider fails is nobody's try.
    fn is_theirs(&self) -> bool {
        match self {
            Self::Refused(Refused::Unusable(_)) => false,
            Self::Refused(
                Refused::Stray | Refused::Used | Refused::Denied { .. } | Refused::Bad(_),
            )
            | Self::NoAccount(_) => true,
        }
    }
}

async fn leave(
    State(app): State<App>,
    view: View,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Query(asked): Query<Next>,
) -> Result<Response, Oops> {
    let provider = app.openid.as_ref().ok_or_else(Oops::not_found)?;
    if provider.limits.is_over(from.ip(), app.clock.now()) {
        return Err(Oops::too_often());
    }
    let attempt = Attempt::begin(own(&asked.next), app.clock.now())?;
    match provider.address(&attempt).await {
        Ok(address) => {
            let headers = AppendHeaders([(header::SET_COOKIE, attempt.cookie(&app)?)]);
            Ok((headers, Redirect::to(address.as_str())).into_response())
        }
        Err(refused) => Ok(not_in(&app, &view, &attempt.next, &NotIn::Refused(refused))),
    }
}

async fn come_back(
    State(app): State<App>,
    view: View,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Oops> {
    let provider = app.openid.as_ref().ok_or_else(Oops::not_found)?;
    if provider.limits.is_over(from.ip(), app.clock.now()) {
        return Err(Oops::too_often());
    }
    // One that names a thing twice belongs to no attempt either.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let Some(attempt) = Attempt::find(&app, &headers, &answer.state) else {
        // Neither counted nor cleared: another site can send anybody here, and shall not keep them out.
        return Ok(not_in(&app, &view, "/", &NotIn::Refused(Refused::Stray)));
    };
    let over = (header::SET_COOKIE, openid::clear(&app));
    match who(&app, provider, &attempt, answer).await? {
        Ok(staff) => {
            info!(staff = %staff.id, "signed in with OpenID Connect");
            let (_, cookie) = auth::begin(&app, staff, By::Elsewhere).await?;
            let headers = AppendHeaders([over, (header::SET_COOKIE, cookie)]);
            Ok((headers, Redirect::to(own(&attempt.next))).into_response())
        }
        Err(why) => {
            if why.is_theirs() {
                provider.limits.count(from.ip(), app.clock.now());
            }
            let page = not_in(&app, &view, own(&attempt.next), &why);
            Ok((AppendHeaders([over]), page).into_response())
        }
    }
}

/// The account of whoever came back.
async fn who(
    app: &App,
    provider: &Provider,
    attempt: &Attempt,
    answer: Answer,
) -> anyhow::Result<Result<Staff, NotIn>> {
    let name = match name(app, provider, attempt, answer).await {
        Ok(name) => name,
        Err(refused) => return Ok(Err(NotIn::Refused(refused))),
    };
    let Ok(id) = name.parse::<StaffId>() else {
        return Ok(Err(NotIn::NoAccount(name)));
    };
    let now = app.clock.now();
    let found = app.db.with(move |db| {
        let found = staff::find(db, &id)?.filter(|staff| staff.disabled_at.is_none());
        if found.is_some() {
            // Wrong passwords stay counted: none was shown.
            let what = "signed in with OpenID Connect";
            staff::note(db, &id, what, (id.as_str(), now))?;
        }
        Ok(found)
    });
    Ok(found.await?.ok_or(NotIn::NoAccount(name)))
}

async fn name(
    app: &App,
    provider: &Provider,
    attempt: &Attempt,
    answer: Answer,
) -> Result<String, Refused> {
    if answer.iss.is_some_and(|issuer| !provider.is(&issuer)) {
        return Err(Refused::Stray);
    }
    if let Some(said) = answer.error {
        return Err(Refused::denied(&said));
    }
    let code = answer.code.ok_or(Refused::Stray)?;
    provider.name(&code, attempt, app.clock.now()).await
}

/// The page to sign in, which says why it did not go, and what to do.
fn not_in(app: &App, view: &View, next: &str, why: &NotIn) -> Response {
    let mut page = view.page(app);
    // A change of language does not come back with a code that is used up.
    "/sign-in".clone_into(&mut page.path);
    let (status, problem) = match why {
        NotIn::Refused(refused) => {
            warn!(why = %refused, "nobody got in with OpenID Connect");
            match refused {
                Refused::Stray => (StatusCode::UNPROCESSABLE_ENTITY, page.say.t("oidc-stray")),
                Refused::Used => (StatusCode::UNPROCESSABLE_ENTITY, page.say.t("oidc-used")),
                Refused::Denied { .. } => (StatusCode::FORBIDDEN, page.say.t("oidc-denied")),
                Refused::Unusable(_) => (StatusCode::BAD_GATEWAY, page.say.t("oidc-unusable")),
                Refused::Bad(_) => (StatusCode::FORBIDDEN, page.say.t("oidc-bad")),
            }
        }
        NotIn::NoAccount(name) => {
            warn!("somebody whom the provider knows has no account here, or one that is disabled");
            let name: String = name.chars().take(64).collect();
            (
                StatusCode::FORBIDDEN,
                page.say.t1("oidc-no-account", "name", name),
            )
        }
    };
    (status, shown(page, (next, ""), Some(problem))).into_response()
}
