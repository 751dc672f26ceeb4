//! An authenticator and a browser made here. What it says can be altered before it is sent.

use ciborium::Value;
use data_encoding::BASE64URL_NOPAD;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CHALLENGE, ORIGIN};

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 4;
const HAS_CREDENTIAL: u8 = 0x40;

pub(crate) enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// One passkey of a device.
pub(crate) struct Authenticator {
    pub(crate) pair: Pair,
    pub(crate) id: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) party: Vec<u8>,
    pub(crate) challenge: Vec<u8>,
    pub(crate) origin: String,
}

/// An answer to a registration.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) client_data: serde_json::Value,
    pub(crate) attestation: Vec<u8>,
}

/// An answer to a request for a signature. Signed when it is sent, so that what was altered is signed too.
pub(crate) struct Signed<'a> {
    device: &'a Authenticator,
    pub(crate) client_data: serde_json::Value,
    pub(crate) data: Vec<u8>,
    pub(crate) user: Option<Vec<u8>>,
}

impl Authenticator {
    pub(crate) fn es256() -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap();
        Self::of(Pair::Es256(pair))
    }

    pub(crate) fn ed_dsa() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap();
        Self::of(Pair::EdDsa(pair))
    }

    fn of(pair: Pair) -> Self {
        let mut id = vec![0; 32];
        getrandom::fill(&mut id).unwrap();
        Self {
            pair,
            id,
            flags: PRESENT | VERIFIED,
            counter: 0,
            party: b"law.example".to_vec(),
            challenge: CHALLENGE.0.to_vec(),
            origin: ORIGIN.to_owned(),
        }
    }

    /// The public key as COSE has it: its labels and values.
    pub(crate) fn key(&self) -> Vec<(i64, Value)> {
        let number = |number: i64| Value::from(number);
        match &self.pair {
            Pair::Es256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (point[1..33].to_vec(), point[33..].to_vec());
                vec![
                    (1, number(2)),
                    (3, number(-7)),
                    (-1, number(1)),
                    (-2, Value::Bytes(x)),
                    (-3, Value::Bytes(y)),
                ]
            }
            Pair::EdDsa(pair) => vec![
                (1, number(1)),
                (3, number(-8)),
                (-1, number(6)),
                (-2, Value::Bytes(pair.public_key().as_ref().to_vec())),
            ],
        }
    }

    fn client_data(&self, ceremony: &str) -> serde_json::Value {
        json!({
            "type": ceremony,
            "challenge": BASE64URL_NOPAD.encode(&self.challenge),
            "origin": self.origin,
            "crossOrigin": false,
            "other": "browsers may add fields",
        })
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let party = Sha256::digest(&self.party);
        [&party[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    pub(crate) fn made_data(&self, key: &[u8]) -> Vec<u8> {
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let head = self.head(self.flags | HAS_CREDENTIAL);
        [&head[..], &[0; 16], &length, &self.id, key].concat()
    }

    pub(crate) fn make(&self) -> Made {
        Made {
            client_data: self.client_data("webauthn.create"),
            attestation: attestation("none", &[], self.made_data(&cose(self.key()))),
        }
    }

    /// Signs, and counts on.
    pub(crate) fn sign(&mut self) -> Signed<'_> {
        self.counter += 1;
        self.sign_without_counting()
    }

    pub(crate) fn sign_without_counting(&self) -> Signed<'_> {
        Signed {
            device: self,
            client_data: self.client_data("webauthn.get"),
            data: self.head(self.flags),
            user: None,
        }
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).unwrap();
                signature.as_ref().to_vec()
            }
            Pair::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

impl Made {
    /// As the page's script sends it.
    pub(crate) fn sent(&self) -> String {
        let sent = json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(self.client_data.to_string().as_bytes()),
            "attestationObject": BASE64URL_NOPAD.encode(&self.attestation),
        });
        sent.to_string()
    }
}

impl Signed<'_> {
    /// As the page's script sends it.
    pub(crate) fn sent(&self) -> String {
        self.sent_with(&self.signature())
    }

    pub(crate) fn signature(&self) -> Vec<u8> {
        let client_data = self.client_data.to_string();
        let hash = Sha256::digest(client_data.as_bytes());
        let signed = [self.data.as_slice(), &hash].concat();
        self.device.signature(&signed)
    }

    pub(crate) fn sent_with(&self, signature: &[u8]) -> String {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let sent = json!({
            "id": encode(&self.device.id),
            "clientDataJSON": encode(self.client_data.to_string().as_bytes()),
            "authenticatorData": encode(&self.data),
            "signature": encode(signature),
            "userHandle": self.user.as_ref().map(|user| encode(user)),
        });
        sent.to_string()
    }
}

pub(crate) fn cose(key: Vec<(i64, Value)>) -> Vec<u8> {
    let key = key.into_iter();
    let key = key.map(|(label, value)| (Value::from(label), value));
    encoded(&Value::Map(key.collect()))
}

pub(crate) fn attestation(format: &str, statement: &[(Value, Value)], data: Vec<u8>) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.to_owned());
    encoded(&Value::Map(vec![
        (text("fmt"), text(format)),
        (text("attStmt"), Value::Map(statement.to_vec())),
        (text("authData"), Value::Bytes(data)),
    ]))
}

pub(crate) fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}
