//! Sends a webhook message: signed, without following redirects, to public addresses only.

use std::time::Duration;

use anyhow::Context;
use onestop_proto::{http::webhook::HEADERS, time::Timestamp};
use reqwest::{Client, StatusCode, Url, header, redirect::Policy};

use super::{
    address_guard::{GuardedResolver, Targets},
    signature,
};

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn client(targets: Targets) -> anyhow::Result<Client> {
    // Fails if the provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .dns_resolver(GuardedResolver { targets })
        .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("the HTTP client of webhooks cannot be made")
}

pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) body: Vec<u8>,
}

/// A message that was not accepted.
pub(super) struct SendFailure {
    pub(super) problem: String,
    /// Seconds that the receiver asks to wait for (`Retry-After`).
    pub(super) wait: Option<i64>,
}

/// Why a receiver did not accept a message.
pub(super) enum SendError {
    Failed(SendFailure),
    /// The receiver answered 410: it wants no more messages.
    Gone,
}

pub(super) async fn send(
    client: &Client,
    url: Url,
    secret: &str,
    message: Message<'_>,
    now: Timestamp,
) -> Result<(), SendError> {
    let seconds = now.as_micros() / 1_000_000;
    let signature = signature::sign(secret, message.id, seconds, &message.body);
    let mut request = client
        .post(url)
        .header(header::CONTENT_TYPE, "application/cloudevents+json");
    let values = [message.id.to_owned(), seconds.to_string(), signature];
    for (header, value) in HEADERS.iter().zip(values) {
        request = request.header(header.name, value);
    }
    let sent = request.body(message.body).send().await;
    let mut wait = None;
    // The library's own error text is not stored: it holds the URL, which may hold a secret.
    let problem = match sent {
        Ok(answer) if answer.status().is_success() => return Ok(()),
        Ok(answer) if answer.status() == StatusCode::GONE => return Err(SendError::Gone),
        Ok(answer) => {
            let told = answer.headers().get(header::RETRY_AFTER);
            wait = told.and_then(|told| told.to_str().ok()?.trim().parse().ok());
            format!("it answered {}", answer.status().as_u16())
        }
        Err(error) if error.is_timeout() => format!("no answer within {} s", TIMEOUT.as_secs()),
        Err(error) if error.is_connect() => "it cannot be reached".to_owned(),
        Err(_) => "the connection broke off".to_owned(),
    };
    Err(SendError::Failed(SendFailure { problem, wait }))
}
