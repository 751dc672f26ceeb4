//! A case with more steps than one answer can carry opens on the page, over the API and on the command line; and what
//! one command may carry is bounded.

use onestop_chassis::{client::ClientError, client::CommandMeta, clock::SystemClock};
use onestop_proto::{
    command_size::MOST_CHARACTERS,
    ids::CaseRef,
    journal::{self, Replay, ReplayQuery},
    referral::{self, AnswerSupervision, Supervise},
};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop},
    journeys::{COUNTY, accept, open_wages},
    test_user::{TestUser, actor},
};

const SUPERVISOR: &str = "supervisor/he-ping@530821.bureau";
/// Rounds of an instruction and its answer.
const ROUNDS: usize = 150;
/// Characters of each: as many as the rules take.
const LONG: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_replayed_in_parts_and_shown_whole() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(&user, COUNTY, case).await.unwrap();
    let referral = referral::service();
    for _ in 0..ROUNDS {
        let instruction = "说".repeat(LONG);
        user.command::<referral::Command>(
            &referral,
            SUPERVISOR,
            Some(case),
            Supervise { instruction },
        )
        .await
        .unwrap();
        let answer = "答".repeat(LONG);
        user.command::<referral::Command>(
            &referral,
            COUNTY,
            Some(case),
            AnswerSupervision { answer },
        )
        .await
        .unwrap();
    }
    user.wait_for_event(case, "referral.supervision-answered", ROUNDS)
        .await;

    let query = ReplayQuery::whole(CaseRef::Id(case));
    let part: Replay = user
        .ask(&journal::service(), "replay", query)
        .await
        .unwrap();
    assert!(part.next.is_some(), "it fits into one answer");
    let whole = user.replay(case).await.unwrap();
    assert_eq!(whole.steps.len(), usize::try_from(whole.total).unwrap());
    let numbers = whole.steps.iter().map(|step| step.number);
    assert!(numbers.eq(1..=whole.total));

    let id = case.to_string();
    let shown = tokio::task::block_in_place(|| run(Some(&onestop), &["replay", &id, "--json"]));
    assert!(shown.status.success(), "{shown:?}");
    let printed: Replay = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(printed.steps, whole.steps);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_command_may_carry_is_bounded() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    // As a client of another make sends it.
    let meta = CommandMeta::new(
        SystemClock.command(),
        actor(SUPERVISOR),
        Some(CaseRef::Id(case)),
    );
    let instruction = "长".repeat(MOST_CHARACTERS + 1);
    let data = serde_json::json!({ "instruction": instruction });
    let sent = user
        .client
        .command_named(&referral::service(), meta, ("supervise", data))
        .await;
    let Err(ClientError::Rejected(rejected)) = sent else {
        panic!("{sent:?}")
    };
    assert_eq!(rejected.code, "too-much");
    assert_eq!(rejected.details["field"], "data.instruction");
}
