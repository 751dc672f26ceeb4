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
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{Web, body, header, key, started, started_with};
use crate::{
    harness::{Onestop, directory, found, repository},
    journeys::VILLAGE,
    test_user::unit,
};

#[tokio::test]
async fn the_committed_document_is_served() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    // Without signing in.
    let url = format!("{}{}/openapi.json", clerk.base, http::BASE);
    let served = body(clerk.client.get(url).send().await.unwrap()).await;
    let committed = fs::read_to_string(repository().join("proto/openapi.yaml")).unwrap();
    let committed: Value = serde_yaml_ng::from_str(&committed).unwrap();
    assert!(
        served == committed,
        "it is stale: TESTS_RENEW=1 cargo test -p onestop-proto-generate"
    );
}

/// A directory of one prefecture, whose bureau sees the whole then.
fn one_prefecture() -> TempDir {
    let folder = directory::copied();
    let divisions = folder.path().join("divisions.csv");
    let all = fs::read_to_string(&divisions).unwrap();
    let mut lines = all.lines();
    let head = lines.next().unwrap();
    let own = lines.filter(|line| line.starts_with("5308") || line.starts_with("530000000000"));
    let own: Vec<&str> = std::iter::once(head).chain(own).collect();
    fs::write(divisions, own.join("\n") + "\n").unwrap();
    // The days and the lines of means that other prefectures fix are of places that are not here.
    for (file, table) in [("calendar.toml", "local]]"), ("items.toml", "means_line]]")] {
        let path = folder.path().join(file);
        let all = fs::read_to_string(&path).unwrap();
        let tables = all.split("\n[[");
        let kept: Vec<&str> = tables.filter(|one| !one.starts_with(table)).collect();
        fs::write(path, kept.join("\n[[")).unwrap();
    }
    folder
}

/// Which actor sends an operation: one with permission, so that more than the permission check is tested.
fn whose(operation: &Value) -> &'static str {
    let id = operation["operationId"].as_str().unwrap();
    let name = id.rsplit_once('.').map_or(id, |(_, name)| name);
    let roles = operation["x-roles"].as_array();
    let may = |role: &str| roles.is_none_or(|roles| roles.iter().any(|one| one == role));
    if operation["tags"][0] == "webhooks" {
        "guan-li"
    } else if http::OF_THE_WHOLE.contains(&name)
        || [
            "request-follow",
            "refuse-follow",
            "follow-source",
            "timeliness",
            "workload",
        ]
        .contains(&name)
    {
        "he-ping"
    } else if may("clerk") {
        "zhang-li"
    } else if may("specialist") {
        "wang-min"
    } else {
        "he-ping"
    }
}

/// The operations of each account: all but the stream, which has no end to wait for; `stream.rs` reads it.
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

/// The random choices: printed, and set by `TESTS_SEED`.
fn seed() -> String {
    let seed = std::env::var("TESTS_SEED").unwrap_or_else(|_| "20261124".to_owned());
    eprintln!("TESTS_SEED={seed}");
    seed
}

pub(super) fn python() -> PathBuf {
    let script = repository().join("tests/clients/python.sh");
    let found = Command::new(script).output().unwrap();
    assert!(
        found.status.success(),
        "no Python: {}",
        String::from_utf8_lossy(&found.stderr)
    );
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}

/// What there is: by the name of a dictionary in `tests/clients/schemathesis.toml`.
type There = BTreeMap<&'static str, Vec<String>>;

/// Opens cases, has one accepted, registers a webhook: not everything is to be answered with "there is no
/// such thing".
async fn furnished(onestop: &Onestop) -> There {
    let clerk = Web::sign_in(onestop, "zhang-li").await;
    let mut cases = Vec::new();
    let mut handoffs = Vec::new();
    for _ in 0..3 {
        let (case, _) = clerk.opened().await;
        let custody = format!("/cases/{case}/custody");
        let offered = found("an offer", async || {
            let custody = body(clerk.get(&custody).send().await.unwrap()).await;
            let handoff = custody["offer"]["handoff"].as_str();
            handoff.map(str::to_owned)
        });
        handoffs.push(offered.await);
        cases.push(case);
    }
    let officer = Web::sign_in(onestop, "wang-min").await;
    let accept = format!("/cases/{}/referral/accept", cases[0]);
    let accept = officer.post(&accept, key(), &json!({ "handoff": handoffs[0] }));
    let after = header(&accept.send().await.unwrap(), "position");
    // The specialist is asked about what another service wrote, and has seen it.
    let matter = format!("/cases/{}/legal-aid/matter?after={after}", cases[0]);
    let matter = officer.get(&matter).send().await.unwrap();
    assert_eq!(matter.status(), StatusCode::OK);

    let administrator = Web::sign_in(onestop, "guan-li").await;
    let nowhere = json!({ "url": "http://127.0.0.1:9/" });
    let webhook = administrator.post("/webhooks", key(), &nowhere);
    let webhook = body(webhook.send().await.unwrap()).await;
    let webhook = webhook["webhook"]["id"].as_str().unwrap().to_owned();
    let units = [
        VILLAGE,
        "530821.legal-aid",
        "530821.notarization",
        "530821.court",
    ];
    let units = units.map(|text| unit(text).to_string()).to_vec();
    BTreeMap::from([
        ("cases", cases),
        ("handoffs", handoffs),
        ("webhooks", vec![webhook]),
        ("units", units),
    ])
}

/// `tests/clients/schemathesis.toml`, with what there is.
fn configuration(folder: &Path, there: &There) -> PathBuf {
    let common = repository().join("tests/clients/schemathesis.toml");
    let mut whole = fs::read_to_string(common).unwrap();
    for (name, values) in there {
        whole += &format!("\n[dictionaries.{name}]\nvalues = {values:?}\n");
    }
    let file = folder.join("schemathesis.toml");
    fs::write(&file, whole).unwrap();
    file
}

/// Has schemathesis hold the service against its document, with a token; what it found
/// amiss.
async fn held(
    onestop: &Onestop,
    (staff, share): (&str, &[String]),
    there: &There,
) -> Result<(), String> {
    let web = Web::sign_in(onestop, staff).await;
    let token = web.token(&["read", "intake", "decide", "webhooks"]).await;
    let folder = onestop.data().join(staff);
    fs::create_dir(&folder).unwrap();
    let report = folder.join("report.json");
    let base = format!("{}{}", web.base, http::BASE);
    let mut command = Command::new(python());
    command
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(configuration(&folder, there))
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
    if !done.status.success() {
        return Err(format!("as {staff}:\n{said}"));
    }
    eprintln!("{staff}: {}", said.trim_end().lines().last().unwrap());
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["stop_reason"], "completed", "{report}");
    assert_eq!(report["operations"]["tested"], share.len(), "{report}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_the_document_says() {
    let directory = one_prefecture();
    let flag = format!("--directory={}", directory.path().display());
    let onestop = started_with(&[&flag]).await;
    let there = furnished(&onestop).await;
    let shares = shares(&serde_json::from_str(http::OPENAPI).unwrap());
    let each = shares
        .iter()
        .map(|(staff, share)| held(&onestop, (staff, share), &there));
    let found: Vec<String> = join_all(each)
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
