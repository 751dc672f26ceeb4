//! What is refused when a passkey signs.

use ciborium::Value;
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use super::{
    AssertionAnswer, CHALLENGE, Expected, KnownPasskey, PublicKey, UserVerification,
    authenticator::{Authenticator, PRESENT, cose},
    party, user,
};
use crate::identity::passkeys::PasskeyError;

/// An RSA key, made and deleted elsewhere: making one takes long.
const RSA_MODULUS: &str = "jglUjNC1CfVOLTEERibSzbGl76HdAOBkHOi3gVQqDAEDT2eItpryVFho8nxAkum8SVqdQlW9COKkLD988kJv33QjnwjyluilX5zFvEP__CfUNKwFPEY8cWionvDBOq0Nmom0ziKHojWEUTEonn3D0CQWJjbqzCxRHWVV-55jUh3m3ShU98qSX4yfXePTuQCxLfdwmknkD2hqNS4s6iV6_NbM86YYB5w_-YQ7_2_RMVYTb2nt-HppyUVgcP-M8wxMAB2y0j9JRJjX0UPIHwyfSnHQdJYzqsEEJ_oA_eEcdsJK03muq-z2wSBdHnJwkp8_TcuxRPnJhymnXoHYrrh3qQ";
/// What it has signed for the challenge of these tests.
const RSA_SIGNATURE: &str = "G3Uh5-hTLh6RhcPYHObam3kwdfCDxDIvKTffnF90_rgzsPTDReGizj-x3q9DasjK_Ve_x3Px9yPv3SyK-xMEQQxifOxRJcmpNF5wUiXsX8tEZoc7sDpjxw89XpiatqKiaTVRVD-zELojHovrhh9h-kt-M5Ntg0qZGd8fJINWTuzAH2N1YnQ6JKOtI8_IxkKnjhP2aMM8-gTM7B4Z8BGz7Bh5MCnLIS4_V5lap_lQ9FR_bFqPYidaPcmpzBiyW7MjKyXe7XH78C3nDVuVrIh6PBCVK_E5TJBo5Ly8krGrNK-cIQ9uKu4tvBNme1cZoNQN2k7Jm--K1CcyFDiNRA3w-A";

/// What is stored of a device's key.
struct Stored {
    key: PublicKey,
    counter: u32,
    verification: UserVerification,
}

impl Stored {
    fn of(device: &Authenticator) -> Self {
        Self {
            key: PublicKey::parse(&cose(device.key())).unwrap(),
            counter: 0,
            verification: UserVerification::Required,
        }
    }

    fn verify(&self, sent: &str) -> Result<u32, PasskeyError> {
        let (party, user) = (party(), user());
        let expected = Expected {
            party: &party,
            challenge: &CHALLENGE,
        };
        let known = KnownPasskey {
            key: &self.key,
            counter: self.counter,
            verification: self.verification,
            user: &user,
        };
        AssertionAnswer::parse(sent)?.verify(known, expected)
    }
}

#[test]
fn a_signature_of_the_stored_key_is_taken() {
    for mut device in [Authenticator::es256(), Authenticator::ed_dsa()] {
        let stored = Stored::of(&device);
        assert_eq!(stored.verify(&device.sign().sent()), Ok(1));
        let mut with_user = device.sign();
        with_user.user = Some(user().to_vec());
        assert_eq!(stored.verify(&with_user.sent()), Ok(2));
    }
}

#[test]
fn a_signature_of_rsa_is_taken() {
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    let key = vec![
        (1, Value::from(3)),
        (3, Value::from(-257)),
        (-1, Value::Bytes(decode(RSA_MODULUS))),
        (-2, Value::Bytes(vec![1, 0, 1])),
    ];
    let stored = Stored {
        key: PublicKey::parse(&cose(key)).unwrap(),
        counter: 8,
        verification: UserVerification::Required,
    };
    let client_data = r#"{"type":"webauthn.get","challenge":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","origin":"https://law.example","crossOrigin":false}"#;
    let sent = |signature: &str| {
        let sent = json!({
            "id": BASE64URL_NOPAD.encode(&[1; 16]),
            "clientDataJSON": BASE64URL_NOPAD.encode(client_data.as_bytes()),
            "authenticatorData": "y45GioECzFtFVl1d1KzywKoNSLHbHEGPpUfH1TBNG1AFAAAACQ",
            "signature": signature,
        });
        sent.to_string()
    };
    assert_eq!(stored.verify(&sent(RSA_SIGNATURE)), Ok(9));
    let altered = RSA_SIGNATURE.replace("G3Uh5", "G3Uh6");
    assert_eq!(stored.verify(&sent(&altered)), Err(PasskeyError::Signature));
}

