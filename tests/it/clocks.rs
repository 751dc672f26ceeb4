//! Wall clocks that are wrong: what is written says so, and nothing else suffers.

use onestop_chassis::clock::SystemClock;

use crate::{
    desk::Desk,
    journeys::open_wages,
    running::Onestop,
    sound::{assert_logs, assert_replay},
};

const HOURS: i64 = 6;

#[tokio::test]
async fn a_clock_that_jumps_changes_times_and_not_the_order() {
    let (onestop, _links) = Onestop::start_linked().await;
    let desk = Desk::new(onestop.client().await);
    for hours in [HOURS, -HOURS, 0] {
        onestop.jump("intake", hours * 3_600);
        let case = open_wages(&desk).await;
        desk.until(case, "referral.offered", 1).await;
        let replay = desk.settled(case).await;
        assert_replay(&replay);
        let opened = &replay.steps[0].event;
        let ahead = opened.recordedtime.seconds_since(SystemClock.now());
        let off = (ahead / 3_600.0).round();
        assert!((off - hours as f64).abs() < 0.5, "{off} hours, not {hours}");
    }
    assert_logs(&desk, &[]).await;
}
