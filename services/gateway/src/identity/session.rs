//! Sessions of signed-in staff: a random token in a cookie, its hash in the database.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::AppendHeaders,
};
use onestop_proto::{actor::Actor, division::DivisionCode, time::Timestamp};
use rusqlite::Connection;

use super::{csrf_token, secret};
use crate::{
    app::App,
    core::{
        cookies::HostCookie,
        db::{
            posts::{self, Switch},
            sessions::{self, NewSession, SessionLimits, SignInMethod},
            staff::Staff,
            unless_disk_full,
        },
        page_error::PageError,
        post::Post,
        query_string,
    },
};

/// A session ends after a working day, in seconds.
const LIFETIME: i64 = 12 * 3600;
/// A session ends after so many seconds without a request.
const IDLE_TIMEOUT: i64 = 2 * 3600;
/// The time of the last request is stored at most once in so many seconds.
const SEEN_INTERVAL: f64 = 60.0;

/// The header of what a page asks for by itself (see `live.js`).
const BY_PAGE: HeaderName = HeaderName::from_static("onestop-by-page");

/// A clock may have been ahead so many seconds when a session began.
const CLOCK_SKEW: i64 = 60;

const COOKIE: HostCookie = HostCookie("onestop");

/// The page where the owner of a session sets up a second factor.
pub(crate) const SECOND_FACTOR_PAGE: &str = "/account/second-factor";

#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The user, in the post that the session is for.
    pub(crate) staff: Staff,
    pub(crate) method: SignInMethod,
    pub(crate) csrf: String,
    /// Whether the role requires a second factor that is not set up yet.
    pub(crate) must_enrol: bool,
    /// When the user signed in.
    pub(crate) began_at: Timestamp,
    token: String,
}

