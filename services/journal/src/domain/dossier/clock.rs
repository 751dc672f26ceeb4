//! The clocks of a case. Clock events have one shape whichever service they come from, also one that is
//! new here. A clock is kept as spans, each with one due day, so that it can be told of any moment whether
//! it was late then.

use onestop_proto::{
    clock::{
        ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
        ClockStarted, ClockStopped, ClockSupervised, Due, Limit, Step, Stop,
    },
    division::DivisionCode,
    envelope::{Envelope, event_name},
    ids::{ServiceItem, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::data;

/// One clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which of the case's clocks, from 0.
    pub seq: u32,
    /// The service that turns it.
    pub service: String,
    /// The step.
    pub step: Step,
    /// Whose step it is.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// The item that the case was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// The rule that it was started under.
    pub limit: Limit,
    /// When it began.
    pub started_at: Timestamp,
    /// When the step must be done; while the clock stands still, as it was then.
    pub due: Due,
    /// Since when it stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Timestamp>,
    /// When it stood still before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub still: Vec<(Timestamp, Timestamp)>,
    /// How often it was extended.
    #[serde(default)]
    pub extended: u32,
    /// Whether the supervisor was told.
    #[serde(default)]
    pub supervised: bool,
    /// The one span that is open, and those that are not written down yet.
    pub spans: Vec<Span>,
    /// How many spans there ever were.
    pub span_count: u32,
    /// Microseconds that it ran, in the spans that have ended.
    pub ran: i64,
    /// When and why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<(Timestamp, Stop)>,
}

/// A time in which a clock had one due day, or stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Which of the clock's spans, from 0.
    pub seq: u32,
    /// It begins.
    pub from: Timestamp,
    /// It ends; nothing while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// When the step was due; nothing while the clock stood still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// How a span ended. The numbers stand in the ledger's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It has not.
    Open = 0,
    /// The clock went on otherwise.
    GoesOn = 1,
    /// The step was done.
    Done = 2,
    /// The case left the unit.
    Left = 3,
}

/// Turns the clocks of a case by one more event, if it is about a clock.
pub(super) fn turn(
    clocks: &mut Vec<Clock>,
    event: &Envelope,
    (count, item): (u32, Option<ServiceItem>),
) -> Result<(), serde_json::Error> {
    let at = event.time;
    match event_name(&event.event_type) {
        "clock-started" => {
            let started: ClockStarted = data(event)?;
            if let Some(clock) = find(clocks, event, &started.step) {
                // The same step again ends the one before: there is one clock for each step.
                clock.end(at, Stop::Done);
            }
            clocks.push(Clock::started(started, event, (count, item)));
        }
        "clock-paused" => {
            let paused: ClockPaused = data(event)?;
            if let Some(clock) = find(clocks, event, &paused.step) {
                clock.pause(paused.at);
            }
        }
        "clock-resumed" => {
            let resumed: ClockResumed = data(event)?;
            if let Some(clock) = find(clocks, event, &resumed.step) {
                clock.resume(at, resumed.due);
            }
        }
        "clock-extended" => {
            let extended: ClockExtended = data(event)?;
            if let Some(clock) = find(clocks, event, &extended.step) {
                clock.extended += 1;
                clock.until(at, extended.due);
            }
        }
        "clock-corrected" => {
            let corrected: ClockCorrected = data(event)?;
            if let Some(clock) = find(clocks, event, &corrected.step) {
                clock.until(at, corrected.due);
            }
        }
        "clock-due-soon" => {
            // Told from the due day itself; read so that one that does not fit is noticed.
            let _: ClockDueSoon = data(event)?;
        }
        "clock-overdue" => {
            let _: ClockOverdue = data(event)?;
        }
        "clock-supervised" => {
            let told: ClockSupervised = data(event)?;
            if let Some(clock) = find(clocks, event, &told.step) {
                clock.supervised = true;
            }
        }
        "clock-stopped" => {
            let stopped: ClockStopped = data(event)?;
            if let Some(clock) = find(clocks, event, &stopped.step) {
                clock.end(at, stopped.why);
            }
        }
        _ => {}
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
        (seq, item): (u32, Option<ServiceItem>),
    ) -> Self {
        let span = Span {
            seq: 0,
            from: event.time,
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
            started_at: event.time,
            due: started.due,
            paused_since: None,
            still: Vec::new(),
            extended: 0,
            supervised: false,
            spans: vec![span],
            span_count: 1,
            ran: 0,
            ended: None,
        }
    }

    fn pause(&mut self, at: Timestamp) {
        if self.paused_since.is_none() {
            self.paused_since = Some(at);
            self.next_span(at, None);
        }
    }

    fn resume(&mut self, at: Timestamp, due: Due) {
        if let Some(since) = self.paused_since.take() {
            self.still.push((since, at));
        }
        self.until(at, due);
    }

    fn until(&mut self, at: Timestamp, due: Due) {
        let running = self.paused_since.is_none();
        let later = running && self.open_due() != Some(due.at);
        self.supervised &= due.day == self.due.day;
        self.due = due;
        if later {
            self.next_span(at, Some(self.due.at));
        }
    }

    fn end(&mut self, at: Timestamp, why: Stop) {
        self.close_span(at);
        self.ended = Some((at, why));
    }

    fn open_due(&self) -> Option<Timestamp> {
        self.spans.last()?.due_at
    }

    /// Clocks of two machines may differ: a span does not end before it begins.
    fn close_span(&mut self, at: Timestamp) {
        let Some(span) = self.spans.last_mut() else {
            return;
        };
        let to = at.max(span.from);
        span.to = Some(to);
        if span.due_at.is_some() {
            self.ran += to.as_micros() - span.from.as_micros();
        }
    }

    fn next_span(&mut self, at: Timestamp, due_at: Option<Timestamp>) {
        self.close_span(at);
        let from = self.spans.last().map_or(at, |span| at.max(span.from));
        self.spans.push(Span {
            seq: self.span_count,
            from,
            to: None,
            due_at,
        });
        self.span_count += 1;
    }

    /// Lets go of the spans that have ended.
    pub(super) fn settle(&mut self) {
        self.spans.retain(|span| span.to.is_none());
    }

    /// How a span of it ended.
    #[must_use]
    pub fn ending(&self, span: &Span) -> Ending {
        let last = span.seq + 1 == self.span_count;
        match (span.to, &self.ended) {
            (None, _) => Ending::Open,
            (Some(_), Some((_, Stop::Done))) if last => Ending::Done,
            (Some(_), Some((_, Stop::Left))) if last => Ending::Left,
            (Some(_), _) => Ending::GoesOn,
        }
    }

    /// When it is due; nothing while it stands still.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.paused_since.is_none().then_some(self.due.at)
    }

    /// What is due first comes first, what stands still last.
    pub(super) fn sort_key(&self) -> (bool, Timestamp, u32) {
        (self.paused_since.is_some(), self.due.at, self.seq)
    }
}
