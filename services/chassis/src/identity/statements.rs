//! Statements that stay where another keeps them, and that this node believes by its own signature alone.

use onestop_proto::issuer::IssuerName;

use super::{
    files::{IdentityError, known_keys},
    roster::Known,
    token::Unverified,
};
use crate::settings::Settings;

/// The keys of this instance of a service: the one in use, and those of before a rotation that are not revoked.
pub struct InstanceKeys {
    known: Known,
    /// None where its name cannot be that of an issuer: such an instance has no keys.
    issuer: Option<IssuerName>,
}

impl InstanceKeys {
    /// Reads them from the roster that the settings name.
    ///
    /// # Errors
    /// If no roster is named, or it cannot be used.
    pub fn of(settings: &Settings, service: &str) -> Result<Self, IdentityError> {
        let issuer = format!("service/{service}/{}", settings.instance);
        Ok(Self {
            known: known_keys(settings)?,
            issuer: issuer.parse().ok(),
        })
    }

    /// Whether the instance has signed a statement.
    pub fn have_signed(&self, statement: &str, signature: Option<&str>) -> bool {
        let signature = signature.and_then(|it| Unverified::read(it).ok());
        let signed = self.issuer.as_ref().zip(signature);
        signed.is_some_and(|(issuer, it)| self.known.has_stated(issuer, statement, &it))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::identity::{Enrolled, Issuer, IssuerKey, Issuers, KeyState, SpeaksFor};

    /// A former key counts until it is revoked; another issuer's, another statement and a request's token never do.
    #[test]
    fn a_statement_is_believed_by_the_instances_own_keys() {
        let [name, other] =
            ["service/intake/main", "service/intake/site"].map(|it| it.parse().unwrap());
        let keys = [&name, &name, &name, &other].map(|it| IssuerKey::make(it).unwrap());
        let states = [
            KeyState::Revoked,
            KeyState::Active,
            KeyState::Active,
            KeyState::Active,
        ];
        let entries = keys.iter().zip([&name, &name, &name, &other]).zip(states);
        let issuers = entries.map(|((key, issuer), state)| Enrolled {
            issuer: issuer.clone(),
            key: key.public.clone(),
            state,
            speaks_for: SpeaksFor::Itself,
            within: None,
            asks: Vec::new(),
        });
        let folder = tempfile::tempdir().unwrap();
        let roster = folder.path().join("issuers.json");
        let issuers = Issuers {
            issuers: issuers.collect(),
        };
        fs::write(&roster, serde_json::to_vec(&issuers).unwrap()).unwrap();
        let mut settings = Settings {
            issuers: Some(roster),
            ..Settings::default()
        };
        let own = InstanceKeys::of(&settings, "intake").unwrap();
        for (key, is_believed) in keys.iter().zip([false, true, true, false]) {
            let issuer = Issuer::parse(&key.secret).unwrap();
            let signed = issuer.sign_statement("a").unwrap();
            assert_eq!(own.have_signed("a", Some(&signed)), is_believed);
            assert!(!own.have_signed("b", Some(&signed)));
            let token = issuer.token("a", b"a", None).unwrap();
            assert!(!own.have_signed("a", Some(&token)));
        }
        assert!(!own.have_signed("a", None));
        settings.issuers = None;
        let unnamed = InstanceKeys::of(&settings, "intake");
        assert!(matches!(unnamed.err(), Some(IdentityError::NoRoster)));
    }
}
