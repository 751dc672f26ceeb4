//! Authentication of API requests: a session's cookie, or a token (`Authorization: Bearer …`).

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use onestop_proto::{actor::Actor, http::ApiRejection};

use super::{error::ApiError, rate_limit::Authenticated};
use crate::{
    app::App,
    core::{db::tokens, visibility::Visibility},
    identity::{
        scope::{Scope, Scopes},
        session::{self, Session},
    },
};

/// The authenticated sender of a request.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    pub(super) actor: Actor,
    scopes: Scopes,
}

impl Principal {
    async fn authenticate(headers: &HeaderMap, app: &App) -> Result<Self, ApiError> {
        let (staff, scopes) = match bearer(headers) {
            Some(token) => {
                let (token, now) = (token.to_owned(), app.clock.now());
                let found = app.db.with(move |db| tokens::find(db, &token, now)).await?;
                found.ok_or(ApiRejection::NotSignedIn {})?
            }
            None => {
                let session = Session::find(app, headers).await?;
                let session = session.ok_or(ApiRejection::NotSignedIn {})?;
                (session.staff, Scopes::all())
            }
        };
        if staff.must_change {
            return Err(ApiRejection::PasswordFirst {}.into());
        }
        Ok(Self {
            actor: staff.actor(),
            scopes,
        })
    }

    /// Checks that a token was made for this scope.
    pub(super) fn require(&self, scope: Scope) -> Result<(), ApiError> {
        if self.scopes.allows(scope) {
            return Ok(());
        }
        let scope = scope.as_str().to_owned();
        Err(ApiRejection::MissingScope { scope }.into())
    }

    pub(super) fn visibility(&self, app: &App) -> Visibility {
        Visibility::of(&self.actor, &app.directory)
    }
}

/// The token or session that a request presents, valid or not.
pub(super) fn credential(app: &App, headers: &HeaderMap) -> Option<String> {
    bearer(headers)
        .map(str::to_owned)
        .or_else(|| session::token(app, headers))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let principal = Self::authenticate(&parts.headers, app).await?;
        if let Some(authenticated) = parts.extensions.get::<Authenticated>() {
            authenticated.set();
        }
        Ok(principal)
    }
}
