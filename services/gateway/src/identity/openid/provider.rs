//! The client of the provider: the authorization URL, and the exchange of a code for an ID token.

use std::{path::Path, time::Instant};

use anyhow::{Context, bail};
use data_encoding::BASE64;
use onestop_chassis::{
    bounded_file,
    settings::{Secret, Settings},
};
use onestop_proto::time::Timestamp;
use reqwest::{Client, Url, header};
use serde::Deserialize;

use super::{
    Attempt, CALLBACK, OpenIdError,
    discovery::{Discovery, Metadata},
    http,
    id_token::{self, Expected, IdTokenError},
    used_codes::UsedCodes,
};
use crate::{
    core::{cookies::WebOrigin, query_string},
    identity::attempts::FailureLimit,
};

pub(crate) struct Provider {
    issuer: String,
    client_id: String,
    secret: Option<Secret>,
    claim: String,
    redirect_uri: String,
    http: Client,
    discovery: Discovery,
    used_codes: UsedCodes,
    /// Separate from the limit of passwords, which stay usable when the provider fails.
    pub(crate) failures: FailureLimit,
}

#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
}

#[derive(Deserialize)]
struct ErrorResponse {
    error: String,
}

impl Provider {
    /// The provider of the settings, if one is configured.
    ///
    /// # Errors
    /// If the settings contradict each other, or the secret's file cannot be read.
    pub(crate) fn new(settings: &Settings, origin: &WebOrigin) -> anyhow::Result<Option<Self>> {
        let (issuer, client_id) = match (&settings.oidc_issuer, &settings.oidc_client_id) {
            (Some(issuer), Some(client_id)) => (issuer.trim(), client_id.trim()),
            (None, None) if settings.oidc_client_secret_file.is_none() => return Ok(None),
            _ => bail!(
                "'oidc_issuer' and 'oidc_client_id' go together. Set both, or none of the settings of OpenID Connect"
            ),
        };
        if client_id.is_empty() || settings.oidc_claim.is_empty() {
            bail!("'oidc_client_id' or 'oidc_claim' is empty. Set it, or leave it out");
        }
        let known = http::check_url(issuer, http::PlainHttp::OnLoopback, "issuer");
        if !known.is_ok_and(|url| url.query().is_none()) {
            bail!(
                "'oidc_issuer' is no provider's address: it must be https://…, without ? or #; http:// is allowed on this machine only"
            );
        }
        if http::check_url(origin.as_str(), http::PlainHttp::OnLoopback, "origin").is_err() {
            bail!(
                "with 'oidc_issuer', browsers are redirected to {origin}, which is not https. Set 'web_origin' to the https:// address by which they know the workbench"
            );
        }
        let secret = settings.oidc_client_secret_file.as_deref();
        let client = http::client()?;
        Ok(Some(Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            secret: secret.map(read_secret).transpose()?,
            claim: settings.oidc_claim.clone(),
            redirect_uri: format!("{origin}{CALLBACK}"),
            discovery: Discovery::new(issuer.to_owned(), client.clone()),
            http: client,
            used_codes: UsedCodes::default(),
            failures: FailureLimit::default(),
        }))
    }

    /// The URL of the provider's sign-in page.
    pub(crate) async fn authorization_url(&self, attempt: &Attempt) -> Result<Url, OpenIdError> {
        let mut url = self.discovery.metadata().await?.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", "openid profile")
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Whether the issuer in a redirect (RFC 9207) is this provider.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        issuer == self.issuer
    }

    /// Exchanges a code; returns the provider's name of the user.
    ///
    /// # Errors
    /// If the code was used before or is refused, or the ID token is invalid.
    pub(crate) async fn user_name(
        &self,
        code: &str,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<String, OpenIdError> {
        if !self.used_codes.insert(code, Instant::now()) {
            return Err(OpenIdError::CodeReused);
        }
        let found = self.discovery.metadata().await?;
        let token = self.exchange(&found, code, attempt).await?;
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: &attempt.nonce,
            claim: &self.claim,
            now,
        };
        match id_token::user_name(&token, &found.keys, &expected) {
            // The provider may have a new key.
            Err(IdTokenError::UnknownKey) => {
                let found = self.discovery.with_fresh_keys(&found).await?;
                Ok(id_token::user_name(&token, &found.keys, &expected)?)
            }
            checked => Ok(checked?),
        }
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        code: &str,
        attempt: &Attempt,
    ) -> Result<String, OpenIdError> {
        const WHAT: &str = "exchange of a code";
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", attempt.verifier.as_str()),
        ];
        let mut request = self.http.post(metadata.token.clone());
        match &self.secret {
            Some(secret) if !metadata.secret_in_form => {
                request = request.header(header::AUTHORIZATION, basic(&self.client_id, secret));
            }
            Some(secret) => fields.extend([
                ("client_id", self.client_id.as_str()),
                ("client_secret", secret.expose()),
            ]),
            None => fields.push(("client_id", self.client_id.as_str())),
        }
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(query_string::encode(&fields));
        let (status, body) = http::send(request, WHAT).await?;
        if status.is_client_error()
            && let Ok(ErrorResponse { error }) = serde_json::from_slice(&body)
        {
            return Err(OpenIdError::denied(&error));
        }
        let TokenResponse { id_token } = http::parse(status, &body, WHAT)?;
        Ok(id_token)
    }
}

