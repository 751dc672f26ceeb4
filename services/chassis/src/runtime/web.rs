//! Questions over the web. No redirect is followed, and answers are bounded.

use std::{thread, time::Duration};

use anyhow::{Context, anyhow, bail, ensure};
use reqwest::{Client, RequestBuilder, Response, redirect::Policy};

/// How long an answer to those who wait on their own thread may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks an address; blocks until it has answered.
///
/// # Errors
/// If it does not answer, or with more bytes than `longest`.
pub fn get(url: &str, longest: usize) -> anyhow::Result<WebAnswer> {
    wait(|client| client.get(url), longest)
}

/// Asks an address for what follows the first `from` bytes of its answer; blocks until it has answered. One that gives no parts
/// answers with the whole.
///
/// # Errors
/// As [`get`].
pub fn get_from(url: &str, from: u64, longest: usize) -> anyhow::Result<WebAnswer> {
    let rest = format!("bytes={from}-");
    wait(|client| client.get(url).header("range", rest), longest)
}

/// Sends JSON to an address, with one header more; blocks until it has answered.
///
/// # Errors
/// As [`get`].
pub fn post(
    url: &str,
    (name, value): (&str, &str),
    body: Vec<u8>,
    longest: usize,
) -> anyhow::Result<WebAnswer> {
    let request = |client: Client| {
        let request = client.post(url).header(name, value);
        request
            .header("content-type", "application/json")
            .body(body)
    };
    wait(request, longest)
}

/// A thread of its own has a runtime: the caller's may be one of the service's.
fn wait(
    request: impl FnOnce(Client) -> RequestBuilder + Send,
    longest: usize,
) -> anyhow::Result<WebAnswer> {
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build()?;
            runtime.block_on(answer(request(client(TIMEOUT)?), longest))
        });
        let asked = asking.join();
        asked.map_err(|_| anyhow!("the question over the web panicked"))?
    })
}

/// A client that follows no redirect, whose answers may take so long.
///
/// # Errors
/// If the system's certificates cannot be used.
pub fn client(timeout: Duration) -> anyhow::Result<Client> {
    // Fails if the provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(timeout)
        .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")));
    client.build().context("the HTTP client cannot be made")
}

async fn answer(request: RequestBuilder, longest: usize) -> anyhow::Result<WebAnswer> {
    // The library's own error text is not kept: it holds the URL, which may hold a secret.
    let Ok(answer) = request.send().await else {
        bail!("it cannot be reached");
    };
    let status = answer.status().as_u16();
    let body = body(answer, longest).await?;
    Ok(WebAnswer { status, body })
}

/// The body of an answer.
///
/// # Errors
/// If it breaks off, or has more bytes than `longest`.
pub async fn body(mut answer: Response, longest: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(part)) => {
                ensure!(body.len() + part.len() <= longest, "its answer is too long");
                body.extend_from_slice(&part);
            }
            Ok(None) => return Ok(body),
            Err(_) => bail!("its answer breaks off"),
        }
    }
}
