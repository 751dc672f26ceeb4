//! Tells of redos that are about to be due, or are overdue, and of last days that a new calendar moves: once
//! each, also of what came while the service was down.

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
    domain::{Case, next_alarm, told_by_now},
    service::{RULES, stream},
    views::{Redo, Register},
};

/// How often the clocks are looked over. Limits are days long.
const ROUND: Duration = Duration::from_secs(5);

/// Looks over the clocks until the shutdown is asked for.
pub(crate) async fn run(
    store: Store,
    directory: Arc<Directory>,
    register: View<Register>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut rounds = tokio::time::interval(ROUND);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = rounds.tick() => {}
        }
        let now = store.clock().now();
        let is_due = |redo: &Redo| {
            let alarm = next_alarm(&redo.clock, &redo.clock.alarm, redo.division, &directory);
            let rings = alarm.is_some_and(|(at, _)| at <= now);
            rings || directory.corrected(&redo.clock).is_some()
        };
        for redo in register.read(|register| register.redos(is_due)) {
            let case = redo.case;
            match tell(&store, &directory, redo).await {
                Ok(()) => {
                    info!(case.id = %case, "the redo after a bad rating is due soon or overdue, or its last day was corrected")
                }
                // It was done in this very moment.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "a time limit could not be told of; it is tried again");
                }
            }
        }
    }
}

async fn tell(store: &Store, directory: &Directory, redo: Redo) -> Result<(), Failure> {
    let actor = Actor::system(&case::service(), redo.window);
    // An alarm that follows from an event is told once.
    let key = redo.latest.reaction_by("intake-alarms");
    let meta = EventMeta::from_timer(key, redo.case, actor);
    let decide = |case: Option<&Case>, now| {
        Ok::<_, Rejection>(case.map_or_else(Vec::new, |case| told_by_now(case, now, directory)))
    };
    let stream = stream(redo.case);
    let done = store.execute(&stream, &meta, None, &RULES, decide);
    done.await.map(|_| ())
}
