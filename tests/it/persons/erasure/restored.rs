//! A backup from before an erasure: what was erased stays erased, and until the list of erasures is known, no person is
//! shown.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    super::{answered, by, end, json, open_question, refused},
    CLEAR, KeyOfCase, assert_no_traces, attach_paper, erase_person, files, folder_called, holds,
    run_again,
};
use crate::{
    backup_keys::{BackupKeys, restore},
    command_line::run,
    harness::{Deployment, Onestop, Part, free_port},
    journeys::CLERK,
    test_user::TestUser,
};

/// What the operator who restores a lost machine has of it.
struct Left {
    folder: TempDir,
    keys: BackupKeys,
    backup: String,
    list: String,
    master: Vec<u8>,
    /// What is kept of the key of the case that was not erased.
    kept: Vec<Vec<u8>>,
}

impl Left {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        Self {
            keys: BackupKeys::make(folder.path(), "identity"),
            backup: path("node.age"),
            list: path("erasures.jsonl"),
            master: Vec::new(),
            kept: Vec::new(),
            folder,
        }
    }

    /// A node made from the backup, which does not run, and what was said meanwhile.
    fn restored(&self, flags: &[&str], words: &[&str]) -> (Onestop, String) {
        let node = Onestop::new(Deployment::SingleProcess, flags);
        let with = ["--identity", &self.keys.identity];
        let done = restore(&node.data(), &self.backup, &[&with[..], words].concat());
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success(), "{said}");
        let master = node.data().join("intake/master.key");
        fs::write(&master, &self.master).unwrap();
        fs::set_permissions(&master, fs::Permissions::from_mode(0o600)).unwrap();
        (node, said)
    }

    /// A person's key, and the cases of that person and of another.
    async fn lose_machine(&mut self) -> (KeyOfCase, String, String) {
        let list = format!("--erasure-list={}", self.list);
        let mut running = Onestop::start_with(Deployment::SingleProcess, &[&list]).await;
        let user = TestUser::new(running.client().await);
        let case = open_question(&user, (CLEAR[0], CLEAR[1]), CLEAR[2]).await;
        let kept = answered(&user, ("李扎拉", "13711112222"), ("邻居砍树", "可以调解")).await;
        attach_paper(&running, &case.to_string());
        end(&user, case, CLEAR[3]).await;
        assert_eq!(running.stop(Part::Everything), Some(0));
        let key = KeyOfCase::read(&running, case);
        self.kept = KeyOfCase::read(&running, kept).traces;
        let user = run_again(&mut running).await;
        let made = self.keys.back_up(&running, &self.backup, &[&list]);
        assert!(made.status.success(), "{made:?}");
        // Erased after the backup was made.
        erase_person(&running, &case.to_string());
        user.wait_for_event(case, "case.erased", 1).await;
        self.master = fs::read(running.data().join("intake/master.key")).unwrap();
        running.kill(Part::Everything);
        (key, case.to_string(), kept.to_string())
    }
}

fn state(node: &Onestop) -> Value {
    let text = fs::read(node.data().join("intake/restored.json")).unwrap();
    let restored: Value = serde_json::from_slice(&text).unwrap();
    restored["erasures"]["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_brings_no_erased_person_back() {
    let mut left = Left::new();
    let (key, case, kept) = left.lose_machine().await;
    // The list names the case, and nothing of the person.
    assert!(holds(&fs::read(&left.list).unwrap(), case.as_bytes()));
    assert_no_traces(&files(left.folder.path()), &key.traces);

    let flag = format!("--erasure-list={}", left.list);
    let (node, _) = left.restored(&[&flag], &[&flag]);
    assert_eq!(state(&node), "applied");
    let found = files(&node.data());
    // The search finds what is there: the wrapped key of the other case.
    let is_there = |trace: &Vec<u8>| found.iter().any(|(_, bytes)| holds(bytes, trace));
    assert!(left.kept.iter().any(is_there));
    assert_no_traces(&found, &key.traces);
    let attachments = node.data().join("intake/attachments");
    assert!(folder_called(&attachments, &case).is_none());
    let mut node = node.started().await;
    let gone = (Some(5), "key-gone".to_owned());
    let clerk = by(&node, CLERK);
    assert_eq!(refused(&clerk.says(&["case", "applicant", &case])), gone);
    let told = json(&clerk.says(&["case", "applicant", &kept]));
    assert_eq!(told["applicant"]["people"][0]["name"], "李扎拉");
    let found = json(&clerk.says(&["case", "find", "--phone", CLEAR[1]]));
    assert_eq!(found["cases"].as_array().unwrap().len(), 0);
    assert_eq!(node.stop(Part::Everything), Some(0));
    assert_no_traces(&files(&node.data()), &key.traces);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_shows_nobody_before_it_knows_who_was_erased() {
    let mut left = Left::new();
    let (_, case, kept) = left.lose_machine().await;
    let http = format!("--http=127.0.0.1:{}", free_port());
    let (node, said) = left.restored(&[&http], &[]);
    assert!(said.contains("--no-erasure-list"), "{said}");
    assert_eq!(state(&node), "awaited");
    let mut node = node.started().await;
    let awaited = (Some(7), "erasures-awaited".to_owned());
    let open = ["case", "applicant", &case];
    for words in [
        &open[..],
        &["case", "applicant", &kept],
        &["case", "find", "--phone", CLEAR[1]],
    ] {
        assert_eq!(refused(&by(&node, CLERK).says(words)), awaited);
    }
    let health = run(None, &["healthcheck", &http]);
    let said = String::from_utf8(health.stdout).unwrap();
    assert_eq!(health.status.code(), Some(7), "{said}");
    assert!(said.contains("restored from a backup"), "{said}");

    // The operator says that there is none: recorded, and the person can be read again.
    assert_eq!(node.stop(Part::Everything), Some(0));
    let data = node.data().display().to_string();
    let settle = ["backup", "erasures", "--data", &data, "--json"];
    assert_eq!(run(None, &settle).status.code(), Some(1), "it must be said");
    json(&run(None, &[&settle[..], &["--no-erasure-list"]].concat()));
    assert_eq!(state(&node), "none");
    let mut node = node.started().await;
    let told = json(&by(&node, CLERK).says(&open));
    assert_eq!(told["applicant"]["people"][0]["name"], CLEAR[0]);

    // It is found after all: what it names is erased at the next start.
    assert_eq!(node.stop(Part::Everything), Some(0));
    node.run_with(
        Part::Everything,
        &[&format!("--erasure-list={}", left.list)],
    );
    node.wait_until_ready().await;
    let gone = (Some(5), "key-gone".to_owned());
    assert_eq!(refused(&by(&node, CLERK).says(&open)), gone);
}

/// A list that was altered or is an earlier copy restores nothing.
#[tokio::test(flavor = "multi_thread")]
async fn another_list_restores_nothing() {
    let mut left = Left::new();
    let (_, case, _) = left.lose_machine().await;
    let whole = fs::read_to_string(&left.list).unwrap();
    // Another case in the place of the one that was erased.
    let last = if case.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &case[..case.len() - 1]);
    let node = Onestop::new(Deployment::SingleProcess, &[]);
    let wrong = left.folder.path().join("wrong.jsonl");
    for text in [whole.replace(&case, &other), "{}\n".to_owned()] {
        fs::write(&wrong, text).unwrap();
        let wrong = wrong.display().to_string();
        let words = ["--identity", &left.keys.identity, "--erasure-list", &wrong];
        let refused = restore(&node.data(), &left.backup, &words);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("wrong.jsonl"), "{said}");
        assert!(!node.data().exists(), "all of it or nothing");
    }
}
