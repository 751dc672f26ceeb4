//! What is refused when a passkey is made.

use ciborium::Value;
use serde_json::json;

use super::{
    CHALLENGE, Expected, RegistrationAnswer, UserVerification,
    authenticator::{Authenticator, Made, PRESENT, attestation, cose, encoded},
    party,
};
use crate::identity::passkeys::{PasskeyError, registration::MadePasskey};

fn verify(sent: &str) -> Result<MadePasskey, PasskeyError> {
    let party = party();
    let expected = Expected {
        party: &party,
        challenge: &CHALLENGE,
    };
    RegistrationAnswer::parse(sent)?.verify(expected)
}

fn refused(device: &Authenticator, data: Vec<u8>) -> PasskeyError {
    let made = Made {
        attestation: attestation("none", &[], data),
        ..device.make()
    };
    verify(&made.sent()).unwrap_err()
}

#[test]
fn a_key_of_each_algorithm_is_taken_with_what_the_device_did() {
    for device in [Authenticator::es256(), Authenticator::ed_dsa()] {
        let made = verify(&device.make().sent()).unwrap();
        assert_eq!(made.credential.as_bytes(), device.id);
        assert_eq!(made.key.as_cose(), cose(device.key()));
        assert_eq!(made.counter, 0);
        assert_eq!(made.verification, UserVerification::Required);
    }
    let device = Authenticator {
        flags: PRESENT,
        ..Authenticator::es256()
    };
    let made = verify(&device.make().sent()).unwrap();
    assert_eq!(made.verification, UserVerification::Preferred);
}

#[test]
fn what_the_browser_says_must_be_of_this_ceremony_challenge_and_site() {
    let device = Authenticator::es256();
    for (field, value, error) in [
        ("type", json!("webauthn.get"), PasskeyError::Ceremony),
        ("challenge", json!("BwcH"), PasskeyError::Challenge),
        (
            "origin",
            json!("https://evil.example"),
            PasskeyError::Origin,
        ),
        (
            "origin",
            json!("https://law.example:8443"),
            PasskeyError::Origin,
        ),
        ("origin", json!("http://law.example"), PasskeyError::Origin),
        ("crossOrigin", json!(true), PasskeyError::CrossOrigin),
        ("origin", json!(7), PasskeyError::Unreadable),
    ] {
        let mut made = device.make();
        made.client_data[field] = value.clone();
        assert_eq!(verify(&made.sent()), Err(error), "{field}: {value}");
    }
}

#[test]
fn the_device_must_have_made_it_for_this_site_with_its_user_there() {
    let elsewhere = Authenticator {
        party: b"evil.example".to_vec(),
        ..Authenticator::es256()
    };
    let answer = verify(&elsewhere.make().sent());
    assert_eq!(answer, Err(PasskeyError::OtherParty));
    let unseen = Authenticator {
        flags: 0,
        ..Authenticator::es256()
    };
    let answer = verify(&unseen.make().sent());
    assert_eq!(answer, Err(PasskeyError::UserPresence));
}

#[test]
fn an_attestation_that_was_not_asked_for_is_refused() {
    let device = Authenticator::es256();
    let data = device.made_data(&cose(device.key()));
    let statement = [(Value::Text("sig".to_owned()), Value::Bytes(vec![1]))];
    for (format, statement) in [
        ("packed", &statement[..]),
        ("packed", &statement[..0]),
        ("none", &statement[..]),
    ] {
        let made = Made {
            attestation: attestation(format, statement, data.clone()),
            ..device.make()
        };
        assert_eq!(
            verify(&made.sent()),
            Err(PasskeyError::Attestation),
            "{format}"
        );
    }
}

#[test]
fn ids_have_a_least_and_a_greatest_length() {
    for (length, is_good) in [(15, false), (16, true), (1023, true), (1024, false)] {
        let device = Authenticator {
            id: vec![9; length],
            ..Authenticator::es256()
        };
        let answer = verify(&device.make().sent());
        let refusal = answer.err();
        let expected = (!is_good).then_some(PasskeyError::CredentialId);
        assert_eq!(refusal, expected, "{length}");
    }
}

