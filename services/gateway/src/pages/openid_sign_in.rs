//! Signing in with OpenID Connect: the redirect to the provider, and the redirect back.

use std::{convert::Infallible, time::Instant};

use axum::{
    Router,
    extract::{FromRequestParts, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use onestop_proto::ids::StaffId;
use serde::Deserialize;
use tracing::{info, warn};

use super::{
    shell::View,
    sign_in::{self, NextParam},
    sign_in_page,
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::{
            sessions::SignInMethod,
            staff::{self, Staff},
            staff_history,
        },
        page_error::{PageError, PageResult},
        query_string::local_path,
    },
    identity::{
        attempts::Source,
        half_sign_in::take_first_step,
        openid::{self, Attempt, OpenIdError, Provider},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in/oidc", get(redirect_to_provider))
        .route(openid::CALLBACK, get(callback))
}

/// The query with which the provider redirects back.
#[derive(Default, Deserialize)]
struct CallbackParams {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

enum Failure {
    OpenId(OpenIdError),
    /// The provider's name of the user is no account here, or of a disabled one.
    NoAccount(String),
}

impl Failure {
    /// Whether it counts as a failed attempt of the client's address. A failure of the provider does not: a
    /// whole office may share the address.
    fn is_clients_fault(&self) -> bool {
        match self {
            Self::OpenId(OpenIdError::Provider(_)) => false,
            Self::OpenId(
                OpenIdError::UnknownAttempt
                | OpenIdError::CodeReused
                | OpenIdError::Denied { .. }
                | OpenIdError::IdToken(_),
            )
            | Self::NoAccount(_) => true,
        }
    }

    fn log(&self) {
        match self {
            Self::OpenId(error) => warn!(why = %error, "a sign-in with OpenID Connect failed"),
            Self::NoAccount(_) => warn!("the provider's user has no enabled account here"),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::OpenId(OpenIdError::UnknownAttempt | OpenIdError::CodeReused) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::OpenId(OpenIdError::Provider(_)) => StatusCode::BAD_GATEWAY,
            Self::OpenId(OpenIdError::Denied { .. } | OpenIdError::IdToken(_))
            | Self::NoAccount(_) => StatusCode::FORBIDDEN,
        }
    }
}

async fn redirect_to_provider(
    State(app): State<App>,
    view: View,
    source: Source,
    Query(param): Query<NextParam>,
) -> PageResult {
    view.used().know(&["next"]);
    let provider = provider(&app, &source)?;
    let attempt = Attempt::begin(local_path(&param.next), app.clock.now())?;
    match provider.authorization_url(&attempt).await {
        Ok(url) => {
            let cookie = attempt.cookie(&app.origin)?;
            let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
            Ok((headers, Redirect::to(url.as_str())).into_response())
        }
        Err(error) => {
            let failure = Failure::OpenId(error);
            Ok(render(&app, &view, &attempt.next, &failure))
        }
    }
}

fn provider<'a>(app: &'a App, source: &Source) -> Result<&'a Provider, PageError> {
    let provider = app.openid.as_ref().ok_or_else(PageError::not_found)?;
    let checked = provider.failures.check(source, Instant::now());
    checked.map_err(PageError::too_many_attempts)?;
    Ok(provider)
}

impl FromRequestParts<App> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let ClientAddress(from) = ClientAddress::from_request_parts(parts, app).await?;
        let device = app.devices.find_any(&parts.headers, &app.origin);
        Ok(Self::of(device, from))
    }
}