fn read_secret(file: &Path) -> anyhow::Result<Secret> {
    let setting = "setting 'oidc_client_secret_file'";
    let text = bounded_file::read_text(file, bounded_file::SMALL)
        .with_context(|| format!("cannot read {} ({setting})", file.display()))?;
    if text.trim().is_empty() {
        bail!("{} is empty ({setting})", file.display());
    }
    Ok(Secret::from(text.trim().to_owned()))
}

/// HTTP Basic authentication: client id and secret are form-encoded first (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &Secret) -> String {
    let form = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", form(client), form(secret.expose()));
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn settings(issuer: &str) -> Settings {
        Settings {
            oidc_issuer: Some(issuer.to_owned()),
            oidc_client_id: Some("onestop".to_owned()),
            ..Settings::default()
        }
    }

    fn problem(settings: &Settings, origin: &str) -> String {
        let refused = Provider::new(settings, &WebOrigin::new(origin)).err();
        refused.map(|error| format!("{error:#}")).unwrap()
    }

    const ORIGIN: &str = "https://onestop.example";

    #[test]
    fn there_is_no_provider_without_settings_and_incomplete_settings_are_refused() {
        let made = |settings: &Settings| Provider::new(settings, &WebOrigin::new(ORIGIN)).unwrap();
        assert!(made(&Settings::default()).is_none());
        assert!(made(&settings("https://id.example/realms/law")).is_some());
        let half = Settings {
            oidc_client_id: None,
            ..settings("https://id.example")
        };
        assert!(problem(&half, ORIGIN).contains("go together"));
        let no_file = Settings {
            oidc_client_secret_file: Some(PathBuf::from("/nowhere/secret")),
            ..settings("https://id.example")
        };
        assert!(problem(&no_file, ORIGIN).contains("/nowhere/secret"));
    }

    #[test]
    fn the_provider_and_the_web_origin_use_https() {
        for open in [
            "http://id.example",
            "id.example",
            "https://id.example/?realm=law",
        ] {
            let message = problem(&settings(open), ORIGIN);
            assert!(message.contains("oidc_issuer"), "{message}");
        }
        let message = problem(&settings("https://id.example"), "http://0.0.0.0:42280");
        assert!(message.contains("web_origin"), "{message}");
        let origin = WebOrigin::new("http://127.0.0.1:42280");
        let here = Provider::new(&settings("http://127.0.0.1:8080"), &origin);
        assert!(here.unwrap().is_some());
    }

    #[test]
    fn client_id_and_secret_are_form_encoded() {
        let secret = Secret::from("a:b c".to_owned());
        let written = basic("one stop", &secret);
        let pair = BASE64.decode(written.strip_prefix("Basic ").unwrap().as_bytes());
        assert_eq!(pair.unwrap(), b"one+stop:a%3Ab+c");
    }
}
