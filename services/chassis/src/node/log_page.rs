//! `qry.<service>.log`: a page of the service's own log, put together from the stored texts.

use onestop_eventlog::Direction;
use onestop_proto::{query::LogQuery, raw_json::RawJson};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    service::{Publishing, Service},
    store::Store,
};

/// Events in one answer, and their bytes: fits into NATS's default payload of 1 MiB.
const EVENTS: usize = 400;
const BYTES: usize = 900_000;

/// A [`LogPage`](onestop_proto::query::LogPage) with the text of each event. The fields are in the same order.
#[derive(Serialize)]
struct PageText {
    epoch: Uuid,
    head: u64,
    events: Vec<RawJson>,
}

/// Answers the question. Reads the disk.
pub(super) fn answer<S: Service>(store: &Store, query: &LogQuery) -> anyhow::Result<RawJson> {
    let log = store.log();
    // The head is read first, so that a page never holds more than its head says.
    let head = store.gate().copies().visible(log.head().count);
    let left = usize::try_from(head.saturating_sub(query.from)).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit).unwrap_or(EVENTS);
    let limit = limit.min(EVENTS).min(left);
    let (mut events, mut bytes) = (Vec::with_capacity(limit), 0);
    for record in log.read_all(query.from, Direction::Forward, limit)? {
        let event = match S::PUBLISHING {
            Publishing::Events => {
                let (event, place) = store.stored(&record)?;
                event.envelope_json(&place)?
            }
            // Beside copies it has events of its own.
            Publishing::Nothing => match S::copied(&record) {
                Ok(copy) => copy,
                Err(_) => {
                    let (event, place) = store.stored(&record)?;
                    event.envelope_json(&place)?
                }
            },
        };
        bytes += event.text().len();
        if bytes > BYTES && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    let page = PageText {
        epoch: log.epoch(),
        head,
        events,
    };
    Ok(RawJson::of(&page)?)
}
