//! One request and its answer. It is sent again while no process listens, and given up at once where the broker refuses it.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    client::{RequestError, RequestErrorKind},
};
use bytes::Bytes;
use tokio::time::Instant;

use crate::bus::{Bus, RefusedAct};

/// The first pause before it is sent again; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// What is sent.
pub(super) struct Outgoing {
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// The client's error.
    Failed(RequestError),
    Refused(RefusedAct),
}

/// How long a request waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    /// For its answer.
    pub(super) answer: Duration,
    /// For a listener: a service that is being started, or of which the broker has not heard yet that it listens.
    pub(super) listener: Duration,
}

/// Sends a request until it is answered.
pub(super) async fn answered(
    bus: &Bus,
    outgoing: Outgoing,
    waits: Waits,
) -> Result<Bytes, Unanswered> {
    let refusals = bus.refused_requests().watch();
    let subject = outgoing.subject.clone();
    tokio::select! {
        answer = repeated(bus, outgoing, waits) => answer.map_err(Unanswered::Failed),
        act = refusals.refused(&subject) => Err(Unanswered::Refused(act)),
    }
}

/// No service has received what finds no listener: a command too can be sent again.
async fn repeated(bus: &Bus, outgoing: Outgoing, waits: Waits) -> Result<Bytes, RequestError> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let request = async_nats::Request::new()
            .headers(outgoing.headers.clone())
            .payload(outgoing.payload.clone())
            .timeout(Some(waits.answer.saturating_sub(began.elapsed())));
        let subject = outgoing.subject.clone();
        match bus.client().send_request(subject, request).await {
            Err(error)
                if error.kind() == RequestErrorKind::NoResponders
                    && began.elapsed() + pause < waits.listener.min(waits.answer) =>
            {
                tokio::time::sleep(pause).await;
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
            answered => return answered.map(|message| message.payload),
        }
    }
}
