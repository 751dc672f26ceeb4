//! Registrations and signatures of an authenticator made here, with real keys; and each way in which an answer is refused.

mod assertion;
pub(crate) mod authenticator;
mod registration;

use axum::http::HeaderMap;
use proptest::prelude::*;

use super::{
    Challenge, Expected, PublicKey, UserVerification,
    assertion::{AssertionAnswer, KnownPasskey},
    authenticator_data::AuthenticatorData,
    options::user_handle,
    registration::RegistrationAnswer,
    relying_party::RelyingParty,
};
use crate::core::cookies::WebOrigin;

pub(super) const ORIGIN: &str = "https://law.example";
pub(super) const CHALLENGE: Challenge = Challenge([7; 32]);

pub(super) fn party() -> RelyingParty {
    RelyingParty::of(&WebOrigin::new(ORIGIN), &HeaderMap::new()).unwrap()
}

fn user() -> [u8; 32] {
    user_handle(&"zhang-li".parse().unwrap())
}

proptest! {
    /// A stranger sends any bytes: they are refused, and nothing panics.
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let _ = AuthenticatorData::parse(&bytes);
        let _ = PublicKey::parse(&bytes);
        let _ = RegistrationAnswer::parse(&text);
        let _ = AssertionAnswer::parse(&text);
    }

    /// A right answer, with bytes changed or cut, is refused or read; nothing panics.
    #[test]
    fn no_altered_answer_panics(at in 0_usize..600, byte in any::<u8>(), cut in 0_usize..600) {
        let party = party();
        let expected = Expected { party: &party, challenge: &CHALLENGE };
        let mut device = authenticator::Authenticator::es256();
        let made = device.make();
        let alter = |bytes: &mut Vec<u8>| {
            if let Some(one) = bytes.get_mut(at) {
                *one = byte;
            }
            bytes.truncate(cut.max(1));
        };
        let mut attestation = made.attestation.clone();
        alter(&mut attestation);
        let altered = authenticator::Made { attestation, ..made.clone() };
        if let Ok(answer) = RegistrationAnswer::parse(&altered.sent()) {
            let _ = answer.verify(expected);
        }
        let key = RegistrationAnswer::parse(&made.sent()).unwrap().verify(expected).unwrap().key;
        let mut signed = device.sign();
        alter(&mut signed.data);
        if let Ok(answer) = AssertionAnswer::parse(&signed.sent()) {
            let user = user();
            let known = KnownPasskey {
                key: &key,
                counter: 0,
                verification: UserVerification::Preferred,
                user: &user,
            };
            let _ = answer.verify(known, expected);
        }
    }
}
