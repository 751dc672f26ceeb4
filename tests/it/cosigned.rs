//! The journal cosigns the checkpoints of the logs, an outside witness has a copy, and `onestop verify` compares with both.

use std::{fs, process::Output};

use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, until},
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
