//! The session behind a request.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use onestop_proto::{actor::Actor, division::DivisionCode, ids::StaffId, time::Timestamp};

use super::secret;
use crate::{
    app::App,
    db::{
        sessions::{self, By},
        staff::Staff,
    },
    error::Oops,
};

/// A session ends after a working day, whatever happens.
const LONGEST: i64 = 12 * 3600;
/// It ends after so long without a request.
const IDLE: i64 = 2 * 3600;
/// It is noted that somebody is still there at most so often, in seconds.
const NOTED: f64 = 60.0;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) staff: Staff,
    pub(crate) csrf: String,
    token: String,
}

impl Session {
    /// As whom the services are asked.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            role: self.staff.role,
            staff: self.staff.id.clone(),
            unit: self.staff.unit.clone(),
        }
    }

    /// The cookie's token, to end the session.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Where the unit is: for a supervisor, what is supervised.
    pub(crate) fn division(&self, app: &App) -> Option<DivisionCode> {
        let unit = app.directory.unit(&self.staff.unit)?;
        Some(unit.division)
    }
}

/// Begins a session: what the browser is told to keep.
///
/// # Errors
/// If there is no randomness, or the file cannot be written.
pub(crate) async fn begin(app: &App, staff: Staff, by: By) -> anyhow::Result<(Session, String)> {
    let (token, csrf) = (secret()?, secret()?);
    let now = app.clock.now();
    let session = Session {
        staff: staff.clone(),
        csrf: csrf.clone(),
        token: token.clone(),
    };
    let kept = token.clone();
    app.db
        .with(move |db| {
            let ends = now.plus_seconds(LONGEST);
            sessions::begin(db, (&staff.id, by), (&kept, &csrf), (now, ends))
        })
        .await?;
    let cookie = cookie(app, &token, LONGEST);
    Ok((session, cookie))
}

/// What somebody may do before they have changed a password that another has set.
pub(crate) fn without_change(path: &str) -> bool {
    path == "/account" || path == "/account/password" || path == "/sign-out"
}

/// Whose session the cookie of a request was, also if it has ended; nothing if that is not known any more.
///
/// # Errors
/// If the file cannot be read.
pub(super) async fn owner(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<StaffId>> {
    match token(app, headers) {
        Some(token) => app.db.with(move |db| sessions::owner(db, &token)).await,
        None => Ok(None),
    }
}

/// What the browser is told when the session is over.
pub(crate) fn clear(app: &App) -> String {
    cookie(app, "", 0)
}

/// The prefix `__Host-` binds a cookie to this host alone; browsers take it over TLS only.
fn cookie_name(app: &App) -> &'static str {
    if app.is_secure() {
        "__Host-onestop"
    } else {
        "onestop"
    }
}

fn cookie(app: &App, token: &str, seconds: i64) -> String {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        cookie_name(app)
    )
}

/// What the session's cookie says.
pub(super) fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then(|| value.to_owned())
    })
}

impl Session {
    /// The session of a request's cookie, if it goes on.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) async fn find(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<Self>> {
        find(app, headers).await
    }
}

async fn find(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<Session>> {
    let Some(token) = token(app, headers) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let asked = token.clone();
    let found = app.db.with(move |db| {
        let found = sessions::find(db, &asked, (now, now.plus_seconds(-IDLE)))?;
        if let Some(live) = &found
            && is_old(live.seen_at, now)
        {
            sessions::seen(db, &asked, now)?;
        }
        Ok(found)
    });
    let found = found.await?;
    Ok(found.map(|live| Session {
        staff: live.staff,
        csrf: live.csrf,
        token,
    }))
}

fn is_old(seen_at: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(seen_at) >= NOTED
}

/// Nobody is signed in: the page to sign in, from which one comes back here.
pub(crate) struct SignInFirst {
    to: String,
}

impl IntoResponse for SignInFirst {
    fn into_response(self) -> Response {
        Redirect::to(&self.to).into_response()
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let found = find(app, &parts.headers).await;
        match found.map_err(|error| Oops::from(error).into_response())? {
            Some(session) if session.staff.must_change && !without_change(parts.uri.path()) => {
                Err(Redirect::to("/account").into_response())
            }
            Some(session) => Ok(session),
            None => {
                let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                let to = format!("/sign-in?{}", crate::page::query(&[("next", path)]));
                Err(SignInFirst { to }.into_response())
            }
        }
    }
}

impl OptionalFromRequestParts<App> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Response> {
        let found = find(app, &parts.headers).await;
        found.map_err(|error| Oops::from(error).into_response())
    }
}
