//! The HTTP API of a running Onestop: what a program in another office relies on.

use std::{
    fs,
    io::BufRead,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use onestop_proto::ids::CommandId;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};

use crate::{
    desk::unit,
    journeys::{VILLAGE, request},
    receiver::Receiver,
    running::{Onestop, PATIENCE, Part, Way, clean, onestop, repository},
};

const PASSWORD: &str = "a long password";
/// A window's, its unit's administrator, and a supervisor.
const STAFF: [[&str; 3]; 3] = [
    ["zhang-li", "clerk", VILLAGE],
    ["guan-li", "unit-administrator", VILLAGE],
    ["he-ping", "supervisor", "5308.bureau"],
];

/// Somebody who is signed in, as a program.
struct Web {
    base: String,
    client: Client,
    cookie: String,
}

/// The address that the gateway wrote down when it began to serve.
async fn address(data: &Path) -> String {
    let file = data.join("gateway/address");
    let written = async {
        loop {
            match fs::read_to_string(&file) {
                Ok(address) if address.ends_with('\n') => return address.trim().to_owned(),
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, written).await.unwrap()
}

fn sign_up(data: &Path) {
    let file = data.join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    for [staff, role, unit] in STAFF {
        let mut command = Command::new(onestop());
        clean(&mut command);
        let added = command
            .args([
                "staff", "add", staff, "--name", staff, "--role", role, "--unit", unit,
            ])
            .arg("--password-file")
            .arg(&file)
            .arg("--data")
            .arg(data)
            .output()
            .unwrap();
        assert!(added.status.success(), "{added:?}");
    }
}

/// An Onestop with accounts, and with settings under which a test does not wait.
async fn started() -> Onestop {
    let quick = [
        "--api-per-minute=1000000",
        "--webhook-local=true",
        "--webhook-attempts=2",
        "--webhook-retry-seconds=1",
    ];
    let onestop = Onestop::start_with(Way::Together, &quick).await;
    address(&onestop.data()).await;
    sign_up(&onestop.data());
    onestop
}

fn new_client() -> Client {
    // The first of a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(Policy::none());
    client.timeout(PATIENCE).build().unwrap()
}

impl Web {
    async fn sign_in(onestop: &Onestop, staff: &str) -> Self {
        let (base, client) = (address(&onestop.data()).await, new_client());
        let form = format!("staff={staff}&password={}", PASSWORD.replace(' ', "+"));
        let answer = client
            .post(format!("{base}/sign-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            base,
            client,
            cookie,
        }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1{path}", self.base);
        self.client
            .request(method, url)
            .header("cookie", &self.cookie)
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

    /// Opens a case: its answer.
    async fn open(&self, key: CommandId) -> Response {
        self.post("/cases", key, &open()).send().await.unwrap()
    }
}

fn open() -> Value {
    serde_json::to_value(request("legal-aid", "labour-pay", VILLAGE)).unwrap()
}

fn key() -> CommandId {
    onestop_chassis::clock::Clock.command()
}

async fn body(answer: Response) -> Value {
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().unwrap().to_owned()
}

/// A refusal has one shape, whoever refuses.
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

#[tokio::test]
async fn commands_are_done_once_and_decisions_rest_on_what_was_seen() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let first = key();
    let opened = clerk.open(first).await;
    assert_eq!(opened.status(), StatusCode::CREATED);
    let (tag, position, place) = (
        header(&opened, "etag"),
        header(&opened, "position"),
        header(&opened, "location"),
    );
    let accepted = body(opened).await;
    let case = accepted["case"].as_str().unwrap().to_owned();
    assert_eq!(place, format!("/api/v1/cases/{case}"));

    // Sent again: the first answer again, and nothing else was done.
    let again = clerk.open(first).await;
    assert_eq!(again.status(), StatusCode::OK);
    let again = body(again).await;
    assert_eq!(
        (&again["case"], &again["answer"]),
        (&accepted["case"], &json!("repeated"))
    );
    let mut other = open();
    other["topic"] = json!("divorce-property");
    refused(clerk.post("/cases", first, &other), 409, "key-reused").await;

    // One reads what one wrote, by id and by number; the answer says on what a decision would rest.
    let number = accepted["number"].as_str().unwrap();
    let read = clerk
        .get(&format!("/cases/{number}"))
        .header("after", &position)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (read.status(), header(&read, "etag")),
        (StatusCode::OK, tag.clone())
    );
    let head = clerk
        .get(&format!("/cases/{case}/head?after={position}"))
        .send()
        .await
        .unwrap();
    assert_eq!(body(head).await["row"]["number"], number);

    // Whoever decides on what is no longer so is told; whoever decides on what is, is not.
    let withdraw = format!("/cases/{case}/intake/withdraw");
    let reason = json!({ "reason": "自行和解" });
    let stale = clerk
        .post(&withdraw, key(), &reason)
        .header("if-match", "\"99\"");
    let problem = refused(stale, 412, "stale-revision").await;
    assert_eq!(problem["details"]["expected"], 99);

    // A page of one is followed by the next, without a case twice.
    body(clerk.open(key()).await).await;
    let last = clerk.open(key()).await;
    let position = header(&last, "position");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = clerk.get(&format!("/cases?limit=1&after={position}{cursor}"));
        let page = body(page.send().await.unwrap()).await;
        seen.push(page["rows"][0]["number"].as_str().unwrap().to_owned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        assert!(seen.len() < 4, "{seen:?}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3);
    drop(onestop);
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let case = body(clerk.open(key()).await).await["case"]
        .as_str()
        .unwrap()
        .to_owned();
    let bare = |method: Method, path: &str| {
        clerk
            .client
            .request(method, format!("{}/api/v1{path}", clerk.base))
    };
    let json = |asked: RequestBuilder, text: &str| {
        asked
            .header("content-type", "application/json")
            .body(text.to_owned())
    };
    let post = |path: &str| clerk.ask(Method::POST, path);
    let keyed = |path: &str| post(path).header("idempotency-key", key().to_string());

    refused(bare(Method::GET, "/cases"), 401, "not-signed-in").await;
    refused(json(post("/cases"), "{}"), 400, "missing-key").await;
    refused(
        json(post("/cases").header("idempotency-key", "1"), "{}"),
        400,
        "bad-header",
    )
    .await;
    refused(json(keyed("/cases"), "{"), 400, "not-json").await;
    refused(keyed("/cases").body("{}"), 415, "wrong-type").await;
    refused(
        json(keyed("/cases"), &"\"".repeat(200_000)),
        413,
        "too-large",
    )
    .await;
    refused(clerk.ask(Method::PUT, "/cases"), 405, "wrong-method").await;
    refused(clerk.get("/nothing"), 404, "unknown-address").await;
    refused(
        clerk.get("/cases").header("accept", "text/html"),
        406,
        "not-acceptable",
    )
    .await;
    refused(
        clerk.get("/services/intake/log?from=0&limit=1"),
        403,
        "whole-only",
    )
    .await;
    refused(clerk.get("/webhooks"), 403, "administrators-only").await;
    let other_site = json(keyed("/cases"), "{}").header("origin", "https://elsewhere.example");
    refused(other_site, 403, "other-site").await;
    let unknown = format!("/cases/{}", key());
    refused(clerk.get(&unknown), 404, "unknown-case").await;
    let county = unit("530821.legal-aid");
    refused(
        clerk.get(&format!("/units/{county}/handoffs")),
        403,
        "not-your-unit",
    )
    .await;
    let grant = clerk.post(&format!("/cases/{case}/legal-aid/grant"), key(), &json!({}));
    refused(grant, 403, "not-permitted").await;

    // What is to be mended is named, in the language asked for.
    let problem = refused(clerk.get("/cases?colour=red"), 422, "malformed").await;
    assert_eq!(problem["field"], "colour");
    assert_eq!(problem["detail"], problem["message"]["zh"]);
    let mut wrong = open();
    wrong["item"] = json!("no-such-item");
    let asked = clerk
        .post("/cases", key(), &wrong)
        .header("accept-language", "en");
    let problem = refused(asked, 422, "item-not-offered").await;
    assert_eq!(problem["field"], "item");
    assert_eq!(problem["detail"], problem["message"]["en"]);
}

/// The events of a stream, as they come.
struct Stream {
    answer: Response,
    text: String,
}

impl Stream {
    async fn of(asked: RequestBuilder) -> Self {
        let answer = asked
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let text = String::new();
        Self { answer, text }
    }

    /// The next: its id and its type.
    async fn next(&mut self) -> (String, String) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let mut lines = event.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::to_owned)
                };
                let found = field("id: ").zip(field("event: "));
                self.text = rest.to_owned();
                if let Some(found) = found {
                    return found;
                }
                continue;
            }
            let more = tokio::time::timeout(PATIENCE, self.answer.chunk())
                .await
                .unwrap();
            self.text += std::str::from_utf8(&more.unwrap().unwrap()).unwrap();
        }
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_across_a_restart() {
    let mut onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    body(clerk.open(key()).await).await;
    let mut stream = Stream::of(clerk.get("/events?from=0")).await;
    let (first, kind) = stream.next().await;
    assert_eq!(kind, "cn.onestop.case.opened.v1");
    // Live, on the same stream.
    body(clerk.open(key()).await).await;
    let mut all = vec![first.clone()];
    while all.len() < 4 {
        all.push(stream.next().await.0);
    }
    drop(stream);

    onestop.stop(Part::Everything);
    fs::remove_file(onestop.data().join("gateway/address")).unwrap();
    onestop.run(Part::Everything);
    onestop.answers().await;
    // The session outlives the restart; the port does not.
    let base = address(&onestop.data()).await;
    let clerk = Web { base, ..clerk };
    let mut stream = Stream::of(clerk.get("/events").header("last-event-id", &first)).await;
    for known in &all[1..] {
        assert_eq!(stream.next().await.0, *known);
    }
    let elsewhere = format!("{}.0", key());
    let asked = clerk.get("/events").header("last-event-id", elsewhere);
    refused(
        asked.header("accept", "text/event-stream"),
        409,
        "other-epoch",
    )
    .await;
}

#[tokio::test]
async fn a_webhook_delivers_in_order_parks_what_fails_and_goes_on() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let administrator = Web::sign_in(&onestop, "guan-li").await;
    let receiver = Receiver::start().await;
    let only = json!({ "url": receiver.url(), "types": ["cn.onestop.case.opened.v1"] });
    let registered = administrator
        .post("/webhooks", key(), &only)
        .send()
        .await
        .unwrap();
    assert_eq!(registered.status(), StatusCode::CREATED);
    let registered = body(registered).await;
    let secret = registered["secret"].as_str().unwrap().to_owned();
    let id = registered["webhook"]["id"].as_str().unwrap().to_owned();
    let stands = async || {
        body(
            administrator
                .get(&format!("/webhooks/{id}"))
                .send()
                .await
                .unwrap(),
        )
        .await
    };

    // It fails once, is tried again, and what comes is signed.
    receiver.answer(500);
    let first = body(clerk.open(key()).await).await;
    receiver.taken(1, &secret).await;
    receiver.answer(200);
    let taken = receiver.taken(2, &secret).await;
    assert_eq!(taken[0].body, taken[1].body, "the same event again");
    assert_eq!(taken[1].event()["subject"], first["case"]);

    // It fails until it is parked; nothing is sent then, and nothing is lost.
    receiver.answer(503);
    let second = body(clerk.open(key()).await).await;
    let third = body(clerk.open(key()).await).await;
    let parked = async {
        while stands().await["state"] != "parked" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, parked).await.unwrap();
    assert_eq!(stands().await["problem"], "it answered 503");
    let before = receiver.count();
    receiver.answer(200);
    let retry = format!("/webhooks/{id}/retry");
    let again = administrator
        .post(&retry, key(), &json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(body(again).await["state"], "active");
    let taken = receiver.taken(before + 2, &secret).await;
    let cases: Vec<Value> = taken[before..]
        .iter()
        .map(|one| one.event()["subject"].clone())
        .collect();
    assert_eq!(cases, [second["case"].clone(), third["case"].clone()]);
    let skip = format!("/webhooks/{id}/skip");
    refused(
        administrator.post(&skip, key(), &json!({})),
        409,
        "not-parked",
    )
    .await;

    // All of it again, from the beginning.
    let before = receiver.count();
    let replay = format!("/webhooks/{id}/replay");
    let again = administrator
        .post(&replay, key(), &json!({ "from": 0 }))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::OK);
    let taken = receiver.taken(before + 3, &secret).await;
    assert_eq!(taken[before].event()["subject"], first["case"]);
    let gone = administrator
        .ask(Method::DELETE, &format!("/webhooks/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}

/// How long schemathesis may look, in seconds.
fn looks() -> String {
    std::env::var("ONESTOP_SCHEMATHESIS_SECONDS").unwrap_or_else(|_| "60".to_owned())
}

#[tokio::test]
async fn schemathesis_finds_nothing() {
    let onestop = started().await;
    let clients = repository().join("tests/clients");
    let found = Command::new(clients.join("python.sh")).output().unwrap();
    assert!(
        found.status.success(),
        "no Python: {}",
        String::from_utf8_lossy(&found.stderr)
    );
    let python = String::from_utf8(found.stdout).unwrap();
    for staff in ["zhang-li", "he-ping", "guan-li"] {
        let web = Web::sign_in(&onestop, staff).await;
        body(Web::sign_in(&onestop, "zhang-li").await.open(key()).await).await;
        let seconds: u64 = looks().parse().unwrap();
        let mut child = Command::new(python.trim())
            .args(["-m", "schemathesis.cli", "--config-file"])
            .arg(clients.join("schemathesis.toml"))
            .args(["run", &format!("{}/api/v1/openapi.json", web.base)])
            .args(["--url", &format!("{}/api/v1", web.base)])
            .args(["--header", &format!("Cookie: {}", web.cookie)])
            .args(["--max-time", &(seconds / 3).max(5).to_string()])
            .env("PYTHONUNBUFFERED", "1")
            .current_dir(onestop.data())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Vec<String> = lines.map_while(Result::ok).collect();
        assert!(
            child.wait().unwrap().success(),
            "as {staff}:\n{}",
            said.join("\n")
        );
    }
}
