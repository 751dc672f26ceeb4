//! A sign-in in progress: stored in a cookie of the browser that began it, so that it takes no memory here and
//! no other browser can finish it.

use axum::http::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    core::cookies::{HostCookie, WebOrigin},
    identity::secret,
};

/// How long a user may take at the provider, in seconds.
pub(super) const LIFETIME: i64 = 600;
/// A longer address to return to is not stored.
const LONGEST_NEXT: usize = 1024;

/// Its prefix binds it to this host, as the session's.
const COOKIE: HostCookie = HostCookie("onestop-oidc");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// The provider returns it in the redirect.
    pub(super) state: String,
    /// The provider returns it in the ID token.
    pub(super) nonce: String,
    /// The PKCE code verifier (RFC 7636).
    pub(super) verifier: String,
    /// The address to go to afterwards.
    pub(crate) next: String,
    ends: Timestamp,
}

impl Attempt {
    pub(crate) fn begin(next: &str, now: Timestamp) -> anyhow::Result<Self> {
        let next = if next.len() > LONGEST_NEXT { "/" } else { next };
        Ok(Self {
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            next: next.to_owned(),
            ends: now.plus_seconds(LIFETIME),
        })
    }

    /// The PKCE code challenge.
    pub(super) fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(self.verifier.as_bytes()))
    }

    /// The `Set-Cookie` header.
    ///
    /// # Errors
    /// If it cannot be serialized.
    pub(crate) fn cookie(&self, origin: &WebOrigin) -> anyhow::Result<String> {
        let value = BASE64URL_NOPAD.encode(&serde_json::to_vec(self)?);
        Ok(COOKIE.set(origin, &value, LIFETIME))
    }

    /// The attempt of a request's cookie, if it has this state and is not over.
    pub(crate) fn find(
        headers: &HeaderMap,
        origin: &WebOrigin,
        state: &str,
        now: Timestamp,
    ) -> Option<Self> {
        Self::parse(&COOKIE.read(headers, origin)?, state, now)
    }

    fn parse(cookie: &str, state: &str, now: Timestamp) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok()?;
        let attempt: Self = serde_json::from_slice(&bytes).ok()?;
        // One that ends later than it could began while the clock was ahead.
        let is_running = now < attempt.ends && attempt.ends <= now.plus_seconds(LIFETIME);
        (attempt.state == state && is_running).then_some(attempt)
    }
}

/// The `Set-Cookie` header that removes the cookie.
pub(crate) fn clear_cookie(origin: &WebOrigin) -> String {
    COOKIE.clear(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(attempt: &Attempt) -> String {
        BASE64URL_NOPAD.encode(&serde_json::to_vec(attempt).unwrap())
    }

    #[test]
    fn an_attempt_ends_in_the_browser_that_began_it_and_in_time() {
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let begun = Attempt::begin("/worklist", now).unwrap();
        let read = |state: &str, now| Attempt::parse(&encoded(&begun), state, now);
        assert_eq!(read(&begun.state, now), Some(begun.clone()));
        assert_eq!(read("another", now), None);
        assert_eq!(read("", now), None);
        assert_eq!(read(&begun.state, now.plus_seconds(LIFETIME)), None);
        assert_eq!(read(&begun.state, now.plus_seconds(-60)), None);
        assert_eq!(Attempt::parse("no attempt", &begun.state, now), None);
    }

    #[test]
    fn attempts_differ_and_a_long_return_address_is_dropped() {
        let now: Timestamp = "2026-03-04 09:00:00".parse().unwrap();
        let long = format!("/cases?{}", "x".repeat(LONGEST_NEXT));
        let one = Attempt::begin(&long, now).unwrap();
        let other = Attempt::begin("/", now).unwrap();
        assert_eq!(one.next, "/");
        let all = [&one, &other].map(|begun| [&begun.state, &begun.nonce, &begun.verifier]);
        let distinct: std::collections::BTreeSet<_> = all.iter().flatten().collect();
        assert_eq!(distinct.len(), 6);
        // RFC 7636 wants 43 to 128 characters.
        assert_eq!(one.verifier.len(), 43);
    }
}
