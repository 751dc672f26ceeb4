//! Sessions of signed-in staff: a random token in a cookie, its hash in the database.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use onestop_proto::{actor::Actor, division::DivisionCode, ids::StaffId};

use super::secret;
use crate::{
    app::App,
    core::{
        cookies::HostCookie,
        db::{
            is_disk_full,
            sessions::{self, NewSession, SignInMethod},
            staff::Staff,
        },
        page_error::PageError,
        query_string,
    },
};

/// A session ends after a working day, in seconds.
const LIFETIME: i64 = 12 * 3600;
/// A session ends after so many seconds without a request.
const IDLE_TIMEOUT: i64 = 2 * 3600;
/// The time of the last request is stored at most once in so many seconds.
const SEEN_INTERVAL: f64 = 60.0;

const COOKIE: HostCookie = HostCookie("onestop");

#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) staff: Staff,
    pub(crate) csrf: String,
    token: String,
}

impl Session {
    /// The actor of this user's questions and commands.
    pub(crate) fn actor(&self) -> Actor {
        self.staff.actor()
    }

    /// The token in the cookie.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The division of the user's unit.
    pub(crate) fn division(&self, app: &App) -> Option<DivisionCode> {
        let unit = app.directory.unit(&self.staff.unit)?;
        Some(unit.division)
    }

    /// The valid session of a request's cookie.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) async fn find(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<Self>> {
        let Some(token) = token(app, headers) else {
            return Ok(None);
        };
        let now = app.clock.now();
        let key = token.clone();
        let found = app.db.with(move |db| {
            let found = sessions::find(db, &key, now, now.plus_seconds(-IDLE_TIMEOUT))?;
            if let Some(session) = &found
                && now.seconds_since(session.seen_at) >= SEEN_INTERVAL
            {
                match sessions::seen(db, &key, now) {
                    // The session's last use is then told as earlier than it was: reading goes on.
                    Err(error) if is_disk_full(&error) => {}
                    seen => seen?,
                }
            }
            Ok(found)
        });
        Ok(found.await?.map(|session| Self {
            staff: session.staff,
            csrf: session.csrf,
            token,
        }))
    }

    /// Redirects a user who must change the password first, because an administrator has set it.
    pub(crate) fn check_password_changed(&self, path: &str) -> Result<(), PageError> {
        let exempt = matches!(path, "/account" | "/account/password" | "/sign-out");
        if self.staff.must_change && !exempt {
            return Err(PageError::Redirect("/account".to_owned()));
        }
        Ok(())
    }
}

/// Starts a session; returns it with its `Set-Cookie` header.
///
/// # Errors
/// If there is no randomness, or the database cannot be written.
pub(crate) async fn start(
    app: &App,
    staff: Staff,
    method: SignInMethod,
) -> anyhow::Result<(Session, String)> {
    let (token, csrf) = (secret()?, secret()?);
    let now = app.clock.now();
    let cookie = COOKIE.set(&app.origin, &token, LIFETIME);
    let session = Session { staff, csrf, token };
    let stored = session.clone();
    app.db
        .with(move |db| {
            let session = NewSession {
                staff: &stored.staff.id,
                method,
                token: &stored.token,
                csrf: &stored.csrf,
                began_at: now,
                ends_at: now.plus_seconds(LIFETIME),
            };
            sessions::begin(db, &session)
        })
        .await?;
    Ok((session, cookie))
}

/// The owner of a request's session, even if the session has ended.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn owner(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<StaffId>> {
    match token(app, headers) {
        Some(token) => app.db.with(move |db| sessions::owner(db, &token)).await,
        None => Ok(None),
    }
}

/// The `Set-Cookie` header that removes the session's cookie.
pub(crate) fn clear_cookie(app: &App) -> String {
    COOKIE.clear(&app.origin)
}

/// The token in a request's cookie.
pub(crate) fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    COOKIE.read(headers, &app.origin)
}

/// Redirects to the sign-in page, which leads back to this address.
pub(crate) fn redirect_to_sign_in(path_and_query: &str) -> PageError {
    let query = query_string::encode(&[("next", path_and_query)]);
    PageError::Redirect(format!("/sign-in?{query}"))
}

impl FromRequestParts<App> for Session {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let Some(session) = Self::find(app, &parts.headers).await? else {
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            return Err(redirect_to_sign_in(path));
        };
        session.check_password_changed(parts.uri.path())?;
        Ok(session)
    }
}
