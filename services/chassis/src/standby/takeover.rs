//! When a standby takes the lease of the service whose log it copies. Pure: no broker, no folder, no clock; moments are
//! durations by a clock that never goes back.
//!
//! It takes what its leader has handed over to it at once. Otherwise it waits until the record of the lease has not changed
//! for as long as a lease lasts, and its leader has not answered for as long. A leader is sure of its lease for less
//! (`lease::rules`), so it confirms nothing any more by then.

use std::time::Duration;

use uuid::Uuid;

use super::copies::{Followed, SILENCE};
use crate::lease::rules::{Held, LEASE_BEFORE, RENEW, Record, Seen};

/// The pause before a leader that did not answer is asked once more.
const PAUSE: Duration = Duration::from_millis(300);
/// How often the record of the lease is read while it does not answer.
const LOOK: Duration = Duration::from_millis(500);
/// So long a service that was stopped in good order may take until it runs again.
const RESTART: Duration = Duration::from_secs(25);

/// What a standby does on which its leader did not count when it answered last, and that is gone now: the copy may lack
/// what was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incomplete {
    /// It waits for its leader.
    Wait,
    /// It takes over: an operator has said so.
    TakeOver,
}

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The leader is asked for what comes next.
    Ask,
    /// The record of the lease is read.
    Look,
    /// Nothing for this long.
    Wait(Duration),
    /// The lease is taken, if the broker's newest record has this sequence.
    Take { expected: u64, record: Record },
}

/// Whether the lease can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Availability {
    Free,
    /// Its holder may still be there.
    Held,
    /// Its holder is gone, and the copy may lack what was confirmed: an operator decides.
    Withheld,
}

#[derive(Debug, Clone, Copy)]
struct Watched {
    sequence: u64,
    since: Duration,
}

/// What a leader says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) term: u64,
    /// Records of its log.
    pub(super) count: u64,
    pub(super) followed: Followed,
}

/// One standby and the lease that it watches.
#[derive(Debug)]
pub(super) struct Takeover {
    standby: Uuid,
    node: String,
    incomplete: Incomplete,
    /// Whether its leader counted on it when it answered last.
    followed: Followed,
    /// The highest that it has seen.
    term: u64,
    /// Records that its leader had, by its last answer or the lease.
    of_leader: u64,
    watched: Option<Watched>,
    answered: Option<Duration>,
    looked: Option<Duration>,
    /// Of the lease, when it was read last.
    availability: Availability,
}

impl Takeover {
    pub(super) fn new(standby: Uuid, node: String, incomplete: Incomplete) -> Self {
        Self {
            standby,
            node,
            incomplete,
            followed: Followed::No,
            term: 0,
            of_leader: 0,
            watched: None,
            answered: None,
            looked: None,
            availability: Availability::Held,
        }
    }

    /// Whether an answer under this term comes from the newest leader that it knows of: what an outdated one still sends
    /// is not taken.
    pub(super) fn accepts(&self, term: u64) -> bool {
        term >= self.term
    }

    /// So many records that its leader had are not in a copy of `held`.
    pub(super) fn missing(&self, held: u64) -> u64 {
        self.of_leader.saturating_sub(held)
    }

    /// The leader has answered, under a term that is accepted.
    pub(super) fn answered(&mut self, now: Duration, said: Said) -> Step {
        self.term = self.term.max(said.term);
        self.of_leader = said.count;
        self.followed = said.followed;
        self.answered = Some(now);
        self.availability = Availability::Held;
        self.ask_or_look(now, RENEW)
    }

    /// Whether it waits for its leader alone: the lease is over, and no leader counted on this copy.
    pub(super) fn is_withheld(&self) -> bool {
        self.availability == Availability::Withheld
    }

    /// The leader does not answer, or only one that is outdated.
    pub(super) fn silent() -> Step {
        Step::Wait(PAUSE)
    }

    /// After a pause.
    pub(super) fn next(&self, now: Duration) -> Step {
        self.ask_or_look(now, LOOK)
    }

    fn ask_or_look(&self, now: Duration, every: Duration) -> Step {
        let is_recent = |at: Duration| now.saturating_sub(at) < every;
        if self.looked.is_some_and(is_recent) {
            Step::Ask
        } else {
            Step::Look
        }
    }

    /// The broker has answered with its newest record.
    pub(super) fn seen(&mut self, now: Duration, seen: &Seen) -> Step {
        self.looked = Some(now);
        let watched = match self.watched {
            Some(before) if before.sequence == seen.sequence => before,
            Some(_) | None => Watched {
                sequence: seen.sequence,
                since: now,
            },
        };
        self.watched = Some(watched);
        if let Some(record) = &seen.record {
            self.term = self.term.max(record.term);
            self.of_leader = self.of_leader.max(record.events.unwrap_or(0));
        }
        self.availability = self.availability(now, seen.record.as_ref(), watched);
        if self.availability != Availability::Free {
            return Step::Ask;
        }
        let own = seen.record.as_ref().filter(|it| it.holder == self.standby);
        let term = own.map_or(self.term + 1, |own| own.term);
        Step::Take {
            expected: seen.sequence,
            record: Record::new(self.standby, term, self.node.clone(), Held::Held),
        }
    }

    fn availability(
        &self,
        now: Duration,
        record: Option<&Record>,
        watched: Watched,
    ) -> Availability {
        let wait = match record {
            Some(record) if record.state == Held::Released => RESTART,
            Some(record) => record.lasts(),
            None => LEASE_BEFORE,
        };
        let is_long_ago = |at: Duration| now.saturating_sub(at) >= wait;
        let is_over = is_long_ago(watched.since) && self.answered.is_none_or(is_long_ago);
        let is_counted = self.followed == Followed::Yes && !self.is_given_up(record, watched);
        let may = is_counted || self.incomplete == Incomplete::TakeOver;
        match record {
            // Its own, of a write of which it did not learn whether it arrived.
            Some(own) if own.holder == self.standby => Availability::Free,
            Some(record) if record.state == Held::Released && record.next == Some(self.standby) => {
                Availability::Free
            }
            Some(_) | None if !is_over => Availability::Held,
            Some(_) | None if may => Availability::Free,
            Some(_) | None => Availability::Withheld,
        }
    }

    /// Whether its leader went on without it after the last answer, as the record of the lease says: the link of this standby
    /// was down, and what its leader confirmed since is kept once. A record that is seen soon after that answer may have been
    /// written before it.
    fn is_given_up(&self, record: Option<&Record>, watched: Watched) -> bool {
        // A record of a log that is not described says nothing of standbys.
        let Some(record) = record.filter(|record| record.events.is_some()) else {
            return false;
        };
        let is_later = |at: Duration| watched.since.saturating_sub(at) >= SILENCE;
        record.standby != Some(self.standby) && self.answered.is_none_or(is_later)
    }

    /// The broker did not answer, or the record cannot be read. Its leader cannot renew the lease then either: the wait
    /// begins anew.
    pub(super) fn unanswered(&mut self, now: Duration) -> Step {
        self.looked = Some(now);
        self.availability = Availability::Held;
        self.watched = None;
        Step::Ask
    }

    /// The connection ended: behind it may be another broker, which counts anew.
    pub(super) fn disconnected(&mut self) {
        self.watched = None;
    }
}

#[cfg(test)]
mod tests;
