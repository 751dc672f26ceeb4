//! The journal cosigns the checkpoints of the logs, an outside witness has a copy, and `onestop verify` compares with both.

use std::{fs, process::Output};

use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, free_port, until},
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

/// Another node's journal cosigns what this one's has, keeps it, and gives it to `onestop verify`.
#[tokio::test(flavor = "multi_thread")]
async fn another_node_is_the_witness() {
    let mut first = Onestop::start(Deployment::SingleProcess).await;
    let public = |onestop: &Onestop| {
        let file = onestop.data().join("journal/cosigning.pub");
        fs::read_to_string(file).unwrap().trim().to_owned()
    };
    let by = "clerk/zhang-li@530821101201";
    let open = ["case", "open", "--by", by, "--item", "legal-aid"];
    let about = ["--topic", "labour-pay", "--name", "岩温"];
    let words = [&open[..], &about].concat();
    let opened = tokio::task::block_in_place(|| run(Some(&first), &words));
    assert!(opened.status.success(), "{opened:?}");
    assert_eq!(first.stop(Part::Everything), Some(0));
    let enrolled = tempfile::tempdir().unwrap();
    let nodes = enrolled.path().join("nodes.json");
    let puer = serde_json::json!({ "nodes": [{ "name": "puer", "cosigner": public(&first) }] });
    fs::write(&nodes, puer.to_string()).unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let second = Onestop::start_with(
        Deployment::SingleProcess,
        &[
            &format!("--witness-listen={listen}"),
            &format!("--witness-nodes={}", nodes.display()),
        ],
    )
    .await;

    let address = format!("node:http://{listen}/witness/puer");
    let witness = format!("--witness={address}");
    let key = format!("--witness-key={}", public(&second));
    first.run_with(Part::Everything, &[&witness, &key]);
    first.wait_until_ready().await;
    let kept = second.data().join("journal/witness-of/puer/cosigned.jsonl");
    let taken = first.data().join("journal/witnessed.jsonl");
    until("the other node has what was cosigned", async || {
        let [kept, taken] = [&kept, &taken].map(|it| fs::read_to_string(it).unwrap_or_default());
        kept.contains("/onestop/intake/main") && taken.contains("/onestop/intake/main")
    })
    .await;
    let copy = format!("--cosigned={address}");
    let words = ["verify", "--json", &copy, &key];
    let verified = tokio::task::block_in_place(|| run(Some(&first), &words));
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert_eq!(of_intake(&verified)["cosigned"], 3);
}
