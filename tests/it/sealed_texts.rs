//! What units type about a case: sealed in every log and event, read on pages and through the API by those who may see the
//! case.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    free_text::sealed_texts,
    ids::CaseId,
    legal_aid::{self, DetermineMeans, ExemptGroup},
    referral::{self, Supervise},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::Web,
    browser::sign_up,
    harness::{Deployment, Onestop},
    journeys::{COUNTY, accepted_wages},
    test_user::TestUser,
};

const SUPERVISOR: &str = "supervisor/he-jun@530821.bureau";
const INSTRUCTION: &str = "请向岩温香的邻居核实";
const EVIDENCE: &str = "岩温香的工资卡流水";

/// A bureau and the agency write about the person, in two services.
async fn write(user: &TestUser, case: CaseId) {
    let instruction = INSTRUCTION.to_owned();
    let instruct = Supervise { instruction };
    let referral = referral::service();
    let instructed = user.command::<referral::Command>(&referral, SUPERVISOR, Some(case), instruct);
    instructed.await.unwrap();
    let exempt = DetermineMeans::exempt(ExemptGroup::MigrantWorker, EVIDENCE);
    let aid = legal_aid::service();
    let determined = user.command::<legal_aid::Command>(&aid, COUNTY, Some(case), exempt);
    determined.await.unwrap();
}

/// The sealed text in the last event of a type.
async fn sealed_in(user: &TestUser, case: CaseId, event: &str) -> String {
    let step = user.wait_for_event(case, event, 1).await;
    let data = step.event.data.text().to_owned();
    assert!(!data.contains("岩温香"), "{data}");
    let facts = [step.facts.zh, step.facts.en].concat();
    assert!(!facts.contains("岩温香"), "{facts}");
    let sealed = sealed_texts(&data);
    assert_eq!(sealed.len(), 1, "{data}");
    sealed[0].to_owned()
}

async fn opens(seat: &Web, case: CaseId, texts: &[String]) -> (StatusCode, Value) {
    let asked = seat.page(Method::POST, &format!("/api/v1/cases/{case}/texts"));
    let asked = asked.header("idempotency-key", SystemClock.command().to_string());
    let asked = asked.header("content-type", "application/json");
    let asked = asked.body(json!({ "texts": texts }).to_string());
    let answer = asked.send().await.unwrap();
    let status = answer.status();
    let said = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&said).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_units_type_is_sealed_in_events_and_read_by_those_who_see_the_case() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let case = accepted_wages(&user).await;
    write(&user, case).await;
    let texts = [
        sealed_in(&user, case, "referral.supervision-ordered").await,
        sealed_in(&user, case, "legal-aid.means-determined").await,
    ];

    let data = running.data();
    sign_up(&data, ["zhang-li", "张丽", "clerk", "530821101201"]);
    sign_up(&data, ["zhao", "赵敏", "clerk", "530822101"]);
    let window = Web::sign_in(&running, "zhang-li").await;
    let (status, opened) = opens(&window, case, &texts).await;
    assert_eq!(status, StatusCode::OK, "{opened}");
    assert_eq!(opened["texts"], json!([INSTRUCTION, EVIDENCE]));

    let page = window.page(Method::GET, &format!("/cases/{case}"));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains(INSTRUCTION), "{page}");
    assert!(!page.contains("{sealed:"), "{page}");

    let elsewhere = Web::sign_in(&running, "zhao").await;
    let (status, refused) = opens(&elsewhere, case, &texts).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{refused}");
}
