//! A client that a generator made from the OpenAPI document does the first journey; other readers of YAML read what was meant.

use std::process::Command;

use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{Web, document::python, started};
use crate::harness::repository;

fn output(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every operation of the document is a function of the client, and a case goes from the window to its replay.
#[tokio::test]
async fn a_generated_client_takes_a_case_through() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let officer = Web::sign_in(&onestop, "wang-min").await;
    let clerk_token = clerk.token(&["read", "intake"]).await;
    let officer_token = officer.token(&["read", "decide"]).await;
    let mut journey = Command::new(python());
    journey
        .arg(repository().join("tests/clients/generated.py"))
        .args([clerk.base(), clerk_token.secret(), officer_token.secret()]);
    let told = spawn_blocking(move || output(&mut journey)).await.unwrap();
    assert_eq!(told["functions"], told["operations"]);
    let replay = told["replay"].to_string();
    for event in [
        "case.opened",
        "referral.accepted",
        "legal-aid.granted",
        "case.archived",
    ] {
        assert!(replay.contains(event), "{event}: {replay}");
    }
}

/// PyYAML reads YAML 1.1, where an unquoted `on` is true.
#[test]
fn another_reader_of_yaml_reads_the_documents_alike() {
    let script = "import json, sys, yaml; print(json.dumps([yaml.safe_load(open(p, encoding='utf-8')) for p in sys.argv[1:]]))";
    let names = ["proto/openapi.yaml", "proto/asyncapi.yaml"];
    let mut reader = Command::new(python());
    reader
        .args(["-c", script])
        .args(names.map(|name| repository().join(name)));
    let theirs = output(&mut reader);
    for (name, theirs) in names.iter().zip(theirs.as_array().unwrap()) {
        let text = std::fs::read_to_string(repository().join(name)).unwrap();
        let ours: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert!(ours == *theirs, "{name}");
    }
}
