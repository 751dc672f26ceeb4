//! The token of one request: what it claims, and how it is bound to the request.
//!
//! The claims name issuer, actor, subject and times. The request's bytes are bound as the implicit assertion: they are
//! signed with the claims, and travel once.

use onestop_proto::{
    actor::Actor,
    issuer::{IssuerName, Unproven},
    time::Timestamp,
};
use pasetors::{
    Public,
    keys::{AsymmetricPublicKey, AsymmetricSecretKey},
    token::UntrustedToken,
    version4::{PublicToken, V4},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a token is valid: a request waits at most that long in a queue.
const LIFE_SECONDS: i64 = 60;

/// By how much the clocks of two machines may differ. A clock that shows local time as UTC is eight hours off, and
/// work has to go on: a token that is used again does no more than the same request once.
const LEEWAY_SECONDS: i64 = 13 * 3_600;

/// The longest token that is looked at.
const LONGEST: usize = 2_048;

/// What a token claims, under the names that PASETO registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    pub(super) iss: IssuerName,
    /// The actor: role, staff and unit; nothing where the issuer asks for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sub: Option<Actor>,
    /// The subject that the request is sent on.
    pub(super) aud: String,
    pub(super) nbf: Timestamp,
    pub(super) exp: Timestamp,
    pub(super) jti: Uuid,
}

impl Claims {
    pub(super) fn new(
        issuer: IssuerName,
        actor: Option<&Actor>,
        subject: &str,
        stamp: Stamp,
    ) -> Self {
        Self {
            iss: issuer,
            sub: actor.cloned(),
            aud: subject.to_owned(),
            nbf: stamp.now,
            exp: stamp.now.plus_seconds(LIFE_SECONDS),
            jti: stamp.id,
        }
    }

    /// The same, good for so many seconds.
    pub(super) fn valid_for(self, seconds: i64) -> Self {
        let exp = self.nbf.plus_seconds(seconds);
        Self { exp, ..self }
    }

    fn check(&self, subject: &str, now: Option<Timestamp>) -> Result<(), Unproven> {
        if self.aud != subject {
            return Err(Unproven::OtherAudience);
        }
        // An event may wait for years; its place in its log says whether it is news.
        let Some(now) = now else {
            return Ok(());
        };
        if now > self.exp.plus_seconds(LEEWAY_SECONDS) {
            return Err(Unproven::Expired);
        }
        if now.plus_seconds(LEEWAY_SECONDS) < self.nbf {
            return Err(Unproven::NotYet);
        }
        Ok(())
    }
}

/// When a token is made, and its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) now: Timestamp,
    pub(crate) id: Uuid,
}

/// Signs the claims for a request's bytes. Nothing if they do not encode, which no claims of ours do.
pub(super) fn sign(key: &AsymmetricSecretKey<V4>, claims: &Claims, body: &[u8]) -> Option<String> {
    let message = serde_json::to_vec(claims).ok()?;
    // The footer can be read before the signature is checked: it says whose key to take.
    let footer = claims.iss.as_str().as_bytes();
    PublicToken::sign(key, &message, Some(footer), Some(&bound(body))).ok()
}

/// What a signed statement carries where a token carries claims: neither can be taken for the other.
const STATEMENT: &str = "statement";

/// Signs a statement that stays, such as a line of a list. Nothing if that fails, which it does for no key of ours.
pub(super) fn sign_statement(key: &AsymmetricSecretKey<V4>, statement: &str) -> Option<String> {
    PublicToken::sign(key, STATEMENT.as_bytes(), None, Some(statement.as_bytes())).ok()
}

/// A token that was read and not yet verified.
pub(super) struct Unverified(UntrustedToken<Public, V4>);

impl Unverified {
    pub(super) fn read(token: &str) -> Result<Self, Unproven> {
        if token.len() > LONGEST {
            return Err(Unproven::Unreadable);
        }
        let read = UntrustedToken::try_from(token);
        read.map(Self).map_err(|_| Unproven::Unreadable)
    }

    pub(super) fn issuer(&self) -> Result<IssuerName, Unproven> {
        let footer = std::str::from_utf8(self.0.untrusted_footer());
        let name = footer.ok().and_then(|text| text.parse().ok());
        name.ok_or(Unproven::Unreadable)
    }

    /// Whether this key has signed this statement.
    pub(super) fn is_statement(&self, key: &AsymmetricPublicKey<V4>, statement: &str) -> bool {
        let verified = PublicToken::verify(key, &self.0, None, Some(statement.as_bytes()));
        verified.is_ok_and(|signed| signed.payload() == STATEMENT)
    }

    /// Whether this key has signed it for these bytes: its claims, once they fit the subject and, if there is one, the
    /// time.
    pub(super) fn verify(
        &self,
        key: &AsymmetricPublicKey<V4>,
        (subject, body): (&str, &[u8]),
        now: Option<Timestamp>,
    ) -> Result<Claims, Unproven> {
        let verified = PublicToken::verify(key, &self.0, None, Some(&bound(body)));
        let verified = verified.map_err(|_| Unproven::BadSignature)?;
        let claims: Claims =
            serde_json::from_str(verified.payload()).map_err(|_| Unproven::Unreadable)?;
        if claims.iss != self.issuer()? {
            return Err(Unproven::Unreadable);
        }
        claims.check(subject, now)?;
        Ok(claims)
    }
}

/// The digest of a request's bytes.
fn bound(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}
