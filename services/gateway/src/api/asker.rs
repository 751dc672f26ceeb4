//! Who asks: somebody who is signed in, or a token.

use axum::{extract::FromRequestParts, http::request::Parts};
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    http::ApiRejection,
    ids::UnitId,
};

use super::{no::No, rates::Known};
use crate::{
    app::App,
    auth::{Caller, Scope, Scopes, caller::Unknown},
};

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) actor: Actor,
    scopes: Scopes,
}

impl Asker {
    /// Where the unit is: for a supervisor or auditor, what they see.
    pub(super) fn division(&self, app: &App) -> Option<DivisionCode> {
        app.directory
            .unit(&self.actor.unit)
            .map(|unit| unit.division)
    }

    /// Whether a division is seen, and not only a unit.
    pub(super) fn sees_division(&self) -> bool {
        matches!(self.actor.role, Role::Supervisor | Role::Auditor)
    }

    /// Whether the work of a unit is to be seen.
    pub(super) fn sees_unit(&self, app: &App, unit: &UnitId) -> bool {
        let within = || {
            let there = app.directory.unit(unit)?.division;
            Some(self.division(app)?.contains(there))
        };
        self.actor.unit == *unit || (self.sees_division() && within().unwrap_or(false))
    }

    /// Whether what concerns all divisions is to be seen: the own one holds every site there is.
    pub(super) fn sees_the_whole(&self, app: &App) -> bool {
        let holds_all = |own: DivisionCode| {
            let mut sites = app.directory.sites();
            sites.all(|site| own.contains(site.division))
        };
        self.sees_division() && self.division(app).is_some_and(holds_all)
    }
}

impl Asker {
    /// Whether it may be used for that: a token is for what it was made for, and for nothing else.
    pub(super) fn may(&self, scope: Scope) -> Result<(), No> {
        if self.scopes.allows(scope) {
            return Ok(());
        }
        let scope = scope.as_str().to_owned();
        Err(ApiRejection::MissingScope { scope }.into())
    }
}

impl FromRequestParts<App> for Asker {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        match Caller::find(parts, app).await {
            Ok(caller) => {
                if let Some(known) = parts.extensions.get::<Known>() {
                    known.note();
                }
                Ok(Self {
                    actor: caller.actor(),
                    scopes: caller.scopes,
                })
            }
            Err(Unknown::Nobody | Unknown::BadToken) => Err(ApiRejection::NotSignedIn {}.into()),
            Err(Unknown::MustChange) => Err(ApiRejection::PasswordFirst {}.into()),
            Err(Unknown::Broken(error)) => Err(error.into()),
        }
    }
}
