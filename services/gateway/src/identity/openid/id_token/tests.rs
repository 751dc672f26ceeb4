//! Valid tokens, and each way in which a token is invalid. Keys are generated here, except RSA's, which take long:
//! its key set and token are constants, and the private key was deleted.

use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://id.example/realms/law";
const NINE: i64 = 1_772_586_000;

const RSA_MODULUS: &str = "wy77Q-9RTbgGI7GOHwz_hqWMnY8OouMHHsMi2_o1xQhkBcrOsNdmWxUrklyIp8nAYjr8YHXdecstJRwZ8rbK9VNR__COaPL2JtAfU6dm62WU7fumBR7v_W3ZYJ-W9p1_10dETYKsHRJHdob0P3pXDHS9mBwU4waXo-Mv7zptjxMNJdiV7k7L3w8HdZf_2gYe-Q1puIHog5m2pfg5ZsoQHU-bqASAkkGm2yN101hbzmThyxgbR10LGFBElB-to-sc7gKoXdR95ywjl6HR3jJgdlkHLDLe7x6qkOSb4ZYWyU3_3yQHokYTi2QgZrta9bJsfMgsIQSn5Q-HkoTvs8GItw";
const RSA_TOKEN: [&str; 3] = [
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0",
    "eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvcmVhbG1zL2xhdyIsInN1YiI6IjciLCJhdWQiOiJvbmVzdG9wIiwiZXhwIjoxNzcyNTg2MzAwLCJpYXQiOjE3NzI1ODYwMDAsIm5vbmNlIjoibi0xIiwicHJlZmVycmVkX3VzZXJuYW1lIjoiemhhbmctbGkifQ",
    "wt96R6yPYpMt9lLk8H7OZrt-bArcKVqDsPwrN6wfg-Ucvmvfe0r3I82y_zTNyh4gz7Yckoeh-aAc8nRyZW6w5eU5Yd9pS1Y58zX4AyCSriRYEJz_ChQhFCYw9r6b7QL39wl75klb1ITevZQXIOzFP5X-d1oWsL0K0cRxfTx_8XnSihzM0Lib-LxusuKQ6wQ4pVdzk9DLsI3yT4M3G-UZznyg61tvmP6mVB4MB2rJ8bpa1Ha92NPiIxJ6D98hp1xTYHiKMDCrtvh0b_Nk3SQ96ZxYOoTx1YE5VQg3aUqmmXOBh8geNsj-IT79Z6DZAzBdJ5HxaCMZwGvtNGUopNMnUQ",
];

/// A provider's key for P-256.
struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let (kind, made) = (&ECDSA_P256_SHA256_FIXED_SIGNING, made.unwrap());
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap();
        Self { pair, random }
    }

    /// As the provider publishes it.
    fn published(&self, id: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
        })
    }

    fn keys(&self) -> Vec<Key> {
        Key::parse_all(&[self.published("ec-1")])
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = self.pair.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", encoded(signature.as_ref()))
    }

    /// A token whose header is in order.
    fn token(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": "ES256", "kid": "ec-1" }), claims)
    }
}

fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| encoded(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "7", "aud": "onestop", "exp": NINE + 300, "iat": NINE,
        "nonce": "n-1", "preferred_username": "zhang-li",
    })
}

/// The same with one claim changed; null takes it out.
fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    let all = claims.as_object_mut().unwrap();
    if value.is_null() {
        all.remove(claim);
    } else {
        all.insert(claim.to_owned(), value);
    }
    claims
}

fn at(seconds: i64) -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: "onestop",
        nonce: "n-1",
        claim: "preferred_username",
        now: Timestamp::from_micros(seconds * 1_000_000),
    }
}

fn rsa_keys() -> Vec<Key> {
    Key::parse_all(&[json!({ "kty": "RSA", "kid": "rsa-1", "n": RSA_MODULUS, "e": "AQAB" })])
}

