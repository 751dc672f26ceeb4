//! What the provider publishes of itself (OpenID Connect Discovery): where it is asked, and its keys. It is
//! asked at the first sign-in, not before: Onestop starts without it.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::{
    ask::{Unusable, address, is_here, read, send},
    token::Key,
};

/// What is published is asked for again after so long, so that a key that was withdrawn is forgotten.
const FRESH: Duration = Duration::from_secs(3600);
/// After a failure the provider is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// Keys that nobody has published are looked for at most so often.
const RENEWED: Duration = Duration::from_secs(30);

/// What one provider publishes, as it was heard last.
pub(super) struct Publisher {
    issuer: String,
    http: Client,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    found: Option<(Instant, Arc<Found>)>,
    failed: Option<Instant>,
    renewed: Option<Instant>,
}

/// Where the provider is asked, and with what it signs.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) authorization: Url,
    pub(super) token: Url,
    /// The secret goes into the form, not into a header.
    pub(super) secret_in_form: bool,
    pub(super) keys: Vec<Key>,
    keys_at: Url,
}

/// OpenID Connect Discovery, 3: of it, what we use.
#[derive(Deserialize)]
struct Published {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Publisher {
    pub(super) fn new(issuer: String, http: Client) -> Self {
        let kept = Mutex::default();
        Self { issuer, http, kept }
    }

    /// What is published, as it was heard lately.
    ///
    /// # Errors
    /// If the provider cannot be used.
    pub(super) async fn found(&self) -> Result<Arc<Found>, Unusable> {
        let mut kept = self.kept.lock().await;
        if let Some((at, found)) = &kept.found
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(found));
        }
        // Whoever waited for one that failed does not wait once more.
        if kept.failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Err(Unusable::Resting);
        }
        match self.discover().await {
            Ok(found) => {
                let found = Arc::new(found);
                kept.failed = None;
                kept.found = Some((Instant::now(), Arc::clone(&found)));
                Ok(found)
            }
            Err(unusable) => {
                kept.failed = Some(Instant::now());
                Err(unusable)
            }
        }
    }

    /// The same with keys that are fetched anew, unless that was done a moment ago: then what that brought,
    /// or what there is.
    ///
    /// # Errors
    /// If the provider cannot be used.
    pub(super) async fn with_new_keys(&self, old: &Arc<Found>) -> Result<Arc<Found>, Unusable> {
        let mut kept = self.kept.lock().await;
        if let Some((_, found)) = &kept.found
            && !Arc::ptr_eq(found, old)
        {
            return Ok(Arc::clone(found));
        }
        if kept.renewed.is_some_and(|at| at.elapsed() < RENEWED) {
            return Ok(Arc::clone(old));
        }
        kept.renewed = Some(Instant::now());
        let found = Arc::new(Found {
            keys: self.keys(old.keys_at.clone()).await?,
            ..Found::clone(old)
        });
        // Where it is asked is no fresher than it was.
        if let Some((_, known)) = &mut kept.found {
            *known = Arc::clone(&found);
        }
        Ok(found)
    }

    async fn discover(&self) -> Result<Found, Unusable> {
        const WHAT: &str = "discovery";
        let base = self.issuer.trim_end_matches('/');
        let request = self
            .http
            .get(format!("{base}/.well-known/openid-configuration"));
        let (status, body) = send(request, WHAT).await?;
        let published: Published = read(status, &body, WHAT)?;
        if published.issuer != self.issuer {
            return Err(Unusable::OtherIssuer);
        }
        let local = Url::parse(&self.issuer)
            .is_ok_and(|issuer| issuer.scheme() == "http" && is_here(&issuer));
        let keys_at = address(&published.jwks_uri, local, "jwks_uri")?;
        // Without a word of it, the header is the way (Discovery, 3).
        let ways = published.token_endpoint_auth_methods_supported;
        let ways = ways.unwrap_or_else(|| vec!["client_secret_basic".to_owned()]);
        Ok(Found {
            authorization: address(
                &published.authorization_endpoint,
                local,
                "authorization_endpoint",
            )?,
            token: address(&published.token_endpoint, local, "token_endpoint")?,
            secret_in_form: !ways.iter().any(|way| way == "client_secret_basic"),
            keys: self.keys(keys_at.clone()).await?,
            keys_at,
        })
    }

    async fn keys(&self, at: Url) -> Result<Vec<Key>, Unusable> {
        const WHAT: &str = "keys";
        let (status, body) = send(self.http.get(at), WHAT).await?;
        let KeySet { keys } = read(status, &body, WHAT)?;
        Ok(Key::all(&keys))
    }
}
