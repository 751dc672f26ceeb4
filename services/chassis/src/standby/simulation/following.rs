//! What the standby does.

use std::time::Duration;

use super::{
    broker::{Stored, Way, after, clock},
    parts::{Coming, Kind, Process},
    world::World,
};
use crate::standby::takeover::{Said, Step, Takeover};

/// How long a change of a database for which no answer waits may wait for others, in milliseconds.
const QUIET: u64 = 1_000;

impl World {
    /// The answer of a leader that is reached, with what it says of itself.
    fn ask(&mut self) -> Option<Said> {
        let leader = &mut self.leader;
        let answers = leader.process == Process::Runs && leader.holder.is_sure(self.now);
        if !answers || leader.holder.way == Way::Cut || self.standby.way == Way::Cut {
            return None;
        }
        let now = leader.holder.clock(self.now);
        let (id, held) = (self.standby.id, self.standby.held);
        // Versions that another run has named say nothing.
        if self.kind == Kind::Log || self.standby.run == Some(leader.id) {
            let awaited = match self.kind {
                Kind::Log => leader.log,
                // Of the other changes no answer has told.
                Kind::Database => leader.awaited,
            };
            leader.copies.note_question(now, id, held, awaited);
        }
        let followed = leader.copies.followed_by(now, id);
        Some(Said {
            term: leader.holder.rules.term(),
            count: leader.log,
            followed,
        })
    }

    /// Adds the change whose keys have come, or asks for the next and takes its keys.
    fn copy_more(&mut self, now: Duration) -> Step {
        if let Some(Coming { held, run, said }) = self.standby.coming.take() {
            (self.standby.held, self.standby.run) = (held, Some(run));
            self.standby.told = said.followed;
            return self.standby.rules.answered(now, said);
        }
        match self.ask() {
            Some(said) if self.standby.rules.accepts(said.term) => {
                let held = self.what_comes(said.count);
                self.standby.keys = self.standby.keys.max(held);
                let run = self.leader.id;
                self.standby.coming = Some(Coming { held, run, said });
                Step::Ask
            }
            Some(_) | None => Takeover::silent(),
        }
    }

    /// So many records the standby has with the next answer: a part of a log, or all of a database.
    fn what_comes(&mut self, count: u64) -> u64 {
        let held = self.standby.held;
        match self.kind {
            Kind::Log => count.min(held + self.rng.u64(..20)),
            Kind::Database => {
                let follows = self.standby.run == Some(self.leader.id);
                let is_quiet = self.leader.awaited <= held && self.now < self.leader.imaged + QUIET;
                if follows && is_quiet {
                    return held;
                }
                self.leader.imaged = self.now;
                count
            }
        }
    }

    /// Whether the standby has taken the lease.
    pub(super) fn follow(&mut self) -> bool {
        if self.now < self.standby.due {
            return false;
        }
        let now = clock(self.now, self.standby.rate);
        let step = match self.standby.step.clone() {
            Step::Ask => self.copy_more(now),
            Step::Look => match self.broker.seen(self.now, self.standby.way) {
                Some(seen) => self.standby.rules.seen(now, &seen),
                None => self.standby.rules.unanswered(now),
            },
            Step::Wait(_) => self.standby.rules.next(now),
            Step::Take { expected, record } => {
                let (way, rng) = (self.standby.way, &mut self.rng);
                let stored = self.broker.store(self.now, way, rng, expected, record);
                if let Stored::At(_) = stored {
                    return true;
                }
                Step::Look
            }
        };
        if let Step::Wait(pause) = step {
            self.standby.due = after(self.now, pause, self.standby.rate);
        }
        self.standby.step = step;
        false
    }
}
