//! Decides which webhooks are delivered to now: several at a time, none of which waits for another. Each unit has a
//! share, and those that failed last have half: one unit's receivers that do not answer delay no other unit's.

use std::{collections::HashMap, time::Duration};

use anyhow::Context;
use onestop_chassis::shutdown::Shutdown;
use onestop_proto::{envelope::LogPosition, ids::UnitId};
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
const CONCURRENCY: usize = 32;
/// Of these, webhooks whose last delivery failed.
const FAILING: usize = 16;
/// Of these, webhooks of one unit; and those of it whose last delivery failed.
const UNIT: usize = 4;
const UNIT_FAILING: usize = 2;
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

/// Whose share a delivery takes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Share {
    unit: UnitId,
    /// Whether the delivery before failed.
    failing: bool,
}

impl Share {
    fn of(webhook: &StoredWebhook) -> Self {
        Self {
            unit: webhook.webhook.unit.clone(),
            failing: webhook.webhook.failures > 0,
        }
    }

    /// Whether there is room for one more beside those that are being delivered to.
    fn has_room(&self, busy: &[&Self]) -> bool {
        let count = |wanted: &dyn Fn(&Self) -> bool| busy.iter().filter(|one| wanted(one)).count();
        let room = count(&|_| true) < CONCURRENCY && count(&|one| one.unit == self.unit) < UNIT;
        let room_to_fail = count(&|one| one.failing) < FAILING
            && count(&|one| one.failing && one.unit == self.unit) < UNIT_FAILING;
        room && (room_to_fail || !self.failing)
    }
}

/// Those of the webhooks that are ready for which there is room, the ones that work first.
fn choose(mut ready: Vec<StoredWebhook>, busy: &HashMap<String, Share>) -> Vec<StoredWebhook> {
    ready.retain(|webhook| !busy.contains_key(&webhook.webhook.id));
    ready.sort_by_key(|webhook| webhook.webhook.failures > 0);
    let mut chosen: Vec<Share> = Vec::new();
    ready.retain(|webhook| {
        let share = Share::of(webhook);
        let others: Vec<&Share> = busy.values().chain(&chosen).collect();
        let fits = share.has_room(&others);
        if fits {
            chosen.push(share);
        }
        fits
    });
    ready
}

/// Which webhooks are being delivered to, and which have nothing new.
struct Scheduler {
    app: App,
    client: Client,
    running: JoinSet<(String, Outcome)>,
    busy: HashMap<String, Share>,
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
            busy: HashMap::new(),
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
        let key = &self.app.draft_key;
        let due: Vec<_> = due.into_iter().map(|one| one.opened(key)).collect();
        let is_ready = |webhook: &StoredWebhook| {
            let id = &webhook.webhook.id;
            let idle = self.idle_until.get(id);
            idle.is_none_or(|until| *until <= Instant::now())
        };
        let ready = due.into_iter().filter(is_ready).collect();
        for webhook in choose(ready, &self.busy) {
            let id = webhook.webhook.id.clone();
            self.busy.insert(id.clone(), Share::of(&webhook));
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

#[cfg(test)]
mod tests {
    use onestop_proto::http::webhook::{Webhook, WebhookState};

    use super::*;

    fn webhook(unit: &str, number: u32, failures: u32) -> StoredWebhook {
        let unit: UnitId = unit.parse().unwrap();
        StoredWebhook {
            actor: format!("unit-administrator/guan-li@{unit}")
                .parse()
                .unwrap(),
            webhook: Webhook {
                id: format!("{unit}-{number}"),
                unit,
                url: "https://law.example/hook".to_owned(),
                types: Vec::new(),
                item: None,
                created_at: "2026-03-04 09:00:00".parse().unwrap(),
                position: 0,
                state: WebhookState::Active,
                failures,
                problem: None,
                next_try_at: None,
            },
            secret: String::new(),
            epoch: None,
            stuck_at: None,
        }
    }

    #[test]
    fn dead_webhooks_of_one_unit_leave_room_for_those_of_others() {
        let dead = (0..19).map(|number| webhook("s4k2m9qxa.window", number, 3));
        let mut ready: Vec<_> = dead.collect();
        ready.push(webhook("s7h3n2pwb.window", 0, 0));
        let chosen = choose(ready.clone(), &HashMap::new());
        let of = |unit: &str| {
            let units = chosen.iter().map(|one| one.webhook.unit.as_str());
            units.filter(|one| *one == unit).count()
        };
        assert_eq!(of("s4k2m9qxa.window"), UNIT_FAILING);
        assert_eq!(of("s7h3n2pwb.window"), 1);

        // While the dead ones are waited for, further ones wait and others do not.
        let busy = chosen.iter().filter(|one| one.webhook.failures > 0);
        let busy = busy.map(|one| (one.webhook.id.clone(), Share::of(one)));
        let chosen = choose(ready, &busy.collect());
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].webhook.failures, 0);
    }

    #[test]
    fn webhooks_that_fail_take_half_at_most_and_those_that_work_come_first() {
        let unit = |number: u32| format!("s{number:08}.window");
        let dead = (0..40).map(|number| webhook(&unit(number), 0, 1));
        let good = (50..70).map(|number| webhook(&unit(number), 0, 0));
        let chosen = choose(dead.chain(good).collect(), &HashMap::new());
        assert_eq!(chosen.len(), CONCURRENCY);
        let failing = chosen.iter().filter(|one| one.webhook.failures > 0);
        assert_eq!(failing.count(), CONCURRENCY - 20);
    }
}
