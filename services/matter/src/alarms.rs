//! Tells of clocks that are about to be over, or are, and of last days that a new calendar moves: once each,
//! also of what came while the service was down.

use std::{collections::HashMap, sync::Arc, time::Duration};

use onestop_chassis::{
    Failure,
    shutdown::Shutdown,
    store::{EventMeta, Store, StoreError, recorded},
    view::{Record, View},
};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, EventId},
    time::Timestamp,
};
use tracing::{info, warn};

use crate::{
    domain::{Context, Law, Matter, correct, evolve, next_alarm_at, told_by_now},
    service::{Office, stream},
};

/// How often the clocks are looked over. Limits are days long.
const ROUND: Duration = Duration::from_secs(5);

/// The matters whose clock runs.
#[derive(Debug)]
pub(crate) struct Clocks<L: Law> {
    running: HashMap<CaseId, Watched<L>>,
}

#[derive(Debug)]
struct Watched<L: Law> {
    matter: Matter<L>,
    /// The latest event of the matter: an alarm that follows from it is told once.
    latest: EventId,
}

impl<L: Law> Default for Clocks<L> {
    fn default() -> Self {
        let running = HashMap::new();
        Self { running }
    }
}

impl<L: Law> Clocks<L> {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded
            .event
            .parse()
            .map_err(|source| StoreError::Decode {
                position: record.position,
                source,
            })?;
        let before = self.running.remove(&recorded.case);
        let after = evolve::<L>(before.map(|watched| watched.matter), &event);
        if let Some(matter) = after.filter(|matter| !matter.ended()) {
            let latest = recorded.id;
            self.running
                .insert(recorded.case, Watched { matter, latest });
        }
        Ok(())
    }

    /// What is to be told of by now: the case, its latest event, and the unit.
    fn due(&self, directory: &Directory, now: Timestamp) -> Vec<(CaseId, EventId, Actor)> {
        let told_by =
            |watched: &Watched<L>| Actor::system(&L::service(), watched.matter.unit.clone());
        let due = |(case, watched): (&CaseId, &Watched<L>)| {
            let actor = told_by(watched);
            let context = Context {
                now,
                actor: &actor,
                directory,
            };
            let matter = &watched.matter;
            let rings = next_alarm_at(matter, &context).is_some_and(|at| at <= now);
            (rings || correct(matter, &context).is_some()).then_some((*case, watched.latest, actor))
        };
        self.running.iter().filter_map(due).collect()
    }
}

/// Looks over the clocks until the shutdown is asked for.
pub(crate) async fn run<L: Law>(
    office: Arc<Office<L>>,
    clocks: View<Clocks<L>>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut rounds = tokio::time::interval(ROUND);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = rounds.tick() => {}
        }
        let now = office.store.clock().now();
        for (case, latest, actor) in clocks.read(|clocks| clocks.due(&office.directory, now)) {
            match tell(&office, case, latest, actor).await {
                Ok(()) => {
                    info!(case.id = %case, "a time limit is near or over, or its last day was corrected")
                }
                // The step was done in this very moment.
                Err(Failure::Rejected(_)) => {}
                Err(Failure::Internal(error)) => {
                    warn!(case.id = %case, error = format!("{error:#}"), "a time limit could not be told of; it is tried again");
                }
            }
        }
    }
}

async fn tell<L: Law>(
    office: &Office<L>,
    case: CaseId,
    latest: EventId,
    actor: Actor,
) -> Result<(), Failure> {
    let key = latest.reaction_by("matter-alarms");
    let meta = EventMeta::from_timer(key, case, actor.clone());
    let decide = |matter: Option<&Matter<L>>, now| {
        let context = office.context(&actor, now);
        Ok::<_, L::Rejection>(matter.map_or_else(Vec::new, |matter| told_by_now(matter, &context)))
    };
    let stream = stream(case);
    let done = office
        .store
        .execute(&stream, &meta, None, &Office::<L>::RULES, decide);
    done.await.map(|_| ())
}
