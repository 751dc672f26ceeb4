//! CSRF protection: a request that changes something must come from a page of this site. Browsers send
//! `Sec-Fetch-Site` or `Origin`; a form also carries a token of its session.

use axum::http::{HeaderMap, Method, header};

use super::session::Session;
use crate::core::cookies::WebOrigin;

/// Whether a request changes nothing, or comes from a page of this site. A client that is no browser sends
/// neither header, and no cookie of a browser.
pub(crate) fn is_same_origin(method: &Method, headers: &HeaderMap, origin: &WebOrigin) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => true,
        Some(_) => false,
        None => match text(header::ORIGIN.as_str()) {
            Some(from) => from == origin.as_str() || host_of(from) == text(header::HOST.as_str()),
            None => true,
        },
    }
}

fn host_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, host)| host)
}

/// The CSRF token in URL-encoded form data; empty if there is none.
pub(crate) fn token_in(form: &[u8]) -> String {
    field_of("csrf", form)
}

/// A field of URL-encoded form data; empty if there is none of that name.
pub(crate) fn field_of(field: &str, form: &[u8]) -> String {
    let found = form_urlencoded::parse(form).find(|(name, _)| name == field);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Whether URL-encoded form data carries the CSRF token of this session.
pub(crate) fn has_token(form: &[u8], session: &Session) -> bool {
    token_in(form) == session.csrf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_change_something() {
        let sent = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter();
            let headers =
                pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            let origin = WebOrigin::new("http://127.0.0.1:8080");
            is_same_origin(&Method::POST, &headers.collect(), &origin)
        };
        assert!(sent(&[("sec-fetch-site", "same-origin")]));
        assert!(!sent(&[("sec-fetch-site", "cross-site")]));
        assert!(!sent(&[("sec-fetch-site", "same-site")]));
        assert!(sent(&[("origin", "http://127.0.0.1:8080")]));
        assert!(!sent(&[
            ("origin", "http://evil.example"),
            ("host", "127.0.0.1:8080")
        ]));
        // A reverse proxy passes the browser's host on.
        assert!(sent(&[
            ("origin", "https://law.example"),
            ("host", "law.example")
        ]));
        assert!(sent(&[]));
    }
}
