//! The doors through which something of a person leaves: each is walked through, and each reading is found in the record,
//! with the key that proved who read.

use std::fs;

use onestop_proto::{
    case::{AttachmentQuery, PIECE},
    ids::{CaseId, CaseRef},
    journal::ReplayQuery,
    personal::{AccessWay, AuditedAct, CaseAudit, StaffAudit},
};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, found},
    invariants::assert_logs,
    journeys::{CLERK, VILLAGE, open_wages},
    test_user::{TestUser, actor},
};

const AUDITOR: &str = "auditor/wu-lin@5308";
const SUPERVISOR: &str = "supervisor/he-jun@530821";

fn says(running: &Onestop, who: &str, words: &[&str]) -> (Option<i32>, Value) {
    let output = run(Some(running), &[words, &["--by", who, "--json"]].concat());
    let text = if output.status.success() {
        &output.stdout
    } else {
        &output.stderr
    };
    let said = String::from_utf8_lossy(text);
    let value = serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{words:?}: {said}"));
    (output.status.code(), value)
}

fn told(running: &Onestop, who: &str, words: &[&str]) -> Value {
    let (code, value) = says(running, who, words);
    assert_eq!(code, Some(0), "{words:?}: {value}");
    value
}

/// Reads what the record says, until it says enough: the journal hears of it after the answer.
async fn audited<T: serde::de::DeserializeOwned>(
    running: &Onestop,
    words: &[&str],
    is_enough: impl Fn(&T) -> bool,
) -> T {
    found("the record says who read", async || {
        let audit = serde_json::from_value(told(running, AUDITOR, words)).unwrap();
        is_enough(&audit).then_some(audit)
    })
    .await
}

/// Reads personal data once in every way: a clerk in five, a supervisor in two.
async fn through_every_door(running: &Onestop, user: &TestUser, case: CaseId) {
    let id = case.to_string();
    // A file of two pieces, of which the second alone is fetched.
    let paper = running.data().join("paper.txt");
    fs::write(&paper, "a".repeat(PIECE + 1)).unwrap();
    let named = paper.display().to_string();
    let attach = ["case", "attach", &id, &named, "--kind", "identity-card"];
    told(running, CLERK, &attach);
    let shown = told(running, CLERK, &["case", "show", &id]);
    let hash = shown["attachments"][0]["hash"].as_str().unwrap();
    let second = AttachmentQuery {
        case: CaseRef::Id(case),
        hash: hash.parse().unwrap(),
        piece: 1,
    };
    let clerk = actor(CLERK);
    user.client.ask(clerk.into(), &second).await.unwrap();

    told(running, CLERK, &["case", "applicant", &id]);
    let find = ["case", "find", "--name", "岩温"];
    told(running, CLERK, &find);
    let similar = ["--item", "legal-aid", "--place", VILLAGE, "--name", "岩温"];
    let similar = [&["case", "similar"][..], &similar].concat();
    let similar = told(running, CLERK, &similar);
    assert_eq!(similar["cases"].as_array().unwrap().len(), 1);
    let (_, refused) = says(running, SUPERVISOR, &find);
    assert_eq!(refused["code"], "reason-missing");
    let why = [&find[..], &["--reason", "督办核查"]].concat();
    told(running, SUPERVISOR, &why);
    let replay = ReplayQuery::whole(CaseRef::Id(case));
    let supervisor = actor(SUPERVISOR);
    user.client.ask(supervisor.into(), &replay).await.unwrap();
}

/// Who saw something, and in which way.
fn seen(audit: &CaseAudit) -> Vec<(String, AccessWay)> {
    let seen = audit.acts.iter().filter_map(|act| {
        let way = act.seen.as_ref()?.way?;
        Some((act.by.staff.to_string(), way))
    });
    seen.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_answers_from_the_record_who_saw_and_changed_what_by_whose_key() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    through_every_door(&running, &user, case).await;

    let id = case.to_string();
    let words = ["audit", "case", &id];
    let audit: CaseAudit = audited(&running, &words, |audit| seen(audit).len() >= 7).await;
    let clerk = actor(CLERK).staff.to_string();
    let supervisor = actor(SUPERVISOR).staff.to_string();
    let mut wanted = vec![
        (clerk.clone(), AccessWay::Applicant),
        (clerk.clone(), AccessWay::Attachment),
        (clerk.clone(), AccessWay::Find),
        // The names of the files.
        (clerk.clone(), AccessWay::Texts),
        (clerk, AccessWay::Similar),
        (supervisor.clone(), AccessWay::Find),
        (supervisor, AccessWay::Replay),
    ];
    let mut found = seen(&audit);
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted);
    for act in audit.acts.iter().filter(|act| act.seen.is_some()) {
        assert!(act.issuer.is_some() && act.token.is_some(), "{act:?}");
    }
    let mut changed = audit.acts.iter().filter(|act| act.seen.is_none());
    assert!(changed.any(|act| act.by == actor(CLERK) && act.issuer.is_some()));
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_of_staff_saw_is_told_to_those_who_audit_them() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_wages(&user).await;
    let id = case.to_string();
    told(&running, CLERK, &["case", "applicant", &id]);

    // That a person has no case is seen as well.
    told(&running, CLERK, &["case", "find", "--name", "查无此人"]);

    let clerk = actor(CLERK).staff.to_string();
    let words = ["audit", "staff", clerk.as_str()];
    let has_read = |audit: &StaffAudit| audit.acts.len() >= 2;
    let staff: StaffAudit = audited(&running, &words, has_read).await;
    let acts = staff.acts.iter();
    let (searches, of_case): (Vec<_>, Vec<_>) = acts.partition(|act| act.is_of_no_case());
    let is_of_case = |act: &&AuditedAct| act.case == case && act.seen.is_some();
    assert!(of_case.len() == 1 && of_case.iter().all(is_of_case));
    assert_eq!(searches.len(), 1);
    let way = searches[0].seen.as_ref().and_then(|seen| seen.way);
    assert_eq!(way, Some(AccessWay::Find));
    assert!(searches[0].issuer.is_some() && searches[0].token.is_some());
    let elsewhere = told(&running, "supervisor/zhao@530822", &words);
    assert_eq!(elsewhere["acts"].as_array().unwrap().len(), 0);
    for words in [&words, &["audit", "case", id.as_str()]] {
        let (_, refused) = says(&running, CLERK, words);
        assert_eq!(refused["code"], "not-for-role");
    }
    let alarms = told(&running, SUPERVISOR, &["audit", "alarms"]);
    assert_eq!(alarms["alarms"].as_array().unwrap().len(), 0);
}
