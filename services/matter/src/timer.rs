//! Announces that clocks are near their end or past it, and the last days that a new calendar moves: each once, also
//! what came while the service was down.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{Failure, shutdown::Shutdown, store::EventMeta, view::View};
use tracing::{info, warn};

use crate::{
    domain::{SpecialistRules, announcements},
    matter_index::{DueMatter, MatterIndex},
    matter_store::MatterStore,
};

/// How often the clocks are checked. Limits are days long.
const INTERVAL: Duration = Duration::from_secs(5);

/// Checks the clocks until a shutdown is requested.
pub(crate) async fn run<L: SpecialistRules>(
    store: Arc<MatterStore<L>>,
    index: View<MatterIndex<L>>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = ticks.tick() => {}
        }
        for due in index.read(|index| index.due(&store)) {
            let case = due.case;
            match announce(&store, due).await {
                Ok(()) => {
                    info!(case.id = %case, "a time limit ends soon or has passed, or its last day was corrected")
                }
                // A command was faster: the step is done.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "a time limit could not be announced; the next check tries again");
                }
            }
        }
    }
}

async fn announce<L: SpecialistRules>(
    store: &MatterStore<L>,
    due: DueMatter,
) -> Result<(), Failure> {
    let key = due.latest.reaction_by("matter-alarms");
    let meta = EventMeta::from_timer(key, due.case, due.actor);
    let done = store.execute(due.case, &meta, |matter, context| {
        Ok(matter.map_or_else(Vec::new, |matter| announcements(matter, context)))
    });
    done.await.map(|_| ())
}
