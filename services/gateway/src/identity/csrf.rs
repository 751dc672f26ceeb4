//! CSRF protection: a request that changes something must come from a page of this site. Browsers send
//! `Sec-Fetch-Site` or `Origin`; a form also carries a token of its session. The token is bound to the person who signed in:
//! a form whose session has gone still tells the gateway for whom it was rendered.

use anyhow::anyhow;
use axum::http::{HeaderMap, Method, header};
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::ids::StaffId;

use super::session::Session;
use crate::core::{cookies::WebOrigin, db::drafts::DraftKey};

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

/// A new CSRF token for a session of this person: an empty text that is sealed for them, under a random nonce.
///
/// # Errors
/// If it cannot be sealed.
pub(crate) fn new_token(key: &DraftKey, owner: &StaffId) -> anyhow::Result<String> {
    let sealed = key.encrypt(&binding(owner), "");
    let sealed = sealed.ok_or_else(|| anyhow!("a CSRF token cannot be sealed"))?;
    Ok(BASE64URL_NOPAD.encode(&sealed))
}

/// Whether a token was made for a session of this person: in any post, and even if the session has ended.
pub(crate) fn is_of(token: &str, key: &DraftKey, owner: &StaffId) -> bool {
    let sealed = BASE64URL_NOPAD.decode(token.as_bytes());
    sealed.is_ok_and(|sealed| key.decrypt(&binding(owner), &sealed).is_some())
}

/// What a token is sealed for: nothing else that the key seals is taken for one.
fn binding(owner: &StaffId) -> String {
    format!("csrf/{owner}")
}

/// The CSRF token in URL-encoded form data; empty if there is none.
pub(crate) fn token_in(form: &[u8]) -> String {
    let token = form_urlencoded::parse(form).find(|(name, _)| name == "csrf");
    token.map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Whether URL-encoded form data carries the CSRF token of this session.
pub(crate) fn has_token(form: &[u8], session: &Session) -> bool {
    token_in(form) == session.csrf
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signing in again, and working in another post, make another token of the same person.
    #[test]
    fn a_token_tells_whose_it_is_after_its_session_has_gone() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = DraftKey::open(folder.path()).unwrap();
        let other_key = DraftKey::open(elsewhere.path()).unwrap();
        let (owner, colleague) = ("zhang-li".parse().unwrap(), "li-qiang".parse().unwrap());
        let token = new_token(&key, &owner).unwrap();
        assert_ne!(token, new_token(&key, &owner).unwrap());
        assert!(is_of(&token, &key, &owner));
        assert!(!is_of(&token, &key, &colleague));
        assert!(!is_of(&token, &other_key, &owner));
        let draft = key.encrypt("case/zhang-li/1", "").unwrap();
        for foreign in ["", "made-up", &BASE64URL_NOPAD.encode(&draft)] {
            assert!(!is_of(foreign, &key, &owner), "{foreign}");
        }
        let sent = format!("csrf={token}&f.grounds=x");
        assert_eq!(token_in(sent.as_bytes()), token);
    }

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
