//! Cookies: parsing, and the attributes of those that the gateway sets.

use std::fmt;

use axum::http::{HeaderMap, header};

/// Scheme and authority by which browsers know the workbench, without a trailing slash.
#[derive(Debug, Clone)]
pub(crate) struct WebOrigin(String);

impl WebOrigin {
    pub(crate) fn new(origin: &str) -> Self {
        Self(origin.trim_end_matches('/').to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach it over TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A cookie bound to this host: over TLS its name has the prefix `__Host-`, which browsers enforce.
pub(crate) struct HostCookie(pub(crate) &'static str);

impl HostCookie {
    pub(crate) fn read(&self, headers: &HeaderMap, origin: &WebOrigin) -> Option<String> {
        read(headers, &self.name(origin))
    }

    /// The value of a `Set-Cookie` header. Scripts cannot read the cookie; browsers send it with links from
    /// other sites, but not with their forms, images or scripts (`Lax`).
    pub(crate) fn set(&self, origin: &WebOrigin, value: &str, seconds: i64) -> String {
        let secure = if origin.is_tls() { "; Secure" } else { "" };
        let name = self.name(origin);
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    pub(crate) fn clear(&self, origin: &WebOrigin) -> String {
        self.set(origin, "", 0)
    }

    fn name(&self, origin: &WebOrigin) -> String {
        let prefix = if origin.is_tls() { "__Host-" } else { "" };
        format!("{prefix}{}", self.0)
    }
}

/// The value of a cookie, unless it is empty.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let headers = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_back_under_the_name_of_its_origin() {
        const COOKIE: HostCookie = HostCookie("onestop");
        let tls = WebOrigin::new("https://law.example/");
        let plain = WebOrigin::new("http://127.0.0.1:8080");
        let mut headers = HeaderMap::new();
        let sent = "other=1; __Host-onestop=secret; empty=";
        headers.insert(header::COOKIE, sent.parse().unwrap());
        assert_eq!(COOKIE.read(&headers, &tls).as_deref(), Some("secret"));
        assert_eq!(COOKIE.read(&headers, &plain), None);
        assert_eq!(read(&headers, "empty"), None);
        assert!(COOKIE.set(&tls, "x", 60).ends_with("; Max-Age=60; Secure"));
        assert!(!COOKIE.set(&plain, "x", 60).contains("Secure"));
    }
}
