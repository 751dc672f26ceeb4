//! The site that passkeys are of: browsers show a passkey to no other one.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::core::cookies::WebOrigin;

/// The name that every browser takes for its own machine, and trusts without TLS.
const LOCALHOST: &str = "localhost";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    id: String,
    origin: String,
}

impl RelyingParty {
    /// The site by the address at which browsers know it. Nothing where browsers offer no passkeys: WebAuthn knows no
    /// numeric addresses, and without TLS `localhost` alone.
    ///
    /// Where the address is numeric, as without the setting `web_origin`, a browser on the same machine that asked for
    /// `localhost` has it by that name. No other name is taken from a request.
    pub(crate) fn of(origin: &WebOrigin, headers: &HeaderMap) -> Option<Self> {
        let (scheme, authority) = origin.as_str().split_once("://")?;
        let host = host(authority).to_ascii_lowercase();
        if is_name(&host) {
            let is_secure = origin.is_tls() || host == LOCALHOST;
            return is_secure.then(|| Self {
                id: host,
                origin: origin.as_str().to_ascii_lowercase(),
            });
        }
        let sent = headers.get(header::HOST)?.to_str().ok()?;
        let sent = sent.to_ascii_lowercase();
        (self::host(&sent) == LOCALHOST).then(|| Self {
            id: LOCALHOST.to_owned(),
            origin: format!("{scheme}://{sent}"),
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// What a device signs of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.id.as_bytes()).into()
    }
}

/// The host of `host:port`.
fn host(authority: &str) -> &str {
    if authority.starts_with('[') {
        return authority;
    }
    authority
        .split_once(':')
        .map_or(authority, |(host, _)| host)
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && !host.starts_with('[') && host.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(origin: &str, host: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        let party = RelyingParty::of(&WebOrigin::new(origin), &headers)?;
        Some((party.id, party.origin))
    }

    fn named(id: &str, origin: &str) -> Option<(String, String)> {
        Some((id.to_owned(), origin.to_owned()))
    }

    #[test]
    fn the_site_is_the_name_that_the_operator_gave_whatever_a_request_says() {
        let law = named("law.example", "https://law.example");
        assert_eq!(of("https://Law.example/", "evil.example"), law);
        let port = named("law.example", "https://law.example:8443");
        assert_eq!(of("https://law.example:8443", "law.example:8443"), port);
    }

    #[test]
    fn without_a_name_the_own_machine_alone_is_one() {
        let own = named("localhost", "http://localhost:8080");
        assert_eq!(of("http://127.0.0.1:8080", "localhost:8080"), own);
        assert_eq!(of("http://localhost:8080", "127.0.0.1:8080"), own);
        for host in ["127.0.0.1:8080", "evil.example", "localhost.evil.example"] {
            assert_eq!(of("http://127.0.0.1:8080", host), None, "{host}");
        }
        assert_eq!(of("http://[::1]:8080", "[::1]:8080"), None);
    }

    #[test]
    fn a_name_without_tls_has_none() {
        assert_eq!(of("http://law.example", "law.example"), None);
    }
}
