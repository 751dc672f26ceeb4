//! The secret half: a program's own key, with which it signs its requests.

use std::fmt;

use onestop_proto::{
    actor::Actor,
    issuer::IssuerName,
    late_entry::{APPROVAL_AUDIENCE, APPROVAL_SECONDS, ApprovalClaim},
};
use pasetors::{
    keys::{AsymmetricKeyPair, AsymmetricPublicKey, AsymmetricSecretKey, Generate},
    paserk::FormatAsPaserk,
    version4::V4,
};

use super::token::{self, Claims, Stamp};
use crate::clock::SystemClock;

/// Signs the requests of one program.
#[derive(Clone)]
pub struct Issuer {
    name: IssuerName,
    key: AsymmetricSecretKey<V4>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.name)
    }
}

/// A new key of an issuer, as it is stored and enrolled.
pub struct IssuerKey {
    /// The text of the issuer's own file: the name and the secret key (PASERK `k4.secret`).
    pub secret: String,
    /// The public key, as the roster has it (PASERK `k4.public`).
    pub public: String,
}

impl IssuerKey {
    /// Makes a key. Nothing if the system gives no randomness.
    pub fn make(name: &IssuerName) -> Option<Self> {
        let pair = AsymmetricKeyPair::<V4>::generate().ok()?;
        Some(Self {
            secret: format!("{name} {}\n", text(&pair.secret)?),
            public: text(&pair.public)?,
        })
    }
}

fn text(key: &impl FormatAsPaserk) -> Option<String> {
    let mut text = String::new();
    key.fmt(&mut text).ok()?;
    Some(text)
}

impl Issuer {
    /// Reads what [`IssuerKey::secret`] holds. Nothing if it is something else.
    pub fn parse(secret: &str) -> Option<Self> {
        let (name, key) = secret.trim().split_once(' ')?;
        Some(Self {
            name: name.parse().ok()?,
            key: AsymmetricSecretKey::try_from(key).ok()?,
        })
    }

    /// Its name.
    pub fn name(&self) -> &IssuerName {
        &self.name
    }

    /// The public half of its key, as the roster has it.
    pub fn public(&self) -> Option<String> {
        text(&AsymmetricPublicKey::<V4>::try_from(&self.key).ok()?)
    }

    /// The token for a request: these bytes, sent on this subject, for this actor.
    pub fn token(&self, subject: &str, body: &[u8], actor: Option<&Actor>) -> Option<String> {
        let clock = SystemClock;
        let stamp = Stamp {
            now: clock.now(),
            id: clock.uuid(),
        };
        self.token_at(subject, body, actor, stamp)
    }

    /// The token by which an actor, whom this issuer has authenticated, approves a late entry (补录审批).
    pub fn late_approval(&self, claim: &ApprovalClaim<'_>, approver: &Actor) -> Option<String> {
        let clock = SystemClock;
        let stamp = Stamp {
            now: clock.now(),
            id: clock.uuid(),
        };
        self.late_approval_at(claim, approver, stamp)
    }

    /// Its signature for a statement that stays, such as a line of a list. It is no token of a request.
    pub fn sign_statement(&self, statement: &str) -> Option<String> {
        token::sign_statement(&self.key, statement)
    }

    pub(super) fn late_approval_at(
        &self,
        claim: &ApprovalClaim<'_>,
        approver: &Actor,
        stamp: Stamp,
    ) -> Option<String> {
        let claims = Claims::new(self.name.clone(), Some(approver), APPROVAL_AUDIENCE, stamp);
        let claims = claims.valid_for(APPROVAL_SECONDS);
        token::sign(&self.key, &claims, claim.text().as_bytes())
    }

    pub(super) fn token_at(
        &self,
        subject: &str,
        body: &[u8],
        actor: Option<&Actor>,
        stamp: Stamp,
    ) -> Option<String> {
        let claims = Claims::new(self.name.clone(), actor, subject, stamp);
        token::sign(&self.key, &claims, body)
    }
}
