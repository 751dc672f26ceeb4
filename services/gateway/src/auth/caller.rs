//! Who asks over the API: somebody who is signed in, or a program with a token of theirs
//! (`Authorization: Bearer …`).

use axum::http::{HeaderMap, header, request::Parts};
use onestop_proto::actor::Actor;

use super::{Scopes, Session, session};
use crate::{
    app::App,
    db::{staff::Staff, tokens},
};

/// What every token begins with, so that one that got lost is recognised for what it is.
pub(crate) const PREFIX: &str = "onestop_";

/// One who asks, and for what.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) staff: Staff,
    pub(crate) scopes: Scopes,
}

/// Why somebody is not known.
#[derive(Debug)]
pub(crate) enum Unknown {
    /// Neither a session nor a token.
    Nobody,
    /// A token that is none, or no longer.
    BadToken,
    /// The password was set by somebody else, and must be changed first.
    MustChange,
    /// The file cannot be read.
    Broken(anyhow::Error),
}

impl Caller {
    /// Finds out who asks.
    ///
    /// # Errors
    /// If nobody does, or nobody who is known.
    pub(crate) async fn find(parts: &mut Parts, app: &App) -> Result<Self, Unknown> {
        if let Some(secret) = bearer(&parts.headers) {
            let (secret, now) = (secret.to_owned(), app.clock.now());
            let found = app.db.with(move |db| tokens::find(db, &secret, now)).await;
            let found = found.map_err(Unknown::Broken)?;
            let (staff, scopes) = found.ok_or(Unknown::BadToken)?;
            if staff.must_change {
                return Err(Unknown::MustChange);
            }
            return Ok(Self { staff, scopes });
        }
        let session = Session::find(app, &parts.headers)
            .await
            .map_err(Unknown::Broken)?;
        let session = session.ok_or(Unknown::Nobody)?;
        if session.staff.must_change {
            return Err(Unknown::MustChange);
        }
        Ok(Self {
            staff: session.staff,
            scopes: Scopes::all(),
        })
    }

    /// As whom the services are asked.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            role: self.staff.role,
            staff: self.staff.id.clone(),
            unit: self.staff.unit.clone(),
        }
    }
}

/// By what a request would have its sender known: the token's text, or the session's.
pub(crate) fn shown(app: &App, headers: &HeaderMap) -> Option<String> {
    bearer(headers)
        .map(str::to_owned)
        .or_else(|| session::token(app, headers))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = said.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
