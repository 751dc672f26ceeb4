//! OpenID Connect Discovery: the provider's endpoints and keys, fetched at the first sign-in and cached. The
//! gateway starts without the provider.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::{
    http::{PlainHttp, ProviderError, check_url, is_loopback, parse, send},
    id_token::Key,
};

/// The metadata is fetched again after so long, so that a withdrawn key is no longer accepted.
const MAX_AGE: Duration = Duration::from_secs(3600);
/// After a failure the provider is not asked again for so long.
const COOL_DOWN: Duration = Duration::from_secs(5);
/// Because of an unknown key, the keys are fetched again at most so often.
const KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(30);

pub(super) struct Discovery {
    issuer: String,
    http: Client,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    metadata: Option<(Instant, Arc<Metadata>)>,
    failed: Option<Instant>,
    keys_refreshed: Option<Instant>,
}

#[derive(Clone)]
pub(super) struct Metadata {
    pub(super) authorization: Url,
    pub(super) token: Url,
    /// The client authenticates in the form (`client_secret_post`), not in a header.
    pub(super) secret_in_form: bool,
    pub(super) keys: Vec<Key>,
    jwks_url: Url,
}

/// OpenID Connect Discovery, 3: the fields used here.
#[derive(Deserialize)]
struct DiscoveryDocument {
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

impl Discovery {
    pub(super) fn new(issuer: String, http: Client) -> Self {
        let cache = Mutex::default();
        Self {
            issuer,
            http,
            cache,
        }
    }

    /// The cached metadata, or fresh ones.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let mut cache = self.cache.lock().await;
        if let Some((at, found)) = &cache.metadata
            && at.elapsed() < MAX_AGE
        {
            return Ok(Arc::clone(found));
        }
        // A caller that waited for the lock while another failed does not try again.
        if cache.failed.is_some_and(|at| at.elapsed() < COOL_DOWN) {
            return Err(ProviderError::CoolingDown);
        }
        match self.discover().await {
            Ok(found) => {
                let found = Arc::new(found);
                cache.failed = None;
                cache.metadata = Some((Instant::now(), Arc::clone(&found)));
                Ok(found)
            }
            Err(unusable) => {
                cache.failed = Some(Instant::now());
                Err(unusable)
            }
        }
    }

    /// The metadata with fresh keys, unless they were fetched a moment ago.
    pub(super) async fn with_fresh_keys(
        &self,
        old: &Arc<Metadata>,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let mut cache = self.cache.lock().await;
        if let Some((_, found)) = &cache.metadata
            && !Arc::ptr_eq(found, old)
        {
            return Ok(Arc::clone(found));
        }
        if cache
            .keys_refreshed
            .is_some_and(|at| at.elapsed() < KEY_REFRESH_INTERVAL)
        {
            return Ok(Arc::clone(old));
        }
        cache.keys_refreshed = Some(Instant::now());
        let found = Arc::new(Metadata {
            keys: self.fetch_keys(old.jwks_url.clone()).await?,
            ..Metadata::clone(old)
        });
        // The endpoints are as old as before.
        if let Some((_, known)) = &mut cache.metadata {
            *known = Arc::clone(&found);
        }
        Ok(found)
    }

    async fn discover(&self) -> Result<Metadata, ProviderError> {
        const WHAT: &str = "discovery";
        let base = self.issuer.trim_end_matches('/');
        let request = self
            .http
            .get(format!("{base}/.well-known/openid-configuration"));
        let (status, body) = send(request, WHAT).await?;
        let document: DiscoveryDocument = parse(status, &body, WHAT)?;
        if document.issuer != self.issuer {
            return Err(ProviderError::OtherIssuer);
        }
        let local = Url::parse(&self.issuer)
            .is_ok_and(|issuer| issuer.scheme() == "http" && is_loopback(&issuer));
        // A provider on another machine must not name addresses of this one.
        let http = if local {
            PlainHttp::OnLoopback
        } else {
            PlainHttp::Never
        };
        let jwks_url = check_url(&document.jwks_uri, http, "jwks_uri")?;
        // The default is `client_secret_basic` (Discovery, 3).
        let methods = document.token_endpoint_auth_methods_supported;
        let methods = methods.unwrap_or_else(|| vec!["client_secret_basic".to_owned()]);
        Ok(Metadata {
            authorization: check_url(
                &document.authorization_endpoint,
                http,
                "authorization_endpoint",
            )?,
            token: check_url(&document.token_endpoint, http, "token_endpoint")?,
            secret_in_form: !methods.iter().any(|method| method == "client_secret_basic"),
            keys: self.fetch_keys(jwks_url.clone()).await?,
            jwks_url,
        })
    }

    async fn fetch_keys(&self, at: Url) -> Result<Vec<Key>, ProviderError> {
        const WHAT: &str = "keys";
        let (status, body) = send(self.http.get(at), WHAT).await?;
        let KeySet { keys } = parse(status, &body, WHAT)?;
        Ok(Key::parse_all(&keys))
    }
}
