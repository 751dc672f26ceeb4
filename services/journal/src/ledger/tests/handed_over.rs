//! What a row says of a case that a body outside handles, and of one that a unit refused.

use onestop_proto::{
    case::{CaseStatus, Stage},
    ledger::{CaseHead, CaseRow, UnitRefusal},
    referral::Outcome,
};
use serde_json::json;

use super::{Running, case_story::CaseStory};

async fn row(running: &Running, story: &CaseStory<'_>) -> CaseRow {
    let asked = json!({ "case": story.number() });
    let head: CaseHead = running.ask("case", &story.clerk().to_string(), asked).await;
    head.row
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_to_which_body_a_case_goes_and_when_it_went() {
    let running = Running::start();
    let directory = running.directory.clone();
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    let court = directory.unit_at("530821".parse().unwrap(), &"court".parse().unwrap());
    let court = court.unwrap().id.clone();
    story.opened();
    story.awaits_handover(&court);
    running.append(story.take_entries()).await;
    let waiting = row(&running, &story).await;
    assert_eq!(waiting.status(), CaseStatus::ToHandOver);
    let external = waiting.external.unwrap();
    assert_eq!((external.to, external.handed_at), (court.clone(), None));
    story.handed_over(&court);
    running.append(story.take_entries()).await;
    let handed = row(&running, &story).await;
    assert_eq!(handed.status(), CaseStatus::HandedOver);
    assert_eq!(handed.stage, Stage::HandedOver);
    let external = handed.external.unwrap();
    assert!(external.to == court && external.handed_at.is_some());
    running.stop().await;
}

/// 法律援助法 art. 49: the window tells the citizen who refused, and why.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_who_refused_and_on_which_ground() {
    let running = Running::start();
    let directory = running.directory.clone();
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    story.opened();
    story.offered();
    story.accepted();
    story.received();
    running.append(story.take_entries()).await;
    assert_eq!(row(&running, &story).await.refusal, None);
    story.refused();
    running.append(story.take_entries()).await;
    let refusal = row(&running, &story).await.refusal;
    let Some(UnitRefusal {
        unit,
        outcome,
        ground,
        ..
    }) = refusal
    else {
        panic!("{refusal:?}")
    };
    assert_eq!((unit, outcome), (story.agency.id.clone(), Outcome::Refused));
    let ground = ground.unwrap().zh;
    assert!(ground.contains("不属于援助范围"), "{ground}");
    running.stop().await;
}