async fn callback(
    State(app): State<App>,
    view: View,
    source: Source,
    headers: HeaderMap,
    params: Result<Query<CallbackParams>, QueryRejection>,
) -> PageResult {
    let provider = provider(&app, &source)?;
    view.used().know_everything();
    // A query that cannot be parsed belongs to no attempt.
    let params = params.map(|Query(params)| params).unwrap_or_default();
    let now = app.clock.now();
    let Some(attempt) = Attempt::find(&headers, &app.origin, &params.state, now) else {
        // Neither counted nor cleared: any site can redirect a browser here.
        let failure = Failure::OpenId(OpenIdError::UnknownAttempt);
        return Ok(render(&app, &view, "/", &failure));
    };
    let clear = (header::SET_COOKIE, openid::clear_cookie(&app.origin));
    match authenticate(&app, provider, &attempt, params).await? {
        Ok(staff) => {
            info!(staff = %staff.id, "vouched for by OpenID Connect");
            let next = local_path(&attempt.next);
            let step = take_first_step(&app, staff, SignInMethod::OpenId, next, &headers);
            let answer = sign_in::answer(step.await?, next);
            Ok((AppendHeaders([clear]), answer).into_response())
        }
        Err(failure) => {
            if failure.is_clients_fault() {
                provider.failures.record(source, Instant::now());
            }
            let page = render(&app, &view, local_path(&attempt.next), &failure);
            Ok((AppendHeaders([clear]), page).into_response())
        }
    }
}

async fn authenticate(
    app: &App,
    provider: &Provider,
    attempt: &Attempt,
    params: CallbackParams,
) -> anyhow::Result<Result<Staff, Failure>> {
    let name = match provider_name(app, provider, attempt, params).await {
        Ok(name) => name,
        Err(error) => return Ok(Err(Failure::OpenId(error))),
    };
    let Ok(id) = name.parse::<StaffId>() else {
        return Ok(Err(Failure::NoAccount(name)));
    };
    let now = app.clock.now();
    let found = app.db.with(move |db| {
        let found = staff::find(db, &id)?.filter(|staff| staff.disabled_at.is_none());
        if let Some(staff) = &found {
            // Failures of the password stay counted.
            let what = if staff.second_factor {
                "OpenID Connect accepted"
            } else {
                "signed in with OpenID Connect"
            };
            staff_history::record(db, &id, what, staff_history::own(&id, now))?;
        }
        Ok(found)
    });
    Ok(found.await?.ok_or(Failure::NoAccount(name)))
}

/// The provider's name of the user.
async fn provider_name(
    app: &App,
    provider: &Provider,
    attempt: &Attempt,
    params: CallbackParams,
) -> Result<String, OpenIdError> {
    if params
        .iss
        .is_some_and(|issuer| !provider.is_issuer(&issuer))
    {
        return Err(OpenIdError::UnknownAttempt);
    }
    if let Some(error) = params.error {
        return Err(OpenIdError::denied(&error));
    }
    let code = params.code.ok_or(OpenIdError::UnknownAttempt)?;
    provider.user_name(&code, attempt, app.clock.now()).await
}

/// The sign-in page, with what went wrong and what to do.
fn render(app: &App, view: &View, next: &str, failure: &Failure) -> Response {
    failure.log();
    let mut page = view.page(app);
    // A change of language must not return to an address with a code that is used up.
    "/sign-in".clone_into(&mut page.path);
    let problem = match failure {
        Failure::OpenId(OpenIdError::UnknownAttempt) => page.i18n.t("oidc-unknown-attempt"),
        Failure::OpenId(OpenIdError::CodeReused) => page.i18n.t("oidc-code-reused"),
        Failure::OpenId(OpenIdError::Denied { .. }) => page.i18n.t("oidc-denied"),
        Failure::OpenId(OpenIdError::Provider(_)) => page.i18n.t("oidc-unavailable"),
        Failure::OpenId(OpenIdError::IdToken(_)) => page.i18n.t("oidc-invalid"),
        Failure::NoAccount(name) => {
            let name: String = name.chars().take(64).collect();
            page.i18n.t1("oidc-no-account", "name", name)
        }
    };
    let page = sign_in_page::render(page, next, "", Some(problem));
    (failure.status(), page).into_response()
}
