//! One service's disk is lost: it comes back by the commands of `deploy/RECOVERY.md`, as they are written there, while the
//! others go on.

use std::{fs, os::unix::fs::PermissionsExt, process::Output};

use onestop_proto::case;
use serde_json::Value;

use crate::{
    backup_keys::BackupKeys,
    command_line::run,
    harness::{Deployment, Onestop, Part, repository},
    invariants::assert_logs,
    journeys::{self, open_wages},
    test_user::TestUser,
};

/// The commands of the runbook that begin so, with values in the place of its placeholders.
fn written(begin: &str, stand_for: &[(&str, &str)]) -> Vec<String> {
    let runbook = fs::read_to_string(repository().join("deploy/RECOVERY.md")).unwrap();
    let lines = runbook.lines().filter_map(|line| line.strip_prefix("    "));
    let commands = lines.filter(|line| line.starts_with(begin));
    let filled = |line: &str| {
        let filled = |text: String, (word, by): &(&str, &str)| text.replace(word, by);
        stand_for.iter().fold(line.to_owned(), filled)
    };
    let commands: Vec<String> = commands.map(filled).collect();
    assert!(!commands.is_empty(), "the runbook has no '{begin}'");
    commands
}

/// Runs a command of the runbook, with the settings of services that run apart.
fn play(onestop: &Onestop, command: &str) -> Output {
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let mut words: Vec<&str> = command.split_whitespace().skip(1).collect();
    words.extend(["--json", "--nats-key", &key, "--nats", &url]);
    tokio::task::block_in_place(|| run(Some(onestop), &words))
}

fn said(output: &Output) -> Vec<Value> {
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let values = lines.lines().map(serde_json::from_str);
    values.map(Result::unwrap).collect()
}

/// Whether something was found of this kind about a service.
fn names(output: &Output, what: &str, service: &str) -> bool {
    let of = format!("/onestop/{service}/main");
    said(output)
        .iter()
        .any(|found| found["what"] == what && found["of"] == of.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_disk_is_restored_by_the_runbook_while_the_others_go_on() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let folder = tempfile::tempdir().unwrap();
    let keys = BackupKeys::make(folder.path(), "identity");
    let backup = folder.path().join("node.age").display().to_string();
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let more = ["--nats-key", &key, "--nats", &url];
    let made = tokio::task::block_in_place(|| keys.back_up(&onestop, &backup, &more));
    assert!(made.status.success(), "{made:?}");
    let master = fs::read(onestop.data().join("intake/master.key")).unwrap();
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    let before = user.log(&case::service()).await;

    // The disk is gone, and an operator looks.
    let intake = Part::Service("intake");
    assert_eq!(onestop.stop(intake), Some(0));
    fs::remove_dir_all(onestop.data().join("intake")).unwrap();
    let lost = play(&onestop, "onestop reconcile");
    assert_eq!(lost.status.code(), Some(1), "{lost:?}");
    assert!(names(&lost, "lost", "intake"), "{lost:?}");

    let stand_for = [
        ("SERVICE", "intake"),
        ("BACKUP.age", backup.as_str()),
        ("BACKUP.identity", keys.identity.as_str()),
        ("--erasure-list ERASURES.jsonl", "--no-erasure-list"),
    ];
    let restore = written("onestop restore SERVICE --backup", &stand_for);
    let done = play(&onestop, &restore[0]);
    assert!(done.status.success(), "{done:?}");
    let done = &said(&done)[0];
    assert_eq!(done["events"], before.len());
    let added = done["added"].as_u64().unwrap();
    assert!(added > 0 && added < before.len() as u64, "{done}");
    assert_eq!(
        done["persons"]["keys_missing"], 1,
        "of the case after the backup"
    );
    let place = onestop.data().join("intake/master.key");
    fs::write(&place, master).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o600)).unwrap();

    onestop.run(intake);
    onestop.wait_until_ready().await;
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    let looked = written("onestop reconcile", &[]);
    let agrees = play(&onestop, &looked[0]);
    assert!(agrees.status.success(), "{agrees:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconcile_mends_a_log_that_lacks_what_others_heard_once_it_is_told_to() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    let referral = Part::Service("referral");
    assert_eq!(onestop.stop(referral), Some(0));
    fs::remove_dir_all(onestop.data().join("referral")).unwrap();

    // There is no terminal to ask at, and nothing is mended.
    let asked = play(&onestop, "onestop reconcile --mend");
    assert_eq!(asked.status.code(), Some(1), "{asked:?}");
    assert!(!onestop.data().join("referral/log").exists());
    let mended = play(&onestop, "onestop reconcile --mend --yes");
    assert!(mended.status.success(), "{mended:?}");
    assert!(onestop.data().join("referral/log").exists());

    onestop.run(referral);
    onestop.wait_until_ready().await;
    let next = open_wages(&user).await;
    user.wait_for_event(next, "referral.offered", 1).await;
    assert_logs(&user, &[]).await;
}