#[test]
fn a_valid_token_gives_the_user_name() {
    let signer = Signer::new();
    let result = user_name(&signer.token(&claims()), &signer.keys(), &at(NINE));
    assert_eq!(result.as_deref(), Ok("zhang-li"));
    // Keys of other kinds and for other uses beside it are passed over.
    let published = [
        json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "ec-1" }),
        json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA", "kid": "ec-1" }),
        json!("no key"),
        signer.published("ec-1"),
    ];
    let result = user_name(
        &signer.token(&claims()),
        &Key::parse_all(&published),
        &at(NINE),
    );
    assert_eq!(result.as_deref(), Ok("zhang-li"));
    // Several audiences, if it says that we asked for it.
    let mut several = with("aud", json!(["another", "onestop"]));
    several["azp"] = json!("onestop");
    let result = user_name(&signer.token(&several), &signer.keys(), &at(NINE));
    assert_eq!(result.as_deref(), Ok("zhang-li"));
}

#[test]
fn rsa_and_ed25519_signatures_are_accepted() {
    let result = user_name(&RSA_TOKEN.join("."), &rsa_keys(), &at(NINE));
    assert_eq!(result.as_deref(), Ok("zhang-li"));

    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap();
    let x = encoded(pair.public_key().as_ref());
    let keys = Key::parse_all(&[json!({ "kty": "OKP", "crv": "Ed25519", "kid": "ed-1", "x": x })]);
    let signed = unsigned(&json!({ "alg": "EdDSA", "kid": "ed-1" }), &claims());
    let signature = encoded(pair.sign(signed.as_bytes()).as_ref());
    let result = user_name(&format!("{signed}.{signature}"), &keys, &at(NINE));
    assert_eq!(result.as_deref(), Ok("zhang-li"));
}

#[test]
fn a_token_cannot_choose_another_algorithm() {
    let signer = Signer::new();
    let refused = |token: &str, keys: &[Key]| user_name(token, keys, &at(NINE)).unwrap_err();
    for algorithm in [
        "none", "None", "HS256", "PS256", "RS384", "ES384", "RS1", "",
    ] {
        let header = json!({ "alg": algorithm, "kid": "ec-1" });
        let token = signer.sign(&header, &claims());
        assert_eq!(
            refused(&token, &signer.keys()),
            IdTokenError::Algorithm,
            "{algorithm}"
        );
    }
    let none = unsigned(&json!({ "alg": "none" }), &claims());
    assert_eq!(
        refused(&format!("{none}."), &signer.keys()),
        IdTokenError::Algorithm
    );
    // The public modulus as the secret of an HMAC.
    let signed = unsigned(&json!({ "alg": "HS256", "kid": "rsa-1" }), &claims());
    let key = hmac::Key::new(hmac::HMAC_SHA256, RSA_MODULUS.as_bytes());
    let tag = encoded(hmac::sign(&key, signed.as_bytes()).as_ref());
    assert_eq!(
        refused(&format!("{signed}.{tag}"), &rsa_keys()),
        IdTokenError::Algorithm
    );
    // A key is used with its own algorithm alone.
    let header = json!({ "alg": "RS256", "kid": "ec-1" });
    let token = signer.sign(&header, &claims());
    assert_eq!(refused(&token, &signer.keys()), IdTokenError::UnknownKey);
    // Something in the header that has to be understood.
    let header = json!({ "alg": "ES256", "kid": "ec-1", "crit": ["b64"], "b64": false });
    assert_eq!(
        refused(&signer.sign(&header, &claims()), &signer.keys()),
        IdTokenError::Malformed
    );
}

#[test]
fn only_the_key_that_the_header_names_verifies() {
    let (signer, other) = (Signer::new(), Signer::new());
    let token = signer.token(&claims());
    let result = |published: &[Value]| user_name(&token, &Key::parse_all(published), &at(NINE));
    // Another key under the same id.
    assert_eq!(
        result(&[other.published("ec-1")]),
        Err(IdTokenError::Signature)
    );
    // The right key under another id, the other under this.
    let swapped = [signer.published("ec-2"), other.published("ec-1")];
    assert_eq!(result(&swapped), Err(IdTokenError::Signature));
    assert_eq!(
        result(&[signer.published("ec-2")]),
        Err(IdTokenError::UnknownKey)
    );
    assert_eq!(result(&[]), Err(IdTokenError::UnknownKey));
    // A key of a provider with one key needs no id.
    let nameless = signer.sign(&json!({ "alg": "ES256" }), &claims());
    let result = user_name(&nameless, &signer.keys(), &at(NINE));
    assert_eq!(result.as_deref(), Ok("zhang-li"));
    assert_eq!(
        user_name(&nameless, &other.keys(), &at(NINE)),
        Err(IdTokenError::Signature)
    );
    // Not for signatures.
    let mut sealing = signer.published("ec-1");
    sealing["use"] = json!("enc");
    let mut wrapping = signer.published("ec-1");
    wrapping["key_ops"] = json!(["deriveKey"]);
    assert_eq!(Key::parse_all(&[sealing, wrapping]), []);
}