#[test]
fn what_the_browser_says_must_be_of_this_ceremony_challenge_and_site() {
    let mut device = Authenticator::es256();
    let stored = Stored::of(&device);
    for (field, value, error) in [
        ("type", json!("webauthn.create"), PasskeyError::Ceremony),
        ("challenge", json!("BwcH"), PasskeyError::Challenge),
        (
            "origin",
            json!("https://evil.example"),
            PasskeyError::Origin,
        ),
        ("crossOrigin", json!(true), PasskeyError::CrossOrigin),
    ] {
        let mut signed = device.sign();
        signed.client_data[field] = value.clone();
        assert_eq!(
            stored.verify(&signed.sent()),
            Err(error),
            "{field}: {value}"
        );
    }
}

#[test]
fn the_device_must_have_signed_for_this_site_and_account_with_its_user_there() {
    let mut device = Authenticator::es256();
    let stored = Stored::of(&device);
    device.party = b"evil.example".to_vec();
    let answer = stored.verify(&device.sign().sent());
    assert_eq!(answer, Err(PasskeyError::OtherParty));
    device.party = b"law.example".to_vec();
    device.flags = 0;
    let answer = stored.verify(&device.sign().sent());
    assert_eq!(answer, Err(PasskeyError::UserPresence));
    device.flags = PRESENT;
    let mut of_another = device.sign();
    of_another.user = Some(vec![1; 32]);
    let answer = stored.verify(&of_another.sent());
    assert_eq!(answer, Err(PasskeyError::OtherUser));
}

/// A found device whose PIN is not known.
#[test]
fn a_key_that_was_made_with_a_pin_is_not_used_without() {
    let mut device = Authenticator {
        flags: PRESENT,
        ..Authenticator::es256()
    };
    let mut stored = Stored::of(&device);
    let answer = stored.verify(&device.sign().sent());
    assert_eq!(answer, Err(PasskeyError::UserVerification));
    stored.verification = UserVerification::Preferred;
    assert!(stored.verify(&device.sign().sent()).is_ok());
}

#[test]
fn a_signature_of_another_key_or_of_something_else_is_none() {
    let mut device = Authenticator::es256();
    let stored = Stored::of(&device);
    let mut other = Authenticator {
        id: device.id.clone(),
        ..Authenticator::es256()
    };
    let answer = stored.verify(&other.sign().sent());
    assert_eq!(answer, Err(PasskeyError::Signature));
    let earlier = device.sign().signature();
    for signature in [earlier.as_slice(), &[], &[0; 72]] {
        let answer = stored.verify(&device.sign().sent_with(signature));
        assert_eq!(answer, Err(PasskeyError::Signature));
    }
}

#[test]
fn a_counter_that_does_not_go_on_is_of_a_copy() {
    let mut device = Authenticator::es256();
    let mut stored = Stored::of(&device);
    stored.counter = 7;
    for (counter, answer) in [
        (8, Ok(8)),
        (u32::MAX, Ok(u32::MAX)),
        (7, Err(PasskeyError::Copied)),
        (6, Err(PasskeyError::Copied)),
        (0, Err(PasskeyError::Copied)),
    ] {
        device.counter = counter;
        let signed = device.sign_without_counting();
        assert_eq!(stored.verify(&signed.sent()), answer, "{counter}");
        // Who has not the key does not make it look copied.
        let forged = stored.verify(&signed.sent_with(&[0; 72]));
        assert_eq!(forged, Err(PasskeyError::Signature));
    }
    // Some devices never count.
    stored.counter = 0;
    device.counter = 0;
    let signed = device.sign_without_counting();
    assert_eq!(stored.verify(&signed.sent()), Ok(0));
}

#[test]
fn what_is_cut_is_unreadable() {
    let mut device = Authenticator::es256();
    let stored = Stored::of(&device);
    for length in [0, 31, 32, 36] {
        let mut signed = device.sign();
        signed.data.truncate(length);
        let answer = stored.verify(&signed.sent());
        assert_eq!(answer, Err(PasskeyError::Unreadable), "{length}");
    }
    let mut longer = device.sign();
    longer.data.push(0);
    let answer = stored.verify(&longer.sent());
    assert_eq!(answer, Err(PasskeyError::Unreadable));
    for sent in ["", "{}", "null", r#"{"id":"*"}"#] {
        assert_eq!(stored.verify(sent), Err(PasskeyError::Unreadable), "{sent}");
    }
}
