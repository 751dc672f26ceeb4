//! Tells of limits that are near or over, and ends offers that nobody answered in time: once each, also
//! what came while the service was down.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{Failure, shutdown::Shutdown, store::EventMeta, view::View};
use onestop_proto::{actor::Actor, referral};
use tracing::{info, warn};

use crate::{
    domain::Prompt,
    service::Custodian,
    views::{Desks, Due},
};

/// How often the clocks are looked over. Limits are days long.
const ROUND: Duration = Duration::from_secs(5);

/// Looks over the clocks until the shutdown is asked for.
pub(crate) async fn run(
    custodian: Arc<Custodian>,
    desks: View<Desks>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut rounds = tokio::time::interval(ROUND);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = rounds.tick() => {}
        }
        let now = custodian.store.clock().now();
        for due in desks.read(|desks| desks.due(&custodian.directory, now)) {
            let case = due.case;
            match tell(&custodian, due).await {
                Ok(()) => {
                    info!(case.id = %case, "a time limit is near or over, or its last day was corrected")
                }
                // Answered in this very moment: nothing to tell, nothing to end.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "a time limit could not be told of; it is tried again");
                }
            }
        }
    }
}

/// What follows from the latest event of a case is told once: the key comes from that event.
async fn tell(custodian: &Custodian, due: Due) -> Result<(), Failure> {
    let actor = Actor::system(&referral::service(), due.holder);
    let key = due.latest.reaction_by("referral-timer");
    let meta = EventMeta::from_timer(key, due.case, actor);
    let told = custodian.prompt(due.case, &meta, None, &Prompt::TimeComes);
    told.await.map(|_| ())
}
