//! The journal cosigns the checkpoints of the logs, an outside witness has a copy, and `onestop verify` compares with both.

use std::{fs, process::Output};

use serde_json::{Value, json};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, free_port, json as answer, until},
};

/// What `onestop verify` says of intake's log.
fn of_intake(verified: &Output) -> Value {
    let text = String::from_utf8(verified.stdout.clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let mut lines = lines.filter(|line: &Value| line["service"] == "intake");
    lines.next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_compared_with_what_was_cosigned_and_an_altered_copy_is_named() {
    let elsewhere = tempfile::tempdir().unwrap();
    let witness = elsewhere.path().join("cosigned.jsonl");
    let flag = format!("--witness={}", witness.display());
    let mut onestop = Onestop::start_with(Deployment::SingleProcess, &[&flag]).await;
    let by = "clerk/zhang-li@530821101201";
    let open = ["case", "open", "--by", by, "--item", "legal-aid"];
    let about = ["--topic", "labour-pay", "--name", "岩温"];
    let verify = |onestop: &Onestop, words: &[&str]| {
        let words = [&["verify", "--json", &flag][..], words].concat();
        tokio::task::block_in_place(|| run(Some(onestop), &words))
    };
    let opened = tokio::task::block_in_place(|| run(Some(&onestop), &[&open[..], &about].concat()));
    assert!(opened.status.success(), "{opened:?}");

    until("something is cosigned", async || {
        let text = fs::read_to_string(&witness).unwrap_or_default();
        text.contains("/onestop/intake/main")
    })
    .await;
    let online = verify(&onestop, &[]);
    assert_eq!(online.status.code(), Some(0), "{online:?}");
    assert_eq!(of_intake(&online)["cosigned"], 2);
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let offline = verify(&onestop, &["--offline"]);
    assert_eq!(offline.status.code(), Some(0), "{offline:?}");
    assert_eq!(of_intake(&offline)["cosigned"], 2);

    let text = fs::read_to_string(&witness).unwrap();
    fs::write(&witness, text.replacen("\\n", "\\n1", 1)).unwrap();
    let altered = verify(&onestop, &["--offline"]);
    assert_eq!(altered.status.code(), Some(8), "{altered:?}");
    let said = String::from_utf8(altered.stderr).unwrap();
    assert!(said.contains("line 1"), "{said}");
    assert!(said.contains(witness.to_str().unwrap()), "{said}");
}

/// What another node's configuration says of this one: the keys of its journal and of its intake.
fn enrolment_of(onestop: &Onestop) -> Value {
    let roster = fs::read(onestop.keys().join("issuers.json")).unwrap();
    let roster: Value = serde_json::from_slice(&roster).unwrap();
    let issuers = roster["issuers"].as_array().unwrap();
    let is_intake = |one: &&Value| one["issuer"] == "service/intake/main";
    let erasures = &issuers.iter().find(is_intake).unwrap()["key"];
    let node = json!({ "name": "puer", "cosigner": public_key(onestop), "erasures": erasures });
    json!({ "nodes": [node] })
}

/// With which the journal cosigns.
fn public_key(onestop: &Onestop) -> String {
    let file = onestop.data().join("journal/cosigning.pub");
    fs::read_to_string(file).unwrap().trim().to_owned()
}

/// Another node's journal cosigns what this one's has, keeps it, and gives it to `onestop verify`; it keeps the list of erasures.
#[tokio::test(flavor = "multi_thread")]
async fn another_node_is_the_witness() {
    let mut first = Onestop::start(Deployment::SingleProcess).await;
    let says = |onestop: &Onestop, words: &[&str]| {
        tokio::task::block_in_place(|| run(Some(onestop), words))
    };
    let clerk = ["--by", "clerk/zhang-li@530821101201"];
    let open = ["case", "open", "--json", "--item", "legal-aid"];
    let about = ["--topic", "labour-pay", "--name", "岩温"];
    answer(&says(&first, &[&open[..], &about, &clerk].concat()));
    assert_eq!(first.stop(Part::Everything), Some(0));
    let enrolled = tempfile::tempdir().unwrap();
    let nodes = enrolled.path().join("nodes.json");
    fs::write(&nodes, enrolment_of(&first).to_string()).unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let witnesses = [
        format!("--witness-listen={listen}"),
        format!("--witness-nodes={}", nodes.display()),
    ];
    let witnesses = [witnesses[0].as_str(), &witnesses[1]];
    let second = Onestop::start_with(Deployment::SingleProcess, &witnesses).await;

    let address = format!("node:http://{listen}/witness/puer");
    let [witness, list, copy] =
        ["witness", "erasure-list", "cosigned"].map(|flag| format!("--{flag}={address}"));
    let key = format!("--witness-key={}", public_key(&second));
    first.run_with(Part::Everything, &[&witness, &key, &list]);
    first.wait_until_ready().await;
    let kept = second.data().join("journal/witness-of/puer");
    let taken = first.data().join("journal/witnessed.jsonl");
    until("the other node has what was cosigned", async || {
        let files = [&kept.join("cosigned.jsonl"), &taken];
        let mut texts = files
            .map(|it| fs::read_to_string(it).unwrap_or_default())
            .into_iter();
        texts.all(|text| text.contains("/onestop/intake/main"))
    })
    .await;
    let verified = says(&first, &["verify", "--json", &copy, &key]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert_eq!(of_intake(&verified)["cosigned"], 3);
}
