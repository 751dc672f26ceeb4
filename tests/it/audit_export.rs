//! What an auditor exports for a system that collects such records.

use std::{collections::BTreeSet, fs, path::Path, process::Output};

use onestop_proto::{ids::CaseRef, journal::ReplayQuery};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, found},
    invariants::{all_is_heard, assert_logs},
    journeys::{CLERK, open_wages},
    test_user::{TestUser, actor},
};

const AUDITOR: &str = "auditor/wu-lin@53.bureau";
const SUPERVISOR: &str = "supervisor/he-jun@530821";

fn export(running: &Onestop, who: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.display().to_string();
    let words = ["audit", "export", "--out", &out, "--by", who, "--json"];
    run(Some(running), &[&words[..], more].concat())
}

/// What an export says, and what it has written.
fn exported(running: &Onestop, out: &Path, more: &[&str]) -> (Value, Vec<Value>) {
    let output = export(running, AUDITOR, out, more);
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(out).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let said = serde_json::from_slice(&output.stdout).unwrap();
    (said, lines.collect())
}

/// Who did it, and in which way, of acts of reading.
fn readings(acts: &[Value]) -> BTreeSet<(String, String)> {
    let read = acts.iter().filter_map(|act| {
        let way = act["details"]["way"].as_str()?;
        Some((act["staff"].as_str()?.to_owned(), way.to_owned()))
    });
    read.collect()
}

fn reading(who: &str, way: &str) -> (String, String) {
    (actor(who).staff.to_string(), way.to_owned())
}

/// Exports from the beginning until the journal has heard of everything that is wanted.
async fn exported_with(
    running: &Onestop,
    folder: &Path,
    is_whole: impl Fn(&[Value]) -> bool,
) -> (Value, Vec<Value>) {
    let mut numbers = 0..;
    found("the export has every act", async || {
        let file = folder.join(format!("{}.jsonl", numbers.next()?));
        let (said, acts) = exported(running, &file, &[]);
        is_whole(&acts).then_some((said, acts))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_every_act_once_no_personal_data_and_itself() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let id = case.to_string();
    let opened = run(
        Some(&running),
        &[
            "case",
            "applicant",
            &id,
            "--by",
            CLERK,
            "--reason",
            "本人来电",
        ],
    );
    assert!(opened.status.success(), "{opened:?}");
    let replay = ReplayQuery::whole(CaseRef::Id(case));
    let supervisor = actor(SUPERVISOR);
    user.client.ask(supervisor.into(), &replay).await.unwrap();
    let account = ["staff", "add", "li-na", "--name", "李娜", "--role", "clerk"];
    let at = ["--unit", "530821101201"];
    let added = run(Some(&running), &[&account[..], &at].concat());
    assert!(added.status.success(), "{added:?}");

    let folder = tempfile::tempdir().unwrap();
    let wanted = BTreeSet::from([
        reading(CLERK, "applicant"),
        reading(SUPERVISOR, "replay"),
        reading(AUDITOR, "audit-export"),
    ]);
    let is_account =
        |act: &Value| act["act"] == "cn.onestop.account.changed.v1" && act["subject"] == "li-na";
    all_is_heard(&user).await;
    let (said, acts) = exported_with(&running, folder.path(), |acts| {
        readings(acts).is_superset(&wanted) && acts.iter().any(is_account)
    })
    .await;
    assert_eq!(said["records"], acts.len());
    let places: BTreeSet<String> = acts
        .iter()
        .map(|act| format!("{} {} {}", act["source"], act["epoch"], act["position"]))
        .collect();
    assert_eq!(places.len(), acts.len(), "each act once");
    for act in &acts {
        assert_eq!(act["format"], "onestop-audit/1");
        let line = act.to_string();
        assert!(!line.contains("岩温") && !line.contains("13800138000"));
    }

    // It goes on where it ended: the second export in ten minutes is not recorded again.
    let next = said["next"].as_str().unwrap();
    let since = ["--since", next];
    let (again, acts) = exported(&running, &folder.path().join("next.jsonl"), &since);
    assert_eq!((&again["records"], acts.len()), (&Value::from(0), 0));
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_audit_export_and_of_this_journal() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acts.jsonl");
    let refused = export(&running, CLERK, &file, &[]);
    let said: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(said["code"], "not-for-role");
    let other = format!("{}/0/0", uuid::Uuid::from_u128(7));
    let refused = export(&running, AUDITOR, &file, &["--since", &other]);
    assert!(!refused.status.success());
    assert!(!file.exists());
}