impl Session {
    /// The actor of this user's questions and commands.
    pub(crate) fn actor(&self) -> Actor {
        self.staff.actor()
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Changes what is the user's own; leads to the sign-in if the session has ended since the request came.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        app: &App,
        change: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, PageError> {
        let token = self.token.clone();
        let changed = app.db.with(move |db| sessions::within(db, &token, change));
        changed
            .await?
            .ok_or_else(|| redirect_to_sign_in("/account"))
    }

    pub(crate) fn division(&self, app: &App) -> Option<DivisionCode> {
        let unit = app.directory.unit(&self.staff.unit)?;
        Some(unit.division)
    }

    /// The valid session of a request's cookie.
    pub(crate) async fn find(app: &App, headers: &HeaderMap) -> anyhow::Result<Option<Self>> {
        let Some(token) = token(app, headers) else {
            return Ok(None);
        };
        let (now, is_use) = (app.clock.now(), is_use(headers));
        let key = token.clone();
        let found = app.db.with(move |db| {
            let found = sessions::find(db, &key, limits(now))?;
            if let Some(session) = &found
                && is_use
                && now.seconds_since(session.seen_at).abs() >= SEEN_INTERVAL
            {
                unless_disk_full(sessions::seen(db, &key, now))?;
            }
            Ok(found)
        });
        Ok(found.await?.map(|session| Self {
            must_enrol: app.must_enrol(&session.staff),
            staff: session.staff,
            method: session.method,
            csrf: session.csrf,
            began_at: session.began_at,
            token,
        }))
    }

    /// Redirects a user who must do something before anything else: change the password, because an administrator has set
    /// it; then set up the second factor that the role requires.
    pub(crate) fn check_nothing_first(&self, path: &str) -> Result<(), PageError> {
        if self.staff.must_change {
            return match path {
                "/account" | "/account/password" | "/sign-out" => Ok(()),
                _ => Err(PageError::Redirect("/account".to_owned())),
            };
        }
        let exempt = matches!(path, "/account/password" | "/sign-out")
            || path
                .strip_prefix(SECOND_FACTOR_PAGE)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if self.must_enrol && !exempt {
            return Err(PageError::Redirect(SECOND_FACTOR_PAGE.to_owned()));
        }
        Ok(())
    }
}

/// Whether a request says that its user is there. A page that stays open asks for its stream and for what has changed by itself:
/// a session in a browser that its user has left becomes idle all the same.
fn is_use(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let is_stream = accepted.is_some_and(|value| value == "text/event-stream");
    !is_stream && !headers.contains_key(BY_PAGE)
}

/// What a session is valid within, at a moment.
pub(crate) fn limits(now: Timestamp) -> SessionLimits {
    SessionLimits {
        now,
        idle_since: now.plus_seconds(-IDLE_TIMEOUT),
        last_end: now.plus_seconds(LIFETIME + CLOCK_SKEW),
    }
}

/// The headers that a sign-in sets.
pub(crate) type SetCookies = AppendHeaders<[(HeaderName, String); 2]>;

/// Starts a session in the browser of a request, for the post that the user had last, there or elsewhere; returns it with the
/// cookies of the session and of the browser.
pub(crate) async fn start(
    app: &App,
    staff: Staff,
    method: SignInMethod,
    headers: &HeaderMap,
) -> anyhow::Result<(Session, SetCookies)> {
    let former = token(app, headers);
    let (token, csrf) = (secret()?, csrf_token::new_token(&app.draft_key, &staff.id)?);
    let now = app.clock.now();
    let cookie = COOKIE.set(&app.origin, &token, LIFETIME);
    let device = app.devices.remember(headers, &app.origin, &staff.id)?;
    let in_post = app
        .db
        .with(move |db| posts::last_used(db, staff, former.as_deref()));
    let staff = in_post.await?;
    let session = Session {
        must_enrol: app.must_enrol(&staff),
        staff,
        method,
        csrf,
        began_at: now,
        token,
    };
    let stored = session.clone();
    app.db
        .with(move |db| {
            let session = NewSession {
                staff: &stored.staff.id,
                post: &stored.staff.post(),
                method,
                token: &stored.token,
                csrf: &stored.csrf,
                began_at: now,
                ends_at: now.plus_seconds(LIFETIME),
            };
            sessions::begin(db, &session)
        })
        .await?;
    let cookies = [(header::SET_COOKIE, cookie), (header::SET_COOKIE, device)];
    Ok((session, AppendHeaders(cookies)))
}

/// Goes on with a session in another post of its user, under new secrets; the cookie of the new token, or nothing if the user
/// does not hold the post.
pub(crate) async fn switch_post(
    app: &App,
    session: Session,
    to: Post,
) -> anyhow::Result<Option<String>> {
    let token = secret()?;
    let csrf = csrf_token::new_token(&app.draft_key, &session.staff.id)?;
    let now = app.clock.now();
    let cookie = COOKIE.set(&app.origin, &token, LIFETIME);
    let switched = app.db.with(move |db| {
        let switch = Switch {
            staff: &session.staff.id,
            to: &to,
            before: &session.token,
            token: &token,
            csrf: &csrf,
            now,
        };
        posts::switch(db, switch)
    });
    let switched = switched.await?;
    app.access_changes.announce();
    Ok(switched.then_some(cookie))
}

/// The `Set-Cookie` header that removes the session's cookie.
pub(crate) fn clear_cookie(app: &App) -> String {
    COOKIE.clear(&app.origin)
}

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
        session.check_nothing_first(parts.uri.path())?;
        Ok(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workbench that is left open asks again and again.
    #[test]
    fn what_a_page_asks_for_by_itself_is_no_use_of_the_session() {
        let is_use_with = |name: HeaderName, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            is_use(&headers)
        };
        assert!(!is_use_with(header::ACCEPT, "text/event-stream"));
        assert!(!is_use_with(BY_PAGE, "1"));
        assert!(is_use_with(header::ACCEPT, "text/html"));
        assert!(is_use(&HeaderMap::new()));
    }
}
