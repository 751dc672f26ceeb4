//! Who asks: somebody who is signed in, or a token.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    http::Refused,
    ids::UnitId,
};

use super::no::No;
use crate::{app::App, auth::Session};

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) actor: Actor,
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

impl FromRequestParts<App> for Asker {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let session = <Session as OptionalFromRequestParts<App>>::from_request_parts(parts, app);
        let session = session.await.map_err(|_| Refused::Failed {})?;
        let session = session.ok_or(Refused::NotSignedIn {})?;
        Ok(Self {
            actor: session.actor(),
        })
    }
}
