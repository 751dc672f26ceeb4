//! Runs what the clocks of cases call for: announcements, corrected last days, the end of offers that were not
//! answered. Each once, also what came while the service was down.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{Failure, shutdown::Shutdown, store::EventMeta};
use onestop_proto::{actor::Actor, referral};
use tracing::{info, warn};

use crate::{custody_store::CustodyStore, domain::Trigger, read::custody_index::DueCase};

/// How often the clocks are checked. Limits are days long.
const INTERVAL: Duration = Duration::from_secs(5);

/// Checks the clocks until a shutdown is requested.
pub(crate) async fn run(custody: Arc<CustodyStore>, shutdown: Shutdown) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = ticks.tick() => {}
        }
        for due in custody.due_cases() {
            let case = due.case;
            match fire(&custody, due).await {
                Ok(()) => {
                    info!(case.id = %case, "a time limit ends soon or has passed, or its last day was corrected")
                }
                // A command was faster: nothing is left to announce, or to end.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "a time limit could not be announced; the next check tries again");
                }
            }
        }
    }
}

/// The key comes from the case's latest event, so that what follows from that event follows once.
async fn fire(custody: &CustodyStore, due: DueCase) -> Result<(), Failure> {
    let actor = Actor::system(&referral::service(), due.holder);
    let key = due.latest.reaction_by("referral-timer");
    let meta = EventMeta::from_timer(key, due.case, actor);
    let done = custody.react(due.case, &meta, &Trigger::TimerFired);
    done.await.map(|_| ())
}
