//! Events that wait behind parked ones without being listed, because the case's list is full. They are read again from
//! their source's log once the list is empty.

use onestop_proto::{
    command::AcceptedCommand,
    envelope::{Envelope, LogPosition},
    ids::CaseId,
    parking::{Event, HeldBack, MOST_PARKED, Reason, Rejection, Released, is_about_transport},
    query::LogQuery,
    rejection::{CommonRejection, Explain},
};

use super::{
    parked_queue::{self, ParkedQueue},
    parking::parked,
    processor::Processor,
};
use crate::{client::ClientError, failure::Failure, service::Service, store::Cursor};

/// What the keys of these events are derived from, besides the first that is listed. Persisted.
const LISTED: &str = "listed";
/// Events asked for at a time.
const PAGE: u32 = 400;

/// The events of a subject in a part of a source's log.
struct Found {
    events: Vec<Envelope>,
    /// The position up to which the log was read.
    next: u64,
}

impl<S: Service> Processor<S> {
    /// Lists the first of the events that are held back. Returns nothing if there are none.
    ///
    /// # Errors
    /// If their source does not answer, or the log cannot be written.
    pub(super) async fn list_held_back(
        &self,
        case: CaseId,
    ) -> Result<Option<AcceptedCommand>, Failure> {
        let queue = self.queue(case)?;
        let Some(from) = queue.and_then(|queue| queue.held_back().next()) else {
            return Ok(None);
        };
        // The processor itself parks what comes after the cursor.
        let lock = self.lock(&from.source.service).await;
        let _lock = lock.map_err(Failure::Internal)?;
        let log = (from.source.clone(), from.epoch);
        let at = self.sources.positions().get(&log).copied();
        let reached = at.map_or(0, |at| at.next);
        // It may be unsaved. What is listed may be left out soon, and must not be heard again after a crash.
        let cursor = at.map(|at| Cursor::new(&from.source, from.epoch, at));
        let found = self.find(case, &from, reached).await?;
        let Some(first) = found.events.first() else {
            let who = from.source.to_string();
            return Err(CommonRejection::Unavailable { who }.rejected().into());
        };
        let meta = self.meta(first, LISTED);
        let mut events = Vec::new();
        for envelope in &found.events {
            let waiting = parked(envelope, Reason::Behind {}).map_err(Failure::Internal)?;
            events.push(Event::from(waiting));
        }
        events.push(if found.next < reached {
            let position = found.next;
            let (unit, division) = (first.unit.clone(), first.division);
            let at = LogPosition { position, ..from };
            HeldBack { at, unit, division }.into()
        } else {
            let LogPosition { source, epoch, .. } = from;
            Released { source, epoch }.into()
        });
        let stream = parked_queue::stream(case);
        let decide = |_: Option<&ParkedQueue>, _| Ok::<_, Rejection>(events.clone());
        let rules = Self::parking_rules();
        let listed = self
            .store
            .execute(&stream, &meta, cursor.as_ref(), rules, decide);
        let (accepted, _) = listed.await?;
        self.count_parked()?;
        Ok(Some(accepted))
    }

    /// Reads the events of a subject from a source's log, at most as many as are listed.
    async fn find(&self, case: CaseId, from: &LogPosition, upto: u64) -> Result<Found, Failure> {
        let (mut events, mut next) = (Vec::new(), from.position);
        while next < upto {
            let query = LogQuery {
                from: next,
                limit: PAGE,
            };
            let page = self.client.ask_instance(&from.source, None, &query);
            let page = page.await.map_err(ClientError::into_rejected)?;
            let before = next;
            for envelope in page.events {
                let Some(position) = envelope.position().filter(|position| *position < upto) else {
                    break;
                };
                if events.len() == MOST_PARKED {
                    return Ok(Found { events, next });
                }
                next = position + 1;
                if envelope.subject == case && !is_about_transport(&envelope.event_type) {
                    events.push(envelope);
                }
            }
            if next == before {
                let who = from.source.to_string();
                return Err(CommonRejection::Unavailable { who }.rejected().into());
            }
        }
        Ok(Found { events, next })
    }
}
