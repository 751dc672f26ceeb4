//! Notifications that a case has changed. The gateway subscribes to every event and broadcasts which case,
//! unit and division each concerns; subscribers then query what they may see. Events published while the
//! broker is unreachable are not replayed: subscribers poll as well.

use futures::StreamExt;
use onestop_chassis::{client::Client, shutdown::Shutdown};
use onestop_proto::{
    division::DivisionCode,
    envelope::{Envelope, LogPosition},
    ids::{CaseId, UnitId},
    subject,
};
use tokio::sync::broadcast;
use tracing::debug;

use super::{db::request_answers::DecidedRequest, request_decisions::decided};

/// Notifications that a slow subscriber may lag behind before it misses some.
const CAPACITY: usize = 256;

/// A case changed.
#[derive(Debug, Clone)]
pub(crate) struct Notification {
    pub(crate) case: CaseId,
    pub(crate) unit: UnitId,
    pub(crate) division: DivisionCode,
    /// A question asked after this position sees the change.
    pub(crate) at: LogPosition,
}

pub(crate) struct Notifications {
    cases: broadcast::Sender<Notification>,
    /// Decisions on requests, which carry what was decided.
    decisions: broadcast::Sender<DecidedRequest>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            cases: broadcast::Sender::new(CAPACITY),
            decisions: broadcast::Sender::new(CAPACITY),
        }
    }
}

impl Notifications {
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Notification> {
        self.cases.subscribe()
    }

    pub(crate) fn subscribe_to_decisions(&self) -> broadcast::Receiver<DecidedRequest> {
        self.decisions.subscribe()
    }

    /// Broadcasts a notification for every event until shutdown.
    ///
    /// # Errors
    /// If the broker refuses the subscription or closes the connection.
    pub(crate) async fn forward_events(
        &self,
        client: &Client,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = client.bus().connected() => {}
        }
        let mut events = Box::pin(client.listen(subject::ALL_EVENTS).await?);
        loop {
            let payload = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                next = events.next() => match next {
                    Some(payload) => payload,
                    None => anyhow::bail!("the connection to NATS was closed"),
                },
            };
            match serde_json::from_slice::<Envelope>(&payload) {
                Ok(event) => {
                    let Some(at) = event.place() else { continue };
                    // Both fail if there is no subscriber.
                    if let Some(decided) = decided(&event) {
                        let _ = self.decisions.send(decided);
                    }
                    let _ = self.cases.send(Notification {
                        case: event.subject,
                        unit: event.unit,
                        division: event.division,
                        at,
                    });
                }
                Err(error) => {
                    debug!(%error, "a message is no event; services that store events park it")
                }
            }
        }
    }
}
