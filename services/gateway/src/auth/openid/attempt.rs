//! What a browser keeps between leaving for the provider and coming back: in a cookie of its own, so that
//! whoever begins many sign-ins takes no place from others, and that nobody can finish another's.

use axum::http::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{app::App, auth::secret, page};

/// How long somebody may take at the provider, in seconds.
pub(super) const LONGEST: i64 = 600;
/// A way back longer than this does not go into a cookie.
const LONGEST_WAY: usize = 1024;

/// A sign-in that a browser has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// Comes back with the browser.
    pub(super) state: String,
    /// Comes back in the ID token.
    pub(super) nonce: String,
    /// Shows the provider that the code is fetched by whoever began (RFC 7636).
    pub(super) verifier: String,
    /// The page to go to then.
    pub(crate) next: String,
    ends: Timestamp,
}

impl Attempt {
    /// A new one.
    ///
    /// # Errors
    /// If there is no randomness.
    pub(crate) fn begin(next: &str, now: Timestamp) -> anyhow::Result<Self> {
        let next = if next.len() > LONGEST_WAY { "/" } else { next };
        Ok(Self {
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            next: next.to_owned(),
            ends: now.plus_seconds(LONGEST),
        })
    }

    /// What the provider is told of the verifier beforehand.
    pub(super) fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(self.verifier.as_bytes()))
    }

    /// What the browser is told to keep. It comes back with a link from another site (`Lax`), but with no
    /// form, picture or script of one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn cookie(&self, app: &App) -> anyhow::Result<String> {
        let value = BASE64URL_NOPAD.encode(&serde_json::to_vec(self)?);
        Ok(cookie(app, &value, LONGEST))
    }

    /// That of a request, if it is one that this browser began, lately, under this state.
    pub(crate) fn find(app: &App, headers: &HeaderMap, state: &str) -> Option<Self> {
        let kept = page::cookie(headers, name(app))?;
        Self::read(&kept, state, app.clock.now())
    }

    fn read(kept: &str, state: &str, now: Timestamp) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(kept.as_bytes()).ok()?;
        let attempt: Self = serde_json::from_slice(&bytes).ok()?;
        (attempt.state == state && now < attempt.ends).then_some(attempt)
    }
}

/// What the browser is told when an attempt is over.
pub(crate) fn clear(app: &App) -> String {
    cookie(app, "", 0)
}

/// As for the session: bound to this host over TLS.
fn name(app: &App) -> &'static str {
    if app.is_secure() {
        "__Host-onestop-oidc"
    } else {
        "onestop-oidc"
    }
}

fn cookie(app: &App, value: &str, seconds: i64) -> String {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        name(app)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(attempt: &Attempt) -> String {
        BASE64URL_NOPAD.encode(&serde_json::to_vec(attempt).unwrap())
    }

    #[test]
    fn only_the_browser_that_began_comes_back_and_not_too_late() {
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let begun = Attempt::begin("/worklist", now).unwrap();
        let read = |state: &str, now| Attempt::read(&kept(&begun), state, now);
        assert_eq!(read(&begun.state, now), Some(begun.clone()));
        assert_eq!(read("another", now), None);
        assert_eq!(read("", now), None);
        assert_eq!(read(&begun.state, now.plus_seconds(LONGEST)), None);
        assert_eq!(Attempt::read("no attempt", &begun.state, now), None);
    }

    #[test]
    fn no_two_are_alike_and_a_long_way_back_is_left_out() {
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let long = format!("/cases?{}", "x".repeat(LONGEST_WAY));
        let (one, other) = (
            Attempt::begin(&long, now).unwrap(),
            Attempt::begin("/", now).unwrap(),
        );
        assert_eq!(one.next, "/");
        let all = [&one, &other].map(|begun| [&begun.state, &begun.nonce, &begun.verifier]);
        let distinct: std::collections::BTreeSet<_> = all.iter().flatten().collect();
        assert_eq!(distinct.len(), 6);
        // RFC 7636 wants 43 to 128 characters.
        assert_eq!(one.verifier.len(), 43);
    }
}
