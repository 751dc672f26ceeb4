//! One idempotency key that is used for commands of two services: each carries out its own, and the journal has the
//! events of both.

use onestop_chassis::{client::CommandMeta, clock::SystemClock};
use onestop_proto::{
    case,
    ids::{CaseRef, CommandId},
    referral::{self, Accept},
};

use crate::{
    harness::{Deployment, Onestop},
    invariants::assert_logs,
    journeys::{CLERK, COUNTY, VILLAGE, request},
    test_user::{TestUser, actor, short},
};

fn meta(id: CommandId, by: &str, case: Option<CaseRef>) -> CommandMeta {
    CommandMeta::new(id, actor(by), case)
}

pub(crate) async fn opens_and_accepts_with(user: &TestUser, key: CommandId) {
    let (intake, service) = (case::service(), referral::service());
    let open = case::Command::from(request("legal-aid", "labour-pay", VILLAGE));
    let opened = user.send(&intake, meta(key, CLERK, None), &open).await;
    let case = opened.unwrap().case;
    user.wait_for_event(case, "referral.offered", 1).await;
    let handoff = user.custody(case).await.offer.unwrap().handoff;
    let accept = referral::Command::from(Accept { handoff });
    let order = meta(key, COUNTY, Some(CaseRef::Id(case)));
    let accepted = user.send(&service, order.clone(), &accept).await.unwrap();
    user.wait_for_event(case, "referral.accepted", 1).await;
    user.wait_for_event(case, "legal-aid.received", 1).await;
    let replay = user.complete_replay(case).await;
    let of_key = replay.steps.iter().filter(|step| step.event.command == key);
    let types: Vec<_> = of_key.map(|step| short(&step.event_type)).collect();
    for written in ["case.opened", "referral.accepted"] {
        assert!(types.iter().any(|it| it == written), "{types:?}");
    }
    // Sent again, each gets its first answer again.
    let again = user.send(&service, order, &accept).await.unwrap();
    assert_eq!(again.events, accepted.events);
    let again = user.send(&intake, meta(key, CLERK, None), &open).await;
    assert_eq!(again.unwrap().case, case);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_has_the_events_of_both_services() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    opens_and_accepts_with(&user, SystemClock.command()).await;
    // A key of version 4, as many libraries make them.
    let random = "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01".parse().unwrap();
    opens_and_accepts_with(&user, random).await;
    assert_logs(&user, &[]).await;
}
