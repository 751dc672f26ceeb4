//! One fold of clock events for every service and every reader: which time limits of a case run or are paused,
//! how long each has, and what was announced of its end.
//!
//! The fold needs no calendar, so it belongs to the contract; what a clock announces next is the directory's to
//! say, which knows the working days, the standards and the supervisors.

use super::{
    Alarm, Clock, ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused,
    ClockResumed, ClockStarted, ClockStopped, ClockSupervised, Step,
};
use crate::envelope::EventType;

shared_events! {
    /// A clock event, whichever service wrote it.
    pub enum ClockEvent {
        Started(ClockStarted) = "clock-started";
        Paused(ClockPaused) = "clock-paused";
        Resumed(ClockResumed) = "clock-resumed";
        Extended(ClockExtended) = "clock-extended";
        Corrected(ClockCorrected) = "clock-corrected";
        DueSoon(ClockDueSoon) = "clock-due-soon";
        Overdue(ClockOverdue) = "clock-overdue";
        Supervised(ClockSupervised) = "clock-supervised";
        Stopped(ClockStopped) = "clock-stopped";
    }
}

impl ClockEvent {
    /// The step whose clock it is about.
    pub fn step(&self) -> &Step {
        match self {
            Self::Started(event) => &event.step,
            Self::Paused(event) => &event.step,
            Self::Resumed(event) => &event.step,
            Self::Extended(event) => &event.step,
            Self::Corrected(event) => &event.step,
            Self::DueSoon(event) => &event.step,
            Self::Overdue(event) => &event.step,
            Self::Supervised(event) => &event.step,
            Self::Stopped(event) => &event.step,
        }
    }
}

/// The clocks of a case that run or are paused: one for each step, in the order in which they started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockBook {
    clocks: Vec<Clock>,
}

impl ClockBook {
    /// Applies one more event. An event about a clock that does not run changes nothing.
    pub fn apply(&mut self, event: &ClockEvent) {
        let found = self.clocks.iter().position(|one| one.step == *event.step());
        let running = found.map(|place| self.clocks.remove(place));
        let (place, after) = match (event, running) {
            // A second start of a step replaces the first, and is the latest.
            (ClockEvent::Started(started), _) => (None, Some(Clock::started(started))),
            (_, None) | (ClockEvent::Stopped(_), _) => (None, None),
            (ClockEvent::Paused(paused), Some(clock)) => (found, Some(clock.paused(paused))),
            (ClockEvent::Resumed(resumed), Some(clock)) => (found, Some(clock.resumed(resumed))),
            (ClockEvent::Extended(more), Some(clock)) => (found, Some(clock.extended(more))),
            (ClockEvent::Corrected(to), Some(clock)) => (found, Some(clock.corrected(to))),
            (ClockEvent::DueSoon(_), Some(clock)) => (found, Some(clock.alarmed(Alarm::DueSoon))),
            (ClockEvent::Overdue(_), Some(clock)) => (found, Some(clock.alarmed(Alarm::Overdue))),
            (ClockEvent::Supervised(told), Some(clock)) => {
                let (by, division) = (told.supervisor.clone(), told.division);
                (
                    found,
                    Some(clock.alarmed(Alarm::Supervised { by, division })),
                )
            }
        };
        if let Some(clock) = after {
            self.clocks
                .insert(place.unwrap_or(self.clocks.len()), clock);
        }
    }

    /// The book after a service's event; events about anything but a clock leave it as it is.
    pub fn apply_event(&mut self, event: &impl EventType) {
        if let Some(event) = ClockEvent::of(event) {
            self.apply(&event);
        }
    }

    /// The clock of a step.
    pub fn get(&self, step: &Step) -> Option<&Clock> {
        self.iter().find(|clock| clock.step == *step)
    }

    /// Every clock.
    pub fn iter(&self) -> std::slice::Iter<'_, Clock> {
        self.clocks.iter()
    }
}

impl<'a> IntoIterator for &'a ClockBook {
    type Item = &'a Clock;
    type IntoIter = std::slice::Iter<'a, Clock>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Stop, envelope::RawEvent, legal_aid, referral};

    fn started(step: &str, day: &str) -> ClockStarted {
        serde_json::from_value(serde_json::json!({
            "step": step,
            "limit": { "days": 7, "kind": "calendar", "basis": "art. 43" },
            "due": { "day": day, "at": format!("{day}T16:00:00Z"), "certainty": "firm" },
        }))
        .unwrap()
    }

    fn soon(of: &ClockStarted) -> ClockDueSoon {
        ClockDueSoon {
            step: of.step.clone(),
            due: of.due.clone(),
        }
    }

    #[test]
    fn a_clock_event_reads_the_same_from_every_service_and_from_the_wire() {
        let clock = started("legal-aid.review", "2026-03-09");
        let expected = Some(ClockEvent::Started(clock.clone()));
        let of_legal_aid = legal_aid::Event::from(clock.clone());
        assert_eq!(ClockEvent::of(&of_legal_aid), expected);
        assert_eq!(ClockEvent::of(&referral::Event::from(clock)), expected);
        let raw = RawEvent::from_event(&of_legal_aid).unwrap();
        assert_eq!(ClockEvent::parse(&raw).unwrap(), expected);
        let other = legal_aid::Event::from(legal_aid::Granted {});
        assert_eq!(ClockEvent::of(&other), None);
    }

    #[test]
    fn the_book_holds_one_clock_for_each_step_in_the_order_of_their_starts() {
        let first = started("referral.accept", "2026-03-04");
        let second = started("referral.report", "2026-03-05");
        let mut book = ClockBook::default();
        for event in [
            ClockEvent::Started(first.clone()),
            ClockEvent::Started(second.clone()),
            ClockEvent::DueSoon(soon(&first)),
        ] {
            book.apply(&event);
        }
        let steps: Vec<_> = book.iter().map(|clock| clock.step.as_str()).collect();
        assert_eq!(steps, ["referral.accept", "referral.report"]);
        assert_eq!(book.get(&first.step).unwrap().alarm, Alarm::DueSoon);

        // A second start announces anew, and comes last.
        book.apply(&ClockEvent::Started(first.clone()));
        let steps: Vec<_> = book.iter().map(|clock| clock.step.as_str()).collect();
        assert_eq!(steps, ["referral.report", "referral.accept"]);
        assert_eq!(book.get(&first.step).unwrap().alarm, Alarm::Quiet);

        let why = Stop::Done;
        let step = second.step.clone();
        book.apply(&ClockEvent::Stopped(ClockStopped { step, why }));
        book.apply(&ClockEvent::DueSoon(soon(&second)));
        assert_eq!(book.get(&second.step), None);
    }
}
