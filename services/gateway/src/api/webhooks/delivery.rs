//! Delivers a page of events to a webhook: in order, one at a time, each until the receiver accepted it. A
//! failing webhook is retried with growing waits, and parked when it keeps failing.

use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    envelope::LogPosition,
    feed::{EventsQuery, FeedEvent},
};
use reqwest::Client;
use tracing::info;
use uuid::Uuid;

use super::{
    address_guard,
    sender::{Message, SendError, SendFailure, send},
};
use crate::{
    app::App,
    core::db::{
        webhook_secrets,
        webhooks::{self, DeliveryFailure, StoredWebhook},
    },
};

/// Events of one question.
const PAGE: u32 = 50;
/// The longest wait between two attempts, in seconds.
const LONGEST_WAIT: i64 = 3600;

/// What to do with a webhook after a delivery.
pub(super) enum Outcome {
    /// Look at it again at once, or when it is due.
    Continue,
    /// No more events for now.
    Idle,
}

pub(super) async fn deliver_page(
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
    let opened = webhook_secrets::open(&app.draft_key, &webhook.id, &stored.secret);
    let Some(secret) = opened else {
        let problem = "its secret was sealed with another key: remove it, and register it again";
        return park(app, stored, problem, None).await;
    };
    let mut current = stored.clone();
    for event in &page.events {
        let recorded = Some(event.event.recordedtime);
        app.metrics.note_delivery(&webhook.id, recorded);
        match deliver(app, client, (&current, &secret), event).await? {
            Delivery::Accepted => {
                if !advance(app, &mut current, event.position + 1, page.epoch).await? {
                    // The webhook was changed or removed meanwhile.
                    return Ok(Outcome::Continue);
                }
            }
            Delivery::Failed(outcome) => return Ok(outcome),
        }
    }
    if current.webhook.position != page.next
        && !advance(app, &mut current, page.next, page.epoch).await?
    {
        return Ok(Outcome::Continue);
    }
    Ok(if page.next >= page.head {
        app.metrics.note_delivery(&webhook.id, None);
        Outcome::Idle
    } else {
        Outcome::Continue
    })
}

/// What became of one event.
enum Delivery {
    Accepted,
    /// It was stored as a failure.
    Failed(Outcome),
}

/// Delivers one event to a webhook, signed with its secret.
async fn deliver(
    app: &App,
    client: &Client,
    (current, secret): (&StoredWebhook, &str),
    event: &FeedEvent,
) -> anyhow::Result<Delivery> {
    let checked = address_guard::check_address(&current.webhook.url, app.webhooks.targets);
    let Ok(url) = checked else {
        let problem = "the address is not permitted here";
        let parked = park(app, current, problem, Some(event.position)).await?;
        return Ok(Delivery::Failed(parked));
    };
    let body = serde_json::to_vec(&event.event)?;
    let id = event.event.id.to_string();
    let message = Message { id: &id, body };
    let outcome = match send(client, url, secret, message, app.clock.now()).await {
        Ok(()) => return Ok(Delivery::Accepted),
        Err(SendError::Gone) => {
            let problem = "the receiver says that it is gone (410)";
            park(app, current, problem, Some(event.position)).await?
        }
        Err(SendError::Failed(failure)) => {
            retry_later(app, current, failure, event.position).await?
        }
    };
    Ok(Delivery::Failed(outcome))
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
    failed: SendFailure,
    position: u64,
) -> anyhow::Result<Outcome> {
    let failures = stored.webhook.failures + 1;
    let next_try_at = (failures < app.webhooks.attempts).then(|| {
        let wait = longer(backoff(app.webhooks.retry_seconds, failures), failed.wait);
        app.clock.now().plus_seconds(wait)
    });
    let failure = DeliveryFailure {
        problem: failed.problem,
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

/// What the receiver asks for, if that is longer; not longer than the longest wait.
fn longer(backoff: i64, asked_for: Option<i64>) -> i64 {
    let asked_for = asked_for.unwrap_or_default().min(LONGEST_WAIT);
    backoff.max(asked_for)
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
    use super::{LONGEST_WAIT, backoff, longer};

    #[test]
    fn a_receiver_that_asks_for_a_longer_wait_gets_it() {
        assert_eq!(longer(10, Some(120)), 120);
        assert_eq!(longer(10, Some(3)), 10);
        assert_eq!(longer(10, None), 10);
        assert_eq!(longer(10, Some(i64::MAX)), LONGEST_WAIT);
        assert_eq!(longer(10, Some(-5)), 10);
    }

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
