//! SIGTERM: what was begun is finished, what was answered is in the log, and a second start finds it.

use onestop_proto::case;
use tokio::task::JoinSet;

use crate::{
    harness::{Deployment, Onestop, Part},
    invariants::assert_logs,
    journeys::{CLERK, VILLAGE, open_wages, request},
    test_user::TestUser,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_command_is_in_the_log() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let client = onestop.client().await;
    let mut opening = JoinSet::new();
    for _ in 0..60 {
        let user = TestUser::new(client.clone());
        opening.spawn(async move { open_wages(&user).await });
    }
    onestop.ask_to_stop(Part::Service("intake"));
    assert_eq!(onestop.stop(Part::Service("intake")), Some(0));
    onestop.run(Part::Service("intake"));
    // Clients without an answer sent the same key again.
    let cases = opening.join_all().await;
    let user = TestUser::new(client);
    let log = user.log(&case::service()).await;
    for case in cases {
        let opened = log.iter().filter(|event| {
            event.subject == case && event.event_type == "cn.onestop.case.opened.v1"
        });
        assert_eq!(opened.count(), 1);
    }
}

#[tokio::test]
async fn a_second_start_finds_the_data_of_the_first() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = open_wages(&user).await;
    let offered = user.wait_for_event(case, "referral.offered", 1).await;
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let log = onestop.log_of(Part::Everything);
    assert!(!log.contains("\"ERROR\""), "{log}");

    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    let again = user.wait_for_event(case, "referral.offered", 1).await;
    assert_eq!(again, offered);
    let next = user
        .command::<case::Command>(
            &case::service(),
            CLERK,
            None,
            request("legal-aid", "labour-pay", VILLAGE),
        )
        .await
        .unwrap();
    assert!(
        next.number.unwrap().as_str().ends_with("-002"),
        "the numbers go on"
    );
    assert_logs(&user, &[]).await;
}
