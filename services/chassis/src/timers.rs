//! What follows when a moment comes, without a command: an index of moments, kept beside a read model, and the task
//! that asks it what is due.

use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use onestop_proto::{
    actor::{Actor, ServiceName},
    ids::{CaseId, EventId, UnitId},
    time::Timestamp,
};
use tracing::{info, warn};

use crate::{failure::Failure, shutdown::Shutdown, store::EventMeta, timing::ticker};

/// How often the index is asked. Limits are days long.
const INTERVAL: Duration = Duration::from_secs(5);
/// So many are done at a time: they share commits.
const CONCURRENT: usize = 16;

/// The moment at which something follows next, of each subject that has one.
#[derive(Debug, Default)]
pub struct MomentIndex {
    moments: HashMap<CaseId, Timestamp>,
    earliest_first: BTreeSet<(Timestamp, CaseId)>,
}

impl MomentIndex {
    /// Sets the moment of a subject; `None` if nothing follows by itself.
    pub fn set(&mut self, subject: CaseId, moment: Option<Timestamp>) {
        let before = match moment {
            Some(moment) => self.moments.insert(subject, moment),
            None => self.moments.remove(&subject),
        };
        if before == moment {
            return;
        }
        if let Some(before) = before {
            self.earliest_first.remove(&(before, subject));
        }
        if let Some(moment) = moment {
            self.earliest_first.insert((moment, subject));
        }
    }

    /// The subjects whose moment has come by `now`, the earliest first.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = CaseId> {
        let due = self.earliest_first.iter();
        let due = due.take_while(move |(moment, _)| *moment <= now);
        due.map(|(_, subject)| *subject)
    }
}

/// A subject for which something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The subject.
    pub subject: CaseId,
    /// The latest event of its stream. What follows from that event when a moment comes follows once.
    pub latest: EventId,
    /// The unit in whose name the service acts.
    pub unit: UnitId,
}

/// What a service does without a command when a moment comes.
pub trait Timer: Send + Sync + 'static {
    /// What the idempotency keys are derived from, besides the latest event. Persisted.
    const KEY: &'static str;

    /// The service that acts.
    fn service() -> ServiceName;

    /// What is due now.
    fn due(&self) -> Vec<Due>;

    /// Decides on what is due and appends it.
    ///
    /// # Errors
    /// [`Failure::Rejected`] if a command was faster: then nothing is left to do.
    fn fire(
        &self,
        subject: CaseId,
        meta: &EventMeta,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Does what is due, each once, until the shutdown is requested; at first also what came while the service was down.
///
/// # Errors
/// None: what could not be done is tried again.
pub async fn run<T: Timer>(timer: Arc<T>, shutdown: Shutdown) -> anyhow::Result<()> {
    let mut ticks = ticker(INTERVAL);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let due = futures::stream::iter(timer.due());
        due.for_each_concurrent(CONCURRENT, |due| fire(&*timer, due))
            .await;
    }
}

async fn fire<T: Timer>(timer: &T, due: Due) {
    let subject = due.subject;
    let actor = Actor::system(&T::service(), due.unit);
    let meta = EventMeta::from_timer(due.latest.reaction_by(T::KEY), subject, actor);
    match timer.fire(subject, &meta).await {
        Ok(()) => {
            info!(case.id = %subject, "a time limit ends soon or has passed, or its last day was corrected");
        }
        // A command was faster: the step is done.
        Err(Failure::Rejected(_)) => {}
        Err(Failure::Internal(error)) => {
            warn!(case.id = %subject, error = format!("{error:#}"), "a time limit could not be announced; the next check tries again");
        }
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;
    use onestop_proto::ids::CommandId;

    use super::*;

    #[test]
    fn what_is_due_is_what_a_look_at_every_subject_finds() {
        let subjects: Vec<CaseId> = (0..20_u32).map(subject).collect();
        for seed in 0..50 {
            let mut rng = Rng::with_seed(seed);
            let (mut index, mut moments) = (MomentIndex::default(), HashMap::new());
            for _ in 0..200 {
                let subject = subjects[rng.usize(..subjects.len())];
                let moment = (rng.u8(..4) > 0).then(|| Timestamp::from_micros(rng.i64(..50)));
                index.set(subject, moment);
                moments.insert(subject, moment);
                let now = Timestamp::from_micros(rng.i64(..50));
                let due = moments
                    .iter()
                    .filter_map(|(subject, moment)| Some((*moment.as_ref()?, *subject)));
                let mut due: Vec<_> = due.filter(|(moment, _)| *moment <= now).collect();
                due.sort();
                let expected: Vec<CaseId> = due.into_iter().map(|(_, subject)| subject).collect();
                assert_eq!(index.due(now).collect::<Vec<_>>(), expected, "seed {seed}");
            }
        }
    }

    fn subject(number: u32) -> CaseId {
        let command = format!("019ab0c4-8000-7000-8000-{number:012x}").parse::<CommandId>();
        command.unwrap().case()
    }
}
