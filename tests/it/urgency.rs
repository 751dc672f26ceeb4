//! A case that turns out to be urgent after it was referred, or to be able to wait: the unit that has the offer hears of it.

use onestop_proto::{
    case::{self, LiftUrgency, MarkUrgent, UrgencyEnd, UrgencyGround},
    ids::CaseId,
};

use crate::{
    harness::{Deployment, Onestop},
    journeys::{CLERK, open_wages},
    test_user::TestUser,
};

async fn send<C: Into<case::Command>>(user: &TestUser, case: CaseId, command: C) {
    let command: case::Command = command.into();
    let done = user
        .command::<case::Command>(&case::service(), CLERK, Some(case), command)
        .await;
    done.unwrap();
}

#[tokio::test]
async fn what_turns_out_to_be_urgent_is_urgent_for_the_unit() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    assert!(!user.custody(case).await.urgent);

    let mark = MarkUrgent {
        reason: UrgencyGround::PeriodEnds,
    };
    send(&user, case, mark).await;
    user.wait_for_event(case, "referral.urgency-changed", 1)
        .await;
    assert!(user.custody(case).await.urgent);

    let lift = LiftUrgency {
        reason: UrgencyEnd::Over,
    };
    send(&user, case, lift).await;
    user.wait_for_event(case, "referral.urgency-changed", 2)
        .await;
    assert!(!user.custody(case).await.urgent);
}
