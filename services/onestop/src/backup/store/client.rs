//! Sends signed requests to the object store, and again after a failure that may pass.

use std::{fmt, time::Duration};

use anyhow::Context as _;
use onestop_chassis::settings::Settings;
use reqwest::{Client, Method, Response, redirect::Policy};
use rusty_s3::{Bucket, Credentials, S3Action};

use super::config::{self, Place};

/// How often a request is sent, at most.
pub(super) const ATTEMPTS: u32 = 5;
/// The pause before the second attempt; each further one is twice as long.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How long the store may take to be reached.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long nothing may come of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a signature is valid.
const SIGNED: Duration = Duration::from_mins(15);
/// The longest answer that is read as text, in bytes.
const LONGEST: usize = 4 << 20;

/// A header of a request.
pub(super) struct Header {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// Why the store did not do what was asked.
#[derive(Debug)]
pub(super) enum StoreError {
    /// No answer came, or not the whole of it.
    Unreachable {
        problem: String,
    },
    Refused {
        status: u16,
        code: String,
    },
}

impl StoreError {
    /// Whether the same request may do later.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, code } => {
                *status >= 500 || *status == 429 || *status == 408 || code == "RequestTimeout"
            }
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, code } if code != "NoSuchBucket")
    }

    /// The library's text names no address: it would hold the signature.
    pub(super) fn unreachable(error: reqwest::Error) -> Self {
        let problem = format!("{:#}", anyhow::Error::from(error.without_url()));
        Self::Unreachable { problem }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, code) = match self {
            Self::Unreachable { problem } => {
                return f.write_str(&said!("store-not-reached", problem = problem));
            }
            Self::Refused { status, code } => (*status, code.as_str()),
        };
        // An answer to HEAD has no text, and so no code.
        let answer = format!("{status} {code}");
        let answer = answer.trim_end();
        f.write_str(&match (status, code) {
            (_, "NoSuchBucket") => said!("store-no-bucket"),
            (_, "RequestTimeTooSkewed") => said!("store-clock"),
            (
                301 | 307 | 400,
                "PermanentRedirect" | "TemporaryRedirect" | "AuthorizationHeaderMalformed",
            ) => said!("store-other-region"),
            (401 | 403, _) => said!("store-refuses-key", answer = answer),
            _ => said!("store-answered", answer = answer),
        })
    }
}

/// An object store, and the place in it where backups are.
pub(super) struct Store {
    http: Client,
    pub(super) bucket: Bucket,
    pub(super) credentials: Credentials,
    pub(super) prefix: String,
    place: String,
}

impl Store {
    pub(super) fn of(settings: &Settings) -> anyhow::Result<Self> {
        let Place { bucket, prefix } = config::place(settings)?;
        let credentials = config::credentials(settings.backup_store_key_file.as_deref())?;
        // Fails if the provider was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")))
            .build()
            .with_context(|| said!("store-no-client"))?;
        Ok(Self {
            http,
            place: format!("s3://{}/{prefix}", bucket.name()),
            bucket,
            credentials,
            prefix,
        })
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Sends a request, up to five times.
    pub(super) async fn send<'a, A: S3Action<'a>>(
        &self,
        action: &A,
        headers: &[Header],
        body: &[u8],
    ) -> Result<Response, StoreError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.send_once(action, headers, body).await {
                Err(error) if error.may_pass() => {}
                done => return done,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.send_once(action, headers, body).await
    }

    pub(super) async fn text<'a, A: S3Action<'a>>(
        &self,
        action: &A,
        headers: &[Header],
        body: &[u8],
    ) -> Result<String, StoreError> {
        Ok(text(self.send(action, headers, body).await?).await)
    }

    async fn send_once<'a, A: S3Action<'a>>(
        &self,
        action: &A,
        headers: &[Header],
        body: &[u8],
    ) -> Result<Response, StoreError> {
        let method = match A::METHOD {
            rusty_s3::Method::Head => Method::HEAD,
            rusty_s3::Method::Get => Method::GET,
            rusty_s3::Method::Post => Method::POST,
            rusty_s3::Method::Put => Method::PUT,
            rusty_s3::Method::Delete => Method::DELETE,
        };
        let mut request = self.http.request(method, action.sign(SIGNED));
        for Header { name, value } in headers {
            request = request.header(*name, value);
        }
        if !matches!(A::METHOD, rusty_s3::Method::Head | rusty_s3::Method::Get) {
            request = request.body(body.to_vec());
        }
        let answer = request.send().await.map_err(StoreError::unreachable)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let said = text(answer).await;
        let code = said
            .split_once("<Code>")
            .and_then(|(_, rest)| rest.split_once("</Code>"))
            .map_or("", |(code, _)| code);
        // It comes from outside and is printed.
        let code = code.chars().filter(char::is_ascii_alphanumeric).take(60);
        Err(StoreError::Refused {
            status: status.as_u16(),
            code: code.collect(),
        })
    }
}

/// An answer as text, up to a length.
async fn text(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        if bytes.len() + part.len() > LONGEST {
            break;
        }
        bytes.extend_from_slice(&part);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
