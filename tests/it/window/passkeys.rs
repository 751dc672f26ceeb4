//! Passkeys, seen from outside: made, asked for behind the password, good once and for one sign-in, guessed at.

use data_encoding::BASE64URL_NOPAD;
use futures::future::join_all;
use reqwest::{Client, Response, StatusCode, header};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    PASSWORD, between, client, get, post,
    second_factor::{PAGE, Person, csrf, form_urlencoded, give_code, half_in},
    sign_in, started,
};

const USER_PRESENT_AND_VERIFIED: u8 = 5;
const HAS_CREDENTIAL: u8 = 0x40;

/// A device with one passkey, and the browser that asks it.
struct Device {
    pair: EcdsaKeyPair,
    id: [u8; 32],
    origin: String,
    counter: u32,
}

impl Device {
    fn new(base: &str) -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap();
        let id = Sha256::digest(pair.public_key().as_ref()).into();
        Self {
            pair,
            id,
            origin: base.to_owned(),
            counter: 0,
        }
    }

    fn client_data(&self, ceremony: &str, challenge: &str) -> String {
        let said = json!({ "type": ceremony, "challenge": challenge, "origin": self.origin });
        said.to_string()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let party = Sha256::digest(b"localhost");
        [&party[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Makes the passkey: what the page's script sends.
    fn make(&self, challenge: &str) -> String {
        let point = self.pair.public_key().as_ref();
        // In CBOR: kty EC2, alg ES256, crv P-256, x, y.
        let key = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ]
        .concat();
        let head = self.head(USER_PRESENT_AND_VERIFIED | HAS_CREDENTIAL);
        let data = [&head[..], &[0; 16], &[0, 32], &self.id, &key].concat();
        let length = u8::try_from(data.len()).unwrap();
        let object = [
            &b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..],
            &[length],
            &data,
        ]
        .concat();
        let sent = json!({
            "clientDataJSON": encode(self.client_data("webauthn.create", challenge).as_bytes()),
            "attestationObject": encode(&object),
        });
        sent.to_string()
    }

    /// Signs: what the page's script sends.
    fn sign(&mut self, challenge: &str) -> String {
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", challenge);
        let data = self.head(USER_PRESENT_AND_VERIFIED);
        let hash = Sha256::digest(client_data.as_bytes());
        let signed = [&data[..], &hash].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let sent = json!({
            "id": encode(&self.id),
            "clientDataJSON": encode(client_data.as_bytes()),
            "authenticatorData": encode(&data),
            "signature": encode(signature.as_ref()),
        });
        sent.to_string()
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn challenge(page: &str) -> &str {
    between(page, "&#34;challenge&#34;:&#34;", "&#34;")
}

/// An Onestop at the name under which browsers offer passkeys.
fn named(base: &str) -> String {
    base.replace("127.0.0.1", "localhost")
}

/// Adds a person's first passkey; returns the answer.
async fn add(person: &Person<'_>, device: &Device) -> Response {
    let begin = format!("{PAGE}/passkeys/begin");
    let begun = person.send(PAGE, &begin, &[("password", PASSWORD)]).await;
    assert_eq!(begun.headers()[header::LOCATION], PAGE);
    let page = person.page(PAGE).await.text().await.unwrap();
    let sent = form_urlencoded(&device.make(challenge(&page)));
    let fields = [("name", "key"), ("passkey", sent.as_str())];
    person
        .send(PAGE, &format!("{PAGE}/passkeys/add"), &fields)
        .await
}

async fn give_passkey(
    client: &Client,
    base: &str,
    (cookie, page): &(String, String),
    sent: &str,
) -> Response {
    let sent = form_urlencoded(sent);
    let fields = [
        ("csrf", csrf(page)),
        ("code", ""),
        ("passkey", sent.as_str()),
    ];
    let url = format!("{base}/sign-in/code");
    post(client, &url, cookie, &fields).await.unwrap()
}

#[tokio::test]
async fn a_passkey_signs_in_once_and_for_the_sign_in_that_asked_for_it() {
    let (_onestop, base) = started(&[]).await;
    let (base, client) = (named(&base), client());
    let person = Person {
        cookies: sign_in(&client, &base, "zhang-li").await,
        client: client.clone(),
        base: &base,
    };
    let mut device = Device::new(&base);
    let begin = format!("{PAGE}/passkeys/begin");
    let fields = [("password", "another-password")];
    let wrong = person.send(PAGE, &begin, &fields);
    assert_eq!(wrong.await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let added = add(&person, &device).await;
    assert_eq!(added.status(), StatusCode::OK);
    assert_eq!(added.text().await.unwrap().matches("<code>").count(), 10);

    let half = half_in(&client, &base, "zhang-li").await;
    let other = half_in(&client, &base, "zhang-li").await;
    let answer = device.sign(challenge(&half.1));
    // It is of the sign-in whose page asked for it: not of another, nor of none.
    let elsewhere = give_passkey(&client, &base, &other, &answer).await;
    assert_eq!(elsewhere.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let no_cookie = (String::new(), half.1.clone());
    let unknown = give_passkey(&client, &base, &no_cookie, &answer).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
    let taken = give_passkey(&client, &base, &half, &answer).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    assert_eq!(taken.headers()[header::LOCATION], "/");
    // The challenge was taken with the answer.
    let replayed = give_passkey(&client, &base, &half, &answer).await;
    assert_eq!(replayed.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // An imitated site passes on what it was answered.
    let half = half_in(&client, &base, "zhang-li").await;
    device.origin = "http://localhost.evil.example".to_owned();
    let imitated = device.sign(challenge(&half.1));
    let refused = give_passkey(&client, &base, &half, &imitated).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_passkey_is_of_one_account() {
    let (_onestop, base) = started(&[]).await;
    let (base, client) = (named(&base), client());
    let mut device = Device::new(&base);
    for (staff, status) in [
        ("zhang-li", StatusCode::OK),
        ("guan-li", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let person = Person {
            cookies: sign_in(&client, &base, staff).await,
            client: client.clone(),
            base: &base,
        };
        assert_eq!(add(&person, &device).await.status(), status, "{staff}");
    }
    // With one of their own, a colleague is not let in by it either.
    let colleague = Person {
        cookies: sign_in(&client, &base, "guan-li").await,
        client: client.clone(),
        base: &base,
    };
    let added = add(&colleague, &Device::new(&base)).await;
    assert_eq!(added.status(), StatusCode::OK);
    let half = half_in(&client, &base, "guan-li").await;
    let answer = device.sign(challenge(&half.1));
    let refused = give_passkey(&client, &base, &half, &answer).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_hundred_answers_at_once_pass_five() {
    let (_onestop, base) = started(&["--second-factor-roles=clerk"]).await;
    let (base, client) = (named(&base), client());
    let person = Person {
        cookies: sign_in(&client, &base, "zhang-li").await,
        client: client.clone(),
        base: &base,
    };
    let first = person.page("/worklist").await;
    assert_eq!(first.headers()[header::LOCATION], PAGE);
    let mut device = Device::new(&base);
    add(&person, &device).await;
    // What the role requires is there.
    assert_eq!(person.page("/worklist").await.status(), StatusCode::OK);
    let half = half_in(&client, &base, "zhang-li").await;
    let guess = |number: u8| {
        let (client, base, half) = (client.clone(), base.clone(), half.clone());
        let made_up = encode(&[number; 32]);
        let answer = Device::new(&base).sign(&made_up);
        async move { give_passkey(&client, &base, &half, &answer).await.status() }
    };
    let answers = join_all((0..100).map(guess)).await;
    let judged = answers
        .iter()
        .filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY);
    assert!(judged.count() <= 5);
    let page = get(&client, &format!("{base}/sign-in/code"), &half.0).await;
    let half = (half.0, page.text().await.unwrap());
    let answer = device.sign(challenge(&half.1));
    let slowed = give_passkey(&client, &base, &half, &answer).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    // Codes share the budget.
    let code = give_code(&client, &base, &half, "123456").await;
    assert_eq!(code.status(), StatusCode::TOO_MANY_REQUESTS);
}

/// WebAuthn knows no numeric addresses, and no name is taken from a request but that of the own machine.
#[tokio::test]
async fn at_another_name_there_are_none() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let cookies = sign_in(&client, &base, "zhang-li").await;
    let url = format!("{base}{PAGE}");
    let page = get(&client, &url, &cookies).await.text().await.unwrap();
    assert!(!page.contains("/passkeys/begin"), "{page}");
    let named = client
        .get(&url)
        .header(header::COOKIE, &cookies)
        .header(header::HOST, "evil.example");
    let page = named.send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("/passkeys/begin"), "{page}");
}
