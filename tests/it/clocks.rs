//! Wall clocks that are wrong: what is written says so, and nothing else suffers.

use onestop_chassis::clock::SystemClock;

use crate::{
    harness::Onestop,
    invariants::{assert_logs, assert_replay},
    journeys::open_wages,
    test_user::TestUser,
};

const HOURS: i64 = 6;

#[tokio::test]
async fn a_clock_that_jumps_changes_times_and_not_the_order() {
    let (onestop, _links) = Onestop::start_linked().await;
    let user = TestUser::new(onestop.client().await);
    for hours in [HOURS, -HOURS, 0] {
        onestop.jump("intake", hours * 3_600);
        let case = open_wages(&user).await;
        user.wait_for_event(case, "referral.offered", 1).await;
        let replay = user.complete_replay(case).await;
        assert_replay(&replay);
        let opened = &replay.steps[0].event;
        let ahead = opened.recordedtime.seconds_since(SystemClock.now());
        let off = (ahead / 3_600.0).round();
        assert!((off - hours as f64).abs() < 0.5, "{off} hours, not {hours}");
    }
    assert_logs(&user, &[]).await;
}
