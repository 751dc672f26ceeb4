//! The rules of parking: the queue of parked events of one subject. Pure.

use onestop_proto::{
    envelope::Address,
    ids::{CaseId, EventId},
    parking::{Event, Parked, Rejection, Skip, Skipped},
};

use crate::store::Rules;

/// The streams of parked events: `parked/<subject>`.
pub(super) const STREAMS: &str = "parked/";

pub(super) const RULES: Rules<ParkedQueue, Event> = Rules { evolve, address };

/// The parked events of one subject, in the order in which they must be processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParkedQueue {
    pub(super) waiting: Vec<Parked>,
    last: Parked,
}

impl ParkedQueue {
    /// The event that must be processed or skipped before the others.
    pub(super) fn first(&self) -> Option<&Parked> {
        self.waiting.first()
    }
}

/// The stream of a subject's parked events.
pub(super) fn stream(subject: CaseId) -> String {
    format!("{STREAMS}{subject}")
}

/// The subject of a stream of parked events; `None` for other streams.
pub(super) fn subject(stream: &str) -> Option<CaseId> {
    stream.strip_prefix(STREAMS)?.parse().ok()
}

fn evolve(queue: Option<ParkedQueue>, event: &Event) -> Option<ParkedQueue> {
    let without = |queue: Option<ParkedQueue>, gone: EventId| {
        queue.map(|mut queue| {
            let first = queue.waiting.iter().position(|it| it.event == gone);
            if let Some(first) = first {
                queue.waiting.remove(first);
            }
            queue
        })
    };
    match event {
        Event::Parked(parked) => {
            let mut waiting = queue.map_or_else(Vec::new, |queue| queue.waiting);
            // One that is parked again, because its source is followed from its beginning, waits once.
            let place = |it: &Parked| (it.event, it.at.source.clone(), it.at.position);
            if waiting.iter().all(|it| place(it) != place(parked)) {
                waiting.push(parked.clone());
            }
            let last = parked.clone();
            Some(ParkedQueue { waiting, last })
        }
        Event::Taken(taken) => without(queue, taken.event),
        Event::Skipped(skipped) => without(queue, skipped.event),
    }
}

/// The unit that the parked event was addressed to.
fn address(queue: &ParkedQueue, _: &Event) -> Address {
    Address {
        unit: queue.last.unit.clone(),
        division: queue.last.division,
        item: None,
    }
}

/// Skips the first event of the queue, if it is the one that the caller named.
pub(super) fn skip(
    queue: Option<&ParkedQueue>,
    skip: &Skip,
    nothing_parked: Rejection,
) -> Result<Vec<Event>, Rejection> {
    let first = queue.and_then(ParkedQueue::first).ok_or(nothing_parked)?;
    if first.event != skip.event {
        let (first, event) = (first.event, skip.event);
        return Err(Rejection::NotFirst { first, event });
    }
    if skip.why.trim().is_empty() {
        return Err(Rejection::WhyIsMissing {});
    }
    Ok(vec![Event::from(Skipped {
        event: skip.event,
        why: skip.why.clone(),
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        ids::{CaseId, CommandId},
        parking::{Reason, Taken},
    };

    use super::*;

    fn command(number: u8) -> CommandId {
        format!("019ab0c4-8000-7000-8000-0000000000{number:02x}")
            .parse()
            .unwrap()
    }

    fn case() -> CaseId {
        command(1).case()
    }

    fn event(number: u8) -> EventId {
        command(number).event(0)
    }

    fn parked(number: u8, reason: Reason) -> Event {
        Event::from(Parked {
            event: event(number),
            event_type: "cn.onestop.case.opened.v1".to_owned(),
            at: onestop_proto::envelope::LogPosition {
                source: "/onestop/intake/main".parse().unwrap(),
                epoch: uuid::Uuid::nil(),
                position: u64::from(number),
            },
            hash: "0".repeat(64),
            reason,
            unit: "s4k2m9qxa.window".parse().unwrap(),
            division: "530821".parse().unwrap(),
        })
    }

    fn queue_after(history: &[Event]) -> Option<ParkedQueue> {
        history.iter().fold(None, evolve)
    }

    fn when_skipped(history: &[Event], number: u8, why: &str) -> Result<Vec<Event>, Rejection> {
        let skipping = Skip {
            event: event(number),
            why: why.to_owned(),
        };
        let nothing = Rejection::NothingParked { case: case() };
        skip(queue_after(history).as_ref(), &skipping, nothing)
    }

    fn two_wait() -> [Event; 2] {
        let problem = "it does not fit".to_owned();
        [
            parked(1, Reason::Failed { problem }),
            parked(2, Reason::Behind {}),
        ]
    }

    #[test]
    fn only_the_first_can_be_skipped() {
        let refused = when_skipped(&two_wait(), 2, "typing error").unwrap_err();
        let (first, event) = (event(1), event(2));
        assert_eq!(refused, Rejection::NotFirst { first, event });
        assert!(when_skipped(&two_wait(), 1, "typing error").is_ok());
    }

    #[test]
    fn skipping_needs_a_reason() {
        let refused = when_skipped(&two_wait(), 1, "  ").unwrap_err();
        assert_eq!(refused, Rejection::WhyIsMissing {});
    }

    #[test]
    fn a_processed_event_leaves_the_queue() {
        let mut history = two_wait().to_vec();
        for number in [1, 2] {
            let event = event(number);
            history.push(Event::from(Taken { event }));
        }
        assert_eq!(queue_after(&history).unwrap().first(), None);
        let refused = when_skipped(&history, 1, "typing error").unwrap_err();
        assert_eq!(refused, Rejection::NothingParked { case: case() });
    }
}
