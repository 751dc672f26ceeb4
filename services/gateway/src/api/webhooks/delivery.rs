//! Webhook delivery: each webhook's events in order, one at a time, each until the receiver accepted it. A
//! failing webhook is retried with growing waits, and parked when it keeps failing; others do not wait for it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::{client::QuestionMeta, shutdown::Shutdown};
use onestop_proto::{envelope::LogPosition, feed::EventsQuery};
use reqwest::Client;
use tokio::{sync::broadcast, task::JoinSet, time::Instant};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::{
    address_guard,
    sender::{self, Message, SendError, send},
};
use crate::{
    app::App,
    core::db::webhooks::{self, DeliveryFailure, StoredWebhook},
};

/// Webhooks delivered to concurrently.
const CONCURRENCY: usize = 8;
/// Events of one question.
const PAGE: u32 = 50;
/// A webhook without new events is checked again after so long, or at the next notification.
const IDLE_INTERVAL: Duration = Duration::from_secs(5);
/// Notifications are collected for so long before the next round.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Due retries are looked for this often.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// The longest wait between two attempts, in seconds.
const LONGEST_WAIT: i64 = 3600;

/// What to do with a webhook after a delivery.
enum Outcome {
    /// Preferences at it again at once, or when it is due.
    Continue,
    /// No more events for now.
    Idle,
}

/// Delivers until shutdown.
///
/// # Errors
/// If the HTTP client cannot be made, or a delivery panics.
pub(crate) async fn deliver(app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    let client = sender::client(app.webhooks.targets)?;
    let mut notifications = app.notifications.subscribe();
    let mut scheduler = Scheduler::new(app.clone(), client);
    loop {
        scheduler.start_due().await;
        tokio::select! {
            () = shutdown.requested() => break,
            () = tokio::time::sleep(RETRY_INTERVAL) => {}
            () = app.webhooks.changed.notified() => scheduler.idle_until.clear(),
            Some(done) = scheduler.running.join_next() => {
                let (id, outcome) = done.context("a delivery panicked")?;
                scheduler.finish(id, &outcome);
            }
            received = notifications.recv() => {
                scheduler.idle_until.clear();
                match received {
                    Ok(notification) => scheduler.after = Some(notification.at),
                    Err(broadcast::error::RecvError::Lagged(_)) => scheduler.after = None,
                    Err(broadcast::error::RecvError::Closed) => break,
                }
                tokio::time::sleep(DEBOUNCE).await;
                while let Ok(notification) = notifications.try_recv() {
                    scheduler.after = Some(notification.at);
                }
            }
        }
    }
    // An event whose delivery is interrupted is sent again.
    scheduler.running.shutdown().await;
    Ok(())
}

/// Which webhooks are being delivered to, and which have nothing new.
struct Scheduler {
    app: App,
    client: Client,
    running: JoinSet<(String, Outcome)>,
    busy: HashSet<String>,
    idle_until: HashMap<String, Instant>,
    /// The latest position of which a notification came.
    after: Option<LogPosition>,
}

impl Scheduler {
    fn new(app: App, client: Client) -> Self {
        Self {
            app,
            client,
            running: JoinSet::new(),
            busy: HashSet::new(),
            idle_until: HashMap::new(),
            after: None,
        }
    }

    /// Starts a delivery for every webhook that is due, within the limit of concurrency.
    async fn start_due(&mut self) {
        let now = self.app.clock.now();
        let due = self.app.db.with(move |db| webhooks::due(db, now)).await;
        let due = due.unwrap_or_else(|error| {
            let error = format!("{error:#}");
            warn!(error, "webhooks could not be read; trying again");
            Vec::new()
        });
        let is_ready = |webhook: &StoredWebhook| {
            let id = &webhook.webhook.id;
            let idle = self.idle_until.get(id);
            !self.busy.contains(id) && idle.is_none_or(|until| *until <= Instant::now())
        };
        let slots = CONCURRENCY - self.busy.len();
        let ready: Vec<_> = due.into_iter().filter(is_ready).take(slots).collect();
        for webhook in ready {
            let id = webhook.webhook.id.clone();
            self.busy.insert(id.clone());
            let (app, client, after) = (self.app.clone(), self.client.clone(), self.after.clone());
            self.running.spawn(async move {
                let outcome = deliver_page(&app, &client, &webhook, after).await;
                let outcome = outcome.unwrap_or_else(|error| {
                    let error = format!("{error:#}");
                    debug!(webhook = id, error, "webhooks wait for the journal");
                    Outcome::Idle
                });
                (id, outcome)
            });
        }
    }

    fn finish(&mut self, id: String, outcome: &Outcome) {
        self.busy.remove(&id);
        match outcome {
            Outcome::Continue => {}
            Outcome::Idle => {
                self.idle_until.insert(id, Instant::now() + IDLE_INTERVAL);
            }
        }
    }
}

