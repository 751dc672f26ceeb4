//! What a service's clocks announce, and when: that a limit ends soon (临期), that it has passed (催办), that it
//! still has, to the supervisor and then rung by rung to those above (督办), and that a new calendar moves a last day (更正).
//! Each is announced once.
//!
//! The fold of clock events is the contract's [`ClockBook`]; here is what it announces next, which rests on the
//! working days, the standards and the units.

use onestop_proto::{
    clock::{
        Alarm, Clock, ClockBook, ClockCorrected, ClockDueSoon, ClockEvent, ClockExtended,
        ClockOverdue, ClockStarted, ClockSupervised, RunState, Step,
    },
    division::DivisionCode,
    ids::{StaffId, UnitKind},
    referral::SUPERVISOR,
    time::Timestamp,
};

use crate::{Directory, StepPlaces, Unit};

/// A service's events that clocks announce.
pub trait ClockAnnouncement:
    From<ClockCorrected> + From<ClockDueSoon> + From<ClockOverdue> + From<ClockSupervised>
{
}

impl<E> ClockAnnouncement for E where
    E: From<ClockCorrected> + From<ClockDueSoon> + From<ClockOverdue> + From<ClockSupervised>
{
}

impl Directory {
    /// Starts the clock of a step at a place. Without a standard in the directory the step is due today: a limit
    /// with no end could leave a case waiting for ever.
    pub fn start_clock(&self, step: Step, place: DivisionCode, now: Timestamp) -> ClockStarted {
        let standard = self.limit(&step, place, now.china_date());
        let limit = standard.unwrap_or_else(|| self.no_standard(place));
        let due = self.due(&limit, now);
        ClockStarted {
            step,
            limit,
            due,
            at: Some(now),
        }
    }

    /// Extends a clock; `None` if its limit cannot be extended.
    pub fn extend_clock(
        &self,
        clock: &Clock,
        approved_by: StaffId,
        reason: String,
    ) -> Option<ClockExtended> {
        let due = self.extended_once_more(clock)?;
        Some(ClockExtended {
            step: clock.step.clone(),
            due,
            approved_by,
            reason,
        })
    }

    /// The bureau that supervises a division: its own, or the nearest above.
    pub fn supervisor_of(&self, division: DivisionCode) -> Option<&Unit> {
        let kind: UnitKind = SUPERVISOR.parse().ok()?;
        let mut tiers = self.present_division(division).chain();
        tiers.find_map(|code| self.unit_at(code, &kind))
    }

    /// Everything that the clocks of a case announce by `now`, also what a service that was down has missed:
    /// first the last days that a new calendar moves, then, by the corrected days, what has come of their ends.
    /// `place_of` names where a step is worked on and whose supervisor sees to it.
    pub fn clock_announcements<E: ClockAnnouncement>(
        &self,
        book: &ClockBook,
        now: Timestamp,
        place_of: impl Fn(&Step) -> StepPlaces,
    ) -> Vec<E> {
        let mut book = book.clone();
        let mut events = Vec::new();
        for corrected in self.clock_corrections(&book, &place_of) {
            book.apply(&ClockEvent::Corrected(corrected.clone()));
            events.push(E::from(corrected));
        }
        for clock in &book {
            let supervisor = || self.supervisor_of(place_of(&clock.step).supervised_at?);
            let mut alarm = clock.alarm.clone();
            while let Some((at, next)) = self.next_alarm(clock, &alarm, supervisor)
                && at <= now
            {
                events.extend(announcement(clock, &next));
                alarm = next;
            }
        }
        events
    }

    /// When a clock of a case announces something next, corrections aside.
    pub fn next_announcement(
        &self,
        book: &ClockBook,
        place_of: impl Fn(&Step) -> StepPlaces,
    ) -> Option<Timestamp> {
        let moments = book.iter().filter_map(|clock| {
            let supervisor = || self.supervisor_of(place_of(&clock.step).supervised_at?);
            let (at, _) = self.next_alarm(clock, &clock.alarm, supervisor)?;
            Some(at)
        });
        moments.min()
    }

    /// What a clock announces after `alarm`, and when; `None` if everything was announced, if it is paused, or if
    /// no supervisor is there to be notified.
    fn next_alarm<'a>(
        &self,
        clock: &Clock,
        alarm: &Alarm,
        supervisor: impl FnOnce() -> Option<&'a Unit>,
    ) -> Option<(Timestamp, Alarm)> {
        if clock.motion != RunState::Running {
            return None;
        }
        match alarm {
            Alarm::Quiet => Some((self.due_soon_of(clock), Alarm::DueSoon)),
            Alarm::DueSoon => Some((clock.due.at, Alarm::Overdue)),
            Alarm::Overdue => {
                let supervisor = supervisor()?;
                let (by, division) = (supervisor.id.clone(), supervisor.division);
                let at = self.supervised_of(clock);
                Some((at, Alarm::Supervised { by, division }))
            }
            // 逐级督办: each rung once, the next one up as long as the step is not done.
            Alarm::Supervised { division: told, .. } => {
                let (above, after) = self.next_rung(supervisor()?, *told)?;
                let (by, division) = (above.id.clone(), above.division);
                let at = self.told_of(clock, after);
                Some((at, Alarm::Supervised { by, division }))
            }
        }
    }
}

fn announcement<E: ClockAnnouncement>(clock: &Clock, alarm: &Alarm) -> Option<E> {
    let (step, due) = (clock.step.clone(), clock.due.clone());
    Some(match alarm {
        Alarm::Quiet => return None,
        Alarm::DueSoon => ClockDueSoon { step, due }.into(),
        Alarm::Overdue => ClockOverdue { step, due }.into(),
        Alarm::Supervised { by, division } => ClockSupervised {
            step,
            due,
            supervisor: by.clone(),
            division: *division,
        }
        .into(),
    })
}
