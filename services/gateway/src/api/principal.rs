//! Authentication of API requests: a session's cookie, or a token (`Authorization: Bearer …`).

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    http::ApiRejection,
    ids::UnitId,
};

use super::{error::ApiError, rate_limit::Authenticated};
use crate::{
    app::App,
    core::db::tokens,
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

    /// The division of the unit.
    pub(super) fn division(&self, app: &App) -> Option<DivisionCode> {
        app.directory
            .unit(&self.actor.unit)
            .map(|unit| unit.division)
    }

    /// Whether the role sees a division, not only its unit.
    pub(super) fn sees_division(&self) -> bool {
        matches!(self.actor.role, Role::Supervisor | Role::Auditor)
    }

    /// Whether the role sees the work of a unit.
    pub(super) fn sees_unit(&self, app: &App, unit: &UnitId) -> bool {
        let within = || {
            let division = app.directory.unit(unit)?.division;
            Some(self.division(app)?.contains(division))
        };
        self.actor.unit == *unit || (self.sees_division() && within().unwrap_or(false))
    }

    /// Whether the role sees what concerns all divisions: its own contains every site.
    pub(super) fn sees_all_divisions(&self, app: &App) -> bool {
        let contains_all = |own: DivisionCode| {
            let mut sites = app.directory.sites();
            sites.all(|site| own.contains(site.division))
        };
        self.sees_division() && self.division(app).is_some_and(contains_all)
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