#[test]
fn a_key_of_another_algorithm_kind_curve_or_length_is_refused() {
    let device = Authenticator::es256();
    let with = |label: i64, value: Value| {
        let mut key = device.key();
        for (known, kept) in &mut key {
            if *known == label {
                *kept = value.clone();
            }
        }
        refused(&device, device.made_data(&cose(key)))
    };
    // ES384, RS1; a key without an algorithm.
    assert_eq!(with(3, Value::from(-35)), PasskeyError::Algorithm);
    assert_eq!(with(3, Value::from(-65535)), PasskeyError::Algorithm);
    let mut nameless = device.key();
    nameless.retain(|(label, _)| *label != 3);
    let error = refused(&device, device.made_data(&cose(nameless)));
    assert_eq!(error, PasskeyError::Algorithm);
    // OKP and RSA under the name of ES256; P-384; a short coordinate; a number in its place.
    assert_eq!(with(1, Value::from(1)), PasskeyError::Key);
    assert_eq!(with(3, Value::from(-257)), PasskeyError::Key);
    assert_eq!(with(-1, Value::from(2)), PasskeyError::Key);
    assert_eq!(with(-2, Value::Bytes(vec![1; 31])), PasskeyError::Key);
    assert_eq!(with(-3, Value::from(7)), PasskeyError::Key);
}

#[test]
fn rsa_keys_are_bounded() {
    let device = Authenticator::es256();
    let rsa = |modulus: usize, exponent: usize| {
        let key = vec![
            (1, Value::from(3)),
            (3, Value::from(-257)),
            (-1, Value::Bytes(vec![0xff; modulus])),
            (-2, Value::Bytes(vec![1; exponent])),
        ];
        let made = Made {
            attestation: attestation("none", &[], device.made_data(&cose(key))),
            ..device.make()
        };
        verify(&made.sent()).map(|_| ())
    };
    assert_eq!(rsa(256, 3), Ok(()));
    assert_eq!(rsa(512, 3), Ok(()));
    for (modulus, exponent) in [(128, 3), (513, 3), (256, 0), (256, 5), (4096, 3)] {
        assert_eq!(rsa(modulus, exponent), Err(PasskeyError::Key));
    }
}

#[test]
fn what_is_cut_or_too_long_is_unreadable() {
    let device = Authenticator::es256();
    let data = device.made_data(&cose(device.key()));
    for length in [0, 31, 36, 40, 54, 60, data.len() - 1] {
        let error = refused(&device, data[..length].to_vec());
        assert_eq!(error, PasskeyError::Unreadable, "{length}");
    }
    let longer = [data.as_slice(), &[0]].concat();
    assert_eq!(refused(&device, longer), PasskeyError::Unreadable);
    // Without a credential.
    let mut without = data[..37].to_vec();
    without[32] = PRESENT;
    assert_eq!(refused(&device, without), PasskeyError::Unreadable);
    // Extensions that the device says follow must, and be a map.
    let mut extended = data.clone();
    extended[32] |= 0x80;
    assert_eq!(refused(&device, extended.clone()), PasskeyError::Unreadable);
    let number = [extended.as_slice(), &encoded(&Value::from(7))].concat();
    assert_eq!(refused(&device, number), PasskeyError::Unreadable);
    let map = [extended, encoded(&Value::Map(Vec::new()))].concat();
    let made = Made {
        attestation: attestation("none", &[], map),
        ..device.make()
    };
    assert!(verify(&made.sent()).is_ok());
    let mut longer = device.make();
    longer.attestation.push(0);
    assert_eq!(verify(&longer.sent()), Err(PasskeyError::Unreadable));
    let mut huge = device.make();
    huge.client_data["other"] = json!("x".repeat(40_000));
    assert_eq!(verify(&huge.sent()), Err(PasskeyError::Unreadable));
}
