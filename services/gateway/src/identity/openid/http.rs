//! HTTP requests to the provider: over TLS, without following redirects, with limits of time and size.

use std::{net::IpAddr, time::Duration};

use anyhow::Context;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header, redirect::Policy};
use serde::de::DeserializeOwned;

/// A page waits thirty seconds for at most four answers.
const TIMEOUT: Duration = Duration::from_secs(6);
/// The longest answer, in bytes.
const LONGEST: usize = 256 * 1024;

/// Why a request to the provider failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("the provider does not answer ({what})")]
    Unreachable { what: &'static str },
    #[error("the provider answers {status} ({what})")]
    Status { what: &'static str, status: u16 },
    #[error("the provider's answer cannot be parsed or is too long ({what})")]
    Unreadable { what: &'static str },
    #[error("the provider publishes another issuer than 'oidc_issuer'")]
    OtherIssuer,
    #[error("the provider publishes an address that is not https ({what})")]
    NotHttps { what: &'static str },
    #[error("the provider failed a moment ago and is not asked again yet")]
    CoolingDown,
}

pub(super) fn client() -> anyhow::Result<Client> {
    // Fails if the crypto provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("the HTTP client of OpenID Connect cannot be made")
}

/// Sends a request; returns the status and body of the answer.
pub(super) async fn send(
    request: RequestBuilder,
    what: &'static str,
) -> Result<(StatusCode, Vec<u8>), ProviderError> {
    // The library's own error text is not kept: it holds the URL, which may hold a secret.
    let unreachable = |_| ProviderError::Unreachable { what };
    let mut answer: Response = request
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(ProviderError::Unreadable { what });
        }
        body.extend_from_slice(&chunk);
    }
    Ok((answer.status(), body))
}

/// Parses a successful answer.
pub(super) fn parse<T: DeserializeOwned>(
    status: StatusCode,
    body: &[u8],
    what: &'static str,
) -> Result<T, ProviderError> {
    if !status.is_success() {
        let status = status.as_u16();
        return Err(ProviderError::Status { what, status });
    }
    serde_json::from_slice(body).map_err(|_| ProviderError::Unreadable { what })
}

/// Whether an address may be plain http.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainHttp {
    Never,
    /// On this machine, for a trial.
    OnLoopback,
}

/// Checks an address of the provider.
pub(super) fn check_url(
    text: &str,
    http: PlainHttp,
    what: &'static str,
) -> Result<Url, ProviderError> {
    let url = Url::parse(text).map_err(|_| ProviderError::Unreadable { what })?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(ProviderError::Unreadable { what });
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if http == PlainHttp::OnLoopback && is_loopback(&url) => Ok(url),
        _ => Err(ProviderError::NotHttps { what }),
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_allowed_except_on_this_machine() {
        let taken = |text: &str, http| check_url(text, http, "token_endpoint").is_ok();
        for here in [
            "http://127.0.0.1:8080/a",
            "http://[::1]:8080",
            "http://localhost/",
        ] {
            assert!(taken(here, PlainHttp::OnLoopback), "{here}");
            // A provider on another machine must not name addresses of this one.
            assert!(!taken(here, PlainHttp::Never), "{here}");
        }
        assert!(taken(
            "https://id.example/realms/law?realm=law",
            PlainHttp::Never
        ));
        for open in [
            "http://id.example",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
            "ftp://localhost/",
            "javascript:1",
            "id.example",
            "https://us:secret@id.example/",
            "https://id.example/#here",
        ] {
            assert!(!taken(open, PlainHttp::OnLoopback), "{open}");
        }
    }
}
