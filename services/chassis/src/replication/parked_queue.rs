//! The rules of parking: the queue of parked events of one subject. Pure.

use std::collections::BTreeMap;

use onestop_proto::{
    division::DivisionCode,
    envelope::{Address, LogPosition, Source},
    ids::{CaseId, EventId, UnitId},
    parking::{
        Event, HeldBack, MOST_PARKED, Parked, RefuseSkip, Rejection, RequestSkip, Skip,
        SkipRefused, SkipRequested, Skipped, is_about_transport,
    },
    time::Timestamp,
    typed::says_nothing,
};
use uuid::Uuid;

use super::second_person::{Decider, Missing};
use crate::{service::Delivery, store::Rules};

/// The streams of parked events: `parked/<subject>`.
pub(super) const STREAMS: &str = "parked/";

const DECIDED: Rules<ParkedQueue, Event> = Rules { evolve, address };
const COPIED: Rules<ParkedQueue, Event> = Rules {
    evolve: evolve_copied,
    address,
};

/// The rules of a service that takes events in this way.
pub(super) fn rules(delivery: Delivery) -> &'static Rules<ParkedQueue, Event> {
    match delivery {
        Delivery::Decided => &DECIDED,
        Delivery::Copied => &COPIED,
    }
}

/// The parked events of one subject, in the order in which they must be processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParkedQueue {
    pub(super) waiting: Vec<Parked>,
    /// From where in each log further events wait that are not listed.
    held_back: BTreeMap<(Source, Uuid), u64>,
    /// The unit that the last of them concerns.
    unit: UnitId,
    division: DivisionCode,
    /// The last request for leaving one out, which may have lapsed.
    skip_requested: Option<SkipRequested>,
}

impl ParkedQueue {
    fn of(unit: &UnitId, division: DivisionCode) -> Self {
        Self {
            waiting: Vec::new(),
            held_back: BTreeMap::new(),
            unit: unit.clone(),
            division,
            skip_requested: None,
        }
    }

    /// The event that must be processed or skipped before the others.
    pub(super) fn first(&self) -> Option<&Parked> {
        self.waiting.first()
    }

    /// The division whose supervisors decide on the first of them.
    pub(super) fn responsible(&self) -> DivisionCode {
        self.first().map_or(self.division, |first| first.division)
    }

    /// Whether further events of the subject must wait.
    pub(super) fn holds_up(&self) -> bool {
        !self.waiting.is_empty() || !self.held_back.is_empty()
    }

    /// The request for leaving out the first of them, while it waits for another person.
    pub(super) fn open_skip_request(&self, now: Timestamp) -> Option<&SkipRequested> {
        skip_waiting(self, self.first()?.event, now)
    }

    /// From where events wait that are not listed.
    pub(super) fn held_back(&self) -> impl Iterator<Item = LogPosition> {
        let each = self.held_back.iter();
        each.map(|((source, epoch), position)| LogPosition {
            source: source.clone(),
            epoch: *epoch,
            position: *position,
        })
    }
}

/// What is written of one more event that must be set aside. Nothing, if one before it in its log is held back: it is
/// read again with that one.
pub(super) fn set_aside(queue: Option<&ParkedQueue>, parked: Parked) -> Option<Event> {
    let log = (parked.at.source.clone(), parked.at.epoch);
    let Some(queue) = queue else {
        return Some(parked.into());
    };
    if queue.held_back.contains_key(&log) {
        return None;
    }
    Some(if queue.waiting.len() < MOST_PARKED {
        parked.into()
    } else {
        let Parked {
            at, unit, division, ..
        } = parked;
        HeldBack { at, unit, division }.into()
    })
}

pub(super) fn stream(subject: CaseId) -> String {
    format!("{STREAMS}{subject}")
}

/// The subject of a stream of parked events; `None` for other streams.
pub(super) fn subject(stream: &str) -> Option<CaseId> {
    stream.strip_prefix(STREAMS)?.parse().ok()
}

/// Earlier versions set aside events about transport too, each of two services those of the other for ever. Nothing
/// follows from them: they do not wait.
fn evolve(queue: Option<ParkedQueue>, event: &Event) -> Option<ParkedQueue> {
    match event {
        Event::Parked(parked) if is_about_transport(&parked.event_type) => {
            Some(queue.unwrap_or_else(|| ParkedQueue::of(&parked.unit, parked.division)))
        }
        Event::Parked(_)
        | Event::Taken(_)
        | Event::SkipRequested(_)
        | Event::SkipRefused(_)
        | Event::Skipped(_)
        | Event::HeldBack(_)
        | Event::Released(_) => evolve_copied(queue, event),
    }
}

