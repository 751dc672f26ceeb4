//! What had happened by a moment, and what the journal could know then.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    journal::Replay,
    legal_aid::{self, DetermineMeans, ExemptGroup, Grant},
    query::{LogPage, LogQuery},
    referral,
};

use crate::{
    harness::{Deployment, Onestop, Part, until},
    invariants::{all_is_heard, assert_replay},
    journeys::{self, COUNTY, VILLAGE, accepted_wages},
    test_user::{TestUser, name, unit},
};

fn names(replay: &Replay) -> Vec<String> {
    replay.steps.iter().map(name).collect()
}

/// The journal was away while the agency granted: at that time it knew of nothing after the acceptance.
#[tokio::test]
async fn happened_and_known() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let case = accepted_wages(&user).await;

    all_is_heard(&user).await;
    onestop.kill(Part::Service("journal"));
    let agency = legal_aid::service();
    let aid = |command: legal_aid::Command| {
        user.command::<legal_aid::Command>(&agency, COUNTY, Some(case), command)
    };
    aid(DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水").into())
        .await
        .unwrap();
    aid(Grant {}.into()).await.unwrap();
    until("referral has heard of it", async || {
        let query = LogQuery {
            from: 0,
            limit: 100,
        };
        let page: LogPage = user.ask(&referral::service(), "log", query).await.unwrap();
        let mut events = page.events.iter();
        events.any(|event| event.event_type.contains("referral.undertaken"))
    })
    .await;
    let then = SystemClock.now();
    onestop.run(Part::Service("journal"));
    user.wait_for_event(case, "legal-aid.granted", 1).await;
    user.wait_for_event(case, "legal-aid.clock-started", 2)
        .await;
    all_is_heard(&user).await;

    let now = user.replay(case).await.unwrap();
    assert_replay(&now);
    let happened = user.replay_at(case, (Some(then), None)).await.unwrap();
    let known = user.replay_at(case, (None, Some(then))).await.unwrap();
    assert_eq!(
        names(&happened),
        names(&now),
        "all of it had happened by then"
    );
    let granted = names(&now)
        .iter()
        .position(|step| step == "legal-aid.means-determined")
        .unwrap();
    assert_eq!(
        names(&known),
        names(&now)[..granted],
        "none of it was known by then"
    );
}

/// At every step of journey 1: as of its moment, exactly the steps that had happened by then, with
/// custody and clocks as they stood; known at the moment it was heard, exactly what had been heard.
#[tokio::test]
async fn at_every_step_of_the_wage_case() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = journeys::wages(&user).await.case;
    all_is_heard(&user).await;
    let whole = user.replay(case).await.unwrap();
    for step in &whole.steps {
        let as_of = user
            .replay_at(whole.case, (Some(step.happened_at), None))
            .await
            .unwrap();
        let by_then =
            |other: &&onestop_proto::journal::ReplayStep| other.happened_at <= step.happened_at;
        let wanted: Vec<_> = whole
            .steps
            .iter()
            .filter(by_then)
            .map(|s| s.event.id)
            .collect();
        let got: Vec<_> = as_of.steps.iter().map(|s| s.event.id).collect();
        assert_eq!(got, wanted, "as of step {}", step.number);

        let known_at = user
            .replay_at(whole.case, (None, Some(step.heard_at)))
            .await
            .unwrap();
        let heard: Vec<_> = whole
            .steps
            .iter()
            .filter(|other| other.heard_at <= step.heard_at)
            .map(|s| s.event.id)
            .collect();
        let got: Vec<_> = known_at.steps.iter().map(|s| s.event.id).collect();
        assert_eq!(got, heard, "known at step {}", step.number);
    }
    let offered = whole
        .steps
        .iter()
        .find(|step| name(step) == "referral.offered")
        .unwrap();
    let then = user
        .replay_at(whole.case, (Some(offered.happened_at), None))
        .await
        .unwrap();
    let last = then.steps.last().unwrap();
    assert_eq!(last.custody, Some(unit(VILLAGE)), "nobody had accepted yet");
    assert!(last.clocks.contains_key("referral.accept"));
}
