//! The rules of parking: what waits for which case. Pure.

use onestop_proto::{
    envelope::Address,
    ids::EventId,
    parking::{Event, Parked, Rejection, Skip, Skipped},
};

use crate::store::Rules;

/// The streams of parked events: `parked/<case>`.
pub(crate) const STREAMS: &str = "parked/";

pub(crate) const RULES: Rules<ParkedQueue, Event> = Rules { evolve, address };

/// The parked events of one case, the first to be taken on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParkedQueue {
    pub(crate) waiting: Vec<Parked>,
    last: Parked,
}

impl ParkedQueue {
    /// The event that must be taken or skipped before any other of the case.
    pub(crate) fn first(&self) -> Option<&Parked> {
        self.waiting.first()
    }
}

fn evolve(lot: Option<ParkedQueue>, event: &Event) -> Option<ParkedQueue> {
    let without = |lot: Option<ParkedQueue>, gone: EventId| {
        lot.map(|mut lot| {
            lot.waiting.retain(|parked| parked.event != gone);
            lot
        })
    };
    match event {
        Event::Parked(parked) => {
            let mut waiting = lot.map_or_else(Vec::new, |lot| lot.waiting);
            waiting.push(parked.clone());
            let last = parked.clone();
            Some(ParkedQueue { waiting, last })
        }
        Event::Taken(taken) => without(lot, taken.event),
        Event::Skipped(skipped) => without(lot, skipped.event),
    }
}

/// Whom it concerns: the unit that the parked event was addressed to.
fn address(lot: &ParkedQueue, _: &Event) -> Address {
    Address {
        unit: lot.last.unit.clone(),
        division: lot.last.division,
        item: None,
    }
}

/// Leaves out the first event that waits, if it is the one that was named.
pub(crate) fn skip(
    lot: Option<&ParkedQueue>,
    skip: &Skip,
    nothing: Rejection,
) -> Result<Vec<Event>, Rejection> {
    let first = lot.and_then(ParkedQueue::first).ok_or(nothing)?;
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
            reason,
            unit: "s4k2m9qxa.window".parse().unwrap(),
            division: "530821".parse().unwrap(),
        })
    }

    fn given(history: &[Event]) -> Option<ParkedQueue> {
        history.iter().fold(None, evolve)
    }

    fn when_skipped(history: &[Event], number: u8, why: &str) -> Result<Vec<Event>, Rejection> {
        let skipping = Skip {
            event: event(number),
            why: why.to_owned(),
        };
        let nothing = Rejection::NothingParked { case: case() };
        skip(given(history).as_ref(), &skipping, nothing)
    }

    fn two_wait() -> [Event; 2] {
        let problem = "it does not fit".to_owned();
        [
            parked(1, Reason::Failed { problem }),
            parked(2, Reason::Behind {}),
        ]
    }

    #[test]
    fn the_first_is_skipped_first() {
        let refused = when_skipped(&two_wait(), 2, "typing error").unwrap_err();
        let (first, event) = (event(1), event(2));
        assert_eq!(refused, Rejection::NotFirst { first, event });
        assert!(when_skipped(&two_wait(), 1, "typing error").is_ok());
    }

    #[test]
    fn nothing_is_skipped_without_a_reason() {
        let refused = when_skipped(&two_wait(), 1, "  ").unwrap_err();
        assert_eq!(refused, Rejection::WhyIsMissing {});
    }

    #[test]
    fn what_was_taken_waits_no_longer() {
        let mut history = two_wait().to_vec();
        for number in [1, 2] {
            let event = event(number);
            history.push(Event::from(Taken { event }));
        }
        assert_eq!(given(&history).unwrap().first(), None);
        let refused = when_skipped(&history, 1, "typing error").unwrap_err();
        assert_eq!(refused, Rejection::NothingParked { case: case() });
    }
}
