//! Asking the provider: over TLS, without following where it points to, and with an end to time and size.

use std::{net::IpAddr, time::Duration};

use anyhow::Context;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header, redirect::Policy};
use serde::de::DeserializeOwned;

/// How long the provider may take for one answer. Four at most stand between a browser and its page, which
/// waits for thirty seconds.
const PATIENCE: Duration = Duration::from_secs(6);
/// No answer of a provider is longer.
const LONGEST: usize = 256 * 1024;

/// Why the provider cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    /// It cannot be reached, or takes too long.
    #[error("the provider does not answer ({what})")]
    Silent {
        /// For what it was asked.
        what: &'static str,
    },
    /// It answers that something failed.
    #[error("the provider answers {status} ({what})")]
    Status {
        /// For what it was asked.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// Its answer does not read, or is too long.
    #[error("the provider's answer does not read ({what})")]
    Unread {
        /// For what it was asked.
        what: &'static str,
    },
    /// What it publishes is of another issuer.
    #[error("the provider calls itself otherwise than 'oidc_issuer' does")]
    OtherIssuer,
    /// An address that it names is none that may be asked.
    #[error("the provider names an address that is not https ({what})")]
    Open {
        /// Which one.
        what: &'static str,
    },
    /// It failed a moment ago.
    #[error("the provider failed a moment ago and is left alone")]
    Resting,
}

/// The client with which every provider is asked.
///
/// # Errors
/// If it cannot be made.
pub(super) fn client() -> anyhow::Result<Client> {
    // The other provider of the same kind may have been installed by whoever came first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("the client of OpenID Connect cannot be made")
}

/// Sends a request; status and body of the answer.
///
/// # Errors
/// If none comes in time, or one that is too long.
pub(super) async fn send(
    request: RequestBuilder,
    what: &'static str,
) -> Result<(StatusCode, Vec<u8>), Unusable> {
    // Not the library's own sentence: an address may hold what is nobody else's to read.
    let silent = |_| Unusable::Silent { what };
    let mut answer: Response = request
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(silent)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(silent)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Unusable::Unread { what });
        }
        body.extend_from_slice(&chunk);
    }
    Ok((answer.status(), body))
}

/// What an answer says.
///
/// # Errors
/// If it is none, or reads otherwise than expected.
pub(super) fn read<T: DeserializeOwned>(
    status: StatusCode,
    body: &[u8],
    what: &'static str,
) -> Result<T, Unusable> {
    if !status.is_success() {
        let status = status.as_u16();
        return Err(Unusable::Status { what, status });
    }
    serde_json::from_slice(body).map_err(|_| Unusable::Unread { what })
}

/// An address at which a provider may be asked, or to which browsers may be sent: over TLS. `local`: the
/// provider is on this machine, and its addresses may be http.
///
/// # Errors
/// If it is none.
pub(super) fn address(text: &str, local: bool, what: &'static str) -> Result<Url, Unusable> {
    let url = Url::parse(text).map_err(|_| Unusable::Unread { what })?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Unusable::Unread { what });
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if local && is_here(&url) => Ok(url),
        _ => Err(Unusable::Open { what }),
    }
}

/// Whether an address is on this machine.
pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_over_http_but_on_this_machine() {
        let taken = |text: &str, local| address(text, local, "token_endpoint").is_ok();
        for here in [
            "http://127.0.0.1:8080/a",
            "http://[::1]:8080",
            "http://localhost/",
        ] {
            assert!(taken(here, true), "{here}");
            // A provider elsewhere does not send us to this machine.
            assert!(!taken(here, false), "{here}");
        }
        assert!(taken("https://id.example/realms/law?realm=law", false));
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
            assert!(!taken(open, true), "{open}");
        }
    }
}
