//! The provider, and how we are known to it: where browsers are sent, and the exchange of a code for an ID
//! token.

use std::path::Path;

use anyhow::{Context, bail};
use data_encoding::BASE64;
use onestop_chassis::settings::{Secret, Settings};
use onestop_proto::time::Timestamp;
use reqwest::{Client, Url, header};
use serde::Deserialize;

use super::{
    Attempt, DONE, Refused, ask,
    published::{Found, Publisher},
    token::{self, Bad, Wanted},
    used::Used,
};
use crate::{auth::Limits, page::query};

/// The provider, and how we are known to it.
pub(crate) struct Provider {
    issuer: String,
    client: String,
    secret: Option<Secret>,
    claim: String,
    /// Where it sends browsers back to.
    done: String,
    http: Client,
    publisher: Publisher,
    used: Used,
    /// Who comes back in vain too often. Not the limits of passwords: when this way fails, that one stays open.
    pub(crate) limits: Limits,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

#[derive(Deserialize)]
struct No {
    error: String,
}

impl Provider {
    /// That of the settings, if there is one. `origin` is how browsers know us.
    ///
    /// # Errors
    /// If the settings do not fit each other, or the secret's file cannot be read.
    pub(crate) fn new(settings: &Settings, origin: &str) -> anyhow::Result<Option<Self>> {
        let (issuer, client) = match (&settings.oidc_issuer, &settings.oidc_client_id) {
            (Some(issuer), Some(client)) => (issuer.trim(), client.trim()),
            (None, None) if settings.oidc_client_secret_file.is_none() => return Ok(None),
            _ => bail!(
                "'oidc_issuer' and 'oidc_client_id' go together. Set both, or none of the settings of OpenID Connect"
            ),
        };
        if client.is_empty() || settings.oidc_claim.is_empty() {
            bail!("'oidc_client_id' or 'oidc_claim' is empty. Set it, or leave it out");
        }
        let known = ask::address(issuer, true, "issuer");
        if !known.is_ok_and(|url| url.query().is_none()) {
            bail!(
                "'oidc_issuer' is no address of a provider: https://… is wanted, without ? or #; http:// goes with this machine alone"
            );
        }
        if ask::address(origin, true, "origin").is_err() {
            bail!(
                "with 'oidc_issuer', browsers come back to {origin}, which is not https. Set 'web_origin' to the https:// address by which they know the workbench"
            );
        }
        let secret = settings.oidc_client_secret_file.as_deref();
        let http = ask::client()?;
        Ok(Some(Self {
            issuer: issuer.to_owned(),
            client: client.to_owned(),
            secret: secret.map(read_secret).transpose()?,
            claim: settings.oidc_claim.clone(),
            done: format!("{origin}{DONE}"),
            publisher: Publisher::new(issuer.to_owned(), http.clone()),
            http,
            used: Used::default(),
            limits: Limits::default(),
        }))
    }

    /// Where the browser is sent to sign in.
    ///
    /// # Errors
    /// If the provider cannot be used.
    pub(crate) async fn address(&self, attempt: &Attempt) -> Result<Url, Refused> {
        let mut url = self.publisher.found().await?.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client)
            .append_pair("redirect_uri", &self.done)
            .append_pair("scope", "openid profile")
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Whether an answer that says whose it is (RFC 9207) is this provider's.
    pub(crate) fn is(&self, issuer: &str) -> bool {
        issuer == self.issuer
    }

    /// The name that the provider has for whoever came back with a code.
    ///
    /// # Errors
    /// If the code came before or is not taken, or the ID token does not hold.
    pub(crate) async fn name(
        &self,
        code: &str,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<String, Refused> {
        if !self.used.is_new(code, now) {
            return Err(Refused::Used);
        }
        let found = self.publisher.found().await?;
        let token = self.exchange(&found, code, attempt).await?;
        let wanted = Wanted {
            issuer: &self.issuer,
            client: &self.client,
            nonce: &attempt.nonce,
            claim: &self.claim,
            now,
        };
        match token::name(&token, &found.keys, &wanted) {
            // It may sign with a new key; it is asked once.
            Err(Bad::UnknownKey) => {
                let found = self.publisher.with_new_keys(&found).await?;
                Ok(token::name(&token, &found.keys, &wanted)?)
            }
            told => Ok(told?),
        }
    }

    async fn exchange(
        &self,
        found: &Found,
        code: &str,
        attempt: &Attempt,
    ) -> Result<String, Refused> {
        const WHAT: &str = "exchange of a code";
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.done.as_str()),
            ("code_verifier", attempt.verifier.as_str()),
        ];
        let mut request = self.http.post(found.token.clone());
        match &self.secret {
            Some(secret) if !found.secret_in_form => {
                request = request.header(header::AUTHORIZATION, basic(&self.client, secret));
            }
            Some(secret) => fields.extend([
                ("client_id", self.client.as_str()),
                ("client_secret", secret.expose()),
            ]),
            None => fields.push(("client_id", self.client.as_str())),
        }
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(query(&fields));
        let (status, body) = ask::send(request, WHAT).await?;
        if status.is_client_error()
            && let Ok(No { error }) = serde_json::from_slice(&body)
        {
            return Err(Refused::denied(&error));
        }
        let Exchanged { id_token } = ask::read(status, &body, WHAT)?;
        Ok(id_token)
    }
}

fn read_secret(file: &Path) -> anyhow::Result<Secret> {
    let setting = "setting 'oidc_client_secret_file'";
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {} ({setting})", file.display()))?;
    if text.trim().is_empty() {
        bail!("{} is empty ({setting})", file.display());
    }
    Ok(Secret::from(text.trim().to_owned()))
}

/// RFC 6749, 2.3.1: both are written as in a form first.
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
        let refused = Provider::new(settings, origin).err();
        refused.map(|error| format!("{error:#}")).unwrap()
    }

    const ORIGIN: &str = "https://onestop.example";

    #[test]
    fn there_is_none_without_settings_and_halves_are_refused() {
        let made = |settings: &Settings| Provider::new(settings, ORIGIN).unwrap();
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
    fn the_provider_and_the_way_back_are_encrypted() {
        for open in [
            "http://id.example",
            "id.example",
            "https://id.example/?realm=law",
        ] {
            let told = problem(&settings(open), ORIGIN);
            assert!(told.contains("oidc_issuer"), "{told}");
        }
        let told = problem(&settings("https://id.example"), "http://0.0.0.0:42280");
        assert!(told.contains("web_origin"), "{told}");
        let here = Provider::new(&settings("http://127.0.0.1:8080"), "http://127.0.0.1:42280");
        assert!(here.unwrap().is_some());
    }

    #[test]
    fn name_and_secret_are_written_as_in_a_form() {
        let secret = Secret::from("a:b c".to_owned());
        let written = basic("one stop", &secret);
        let pair = BASE64.decode(written.strip_prefix("Basic ").unwrap().as_bytes());
        assert_eq!(pair.unwrap(), b"one+stop:a%3Ab+c");
    }
}
