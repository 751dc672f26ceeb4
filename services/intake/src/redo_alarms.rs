//! Emits the due-soon, overdue and corrected events of pending redos, each exactly once, also those that came
//! due while the service was down.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{
    Failure,
    shutdown::Shutdown,
    store::{EventMeta, Store},
    view::View,
};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    case::{self, Rejection},
};
use tracing::{info, warn};

use crate::{
    domain::{Case, announcements},
    read::register::{Redo, Register},
    streams::{CASE_RULES, case_stream},
};

/// How often the clocks are checked. Limits are days long.
const INTERVAL: Duration = Duration::from_secs(5);

/// Checks the clocks until the shutdown.
pub(crate) async fn run(
    store: Store,
    directory: Arc<Directory>,
    register: View<Register>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let now = store.clock().now();
        let is_due = |redo: &Redo| {
            let next = directory.next_announcement(&redo.clocks, |_| Some(redo.division));
            next.is_some_and(|at| at <= now)
                || !directory.clock_corrections(&redo.clocks).is_empty()
        };
        for redo in register.read(|register| register.redos(is_due)) {
            let case = redo.case;
            match emit(&store, &directory, redo).await {
                Ok(()) => {
                    info!(case.id = %case, "emitted an alarm for the redo after a bad rating")
                }
                // The redo was done at the same moment.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "an alarm could not be emitted; it will be retried");
                }
            }
        }
    }
}

async fn emit(store: &Store, directory: &Directory, redo: Redo) -> Result<(), Failure> {
    let actor = Actor::system(&case::service(), redo.window);
    // One alarm for each event that it follows from.
    let key = redo.latest.reaction_by("intake-alarms");
    let meta = EventMeta::from_timer(key, redo.case, actor);
    let decide = |case: Option<&Case>, now| {
        Ok::<_, Rejection>(case.map_or_else(Vec::new, |case| announcements(case, now, directory)))
    };
    let stream = case_stream(redo.case);
    let done = store.execute(&stream, &meta, None, &CASE_RULES, decide);
    done.await.map(|_| ())
}
