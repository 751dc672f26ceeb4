//! Ends offers that nobody answered in time, also those whose time ran out while the service was down.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{Failure, shutdown::Shutdown, store::Meta, view::View};
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, EventId, HandoffId, UnitId},
    referral,
};
use tracing::{info, warn};

use crate::{domain::Prompt, service::Custodian, views::Desks};

/// How often the open offers are looked over. Limits are days long.
const ROUND: Duration = Duration::from_secs(5);

/// Looks over the open offers until the shutdown is asked for.
pub(crate) async fn run(
    custodian: Arc<Custodian>,
    desks: View<Desks>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut rounds = tokio::time::interval(ROUND);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.asked() => return Ok(()),
            _ = rounds.tick() => {}
        }
        let now = custodian.store.clock().now();
        for (case, handoff, window) in desks.read(|desks| desks.ended_by(now)) {
            match end(&custodian, case, handoff, window).await {
                Ok(()) => {
                    info!(case.id = %case, handoff.id = %handoff, "an offer ended unanswered")
                }
                // Answered in this very moment: nothing to end.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Broken(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "an offer could not be ended; it is tried again");
                }
            }
        }
    }
}

async fn end(
    custodian: &Custodian,
    case: CaseId,
    handoff: HandoffId,
    window: UnitId,
) -> Result<(), Failure> {
    let actor = Actor::system(&referral::service(), window);
    // One offer ends once: the key comes from the handoff.
    let key = EventId::from_uuid(handoff.uuid()).heard_by("referral-timer");
    let meta = Meta::of_timer(key, case, actor);
    custodian
        .prompt(case, &meta, None, &Prompt::OfferEnds { handoff })
        .await
        .map(|_| ())
}
