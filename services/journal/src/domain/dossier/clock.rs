//! The clocks of a case. Clock events have one shape whichever service they come from, also one that is
//! unknown to this release. A clock is stored as deadline periods, each with one due day, which shows for
//! any moment whether the step was overdue.
//!
//! A clock starts when that happened what it counts from, and ends when the end was recorded: who is measured cannot mend
//! the measure by a date.

use onestop_directory::Course;
use onestop_proto::{
    clock::{ClockEvent, ClockStarted, Due, Limit, Step, Stop},
    division::DivisionCode,
    envelope::Envelope,
    ids::{ServiceItem, UnitId},
    referral::{designate_step, report_step},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    /// Which of the case's clocks, from 0.
    pub(crate) seq: u32,
    pub(crate) service: String,
    pub(crate) step: Step,
    pub(crate) unit: UnitId,
    /// Where that unit is.
    pub(crate) division: DivisionCode,
    /// The item that the case was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<ServiceItem>,
    /// The rule that it was started under.
    pub(crate) limit: Limit,
    pub(crate) started_at: Timestamp,
    /// When the start was recorded: figures of a moment before know nothing of it.
    pub(crate) recorded_at: Timestamp,
    /// When the step must be done; while the clock is paused, as it was then.
    pub(crate) due: Due,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paused_since: Option<Timestamp>,
    /// The pauses before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pauses: Vec<(Timestamp, Timestamp)>,
    /// How often it was extended.
    #[serde(default)]
    pub(crate) extended: u32,
    /// Whether the supervisor was alerted.
    #[serde(default)]
    pub(crate) supervised: bool,
    /// The supervisors that were notified, and where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) supervised_by: Vec<(UnitId, DivisionCode)>,
    /// The open period, and those that are not saved yet.
    pub(crate) periods: Vec<DeadlinePeriod>,
    /// How many periods there ever were.
    pub(crate) period_count: u32,
    /// Microseconds that it ran, in the periods that have ended.
    pub(crate) ran: i64,
    /// When that was recorded, and why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<(Timestamp, Stop)>,
    /// When it ended by the paper; earlier than the record where that was entered late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended_on_paper: Option<Timestamp>,
}

/// A period in which a clock had one due day, or was paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeadlinePeriod {
    /// Which of the clock's periods, from 0.
    pub(crate) seq: u32,
    pub(crate) from: Timestamp,
    /// It ends; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<Timestamp>,
    /// When the step was due; none while the clock was paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Timestamp>,
}

/// How a period ended. The numbers are stored in the ledger's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodEnd {
    /// It has not.
    Open = 0,
    /// The clock went on otherwise.
    GoesOn = 1,
    Done = 2,
    /// The case left the unit.
    Left = 3,
}

/// Updates the clocks of a case by one more event, if it is about a clock.
pub(super) fn update(
    clocks: &mut Vec<Clock>,
    event: &Envelope,
    count: u32,
    item: Option<ServiceItem>,
) -> Result<(), serde_json::Error> {
    let recorded = event.recordedtime;
    let Some(clock_event) = ClockEvent::parse(&event.raw())? else {
        return Ok(());
    };
    let running = find(clocks, event, clock_event.step());
    match (clock_event, running) {
        (ClockEvent::Started(started), running) => {
            // The same step again ends the one before: there is one clock for each step.
            if let Some(clock) = running {
                clock.end((event.time, recorded), Stop::Done);
            }
            clocks.push(Clock::started(started, event, count, item));
        }
        (ClockEvent::Paused(paused), Some(clock)) => clock.pause(paused.at),
        (ClockEvent::Resumed(resumed), Some(clock)) => {
            clock.resume(resumed.at.unwrap_or(event.time), resumed.due);
        }
        (ClockEvent::Extended(extended), Some(clock)) => {
            clock.extended += 1;
            clock.until(recorded, extended.due);
        }
        (ClockEvent::Corrected(corrected), Some(clock)) => {
            clock.limit.place = corrected.place.or(clock.limit.place);
            clock.until(recorded, corrected.due);
        }
        (ClockEvent::Supervised(told), Some(clock)) => {
            clock.supervised = true;
            clock.supervised_by.push((told.supervisor, told.division));
        }
        (ClockEvent::Stopped(stopped), Some(clock)) => {
            clock.end((event.time, recorded), stopped.why)
        }
        // The due day itself says these.
        (ClockEvent::DueSoon(_) | ClockEvent::Overdue(_), _) | (_, None) => {}
    }
    Ok(())
}

fn find<'a>(clocks: &'a mut [Clock], event: &Envelope, step: &Step) -> Option<&'a mut Clock> {
    let service = event.source.service.as_str();
    clocks
        .iter_mut()
        .find(|clock| clock.ended.is_none() && clock.step == *step && clock.service == service)
}

