//! The broker of a simulated world, and a process that seeks the lease there.

use std::time::Duration;

use fastrand::Rng;
use uuid::Uuid;

use crate::lease::rules::{Presence, Record, Rules, Seen, Step};

#[derive(Default)]
pub(super) struct Broker {
    pub(super) record: Option<Record>,
    sequence: u64,
    /// Its servers elect a leader: nothing is answered until then.
    pub(super) pauses_until: u64,
}

/// What a process learns of its write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    At(u64),
    Conflict,
    /// It may be the record all the same.
    Unanswered,
}

/// Whether a process reaches the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Open,
    Cut,
}

impl Broker {
    fn answers(&self, now: u64, way: Way) -> bool {
        way == Way::Open && now >= self.pauses_until
    }

    pub(super) fn seen(&self, now: u64, way: Way) -> Option<Seen> {
        self.answers(now, way).then(|| Seen {
            record: self.record.clone(),
            sequence: self.sequence,
        })
    }

    /// Stores a record over the one with the expected sequence. During an election it sometimes does, and does not say so.
    pub(super) fn store(
        &mut self,
        now: u64,
        way: Way,
        rng: &mut Rng,
        expected: u64,
        record: Record,
    ) -> Stored {
        let answers = self.answers(now, way);
        let arrives = answers || (way == Way::Open && rng.u32(..4) == 0);
        if !arrives {
            return Stored::Unanswered;
        }
        let is_next = expected == self.sequence;
        if is_next {
            self.sequence += 1;
            self.record = Some(record);
        }
        match (answers, is_next) {
            (false, _) => Stored::Unanswered,
            (true, true) => Stored::At(self.sequence),
            (true, false) => Stored::Conflict,
        }
    }
}

/// A process that seeks the lease, or holds it.
pub(super) struct Holder {
    pub(super) rules: Rules,
    pub(super) way: Way,
    step: Step,
    due: u64,
    rate: f64,
}

/// What a process says of its log when it writes the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OfLog {
    pub(super) events: u64,
    pub(super) standby: Option<Uuid>,
}

impl Holder {
    pub(super) fn new(rules: Rules, rate: f64) -> Self {
        Self {
            rules,
            way: Way::Open,
            step: Step::Look,
            due: 0,
            rate,
        }
    }

    pub(super) fn clock(&self, now: u64) -> Duration {
        clock(now, self.rate)
    }

    pub(super) fn is_sure(&self, now: u64) -> bool {
        self.rules.is_sure(self.clock(now))
    }

    pub(super) fn has_stopped(&self) -> bool {
        matches!(self.step, Step::Stop(_))
    }

    /// Takes and keeps the lease.
    pub(super) fn renew(
        &mut self,
        now: u64,
        broker: &mut Broker,
        rng: &mut Rng,
        presence: Presence,
        log: OfLog,
    ) {
        if now < self.due {
            return;
        }
        let clock = self.clock(now);
        let step = match self.step.clone() {
            Step::Look => match broker.seen(now, self.way) {
                Some(seen) => self.rules.seen(clock, &seen, presence),
                None => self.rules.unanswered(clock, Presence::Unclear),
            },
            Step::Write { expected, record } => {
                let term = record.term;
                let record = Record {
                    events: Some(log.events),
                    standby: log.standby,
                    ..record
                };
                match broker.store(now, self.way, rng, expected, record) {
                    Stored::At(sequence) => self.rules.wrote(clock, term, sequence),
                    Stored::Conflict => Step::Look,
                    Stored::Unanswered => self.rules.unanswered(clock, Presence::Unclear),
                }
            }
            Step::Wait(_) => self.rules.next(clock),
            stop @ Step::Stop(_) => stop,
        };
        if let Step::Wait(pause) = step {
            self.due = after(now, pause, self.rate);
        }
        self.step = step;
    }
}

pub(super) fn clock(now: u64, rate: f64) -> Duration {
    Duration::from_secs_f64(now as f64 * rate / 1_000.0)
}

/// When a pause by a clock of this rate is over.
pub(super) fn after(now: u64, pause: Duration, rate: f64) -> u64 {
    now + (pause.as_secs_f64() * 1_000.0 / rate) as u64
}
