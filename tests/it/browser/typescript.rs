//! A client in TypeScript: types made of the OpenAPI document are checked, and take a case from the window to its replay.

use std::{path::Path, process::Command};

use super::folder;
use crate::api::{Web, started};

/// Has a tool of the folder do its work there: what it said.
fn run(folder: &Path, program: &str, words: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.args(words).current_dir(folder).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {words:?}: {out}{err}");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn types_of_the_document_take_a_case_through() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let officer = Web::sign_in(&onestop, "wang-min").await;
    let clerk_token = clerk.token(&["read", "intake"]).await;
    let officer_token = officer.token(&["read", "decide"]).await;
    let folder = folder();
    let document = format!("{}/api/v1/openapi.json", clerk.base());
    let node = |tool: &str, words: &[&str]| {
        let tool = format!("node_modules/{tool}");
        run(&folder, "node", &[&[tool.as_str()][..], words].concat())
    };
    node(
        "openapi-typescript/bin/cli.js",
        &[&document, "-o", "onestop.d.ts"],
    );
    let strict = "--strict --target es2022 --module nodenext --skipLibCheck journey.ts";
    let words: Vec<&str> = strict.split(' ').collect();
    node("typescript/bin/tsc", &words);
    let secrets = [clerk_token.secret(), officer_token.secret()];
    let journey = ["journey.js", clerk.base(), secrets[0], secrets[1]];
    let replay = run(&folder, "node", &journey);
    for event in [
        "case.opened",
        "referral.accepted",
        "legal-aid.granted",
        "case.archived",
    ] {
        assert!(replay.contains(event), "{event}: {replay}");
    }
}
