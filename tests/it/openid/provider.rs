//! A provider of OpenID Connect on this machine, as strict with us as one should be, and as wrong as a test
//! wants it: the flow with a code, PKCE, a client with a secret, ID tokens signed with ES256.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use onestop_chassis::clock::SystemClock;
use reqwest::Url;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinSet};

/// How the workbench is known to it.
pub(super) const CLIENT: &str = "onestop";
pub(super) const SECRET: &str = "a secret: of the tests";

/// How it makes ID tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Honest,
    /// Signed with another key than the one that it names.
    WrongKey,
    /// Signed with a key that it does not publish.
    UnknownKey,
    Unsigned,
    OtherNonce,
    OtherClient,
    LongAgo,
    /// It answers with where else to ask.
    PointsElsewhere,
    /// It answers with more than the limit.
    TooLong,
}

/// It serves until it is dropped.
pub(super) struct Provider {
    issuer: String,
    kept: Arc<Mutex<Kept>>,
    _serves: JoinSet<()>,
}

struct Kept {
    issuer: String,
    calls_itself: String,
    who: String,
    manner: Manner,
    key: Key,
    codes: HashMap<String, AuthorizationRequest>,
    exchanged: usize,
    keys_asked: usize,
}

/// For what a code was given.
#[derive(Clone)]
struct AuthorizationRequest {
    challenge: String,
    nonce: String,
    back: String,
}

struct Key {
    id: String,
    pair: EcdsaKeyPair,
}

impl Key {
    fn new() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self {
            id: format!("key-{}", fastrand::u32(..)),
            pair: EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap(),
        }
    }

    fn published(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let x = BASE64URL_NOPAD.encode(&point[1..33]);
        let y = BASE64URL_NOPAD.encode(&point[33..]);
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": self.id, "x": x, "y": y })
    }

    fn sign(&self, text: &str) -> String {
        let signed = self.pair.sign(&SystemRandom::new(), text.as_bytes());
        BASE64URL_NOPAD.encode(signed.unwrap().as_ref())
    }
}

/// What a provider at a port is called.
pub(super) fn issuer(port: u16) -> String {
    format!("http://127.0.0.1:{port}/realms/law")
}

impl Provider {
    pub(super) async fn start(port: u16) -> Self {
        let issuer = issuer(port);
        let kept = Arc::new(Mutex::new(Kept {
            issuer: issuer.clone(),
            calls_itself: issuer.clone(),
            who: String::new(),
            manner: Manner::Honest,
            key: Key::new(),
            codes: HashMap::new(),
            exchanged: 0,
            keys_asked: 0,
        }));
        let routes = Router::new()
            .route(
                "/realms/law/.well-known/openid-configuration",
                get(published),
            )
            .route("/realms/law/keys", get(keys))
            .route("/realms/law/token", post(token))
            // When it goes, no connection stays behind on which it goes on.
            .layer(map_response(last))
            .with_state(Arc::clone(&kept));
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let mut serves = JoinSet::new();
        serves.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            issuer,
            kept,
            _serves: serves,
        }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who sits before the browser, as the provider has it.
    pub(super) fn signed_in_there(&self, name: &str) {
        name.clone_into(&mut self.kept.lock().unwrap().who);
    }

    pub(super) fn behave(&self, manner: Manner) {
        self.kept.lock().unwrap().manner = manner;
    }

    pub(super) fn calls_itself(&self, issuer: &str) {
        issuer.clone_into(&mut self.kept.lock().unwrap().calls_itself);
    }

    pub(super) fn takes_a_new_key(&self) {
        self.kept.lock().unwrap().key = Key::new();
    }

    /// How many codes were taken.
    pub(super) fn exchanged(&self) -> usize {
        self.kept.lock().unwrap().exchanged
    }

    pub(super) fn keys_asked(&self) -> usize {
        self.kept.lock().unwrap().keys_asked
    }

    /// A person whom the workbench sent signs in there, and is sent back with a code.
    pub(super) fn answer(&self, sent: &str) -> String {
        let (asked, state, back) = self.read(sent);
        let code = format!("code-{}", fastrand::u64(..));
        self.kept.lock().unwrap().codes.insert(code.clone(), asked);
        let answer = [("code", code), ("state", state)];
        Url::parse_with_params(&back, answer).unwrap().to_string()
    }

