//! The process of a service is killed while its machine and the broker stay as they were: its standby accepts the next
//! command within ten seconds.

use std::{
    mem,
    time::{Duration, Instant},
};

use onestop_proto::case;

use super::{Standby, follows, with_setting};
use crate::{
    harness::{Onestop, Part},
    invariants::assert_logs,
    journeys::open_wages,
    takeovers::{assert_within, takeovers},
};

const SERVICE: &str = "intake";
/// Also of a standby, once it is the service.
const SYNC: &str = "--standby=sync";
/// From the kill to the first command that is accepted elsewhere.
const BOUND: Duration = Duration::from_secs(10);

fn next_standby(onestop: &Onestop) -> Standby {
    let folder = Standby::prepare(onestop, SERVICE);
    Standby::start_with(folder, onestop, SERVICE, &[SYNC])
}

/// Each standby becomes the service, gets a standby of its own, and is killed as its leader was.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_accepted_elsewhere_within_ten_seconds_of_a_kill() {
    let (mut onestop, user) = with_setting(SERVICE, SYNC).await;
    let mut standby = next_standby(&onestop);
    let (mut former, mut times) = (None, Vec::new());
    for _ in 0..takeovers() {
        follows(&user, &case::service()).await;
        open_wages(&user).await;
        match former.take() {
            None => onestop.kill(Part::Service(SERVICE)),
            Some(Standby { process, .. }) => process.kill(),
        }
        let died = Instant::now();
        open_wages(&user).await;
        times.push(died.elapsed());
        former = Some(mem::replace(&mut standby, next_standby(&onestop)));
    }
    follows(&user, &case::service()).await;
    assert_logs(&user, &[]).await;
    assert_within(BOUND, "the process of a service is killed", times);
}
