//! Persons: opened by those who may and recorded first, found by what they say of themselves, and erased so
//! that no file holds them any more.

mod erasure;

use std::process::Output;

use onestop_proto::{
    case::{self, AnswerCitizen, Close, Open, WindowAction},
    ids::CaseId,
};
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, clean, free_port, json, onestop},
    invariants::{assert_logs, by_service},
    journeys::{CLERK, VILLAGE, open_by, open_wages, request},
    test_user::TestUser,
};

pub(crate) const SUPERVISOR: &str = "supervisor/he-jun@530821";
const BUREAU: &str = "supervisor/zhao@530821.bureau";
const AUDITOR: &str = "auditor/wu-lin@5308";
const NEIGHBOUR: &str = "clerk/zhao@530822101";
const AGENCY: &str = "specialist/wang-min@530821.legal-aid";

/// A refusal by its exit code and its code.
fn refused(output: &Output) -> (Option<i32>, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let rejected: Value = serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{said}"));
    let code = rejected["code"].as_str().unwrap().to_owned();
    (output.status.code(), code)
}

/// A user of the command line.
struct By<'a> {
    onestop: &'a Onestop,
    who: &'static str,
}

impl By<'_> {
    fn says(&self, words: &[&str]) -> Output {
        run(
            Some(self.onestop),
            &[words, &["--by", self.who, "--json"]].concat(),
        )
    }
}

fn by<'a>(onestop: &'a Onestop, who: &'static str) -> By<'a> {
    By { onestop, who }
}

/// A question, answered at the window and closed.
async fn answered(
    user: &TestUser,
    person: (&str, &str),
    (summary, answer): (&str, &str),
) -> CaseId {
    let case = open_question(user, person, summary).await;
    end(user, case, answer).await;
    case
}

/// A case to be answered at the window.
pub(crate) async fn open_question(
    user: &TestUser,
    (name, phone): (&str, &str),
    summary: &str,
) -> CaseId {
    let mut open = Open {
        request: WindowAction::Answer,
        ..request("consultation", "family", VILLAGE)
    };
    open.applicant.people[0].name = name.to_owned();
    open.applicant.people[0].phone = Some(phone.to_owned());
    open.applicant.summary = summary.to_owned();
    open_by(user, CLERK, open).await
}

pub(crate) async fn end(user: &TestUser, case: CaseId, answer: &str) {
    let answer = AnswerCitizen {
        answer: answer.to_owned(),
    };
    act(user, case, answer).await;
    act(user, case, Close {}).await;
    user.wait_for_event(case, "case.closed", 1).await;
}

