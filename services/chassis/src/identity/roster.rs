//! The public half: who is enrolled, with which key, and for whom each may speak.

use std::{collections::BTreeMap, sync::Arc};

use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    issuer::{IssuerName, ProvenBy, Unproven},
    query::CommonQuestion,
    time::Timestamp,
};
use pasetors::{keys::AsymmetricPublicKey, version4::V4};
use serde::{Deserialize, Serialize};

use super::token::{Claims, Unverified};

/// In [`Enrolled::asks`]: every question.
pub const ANY_QUESTION: &str = "*";

/// The roster, as its file holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuers {
    /// Every key that is or was enrolled. An issuer whose key was rotated has several.
    pub issuers: Vec<Enrolled>,
}

/// One enrolled key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Whose it is.
    pub issuer: IssuerName,
    /// The public key (PASERK `k4.public`).
    pub key: String,
    /// Whether it counts.
    #[serde(default)]
    pub state: KeyState,
    /// For whom the issuer may speak.
    pub speaks_for: SpeaksFor,
    /// The division whose units it may speak for; every unit without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<DivisionCode>,
    /// The questions that it may ask in its own name: of every service by the question's name, of one as `service.question`;
    /// or [`ANY_QUESTION`]. What every service answers about its log is asked by those alone who have it here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
}

/// Whether a key counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// It does.
    #[default]
    Active,
    /// Nothing that it signs is accepted, whenever it was signed.
    Revoked,
}

/// For whom an issuer may speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeaksFor {
    /// Any member of staff: it has authenticated the person, or passes on what was proven to it.
    Everyone,
    /// These persons, each in this role for this unit.
    Persons(Vec<Actor>),
    /// A service speaks for its own rules alone; any other key for no actor.
    Itself,
}

/// The keys of a roster, ready to verify with.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<IssuerName, Vec<KnownKey>>);

/// A key, with what its issuer may.
#[derive(Debug)]
struct KnownKey {
    key: AsymmetricPublicKey<V4>,
    enrolled: Arc<Enrolled>,
}

impl Known {
    /// Nothing if a key is not one.
    pub(super) fn of(issuers: Issuers) -> Option<Self> {
        let mut known = BTreeMap::<IssuerName, Vec<KnownKey>>::new();
        for enrolled in issuers.issuers {
            let key = AsymmetricPublicKey::try_from(enrolled.key.as_str()).ok()?;
            let keys = known.entry(enrolled.issuer.clone()).or_default();
            let enrolled = Arc::new(enrolled);
            keys.push(KnownKey { key, enrolled });
        }
        Some(Self(known))
    }

    /// The entry of an issuer with a key that counts.
    pub(super) fn active(&self, issuer: &IssuerName) -> Option<&Enrolled> {
        let keys = self.0.get(issuer)?.iter().rev();
        let mut entries = keys.map(|known| known.enrolled.as_ref());
        entries.find(|enrolled| enrolled.state == KeyState::Active)
    }

    /// Whether an issuer has signed a statement, with the key in use or with one of before a rotation that is not revoked.
    pub(super) fn has_stated(
        &self,
        issuer: &IssuerName,
        statement: &str,
        signature: &Unverified,
    ) -> bool {
        let keys = self.0.get(issuer).into_iter().flatten();
        let mut counting = keys.filter(|known| known.enrolled.state == KeyState::Active);
        counting.any(|known| signature.is_statement(&known.key, statement))
    }

    /// Verifies the token of a request, or, without a time, of an event.
    pub(super) fn verify(
        &self,
        token: Option<&str>,
        (subject, body): (&str, &[u8]),
        now: Option<Timestamp>,
    ) -> Result<Proof, Unproven> {
        let token = Unverified::read(token.ok_or(Unproven::NoToken)?)?;
        let keys = self.0.get(&token.issuer()?);
        // The newest key is the last, and the one in use.
        let mut refused = Unproven::UnknownIssuer;
        for KnownKey { key, enrolled } in keys.into_iter().flatten().rev() {
            match token.verify(key, (subject, body), now) {
                Ok(_) if enrolled.state == KeyState::Revoked => return Err(Unproven::Revoked),
                Ok(claims) => {
                    let enrolled = Arc::clone(enrolled);
                    return Ok(Proof { enrolled, claims });
                }
                Err(why) => refused = why,
            }
            if refused != Unproven::BadSignature {
                return Err(refused);
            }
        }
        Err(refused)
    }
}

/// A question, and the service that is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedQuestion<'a> {
    pub(crate) service: &'a str,
    pub(crate) question: &'a str,
}

impl NamedQuestion<'_> {
    /// Whether an entry of [`Enrolled::asks`] means it.
    fn is_named_by(&self, enrolled: &str) -> bool {
        let of_one = || enrolled.split_once('.') == Some((self.service, self.question));
        enrolled == self.question || enrolled == ANY_QUESTION || of_one()
    }
}

/// A verified token, with what its issuer may.
#[derive(Debug)]
pub(crate) struct Proof {
    enrolled: Arc<Enrolled>,
    claims: Claims,
}

impl Proof {
    /// The name that is recorded in events.
    pub(crate) fn by(&self) -> ProvenBy {
        ProvenBy {
            issuer: self.claims.iss.clone(),
            token: self.claims.jti,
        }
    }

    /// The actor that it names; nothing where the issuer signed for itself.
    pub(crate) fn actor(&self) -> Option<&Actor> {
        self.claims.sub.as_ref()
    }

    /// The division for whose units alone its issuer speaks.
    pub(crate) fn within(&self) -> Option<DivisionCode> {
        self.enrolled.within
    }

    /// Checks that it proves this actor. `division` is where the actor's unit is, by the service's own directory: the
    /// issuer's word for it would prove nothing.
    pub(crate) fn check_actor(
        &self,
        actor: &Actor,
        division: Option<DivisionCode>,
    ) -> Result<(), Unproven> {
        if self.claims.sub.as_ref() != Some(actor) {
            return Err(Unproven::OtherActor);
        }
        let own_rule = actor.role == Role::System;
        let may = match &self.enrolled.speaks_for {
            _ if own_rule => self.enrolled.issuer.service() == Some(actor.staff.as_str()),
            SpeaksFor::Everyone => true,
            SpeaksFor::Persons(persons) => persons.contains(actor),
            SpeaksFor::Itself => false,
        };
        if !may {
            return Err(Unproven::NotForThisActor);
        }
        match (self.enrolled.within, division) {
            (None, _) => Ok(()),
            (Some(within), Some(division)) if within.contains(division) => Ok(()),
            (Some(_), _) => Err(Unproven::OtherDivision),
        }
    }

    /// Checks that the issuer may ask a question for this actor, or in its own name.
    pub(crate) fn check_question(
        &self,
        asked: &NamedQuestion<'_>,
        actor: Option<&Actor>,
        division: Option<DivisionCode>,
    ) -> Result<(), Unproven> {
        let mut asks = self.enrolled.asks.iter();
        let in_own_name = asks.any(|enrolled| asked.is_named_by(enrolled));
        let about_the_log = CommonQuestion::NAMES.contains(&asked.question);
        if !in_own_name && (about_the_log || actor.is_none()) {
            return Err(Unproven::NotForThisQuestion);
        }
        match actor {
            Some(actor) => self.check_actor(actor, division),
            None if self.claims.sub.is_some() => Err(Unproven::OtherActor),
            None => Ok(()),
        }
    }
}