#[test]
fn a_token_that_was_changed_is_refused() {
    let signer = Signer::new();
    let token = signer.token(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let forged = encoded(
        with("preferred_username", json!("zhao-jun"))
            .to_string()
            .as_bytes(),
    );
    let result = |token: &str| user_name(token, &signer.keys(), &at(NINE)).unwrap_err();
    assert_eq!(
        result(&[parts[0], &forged, parts[2]].join(".")),
        IdTokenError::Signature
    );
    assert_eq!(
        result(&[parts[0], parts[1], ""].join(".")),
        IdTokenError::Signature
    );
    let rsa = [RSA_TOKEN[0], &forged, RSA_TOKEN[2]].join(".");
    assert_eq!(
        user_name(&rsa, &rsa_keys(), &at(NINE)),
        Err(IdTokenError::Signature)
    );
    for garbage in [
        "",
        ".",
        "..",
        "a.b.c",
        &format!("{token}.x"),
        &format!("{token}="),
    ] {
        assert_eq!(result(garbage), IdTokenError::Malformed, "{garbage}");
    }
}

#[test]
fn a_token_of_another_provider_or_audience_is_refused() {
    let signer = Signer::new();
    let result = |claims: &Value| user_name(&signer.token(claims), &signer.keys(), &at(NINE));
    let slash = json!(format!("{ISSUER}/"));
    assert_eq!(result(&with("iss", slash)), Err(IdTokenError::Issuer));
    assert_eq!(
        result(&with("iss", json!("https://evil.example"))),
        Err(IdTokenError::Issuer)
    );
    for other in [
        json!("another"),
        json!([]),
        json!(["another"]),
        json!("onestop-2"),
    ] {
        assert_eq!(
            result(&with("aud", other.clone())),
            Err(IdTokenError::Audience),
            "{other}"
        );
    }
    // Made for several, it says who asked; and that has to be us.
    let several = json!(["onestop", "another"]);
    assert_eq!(result(&with("aud", several)), Err(IdTokenError::Audience));
    assert_eq!(
        result(&with("azp", json!("another"))),
        Err(IdTokenError::Audience)
    );
    for needed in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(
            result(&with(needed, Value::Null)),
            Err(IdTokenError::Malformed),
            "{needed}"
        );
    }
    assert_eq!(
        result(&with("exp", json!("never"))),
        Err(IdTokenError::Malformed)
    );
}

#[test]
fn a_token_of_another_sign_in_or_time_is_refused() {
    let signer = Signer::new();
    let result = |claims: &Value, now| user_name(&signer.token(claims), &signer.keys(), &at(now));
    assert_eq!(
        result(&with("nonce", Value::Null), NINE),
        Err(IdTokenError::Nonce)
    );
    assert_eq!(
        result(&with("nonce", json!("n-2")), NINE),
        Err(IdTokenError::Nonce)
    );
    // It ends after five minutes, and our clock may be a minute ahead, or behind.
    assert!(result(&claims(), NINE + 359).is_ok());
    assert_eq!(result(&claims(), NINE + 360), Err(IdTokenError::Expired));
    assert!(result(&claims(), NINE - 60).is_ok());
    assert_eq!(result(&claims(), NINE - 61), Err(IdTokenError::NotYetValid));
    assert_eq!(
        result(&with("nbf", json!(NINE + 61)), NINE),
        Err(IdTokenError::NotYetValid)
    );
}

#[test]
fn a_claim_that_is_no_text_is_refused() {
    let signer = Signer::new();
    for value in [Value::Null, json!(""), json!(7), json!(["zhang-li"])] {
        let token = signer.token(&with("preferred_username", value.clone()));
        let result = user_name(&token, &signer.keys(), &at(NINE));
        assert_eq!(result, Err(IdTokenError::Name), "{value}");
    }
}
