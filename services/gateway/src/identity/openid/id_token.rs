//! The ID token (OpenID Connect Core, 2 and 3.1.3.7): verifies its signature, issuer, audience, nonce and time.
//! Pure: no network, no clock.

use data_encoding::BASE64URL_NOPAD;
use onestop_proto::time::Timestamp;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// Allowed clock skew, in seconds.
const LEEWAY: f64 = 60.0;

/// Why an ID token is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdTokenError {
    /// It is no signed token, or lacks a required claim.
    #[error("the ID token cannot be parsed")]
    Malformed,
    /// Including `none`.
    #[error("the ID token is signed with none of RS256, ES256 and EdDSA")]
    Algorithm,
    #[error("the ID token names a key that the provider has not published")]
    UnknownKey,
    #[error("the ID token's signature is invalid")]
    Signature,
    #[error("the ID token is of another issuer than 'oidc_issuer'")]
    Issuer,
    #[error("the ID token is for another client than 'oidc_client_id'")]
    Audience,
    #[error("the ID token has expired")]
    Expired,
    #[error("the ID token is not valid yet; compare the clocks")]
    NotYetValid,
    #[error("the ID token belongs to another sign-in (nonce)")]
    Nonce,
    #[error("the ID token lacks the claim that 'oidc_claim' names")]
    Name,
}

/// What the claims of a token must be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// The claim that names the account.
    pub(super) claim: &'a str,
    pub(super) now: Timestamp,
}

/// A public key of the provider.
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

/// The accepted algorithms. Each is accepted only with its own kind of key, whatever the token claims.
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
    /// The usable keys of a key set (RFC 7517).
    pub(super) fn parse_all(published: &[Value]) -> Vec<Self> {
        published.iter().filter_map(Self::parse).collect()
    }

    fn parse(published: &Value) -> Option<Self> {
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

    fn matches(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
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

/// Some providers write a leading zero byte.
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
    #[serde(rename = "sub")]
    _sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
}

/// Verifies a token; returns the claim that names the account.
///
/// # Errors
/// If it is invalid.
pub(super) fn user_name(
    token: &str,
    keys: &[Key],
    expected: &Expected<'_>,
) -> Result<String, IdTokenError> {
    let claims = verified_claims(token, keys)?;
    let name = claims.get(expected.claim).cloned();
    check(
        &serde_json::from_value(claims.into()).map_err(|_| IdTokenError::Malformed)?,
        expected,
    )?;
    match name {
        Some(Value::String(name)) if !name.is_empty() => Ok(name),
        Some(_) | None => Err(IdTokenError::Name),
    }
}

/// The claims of a token, if one of these keys has signed it.
fn verified_claims(token: &str, keys: &[Key]) -> Result<Map<String, Value>, IdTokenError> {
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(IdTokenError::Malformed);
    };
    let header: Header = decode(head)?;
    if header.crit.is_some() {
        // Extensions that must be understood are not supported.
        return Err(IdTokenError::Malformed);
    }
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::Rs256,
        "ES256" => Algorithm::Es256,
        "EdDSA" => Algorithm::EdDsa,
        _ => return Err(IdTokenError::Algorithm),
    };
    let signature = BASE64URL_NOPAD
        .decode(signature.as_bytes())
        .map_err(|_| IdTokenError::Malformed)?;
    let signed = format!("{head}.{body}");
    let mut candidates = keys
        .iter()
        .filter(|key| key.matches(algorithm, header.kid.as_deref()))
        .peekable();
    if candidates.peek().is_none() {
        return Err(IdTokenError::UnknownKey);
    }
    if !candidates.any(|key| key.verifies(signed.as_bytes(), &signature)) {
        return Err(IdTokenError::Signature);
    }
    decode(body)
}

fn decode<T: DeserializeOwned>(encoded: &str) -> Result<T, IdTokenError> {
    let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes());
    serde_json::from_slice(&bytes.map_err(|_| IdTokenError::Malformed)?)
        .map_err(|_| IdTokenError::Malformed)
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    if claims.iss != expected.issuer {
        return Err(IdTokenError::Issuer);
    }
    let several: &[String] = match &claims.aud {
        Audience::One(one) => std::slice::from_ref(one),
        Audience::Several(several) => several,
    };
    // With several audiences, the authorized party must be named.
    let is_authorized_party = match &claims.azp {
        Some(party) => party == expected.client_id,
        None => several.len() == 1,
    };
    if !is_authorized_party || !several.iter().any(|one| one == expected.client_id) {
        return Err(IdTokenError::Audience);
    }
    let now = (expected.now.as_micros() / 1_000_000) as f64;
    if claims.exp + LEEWAY <= now {
        return Err(IdTokenError::Expired);
    }
    if claims.nbf.unwrap_or(claims.iat).max(claims.iat) > now + LEEWAY {
        return Err(IdTokenError::NotYetValid);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenError::Nonce);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
