//! The programs that `/api` shows, unchanged: each opens a first case with a token, and refuses a webhook that was altered
//! on its way.

use std::{
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use onestop_proto::http::webhook::HEADERS;
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinSet, spawn_blocking},
};

use super::{Web, body, document::python, receiver, started};
use crate::{
    harness::{free_port, repository},
    test_user::unit,
};

/// Of each language: the file, and what runs it.
fn programs() -> [(&'static str, PathBuf); 3] {
    [
        ("quickstart.py", python()),
        ("quickstart.mjs", PathBuf::from("node")),
        ("Quickstart.java", java()),
    ]
}

/// A Java, got by `tests/clients/java.sh` if it is missing.
fn java() -> PathBuf {
    let script = repository().join("tests/clients/java.sh");
    let found = Command::new(script).output().unwrap();
    assert!(found.status.success(), "no Java: {found:?}");
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}

/// A proxy between a webhook and its receiver that is not to be trusted: it delivers each message altered first, then as
/// it came.
struct Tamperer {
    port: u16,
    refused: Arc<AtomicUsize>,
    /// Ends with it.
    _tasks: JoinSet<()>,
}

impl Tamperer {
    async fn start(receiver: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let refused = Arc::new(AtomicUsize::new(0));
        let own = Arc::clone(&refused);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                lines.spawn(pass_on(stream, receiver, Arc::clone(&own)));
            }
        });
        Self {
            port,
            refused,
            _tasks: tasks,
        }
    }
}

/// What is done to a message: its body, its id, its moment, its signature.
fn altered(head: &str, body: &str) -> Vec<(String, String)> {
    let other_body = body.replace("opened.v1", "opened.v2");
    let mut all = vec![(head.to_owned(), other_body)];
    for header in &HEADERS {
        let line = format!("{}: ", header.name);
        let (before, rest) = head.split_once(&line).unwrap();
        let (value, after) = rest.split_once("\r\n").unwrap_or((rest, ""));
        // The last digit or letter becomes another; an `=` at its end stays.
        let at = value.trim_end_matches('=').len() - 1;
        let other = if &value[at..=at] == "1" { "2" } else { "1" };
        let value = format!("{}{other}{}", &value[..at], &value[at + 1..]);
        let head = format!("{before}{line}{value}\r\n{after}");
        all.push((head.trim_end().to_owned(), body.to_owned()));
    }
    all
}

async fn pass_on(mut stream: TcpStream, receiver: u16, refused: Arc<AtomicUsize>) {
    let mut had = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        had.extend_from_slice(&buffer[..read]);
        while let Some((taken, end)) = receiver::message(&had) {
            had.drain(..end);
            for (head, body) in altered(&taken.head, &taken.body) {
                assert_eq!(delivered(receiver, &head, &body).await, 401, "{head}");
                refused.fetch_add(1, Ordering::SeqCst);
            }
            let status = delivered(receiver, &taken.head, &taken.body).await;
            let answer = format!("HTTP/1.1 {status} as told\r\ncontent-length: 0\r\n\r\n");
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// Delivers one message, over a connection of its own: the status.
async fn delivered(port: u16, head: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let whole = format!("{head}\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(whole.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_program_takes_a_token_to_a_first_case() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let administrator = Web::sign_in(&onestop, "guan-li").await;
    let token = clerk.token(&["read", "intake"]).await;
    let hook_token = administrator.token(&["webhooks"]).await;
    for (file, program) in programs() {
        let port = free_port();
        let tamperer = Tamperer::start(port).await;
        let mut command = Command::new(program);
        command
            .arg(repository().join("services/gateway/samples").join(file))
            .env("API_URL", clerk.base())
            .env("API_TOKEN", token.secret())
            .env("HOOK_TOKEN", hook_token.secret())
            .env("HOOK_URL", format!("http://127.0.0.1:{}/", tamperer.port))
            .env("HOOK_PORT", port.to_string())
            .env("NO_PROXY", "*")
            .env("PYTHONIOENCODING", "utf-8");
        let ran = spawn_blocking(move || command.output().unwrap());
        let ran = ran.await.unwrap();
        let text = String::from_utf8_lossy(&ran.stdout);
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{file}: {text}{errors}");
        let last: Value = serde_json::from_str(text.trim_end().lines().last().unwrap()).unwrap();
        let types = last["events"].as_array().unwrap();
        let opened = |kind: &Value| kind == "cn.onestop.case.opened.v1";
        assert!(types.iter().any(opened), "{file}: {last}");
        assert!(last["webhook"].is_string(), "{file}: {last}");
        // The refusal came with its code and its sentence.
        assert!(text.contains("unknown-topic"), "{file}: {text}");
        let case = format!("/cases/{}", last["case"].as_str().unwrap());
        let seen = clerk.get(&case).send().await.unwrap();
        assert_eq!(seen.status(), 200, "{file}");
        let left = administrator.get("/webhooks").send().await.unwrap();
        assert_eq!(
            body(left).await["webhooks"],
            serde_json::json!([]),
            "{file}"
        );
        let refused = tamperer.refused.load(Ordering::SeqCst);
        assert!(refused > HEADERS.len(), "{file}: {refused}");
    }
}

/// What the page shows is what runs.
#[tokio::test]
async fn the_page_shows_and_hands_out_the_programs_that_run() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    for file in ["quickstart.py", "quickstart.mjs", "Quickstart.java"] {
        let path = repository().join("services/gateway/samples").join(file);
        let kept = std::fs::read_to_string(path).unwrap();
        let url = format!("{}/api/samples/{file}", clerk.base());
        // Without signing in.
        let handed = clerk.client.get(url).send().await.unwrap();
        assert_eq!(handed.text().await.unwrap(), kept, "{file}");
        let page = clerk.page(Method::GET, "/api").send().await.unwrap();
        let page = page.text().await.unwrap();
        let heads = ["def ", "async function", "static HttpServer"];
        let mut lines = kept.lines();
        let line = lines.find(|line| heads.iter().any(|head| line.contains(head)));
        assert!(page.contains(line.unwrap().trim()), "{file}");
    }
}

/// Places and matters are public; units are for those who are known.
#[tokio::test]
async fn the_directory_is_asked_by_programs() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let api = format!("{}/api/v1", clerk.base());
    let open = |path: &str| clerk.client.get(format!("{api}{path}")).send();
    let found = open("/directory/divisions?text=%E6%96%B0%E5%A1%98%E6%9D%91&within=530821000000");
    let found = body(found.await.unwrap()).await;
    assert_eq!(found["divisions"][0]["code"], "530821101201");
    let items = body(open("/directory/items").await.unwrap()).await;
    let items = items["items"].as_array().unwrap();
    let wages = |topic: &Value| topic["also"].as_array().unwrap().contains(&"讨薪".into());
    assert!(
        items
            .iter()
            .any(|item| item["topics"].as_array().unwrap().iter().any(wages))
    );
    let units = "/directory/units?division=530821000000&item=legal-aid";
    assert_eq!(open(units).await.unwrap().status(), 401);
    let units = body(clerk.get(units).send().await.unwrap()).await;
    assert_eq!(
        units["units"][0]["id"],
        unit("530821.legal-aid").to_string()
    );
    for wrong in [
        "divisions",
        "divisions?text=",
        "divisions?within=990000000000",
        "items?x=1",
    ] {
        let answer = open(&format!("/directory/{wrong}")).await.unwrap();
        assert_eq!(answer.status(), 422, "{wrong}");
    }
}