async fn act(user: &TestUser, case: CaseId, command: impl Into<case::Command>) {
    let done = user
        .command::<case::Command>(&case::service(), CLERK, Some(case), command)
        .await;
    done.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_opened_was_recorded_before() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let id = case.to_string();
    let show = |who| json(&by(&running, who).says(&["case", "show", &id]));
    let before = show(CLERK);
    assert!(!before.to_string().contains("岩温"), "{before}");

    let open = ["case", "applicant", &id];
    let opened = json(&by(&running, CLERK).says(&open));
    assert_eq!(opened["applicant"]["summary"], "工地欠薪三个月");
    // Not theirs yet, not to be known of, no reason, a reason that names the person.
    let may_not = (Some(6), "may-not-open".to_owned());
    assert_eq!(refused(&by(&running, AGENCY).says(&open)), may_not);
    let unknown = (Some(4), "unknown-case".to_owned());
    assert_eq!(refused(&by(&running, NEIGHBOUR).says(&open)), unknown);
    let missing = (Some(3), "reason-missing".to_owned());
    assert_eq!(refused(&by(&running, AUDITOR).says(&open)), missing);
    let with = |reason: &'static str| [&open[..], &["--reason", reason]].concat();
    let naming = refused(&by(&running, SUPERVISOR).says(&with("核对岩温的电话")));
    assert_eq!(naming, (Some(3), "names-the-person".to_owned()));
    json(&by(&running, SUPERVISOR).says(&with("投诉核查")));

    let readings = json(&by(&running, AUDITOR).says(&["case", "readings", &id]));
    let readings = readings["readings"].as_array().unwrap().clone();
    let told: Vec<_> = readings
        .iter()
        .map(|it| (it["by"].as_str().unwrap(), it["reason"].as_str()))
        .collect();
    let unit = |text| crate::test_user::actor(text).to_string();
    assert_eq!(
        told,
        [
            (unit(CLERK).as_str(), None),
            // The refusal said that the reason names the person.
            (unit(SUPERVISOR).as_str(), None),
            (unit(SUPERVISOR).as_str(), Some("投诉核查"))
        ]
    );
    let none = refused(&by(&running, NEIGHBOUR).says(&["case", "readings", &id]));
    assert_eq!(none, unknown);

    // The journal has heard it, and the case is unchanged.
    user.wait_for_event(case, "access.personal-data-opened", 3)
        .await;
    let replay = user.complete_replay(case).await;
    assert_eq!(by_service(&replay)["access"].len(), 3);
    assert_eq!(show(CLERK)["revision"], before["revision"]);
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_found_by_those_who_may_know_of_it() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = answered(&user, ("岩温香", "13987654321"), ("抚养费", "可以起诉")).await;
    let found = |who, words: &[&str]| {
        let told = json(&by(&running, who).says(&[&["case", "find"], words].concat()));
        let cases = told["cases"].as_array().unwrap().clone();
        assert!(!told.to_string().contains("岩温香"));
        cases.first().map(|it| {
            assert_eq!(it["case"], case.to_string());
            it["degree"].as_str().unwrap().to_owned()
        })
    };
    let (exact, near) = (Some("exact".to_owned()), Some("near".to_owned()));
    assert_eq!(found(CLERK, &["--phone", "+86 139 8765 4321"]), exact);
    assert_eq!(found(CLERK, &["--name", "岩温香"]), exact);
    assert_eq!(found(CLERK, &["--name", "岩文香"]), near);
    let both = ["--name", "岩温香", "--phone", "13987654321"];
    let why = [&both[..], &["--reason", "督办核查"]].concat();
    assert_eq!(found(SUPERVISOR, &why), exact);
    assert_eq!(
        found(CLERK, &["--name", "岩温香", "--phone", "13900000000"]),
        None
    );
    assert_eq!(found(NEIGHBOUR, &["--phone", "13987654321"]), None);
    let nothing = refused(&by(&running, CLERK).says(&["case", "find"]));
    assert_eq!(nothing, (Some(3), "nothing-to-find-by".to_owned()));

    let similar = |who: &'static str, item: &str, name: &str, phone: &str| {
        let words = [
            "--item", item, "--place", VILLAGE, "--name", name, "--phone", phone,
        ];
        let told = json(&by(&running, who).says(&[&["case", "similar"][..], &words].concat()));
        let first = told["cases"].as_array().unwrap().first().cloned();
        first.map(|it| it["degree"].as_str().unwrap().to_owned())
    };
    let county = "clerk/zhao@530821";
    assert_eq!(
        similar(county, "consultation", "岩温香", "13987654321"),
        exact
    );
    assert_eq!(
        similar(county, "consultation", "岩文香", "13900000000"),
        near
    );
    assert_eq!(similar(county, "legal-aid", "岩温香", "13900000000"), None);
    assert_eq!(
        similar(NEIGHBOUR, "consultation", "岩温香", "13987654321"),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_waits_for_the_close_for_who_looks_into_it_and_for_the_law() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = open_wages(&user).await;
    let id = case.to_string();
    let erase = |who, words: &[&str]| {
        let asked = ["erase", &id, "--basis", "consent-withdrawn"];
        by(&running, who).says(&[&asked[..], words].concat())
    };
    let role = (Some(6), "not-permitted".to_owned());
    assert_eq!(refused(&erase(CLERK, &[])), role);
    assert_eq!(
        refused(&erase(SUPERVISOR, &[])),
        (Some(5), "not-over".to_owned())
    );

    let clerk = by(&running, CLERK);
    user.wait_for_event(case, "referral.offered", 1).await;
    json(&clerk.says(&["case", "withdraw", &id]));
    json(&clerk.says(&["case", "close", &id]));

    // A reader has to name the case.
    let instruct = ["supervise", &id, "--instruction", "三日内说明进展"];
    json(&by(&running, BUREAU).says(&[&["referral"][..], &instruct].concat()));
    assert_eq!(
        refused(&erase(SUPERVISOR, &[])),
        (Some(5), "supervised".to_owned())
    );
    let answer = ["answer-supervision", &id, "--answer", "已向群众说明"];
    json(&clerk.says(&[&["referral"][..], &answer].concat()));

    let output = erase(SUPERVISOR, &[]);
    let said: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(refused(&output), (Some(5), "retained".to_owned()));
    assert_eq!(said["details"]["years"], 10, "{said}");
    json(&clerk.says(&["case", "applicant", &id]));
}

/// A start with the master key of that file fails: what it says.
fn failed_start(running: &Onestop, file: &str) -> String {
    let mut command = std::process::Command::new(onestop());
    clean(&mut command);
    let port = free_port().to_string();
    let data = running.data();
    let words = [
        "up",
        "--port",
        &port,
        "--log",
        "json",
        "--master-key-file",
        file,
    ];
    command.args(words).arg("--data").arg(&data);
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

/// Another master key opens nothing, and says so before anything is answered.
#[tokio::test(flavor = "multi_thread")]
async fn another_master_key_is_refused_at_the_start() {
    let mut running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    open_wages(&user).await;
    assert_eq!(running.stop(Part::Everything), Some(0));
    let another = running.data().join("another.key");
    let named = another.to_str().unwrap().to_owned();
    json(&run(
        None,
        &["keys", "new-master", "--out", &named, "--json"],
    ));
    let told = failed_start(&running, &named);
    assert!(
        told.contains("is not the one that wrapped the keys"),
        "{told}"
    );
    let told = failed_start(&running, "/nowhere/master.key");
    assert!(
        told.contains("/nowhere/master.key does not exist"),
        "{told}"
    );

    // Taken into use as it should be.
    let data = running.data();
    let data = data.to_str().unwrap();
    let rotate = [
        "keys",
        "rotate-master",
        "--new",
        &named,
        "--data",
        data,
        "--json",
    ];
    let rotated = json(&run(None, &rotate));
    assert_eq!(rotated["keys"], 2, "a case's, and the one for searching");
    running.run(Part::Everything);
    running.wait_until_ready().await;
    let found = json(&by(&running, CLERK).says(&["case", "find", "--name", "岩温"]));
    let case = found["cases"][0]["case"].as_str().unwrap().to_owned();
    let told = json(&by(&running, CLERK).says(&["case", "applicant", &case]));
    assert_eq!(told["applicant"]["people"][0]["name"], "岩温");
}