    /// A person refuses there, and is sent back with an error.
    pub(super) fn refusal(&self, sent: &str) -> String {
        let (_, state, back) = self.read(sent);
        let answer = [("error", "access_denied".to_owned()), ("state", state)];
        Url::parse_with_params(&back, answer).unwrap().to_string()
    }

    /// What the workbench asks for; it asks as it should.
    fn read(&self, sent: &str) -> (AuthorizationRequest, String, String) {
        let sent = Url::parse(sent).unwrap();
        assert!(
            sent.as_str()
                .starts_with(&format!("{}/authorize?", self.issuer))
        );
        let asked: HashMap<_, _> = sent.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let back = asked["redirect_uri"].clone();
        assert!(back.ends_with("/sign-in/oidc/done"), "{back}");
        let state = asked["state"].clone();
        let asked = AuthorizationRequest {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            back: back.clone(),
        };
        (asked, state, back)
    }
}

async fn last(mut answer: Response) -> Response {
    let close = HeaderValue::from_static("close");
    answer.headers_mut().insert(header::CONNECTION, close);
    answer
}

type Shared = State<Arc<Mutex<Kept>>>;

async fn published(State(kept): Shared) -> Json<Value> {
    let kept = kept.lock().unwrap();
    let at = |what: &str| format!("{}/{what}", kept.issuer);
    Json(json!({
        "issuer": kept.calls_itself,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(kept): Shared) -> Json<Value> {
    let mut kept = kept.lock().unwrap();
    kept.keys_asked += 1;
    Json(json!({ "keys": [kept.key.published()] }))
}

/// A code is taken as often as it comes: that it comes once is not left to the provider.
async fn token(
    State(kept): Shared,
    headers: HeaderMap,
    Form(given): Form<HashMap<String, String>>,
) -> Response {
    let mut kept = kept.lock().unwrap();
    let no =
        |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let known = format!("{CLIENT}:{}", SECRET.replace(':', "%3A").replace(' ', "+"));
    let known = format!("Basic {}", BASE64.encode(known.as_bytes()));
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|shown| shown != known.as_str())
    {
        return no("invalid_client");
    }
    let Some(asked) = kept.codes.get(&given["code"]).cloned() else {
        return no("invalid_grant");
    };
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(given["code_verifier"].as_bytes()));
    if challenge != asked.challenge || given["redirect_uri"] != asked.back {
        return no("invalid_grant");
    }
    kept.exchanged += 1;
    if kept.manner == Manner::PointsElsewhere {
        return Redirect::to(&format!("{}/keys", kept.issuer)).into_response();
    }
    let padding = if kept.manner == Manner::TooLong {
        " ".repeat(300 * 1024)
    } else {
        String::new()
    };
    let id_token = kept.id_token(asked);
    Json(json!({
        "access_token": "unused", "token_type": "Bearer", "id_token": id_token, "padding": padding,
    }))
    .into_response()
}

impl Kept {
    fn id_token(&self, asked: AuthorizationRequest) -> String {
        let is = |manner| self.manner == manner;
        let mut now = SystemClock.now().as_micros() / 1_000_000;
        if is(Manner::LongAgo) {
            now -= 3600;
        }
        let nonce = if is(Manner::OtherNonce) {
            "another".to_owned()
        } else {
            asked.nonce
        };
        let client = if is(Manner::OtherClient) {
            "another"
        } else {
            CLIENT
        };
        let claims = json!({
            "iss": self.issuer, "sub": "7", "aud": client, "iat": now, "exp": now + 300,
            "nonce": nonce, "preferred_username": self.who,
        });
        let id = if is(Manner::UnknownKey) {
            "nowhere"
        } else {
            &self.key.id
        };
        let header = if is(Manner::Unsigned) {
            json!({ "alg": "none" })
        } else {
            json!({ "alg": "ES256", "kid": id })
        };
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match self.manner {
            Manner::Unsigned => String::new(),
            Manner::WrongKey => Key::new().sign(&signed),
            Manner::Honest
            | Manner::UnknownKey
            | Manner::OtherNonce
            | Manner::OtherClient
            | Manner::LongAgo
            | Manner::PointsElsewhere
            | Manner::TooLong => self.key.sign(&signed),
        };
        format!("{signed}.{signature}")
    }
}
