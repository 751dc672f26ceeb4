//! What the driver hears of its cases over the broker.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use futures::StreamExt;
use onestop_chassis::client::Client;
use onestop_proto::{
    envelope::{LogPosition, Source},
    ids::{CaseId, HandoffId, UnitId},
};
use serde::Deserialize;
use tokio::sync::mpsc;
use uuid::Uuid;

/// An offer, and when the driver received it.
#[derive(Debug, Clone)]
pub struct Offer {
    pub case: CaseId,
    pub handoff: HandoffId,
    pub to: UnitId,
    /// The place of its event in referral's log.
    pub at: LogPosition,
    pub heard: Instant,
}

/// An event about a case for which a driver waits.
#[derive(Debug, Clone)]
pub enum Seen {
    Offered(Offer),
    /// A unit's service has the case.
    Received,
    ResultBack,
}

/// What of an envelope is needed.
#[derive(Deserialize)]
struct Event {
    subject: CaseId,
    source: Source,
    epoch: Uuid,
    sequence: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    handoff: Option<HandoffId>,
    to: Option<UnitId>,
}

type Waiting = Arc<Mutex<HashMap<CaseId, mpsc::UnboundedSender<Seen>>>>;

/// Subscriptions to the events that drive journeys.
#[derive(Clone)]
pub struct News {
    waiting: Waiting,
    offers: Arc<Mutex<HashMap<CaseId, Offer>>>,
}

impl News {
    /// Listens from now on, until the program ends.
    pub async fn listen(client: &Client) -> Self {
        let news = Self {
            waiting: Arc::default(),
            offers: Arc::default(),
        };
        for subject in [
            "evt.referral.offered.>",
            "evt.legal-aid.received.>",
            "evt.intake.result-noted.>",
        ] {
            let mut events = Box::pin(client.listen(subject).await.unwrap());
            let news = news.clone();
            tokio::spawn(async move {
                while let Some(payload) = events.next().await {
                    news.hear(subject, &payload);
                }
            });
        }
        news
    }

    fn hear(&self, subject: &str, payload: &[u8]) {
        let heard = Instant::now();
        let Ok(event) = serde_json::from_slice::<Event>(payload) else {
            return;
        };
        let case = event.subject;
        let seen = match subject {
            "evt.referral.offered.>" => {
                let (Some(handoff), Some(to)) = (event.data.handoff, event.data.to) else {
                    return;
                };
                let offer = Offer {
                    case,
                    handoff,
                    to,
                    at: LogPosition {
                        source: event.source,
                        epoch: event.epoch,
                        position: event.sequence.parse().unwrap_or_default(),
                    },
                    heard,
                };
                lock(&self.offers)
                    .entry(case)
                    .or_insert_with(|| offer.clone());
                Seen::Offered(offer)
            }
            "evt.legal-aid.received.>" => Seen::Received,
            _ => Seen::ResultBack,
        };
        let waiting = lock(&self.waiting);
        if let Some(waiter) = waiting.get(&case) {
            let _ = waiter.send(seen);
        }
    }

    /// The events of a case from now on.
    #[must_use]
    pub fn of(&self, case: CaseId) -> mpsc::UnboundedReceiver<Seen> {
        let (sender, receiver) = mpsc::unbounded_channel();
        // An offer is kept before its waiter is looked for: a driver that waits first here misses none.
        let mut waiting = lock(&self.waiting);
        waiting.insert(case, sender.clone());
        if let Some(offer) = lock(&self.offers).get(&case) {
            let _ = sender.send(Seen::Offered(offer.clone()));
        }
        receiver
    }

    /// Drops the subscription to a case.
    pub fn forget(&self, case: CaseId) {
        lock(&self.waiting).remove(&case);
        lock(&self.offers).remove(&case);
    }

    /// The offer of a case, if it was received.
    #[must_use]
    pub fn offer(&self, case: CaseId) -> Option<Offer> {
        lock(&self.offers).get(&case).cloned()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