/// Delivers one page of events.
async fn deliver_page(
    app: &App,
    client: &Client,
    stored: &StoredWebhook,
    after: Option<LogPosition>,
) -> anyhow::Result<Outcome> {
    let webhook = &stored.webhook;
    let query = EventsQuery {
        from: webhook.position,
        limit: PAGE,
        types: webhook.types.clone(),
        item: webhook.item.clone(),
        case: None,
    };
    let meta = QuestionMeta {
        actor: Some(stored.actor.clone()),
        after,
    };
    let page = app.client.ask(meta, &query).await?;
    if stored.epoch.is_some_and(|epoch| epoch != page.epoch) {
        let problem =
            "the journal was restored and numbers its events anew: say from where to replay";
        return park(app, stored, problem, None).await;
    }
    let mut current = stored.clone();
    for event in &page.events {
        let Ok(url) = address_guard::check_address(&webhook.url, app.webhooks.targets) else {
            let problem = "the address is not permitted here";
            return park(app, &current, problem, Some(event.position)).await;
        };
        let body = serde_json::to_vec(&event.event)?;
        let id = event.event.id.to_string();
        let message = Message { id: &id, body };
        match send(client, url, &stored.secret, message, app.clock.now()).await {
            Ok(()) => {
                if !advance(app, &mut current, event.position + 1, page.epoch).await? {
                    // The webhook was changed or removed meanwhile.
                    return Ok(Outcome::Continue);
                }
            }
            Err(SendError::Gone) => {
                let problem = "the receiver says that it is gone (410)";
                return park(app, &current, problem, Some(event.position)).await;
            }
            Err(SendError::Failed(problem)) => {
                return retry_later(app, &current, problem, event.position).await;
            }
        }
    }
    if current.webhook.position != page.next
        && !advance(app, &mut current, page.next, page.epoch).await?
    {
        return Ok(Outcome::Continue);
    }
    Ok(if page.next >= page.head {
        Outcome::Idle
    } else {
        Outcome::Continue
    })
}

/// Stores the next position; returns false if the webhook was changed meanwhile.
async fn advance(
    app: &App,
    current: &mut StoredWebhook,
    position: u64,
    epoch: Uuid,
) -> anyhow::Result<bool> {
    let before = current.clone();
    let advanced = app
        .db
        .with(move |db| webhooks::advance(db, &before, position, epoch))
        .await?;
    (current.webhook.position, current.epoch) = (position, Some(epoch));
    current.webhook.failures = 0;
    Ok(advanced)
}

async fn park(
    app: &App,
    stored: &StoredWebhook,
    problem: &str,
    stuck_at: Option<u64>,
) -> anyhow::Result<Outcome> {
    let failure = DeliveryFailure {
        problem: problem.to_owned(),
        stuck_at,
        next_try_at: None,
    };
    record_failure(app, stored, failure).await
}

/// Schedules the next attempt, or parks the webhook after too many.
async fn retry_later(
    app: &App,
    stored: &StoredWebhook,
    problem: String,
    position: u64,
) -> anyhow::Result<Outcome> {
    let failures = stored.webhook.failures + 1;
    let next_try_at = (failures < app.webhooks.attempts).then(|| {
        let wait = backoff(app.webhooks.retry_seconds, failures);
        app.clock.now().plus_seconds(wait)
    });
    let failure = DeliveryFailure {
        problem,
        stuck_at: Some(position),
        next_try_at,
    };
    record_failure(app, stored, failure).await
}

async fn record_failure(
    app: &App,
    stored: &StoredWebhook,
    failure: DeliveryFailure,
) -> anyhow::Result<Outcome> {
    let (parked, problem) = (failure.next_try_at.is_none(), failure.problem.clone());
    let before = stored.clone();
    let recorded = app
        .db
        .with(move |db| webhooks::record_failure(db, &before, &failure))
        .await?;
    let webhook = &stored.webhook;
    if recorded && parked {
        info!(webhook = webhook.id, unit = %webhook.unit, problem, "a webhook is parked");
    }
    Ok(Outcome::Continue)
}

/// Seconds to wait after so many failures: twice as long each time, with jitter.
fn backoff(first: u64, failures: u32) -> i64 {
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let wait = i64::try_from(doubled)
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT);
    let mut jitter = [0; 1];
    // Without randomness there is no jitter.
    let _ = getrandom::fill(&mut jitter);
    wait + wait * i64::from(jitter[0]) / 1024
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn each_wait_is_longer_and_none_longer_than_an_hour_and_a_quarter() {
        for (failures, shortest) in [(1, 5), (2, 10), (3, 20), (20, 3600)] {
            let wait = backoff(5, failures);
            assert!(
                (shortest..=shortest + shortest / 4).contains(&wait),
                "{failures}: {wait}"
            );
        }
    }
}
