//! What is public goes on while the broker is away: with the directory as it was last heard, and with the moment of that.
//! Sessions are not looked up then, because another gateway may have ended them.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use onestop_proto::{http::BASE, time::Timestamp};

/// Says in an answer when what it says was heard.
const HEARD: HeaderName = HeaderName::from_static("onestop-heard");

/// Pages that need no service and no session, and what programs read of the directory.
const PUBLIC: [&str; 12] = [
    "/",
    "/api",
    "/api/reference",
    "/directory/coverage",
    "/directory/coverage/sites",
    "/directory/divisions",
    "/directory/items",
    "/help",
    "/hsds",
    "/openapi.json",
    "/places",
    "/track",
];
/// The same, with all that is below.
const PUBLIC_BELOW: &str = "/hsds/";
/// Sets a cookie for the language, and nothing else where there is no session.
const PREFERENCES: &str = "/look";

/// That the broker is away while a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage {
    /// When the directory was last heard; not known of one that was never followed.
    pub(crate) heard: Option<Timestamp>,
}

impl Outage {
    /// Says it in the head of the answer.
    pub(crate) fn mark(self, headers: &mut HeaderMap) {
        let heard = self.heard.map_or_else(String::new, |at| at.to_string());
        if let Ok(heard) = HeaderValue::try_from(heard) {
            headers.insert(HEARD, heard);
        }
    }
}

/// Whether a request is answered then.
pub(crate) fn is_public(method: &Method, path: &str) -> bool {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    if *method == Method::POST {
        return path == PREFERENCES;
    }
    method.is_safe() && (PUBLIC.contains(&path) || path.starts_with(PUBLIC_BELOW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_public_and_changes_nothing_goes_on() {
        for path in [
            "/",
            "/places",
            "/track",
            "/api/v1/directory/coverage",
            "/api/v1/hsds",
            "/api/v1/hsds/services",
            "/hsds/services",
        ] {
            assert!(is_public(&Method::GET, path), "{path}");
            assert!(!is_public(&Method::POST, path), "{path}");
        }
        assert!(is_public(&Method::POST, "/look"));
        for path in [
            "/today",
            "/places/files",
            "/places/waiting",
            "/api/v1/directory/units",
            "/sign-in",
        ] {
            assert!(!is_public(&Method::GET, path), "{path}");
        }
    }
}