/// A service that keeps copies keeps those of events about transport too, also if an earlier version set them aside.
fn evolve_copied(queue: Option<ParkedQueue>, event: &Event) -> Option<ParkedQueue> {
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
            let of = |queue: Option<ParkedQueue>| {
                let (unit, division) = (parked.unit.clone(), parked.division);
                let queue = queue.unwrap_or_else(|| ParkedQueue::of(&unit, division));
                ParkedQueue {
                    unit,
                    division,
                    ..queue
                }
            };
            let mut queue = of(queue);
            // One that is parked again, because its source is followed from its beginning, waits once.
            let place = |it: &Parked| (it.event, it.at.source.clone(), it.at.position);
            if queue.waiting.iter().all(|it| place(it) != place(parked)) {
                queue.waiting.push(parked.clone());
            }
            Some(queue)
        }
        Event::Taken(taken) => without(queue, taken.event),
        Event::SkipRequested(requested) => queue.map(|queue| ParkedQueue {
            skip_requested: Some(requested.clone()),
            ..queue
        }),
        Event::SkipRefused(_) => queue.map(|queue| ParkedQueue {
            skip_requested: None,
            ..queue
        }),
        Event::Skipped(skipped) => without(queue, skipped.event),
        Event::HeldBack(held) => {
            let mut queue = queue.unwrap_or_else(|| ParkedQueue::of(&held.unit, held.division));
            let log = (held.at.source.clone(), held.at.epoch);
            queue.held_back.insert(log, held.at.position);
            Some(queue)
        }
        Event::Released(released) => queue.map(|mut queue| {
            let log = (released.source.clone(), released.epoch);
            queue.held_back.remove(&log);
            queue
        }),
    }
}

/// The unit that the parked event was addressed to.
fn address(queue: &ParkedQueue, _: &Event) -> Address {
    Address {
        unit: queue.unit.clone(),
        division: queue.division,
        item: None,
    }
}

/// Asks for leaving out the first event of the queue, if it is the one that the caller named.
pub(super) fn request_skip(
    queue: &ParkedQueue,
    request: &RequestSkip,
    decider: Decider<'_>,
    nothing_parked: Rejection,
) -> Result<Vec<Event>, Rejection> {
    check_first(queue, request.event, &request.why, nothing_parked)?;
    if let Some(waiting) = skip_waiting(queue, request.event, decider.now) {
        return Err(Rejection::SkipRequested {
            by: waiting.by.clone(),
            until: waiting.until,
        });
    }
    Ok(vec![Event::from(SkipRequested {
        event: request.event,
        why: request.why.clone(),
        by: decider.staff.clone(),
        until: decider.deadline(),
    })])
}

/// Refuses the request for leaving out the first event of the queue, which waits on. The person who asked takes it back so.
pub(super) fn refuse_skip(
    queue: &ParkedQueue,
    refuse: &RefuseSkip,
    now: Timestamp,
    nothing_parked: Rejection,
) -> Result<Vec<Event>, Rejection> {
    check_first(queue, refuse.event, &refuse.why, nothing_parked)?;
    let waiting = skip_waiting(queue, refuse.event, now);
    let waiting = waiting.ok_or(Rejection::NoRequestWaits {})?;
    Ok(vec![Event::from(SkipRefused {
        event: refuse.event,
        why: refuse.why.clone(),
        requested_by: waiting.by.clone(),
    })])
}

/// Skips the first event of the queue, if it is the one that the caller named and another person has asked for it. The
/// operator of the machine skips it alone, with a reason for that.
pub(super) fn skip(
    queue: &ParkedQueue,
    skip: &Skip,
    decider: Decider<'_>,
    nothing_parked: Rejection,
) -> Result<Vec<Event>, Rejection> {
    check_first(queue, skip.event, &skip.why, nothing_parked)?;
    let open = skip_waiting(queue, skip.event, decider.now).map(|requested| &requested.by);
    let requested_by = decider.requested_by(open, skip.alone.as_deref());
    let requested_by = requested_by.map_err(|missing| match missing {
        Missing::SecondPerson { by } => Rejection::SamePerson { by },
        Missing::Request => Rejection::SkipNotRequested { event: skip.event },
    })?;
    let alone = skip.alone.clone().filter(|_| requested_by.is_none());
    Ok(vec![Event::from(Skipped {
        event: skip.event,
        why: skip.why.clone(),
        requested_by,
        alone,
    })])
}

fn check_first(
    queue: &ParkedQueue,
    event: EventId,
    why: &str,
    nothing_parked: Rejection,
) -> Result<(), Rejection> {
    let first = queue.first().ok_or(nothing_parked)?.event;
    if first != event {
        return Err(Rejection::NotFirst { first, event });
    }
    if says_nothing(why) {
        return Err(Rejection::WhyIsMissing {});
    }
    Ok(())
}

/// The request for leaving out an event that waits for another person.
fn skip_waiting(queue: &ParkedQueue, event: EventId, now: Timestamp) -> Option<&SkipRequested> {
    let requested = queue.skip_requested.as_ref();
    requested.filter(|requested| requested.event == event && now < requested.until)
}

#[cfg(test)]
mod tests;