impl Clock {
    fn started(
        started: ClockStarted,
        event: &Envelope,
        seq: u32,
        item: Option<ServiceItem>,
    ) -> Self {
        let started_at = started.at.unwrap_or(event.time);
        let period = DeadlinePeriod {
            seq: 0,
            from: started_at,
            to: None,
            due_at: Some(started.due.at),
        };
        Self {
            seq,
            service: event.source.service.to_string(),
            step: started.step,
            unit: event.unit.clone(),
            division: event.division,
            item,
            limit: started.limit,
            started_at,
            recorded_at: event.recordedtime,
            due: started.due,
            paused_since: None,
            pauses: Vec::new(),
            extended: 0,
            supervised: false,
            supervised_by: Vec::new(),
            periods: vec![period],
            period_count: 1,
            ran: 0,
            ended: None,
            ended_on_paper: None,
        }
    }

    fn pause(&mut self, at: Timestamp) {
        if self.paused_since.is_none() {
            self.paused_since = Some(at);
            self.begin_period(at, None);
        }
    }

    fn resume(&mut self, at: Timestamp, due: Due) {
        if let Some(since) = self.paused_since.take() {
            self.pauses.push((since, at));
        }
        self.until(at, due);
    }

    fn until(&mut self, at: Timestamp, due: Due) {
        let running = self.paused_since.is_none();
        let later = running && self.open_due() != Some(due.at);
        if due.day != self.due.day {
            self.supervised = false;
            self.supervised_by.clear();
        }
        self.due = due;
        if later {
            self.begin_period(at, Some(self.due.at));
        }
    }

    fn end(&mut self, (happened, recorded): (Timestamp, Timestamp), why: Stop) {
        self.end_period(recorded);
        self.ended = Some((recorded, why));
        self.ended_on_paper = Some(happened.min(recorded));
    }

    fn open_due(&self) -> Option<Timestamp> {
        self.periods.last()?.due_at
    }

    /// Clocks of two machines may differ: a period does not end before it begins.
    fn end_period(&mut self, at: Timestamp) {
        let Some(period) = self.periods.last_mut() else {
            return;
        };
        let to = at.max(period.from);
        period.to = Some(to);
        if period.due_at.is_some() {
            self.ran += to.as_micros() - period.from.as_micros();
        }
    }

    fn begin_period(&mut self, at: Timestamp, due_at: Option<Timestamp>) {
        self.end_period(at);
        let from = self.periods.last().map_or(at, |period| at.max(period.from));
        self.periods.push(DeadlinePeriod {
            seq: self.period_count,
            from,
            to: None,
            due_at,
        });
        self.period_count += 1;
    }

    pub(super) fn discard_ended_periods(&mut self) {
        self.periods.retain(|period| period.to.is_none());
    }

    pub(crate) fn period_end(&self, period: &DeadlinePeriod) -> PeriodEnd {
        let last = period.seq + 1 == self.period_count;
        match (period.to, &self.ended) {
            (None, _) => PeriodEnd::Open,
            (Some(_), Some((_, Stop::Done))) if last => PeriodEnd::Done,
            (Some(_), Some((_, Stop::Left))) if last => PeriodEnd::Left,
            (Some(_), _) => PeriodEnd::GoesOn,
        }
    }

    /// When a period of it ended by the paper; none while it is open. Only the end of the clock has a paper of its own.
    pub(crate) fn ended_by_paper(&self, period: &DeadlinePeriod) -> Option<Timestamp> {
        let to = period.to?;
        Some(match self.period_end(period) {
            PeriodEnd::Open | PeriodEnd::GoesOn => to,
            PeriodEnd::Done | PeriodEnd::Left => self.ended_on_paper.unwrap_or(to),
        })
    }

    /// The days that it ran, to be counted.
    pub(crate) fn course(&self) -> Course<'_> {
        Course {
            limit: &self.limit,
            since: self.started_at,
            pauses: &self.pauses,
            paused_since: self.paused_since,
            extended: self.extended,
            due: &self.due,
        }
    }

    /// Whether it is of the case itself, and so of every unit that works on it: a unit is to be designated, or a supervisor waits for
    /// an answer.
    pub(super) fn is_of_case(&self) -> bool {
        [designate_step(), report_step()].contains(&self.step)
    }

    /// When it is due; none while it is paused.
    pub(crate) fn due_at(&self) -> Option<Timestamp> {
        self.paused_since.is_none().then_some(self.due.at)
    }

    /// What is due first comes first, paused clocks last.
    pub(super) fn sort_key(&self) -> (bool, Timestamp, u32) {
        (self.paused_since.is_some(), self.due.at, self.seq)
    }
}
