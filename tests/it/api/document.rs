//! The OpenAPI document and the running service: the document that is committed is the one that is served, and
//! what is served answers as it says.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use futures::future::join_all;
use onestop_proto::http;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{Web, body, started};
use crate::{
    desk::unit,
    journeys::VILLAGE,
    running::{Onestop, repository},
};

#[tokio::test]
async fn the_committed_document_is_served() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    // Nobody need be signed in.
    let url = format!("{}{}/openapi.json", clerk.base, http::BASE);
    let served = body(clerk.client.get(url).send().await.unwrap()).await;
    let committed = fs::read_to_string(repository().join("proto/openapi.yaml")).unwrap();
    let committed: Value = serde_yaml_ng::from_str(&committed).unwrap();
    assert!(
        served == committed,
        "it is stale: ONESTOP_RENEW=1 cargo test -p onestop-proto --test generated"
    );
}

/// Who is asked to carry out an operation: whoever may, so that more is looked at than the door.
fn whose(operation: &Value) -> &'static str {
    let id = operation["operationId"].as_str().unwrap();
    let name = id.rsplit_once('.').map_or(id, |(_, name)| name);
    let roles = operation["x-roles"].as_array();
    let may = |role: &str| roles.is_none_or(|roles| roles.iter().any(|one| one == role));
    if operation["tags"][0] == "webhooks" {
        "guan-li"
    } else if http::OF_THE_WHOLE.contains(&name) || name == "follow-source" {
        "he-ping"
    } else if may("clerk") {
        "zhang-li"
    } else if may("specialist") {
        "wang-min"
    } else {
        "he-ping"
    }
}

/// Everybody's operations: all but the stream, which has no end to wait for; `stream.rs` reads it.
fn shares(document: &Value) -> BTreeMap<&'static str, Vec<String>> {
    let mut shares: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let paths = document["paths"].as_object().unwrap();
    for operation in paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
    {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        if id != "events.follow" {
            shares.entry(whose(operation)).or_default().push(id);
        }
    }
    shares
}

/// The random choices: printed, and set by `ONESTOP_SEED`.
fn seed() -> String {
    let seed = std::env::var("ONESTOP_SEED").unwrap_or_else(|_| "20261124".to_owned());
    eprintln!("ONESTOP_SEED={seed}");
    seed
}

fn python() -> PathBuf {
    let script = repository().join("tests/clients/python.sh");
    let found = Command::new(script).output().unwrap();
    assert!(
        found.status.success(),
        "no Python: {}",
        String::from_utf8_lossy(&found.stderr)
    );
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}

/// `tests/clients/schemathesis.toml`, with what there is here to be named.
fn configuration(data: &Path, cases: &[String]) -> PathBuf {
    let common = repository().join("tests/clients/schemathesis.toml");
    let common = fs::read_to_string(common).unwrap();
    let units = [unit(VILLAGE), unit("530821.legal-aid")];
    let units: Vec<&str> = units.iter().map(|unit| unit.as_str()).collect();
    let list =
        |name: &str, values: &[&str]| format!("\n[dictionaries.{name}]\nvalues = {values:?}\n");
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    let whole = common + &list("cases", &cases) + &list("units", &units);
    let file = data.join("schemathesis.toml");
    fs::write(&file, whole).unwrap();
    file
}

/// Has schemathesis hold the service against its document, as somebody with a token; what it reports.
async fn held(onestop: &Onestop, (staff, share): (&str, &[String]), cases: &[String]) -> Value {
    let web = Web::sign_in(onestop, staff).await;
    let token = web.token(&["read", "intake", "decide", "webhooks"]).await;
    let folder = onestop.data().join(staff);
    fs::create_dir(&folder).unwrap();
    let report = folder.join("report.json");
    let base = format!("{}{}", web.base, http::BASE);
    let mut command = Command::new(python());
    command
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(configuration(&folder, cases))
        .args(["run", &format!("{base}/openapi.json"), "--url", &base])
        .args(["--header", &format!("Authorization: {}", token.known.1)])
        .args(["--seed", &seed()])
        .arg("--report-json-path")
        .arg(&report)
        .env("PYTHONHASHSEED", "0")
        .current_dir(folder);
    for id in share {
        command.args(["--include-operation-id", id]);
    }
    let done = spawn_blocking(move || command.output().unwrap());
    let done = done.await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "as {staff}:\n{said}");
    eprintln!(
        "{staff}: {}",
        said.trim_end().lines().last().unwrap_or_default()
    );
    serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_the_document_says() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(clerk.opened().await.0);
    }
    let shares = shares(&http::openapi());
    let each = shares.iter().map(async |(staff, share)| {
        let report = held(&onestop, (staff, share), &cases).await;
        assert_eq!(report["stop_reason"], "completed", "{report}");
        assert_eq!(report["operations"]["tested"], share.len(), "{report}");
    });
    join_all(each).await;
}
