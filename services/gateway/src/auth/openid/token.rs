//! The ID token (OpenID Connect Core, 2 and 3.1.3.7): who signed it, and whether it is for us, for this very
//! sign-in, and for now. It knows no network and no clock.

use data_encoding::BASE64URL_NOPAD;
use onestop_proto::time::Timestamp;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// By how much our clock and the provider's may differ, in seconds.
const LEEWAY: f64 = 60.0;

/// Why an ID token does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Bad {
    /// It is no signed token, or lacks what every ID token has.
    #[error("the ID token does not read")]
    Form,
    /// Signed in a way that we do not take; not at all, for one.
    #[error("the ID token is signed with none of RS256, ES256 and EdDSA")]
    Algorithm,
    /// The provider has published no such key.
    #[error("the ID token names a key that the provider has not published")]
    UnknownKey,
    /// The signature is not that of the key.
    #[error("the ID token's signature does not hold")]
    Signature,
    /// Another issued it.
    #[error("the ID token is of another issuer than 'oidc_issuer'")]
    Issuer,
    /// It is for somebody else.
    #[error("the ID token is for another client than 'oidc_client_id'")]
    Audience,
    /// It holds no longer.
    #[error("the ID token has expired")]
    Expired,
    /// It does not hold yet.
    #[error("the ID token is of a later time; compare the clocks")]
    Early,
    /// It belongs to another sign-in.
    #[error("the ID token belongs to another sign-in (nonce)")]
    Nonce,
    /// The claim that names the account is not there, or is no text.
    #[error("the ID token lacks the claim that 'oidc_claim' names")]
    Name,
}

/// What a token has to fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    /// The claim that names the account.
    pub(super) claim: &'a str,
    pub(super) now: Timestamp,
}

/// A key with which the provider signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: Option<String>,
    public: Public,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Public {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// Ways to sign. What the token says of itself chooses among these alone, and each goes with one kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Key {
    /// Those of a published set (RFC 7517) with which we can verify; others are passed over.
    pub(super) fn all(published: &[Value]) -> Vec<Self> {
        published.iter().filter_map(Self::read).collect()
    }

    fn read(published: &Value) -> Option<Self> {
        let jwk = Jwk::deserialize(published).ok()?;
        let for_signatures = jwk.r#use.is_none_or(|what| what == "sig")
            && jwk
                .key_ops
                .is_none_or(|all| all.iter().any(|what| what == "verify"));
        if !for_signatures {
            return None;
        }
        let bytes = |text: Option<String>| BASE64URL_NOPAD.decode(text?.as_bytes()).ok();
        let fits = |alg: &str| jwk.alg.as_deref().is_none_or(|only| only == alg);
        let public = match jwk.kty.as_str() {
            "RSA" if fits("RS256") => Public::Rsa {
                modulus: without_zeros(bytes(jwk.n)?),
                exponent: without_zeros(bytes(jwk.e)?),
            },
            "EC" if fits("ES256") && jwk.crv.as_deref() == Some("P-256") => {
                let (x, y) = (bytes(jwk.x)?, bytes(jwk.y)?);
                Public::P256([&[4], x.as_slice(), y.as_slice()].concat())
            }
            "OKP" if fits("EdDSA") && jwk.crv.as_deref() == Some("Ed25519") => {
                Public::Ed25519(bytes(jwk.x)?)
            }
            _ => return None,
        };
        Some(Self {
            id: jwk.kid,
            public,
        })
    }

    fn may_be(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        let kind = match self.public {
            Public::Rsa { .. } => Algorithm::Rs256,
            Public::P256(_) => Algorithm::Es256,
            Public::Ed25519(_) => Algorithm::EdDsa,
        };
        kind == algorithm && id.is_none_or(|id| self.id.as_deref() == Some(id))
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.public {
            Public::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature),
            Public::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            Public::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
        };
        verified.is_ok()
    }
}

/// Some write a zero before a number whose first bit is set.
fn without_zeros(number: Vec<u8>) -> Vec<u8> {
    number.into_iter().skip_while(|byte| *byte == 0).collect()
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    /// Every ID token has one.
    #[serde(rename = "sub")]
    _sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
}

/// Whom a token names, if it holds.
///
/// # Errors
/// If it does not.
pub(super) fn name(token: &str, keys: &[Key], wanted: &Wanted<'_>) -> Result<String, Bad> {
    let claims = signed(token, keys)?;
    let name = claims.get(wanted.claim).cloned();
    check(
        &serde_json::from_value(claims.into()).map_err(|_| Bad::Form)?,
        wanted,
    )?;
    match name {
        Some(Value::String(name)) if !name.is_empty() => Ok(name),
        Some(_) | None => Err(Bad::Name),
    }
}

/// The claims of a token that one of these keys signed.
fn signed(token: &str, keys: &[Key]) -> Result<Map<String, Value>, Bad> {
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Bad::Form);
    };
    let header: Header = part(head)?;
    if header.crit.is_some() {
        // Something that we would have to understand, and do not.
        return Err(Bad::Form);
    }
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::Rs256,
        "ES256" => Algorithm::Es256,
        "EdDSA" => Algorithm::EdDsa,
        _ => return Err(Bad::Algorithm),
    };
    let signature = BASE64URL_NOPAD
        .decode(signature.as_bytes())
        .map_err(|_| Bad::Form)?;
    let signed = format!("{head}.{body}");
    let mut candidates = keys
        .iter()
        .filter(|key| key.may_be(algorithm, header.kid.as_deref()))
        .peekable();
    if candidates.peek().is_none() {
        return Err(Bad::UnknownKey);
    }
    if !candidates.any(|key| key.verifies(signed.as_bytes(), &signature)) {
        return Err(Bad::Signature);
    }
    part(body)
}

fn part<T: DeserializeOwned>(encoded: &str) -> Result<T, Bad> {
    let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes());
    serde_json::from_slice(&bytes.map_err(|_| Bad::Form)?).map_err(|_| Bad::Form)
}

fn check(claims: &Claims, wanted: &Wanted<'_>) -> Result<(), Bad> {
    if claims.iss != wanted.issuer {
        return Err(Bad::Issuer);
    }
    let several: &[String] = match &claims.aud {
        Audience::One(one) => std::slice::from_ref(one),
        Audience::Several(several) => several,
    };
    // For several at once: the one that asked for it has to be named.
    let asked_by_us = match &claims.azp {
        Some(party) => party == wanted.client,
        None => several.len() == 1,
    };
    if !asked_by_us || !several.iter().any(|one| one == wanted.client) {
        return Err(Bad::Audience);
    }
    let now = (wanted.now.as_micros() / 1_000_000) as f64;
    if claims.exp + LEEWAY <= now {
        return Err(Bad::Expired);
    }
    if claims.nbf.unwrap_or(claims.iat).max(claims.iat) > now + LEEWAY {
        return Err(Bad::Early);
    }
    if claims.nonce.as_deref() != Some(wanted.nonce) {
        return Err(Bad::Nonce);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
