//! What follows when a moment comes, without a command: the task that asks a read model what is due, and does it.

use std::{future::Future, sync::Arc, time::Duration};

use futures::StreamExt;
use onestop_proto::{
    actor::{Actor, ServiceName},
    ids::CaseId,
    time::Timestamp,
};
use tracing::{info, warn};

use crate::{
    failure::Failure,
    shutdown::Shutdown,
    store::{
        EventMeta,
        projection::{Due, Projected, Projection, TOGETHER},
    },
    timing::ticker,
};

/// How often the index is asked. Limits are days long.
const INTERVAL: Duration = Duration::from_secs(5);
/// So many are done at a time: they share commits.
const CONCURRENT: usize = 16;

/// What a service does without a command when a moment comes.
pub trait Timer: Send + Sync + 'static {
    /// What the idempotency keys are derived from, besides the latest event. Persisted.
    const KEY: &'static str;

    /// What the moments follow from.
    type Model: Projected;

    /// The service that acts.
    fn service() -> ServiceName;

    /// The projection that holds the moments.
    fn projection(&self) -> &Projection<Self::Model>;

    /// What time it is.
    fn now(&self) -> Timestamp;

    /// The version of the calendar by which the moments are reckoned: after a change each is looked at once more.
    fn calendar(&self) -> String;

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
pub fn run<T: Timer>(
    timer: Arc<T>,
    shutdown: Shutdown,
) -> impl Future<Output = anyhow::Result<()>> + Send {
    // From now on: what the registry records before the task begins is another calendar too.
    let calendar = timer.calendar();
    keep_time(timer, calendar, shutdown)
}

async fn keep_time<T: Timer>(
    timer: Arc<T>,
    mut calendar: String,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let built = timer.projection().built();
    if shutdown.run_until_requested(built).await.is_none() {
        return Ok(());
    }
    let mut ticks = ticker(INTERVAL);
    let mut after = None;
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = ticks.tick() => {}
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = follow_calendar(&*timer, &mut calendar) => {}
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = do_due(&*timer, &mut after) => {}
        }
    }
}

/// Has every moment looked at once more, if the calendar is another than before.
async fn follow_calendar<T: Timer>(timer: &T, reckoned_by: &mut String) {
    let calendar = timer.calendar();
    if calendar == *reckoned_by {
        return;
    }
    match timer.projection().refresh_all().await {
        Ok(()) => {
            info!(
                calendar,
                "every moment was reckoned anew by what the registry has recorded"
            );
            *reckoned_by = calendar;
        }
        Err(error) => {
            let error = format!("{:#}", anyhow::Error::from(error));
            warn!(
                error,
                "moments cannot be reckoned anew; the next check tries again"
            );
        }
    }
}

/// Does what is due, some at a time, from behind `after` on: those that cannot be done keep no other from its turn.
///
/// If none of those looked at together could be done, such as while nothing may be written, the next check goes on
/// behind them. Behind the last it begins with the earliest again.
async fn do_due<T: Timer>(timer: &T, after: &mut Option<(Timestamp, CaseId)>) {
    let now = timer.now();
    loop {
        let due = match timer.projection().due_behind(now, *after).await {
            Ok(due) => due,
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                warn!(
                    error,
                    "what is due cannot be looked up; the next check tries again"
                );
                return;
            }
        };
        let last = due.last().map(|due| (due.at, due.subject));
        *after = last.filter(|_| due.len() == TOGETHER);
        let subjects: Vec<CaseId> = due.iter().map(|due| due.subject).collect();
        let any_done = futures::stream::iter(due)
            .map(|due| fire(timer, due))
            .buffer_unordered(CONCURRENT)
            .fold(false, |any, done| std::future::ready(any || done))
            .await;
        timer.projection().refresh(subjects).await;
        if after.is_none() || !any_done {
            return;
        }
    }
}

/// Whether it is done.
async fn fire<T: Timer>(timer: &T, due: Due) -> bool {
    let subject = due.subject;
    let actor = Actor::system(&T::service(), due.unit);
    let meta = EventMeta::from_timer(due.latest.reaction_by(T::KEY), subject, actor);
    match timer.fire(subject, &meta).await {
        Ok(()) => {
            info!(case.id = %subject, "a time limit ends soon or has passed, or its last day was corrected");
            true
        }
        // A command was faster, or nothing follows yet: the next moment is looked up.
        Err(Failure::Rejected(_)) => true,
        Err(Failure::Internal(error)) => {
            warn!(case.id = %subject, error = format!("{error:#}"), "a time limit could not be announced; the next check tries again");
            false
        }
    }
}
