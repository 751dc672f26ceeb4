//! The HTTP API of a running Onestop: what a program in another office relies on.

mod case_names;
mod commands;
mod coverage;
mod document;
mod figures;
mod generated;
mod marks;
mod offered;
mod pages;
mod quickstart;
mod receiver;
mod refusals;
mod stream;
mod tokens;
mod traces;
mod webhooks;

use onestop_proto::ids::CommandId;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::Value;

use crate::{
    browser::{PASSWORD, address, sign_up},
    harness::{Deployment, Onestop, TIMEOUT},
    journeys::{VILLAGE, request},
};

/// Who sits where: account, name, role, unit. A window and its administrator, the agency that its cases are
/// offered to, a window of another county, and a supervisor of both counties.
const STAFF: [[&str; 4]; 5] = [
    ["zhang-li", "张丽", "clerk", VILLAGE],
    ["guan-li", "管理", "unit-administrator", VILLAGE],
    ["wang-min", "王敏", "specialist", "530821.legal-aid"],
    ["yang-fan", "杨帆", "clerk", "530822"],
    ["he-ping", "和平", "supervisor", "5308.bureau"],
];

/// A signed-in person, or a program with a token.
#[derive(Clone)]
pub(crate) struct Web {
    base: String,
    client: Client,
    known: (&'static str, String),
}

/// An Onestop with accounts, and with settings under which a test does not wait.
pub(crate) async fn started() -> Onestop {
    started_with(&[]).await
}

/// The same, with further flags.
async fn started_with(flags: &[&str]) -> Onestop {
    let quick = [
        "--api-per-minute=1000000",
        "--webhook-local=true",
        "--webhook-attempts=2",
        "--webhook-retry-seconds=1",
    ];
    let flags = [&quick[..], flags].concat();
    let onestop = Onestop::start_with(Deployment::SingleProcess, &flags).await;
    address(&onestop.data()).await;
    for person in STAFF {
        sign_up(&onestop.data(), person);
    }
    onestop
}

fn new_client() -> Client {
    // The first of a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(Policy::none());
    client.timeout(TIMEOUT).build().unwrap()
}

impl Web {
    pub(crate) async fn sign_in(onestop: &Onestop, staff: &str) -> Self {
        let (base, client) = (address(&onestop.data()).await, new_client());
        let asked = client.post(format!("{base}/sign-in"));
        let asked = form(asked, &[("staff", staff), ("password", PASSWORD)]);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = header(&answer, "set-cookie");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            base,
            client,
            known: ("cookie", cookie),
        }
    }

    /// The same program, known by something else.
    fn known_by(&self, header: &'static str, shown: String) -> Self {
        Self {
            known: (header, shown),
            ..self.clone()
        }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn secret(&self) -> &str {
        self.known.1.trim_start_matches("Bearer ")
    }

    pub(crate) fn page(&self, method: Method, path: &str) -> RequestBuilder {
        let asked = self.client.request(method, format!("{}{path}", self.base));
        asked.header(self.known.0, &self.known.1)
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.page(method, &format!("/api/v1{path}"))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.ask(Method::GET, path)
    }

    fn post(&self, path: &str, key: CommandId, data: &Value) -> RequestBuilder {
        let asked = self
            .ask(Method::POST, path)
            .header("idempotency-key", key.to_string());
        asked
            .header("content-type", "application/json")
            .body(data.to_string())
    }

    async fn open(&self, key: CommandId) -> Response {
        self.post("/cases", key, &open()).send().await.unwrap()
    }

    /// Opens a case: its id, and the position after which it is seen.
    async fn opened(&self) -> (String, String) {
        let opened = self.open(key()).await;
        assert_eq!(opened.status(), StatusCode::CREATED);
        let position = header(&opened, "position");
        let case = body(opened).await["case"].as_str().unwrap().to_owned();
        (case, position)
    }
}

/// Has a request send a form. None of what the tests send is to be escaped.
fn form(asked: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    asked
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.join("&"))
}

fn open() -> Value {
    serde_json::to_value(request("legal-aid", "labour-pay", VILLAGE)).unwrap()
}

fn key() -> CommandId {
    onestop_chassis::clock::SystemClock.command()
}

async fn body(answer: Response) -> Value {
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().unwrap().to_owned()
}

/// Every refusal has the same shape.
async fn refused(asked: RequestBuilder, status: u16, code: &str) -> Value {
    let answer = asked.send().await.unwrap();
    let (got, kind) = (answer.status().as_u16(), header(&answer, "content-type"));
    let problem = body(answer).await;
    assert_eq!(
        (got, problem["code"].as_str()),
        (status, Some(code)),
        "{problem}"
    );
    assert_eq!(kind, "application/problem+json");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("/api#{code}"));
    for language in ["zh", "en"] {
        assert!(
            !problem["message"][language].as_str().unwrap().is_empty(),
            "{problem}"
        );
    }
    problem
}
