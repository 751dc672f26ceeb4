//! Authentication of API requests: a session's cookie, or a token (`Authorization: Bearer …`).

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use onestop_chassis::fair_slots::{FairSlot, NoSlot};
use onestop_proto::{actor::Actor, http::ApiRejection};

use super::{error::ApiError, rate_limit::Authenticated};
use crate::{
    app::App,
    core::{db::tokens, visibility::Visibility},
    identity::{
        access::Credential,
        scope::{Scope, Scopes},
        session::{self, Session},
    },
};

/// The authenticated sender of a request.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    pub(super) actor: Actor,
    pub(super) credential: Credential,
    scopes: Scopes,
    /// Held until the request is answered.
    _slot: Option<Arc<FairSlot>>,
}

impl Principal {
    async fn authenticate(headers: &HeaderMap, app: &App) -> Result<Self, ApiError> {
        let (staff, scopes, credential) = match bearer(headers) {
            Some(token) => {
                let (token, now) = (token.to_owned(), app.clock.now());
                let credential = Credential::Token(token.clone());
                let found = app.db.with(move |db| tokens::find(db, &token, now)).await?;
                let (staff, scopes) = found.ok_or(ApiRejection::NotSignedIn {})?;
                (staff, scopes, credential)
            }
            None => {
                let session = Session::find(app, headers).await?;
                let session = session.ok_or(ApiRejection::NotSignedIn {})?;
                let credential = Credential::Session(session.token().to_owned());
                (session.staff, Scopes::all(), credential)
            }
        };
        if staff.must_change {
            return Err(ApiRejection::PasswordFirst {}.into());
        }
        if app.must_enrol(&staff) {
            return Err(ApiRejection::SecondFactorFirst {}.into());
        }
        Ok(Self {
            actor: staff.actor(),
            credential,
            scopes,
            _slot: None,
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

/// Whether a request presents a valid token or session.
pub(super) async fn is_authentic(app: &App, headers: &HeaderMap) -> Result<bool, ApiError> {
    match Principal::authenticate(headers, app).await {
        Ok(_) => Ok(true),
        Err(ApiError::ApiRejection(
            ApiRejection::NotSignedIn {}
            | ApiRejection::PasswordFirst {}
            | ApiRejection::SecondFactorFirst {},
        )) => Ok(false),
        Err(error) => Err(error),
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
        let slot = app.slots.requests.take(&principal.actor);
        let slot = slot.map_err(|NoSlot| ApiRejection::TooOften { seconds: 1 })?;
        Ok(Self {
            _slot: Some(Arc::new(slot)),
            ..principal
        })
    }
}
