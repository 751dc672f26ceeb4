//! Decides which webhooks are delivered to now: several at a time, none of which waits for another.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::shutdown::Shutdown;
use onestop_proto::envelope::LogPosition;
use reqwest::Client;
use tokio::{sync::broadcast, task::JoinSet, time::Instant};
use tracing::{debug, warn};

use super::{
    delivery::{Outcome, deliver_page},
    sender,
};
use crate::{
    app::App,
    core::db::webhooks::{self, StoredWebhook},
};

/// Webhooks delivered to concurrently.
const CONCURRENCY: usize = 8;
/// A webhook without new events is checked again after so long, or at the next notification.
const IDLE_INTERVAL: Duration = Duration::from_secs(5);
/// Notifications are collected for so long before the next round.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Due retries are looked for this often.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

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
