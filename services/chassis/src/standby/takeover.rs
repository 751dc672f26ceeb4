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
mod tests {
    use super::*;
    use crate::lease::rules::LEASE;

    const NOW: Duration = Duration::from_secs(100);
    const STANDBY: Uuid = Uuid::from_u128(7);
    const LEADER: Uuid = Uuid::from_u128(1);

    fn standby(incomplete: Incomplete) -> Takeover {
        Takeover::new(STANDBY, "there".to_owned(), incomplete)
    }

    fn said(followed: Followed) -> Said {
        Said {
            term: 4,
            count: 9,
            followed,
        }
    }

    /// One on which a leader counts that answered just now.
    fn whole() -> Takeover {
        let mut whole = standby(Incomplete::Wait);
        whole.answered(NOW, said(Followed::Yes));
        whole
    }

    fn held(sequence: u64) -> Seen {
        let record = Record::new(LEADER, 4, "here".to_owned(), Held::Held);
        Seen {
            record: Some(record),
            sequence,
        }
    }

    fn released(next: Option<Uuid>) -> Seen {
        let mut seen = held(5);
        if let Some(record) = seen.record.as_mut() {
            record.state = Held::Released;
            record.next = next;
        }
        seen
    }

    fn taken(step: &Step) -> Option<u64> {
        match step {
            Step::Take { record, .. } => Some(record.term),
            Step::Ask | Step::Look | Step::Wait(_) => None,
        }
    }

    #[test]
    fn a_lease_that_is_renewed_is_not_taken() {
        let mut standby = whole();
        for second in 0..120_u32 {
            let now = NOW + second * Duration::from_secs(1);
            let step = standby.seen(now, &held(u64::from(second / 4)));
            assert_eq!(step, Step::Ask, "{second}");
        }
    }

    #[test]
    fn one_that_is_over_is_taken_under_the_next_term() {
        let mut standby = whole();
        assert_eq!(standby.seen(NOW, &held(5)), Step::Ask);
        let early = NOW + LEASE - Duration::from_millis(1);
        assert_eq!(standby.seen(early, &held(5)), Step::Ask);
        assert_eq!(taken(&standby.seen(NOW + LEASE, &held(5))), Some(5));
    }

    /// The broker's streams may answer nothing for a while, and its leader works on.
    #[test]
    fn a_leader_that_answers_keeps_it() {
        let mut standby = whole();
        standby.seen(NOW, &held(5));
        let later = NOW + 2 * LEASE;
        standby.answered(later, said(Followed::Yes));
        assert_eq!(standby.seen(later, &held(5)), Step::Ask);
        assert_eq!(taken(&standby.seen(later + LEASE, &held(5))), Some(5));
    }

    #[test]
    fn a_switch_is_taken_at_once_and_that_to_another_standby_is_not() {
        let mut standby = whole();
        assert_eq!(taken(&standby.seen(NOW, &released(Some(STANDBY)))), Some(5));
        let mut standby = whole();
        let other = released(Some(LEADER));
        assert_eq!(standby.seen(NOW, &other), Step::Ask);
        let mut standby = whole();
        assert_eq!(
            standby.seen(NOW, &released(None)),
            Step::Ask,
            "it may be an ordinary restart"
        );
        let step = standby.seen(NOW + RESTART - LEASE, &released(None));
        assert_eq!(step, Step::Ask);
        let step = standby.seen(NOW + RESTART, &released(None));
        assert_eq!(taken(&step), Some(5));
    }

    /// Its leader cannot renew the lease while the broker elects or is started again.
    #[test]
    fn the_silence_of_the_broker_is_not_counted() {
        let mut standby = whole();
        standby.seen(NOW, &held(5));
        standby.unanswered(NOW + LEASE / 2);
        let back = NOW + LEASE;
        assert_eq!(standby.seen(back, &held(5)), Step::Ask);
        assert_eq!(taken(&standby.seen(back + LEASE, &held(5))), Some(5));
    }

    #[test]
    fn a_copy_on_which_no_leader_counted_waits_unless_an_operator_says_otherwise() {
        let late = NOW + 3 * LEASE;
        let mut waiting = standby(Incomplete::Wait);
        waiting.answered(NOW, said(Followed::No));
        waiting.seen(NOW, &held(5));
        assert!(!waiting.is_withheld(), "its leader may be there");
        assert_eq!(waiting.seen(late, &held(5)), Step::Ask);
        assert!(waiting.is_withheld());
        assert_eq!(waiting.missing(8), 1);
        let mut allowed = standby(Incomplete::TakeOver);
        allowed.seen(NOW, &held(5));
        assert_eq!(taken(&allowed.seen(late, &held(5))), Some(5));
        assert!(!allowed.is_withheld());
        waiting.answered(late, said(Followed::No));
        assert!(!waiting.is_withheld(), "its leader is back");
    }

    /// Its leader wrote on after its last answer, and renewed its lease.
    #[test]
    fn what_the_lease_says_the_leader_had_is_missed() {
        let mut standby = whole();
        let mut later = held(6);
        if let Some(record) = later.record.as_mut() {
            record.events = Some(12);
        }
        standby.seen(NOW, &later);
        assert_eq!((standby.missing(9), standby.missing(12)), (3, 0));
    }

    /// Its link was down, and its leader confirmed more before it died.
    #[test]
    fn a_standby_that_its_leader_has_given_up_waits() {
        let back = NOW + 3 * LEASE;
        let after_a_while = |counts_on: Option<Uuid>| {
            let mut standby = whole();
            standby.seen(NOW, &held(5));
            standby.disconnected();
            let mut later = held(30);
            if let Some(record) = later.record.as_mut() {
                record.events = Some(40);
                record.standby = counts_on;
            }
            assert_eq!(standby.seen(back, &later), Step::Ask);
            taken(&standby.seen(back + LEASE, &later))
        };
        assert_eq!(after_a_while(None), None);
        assert_eq!(after_a_while(Some(LEADER)), None, "another standby");
        assert_eq!(after_a_while(Some(STANDBY)), Some(5));
    }

    /// The leader died before it wrote its lease again.
    #[test]
    fn a_record_from_before_the_last_answer_gives_no_standby_up() {
        let mut standby = whole();
        let mut before = held(5);
        if let Some(record) = before.record.as_mut() {
            record.events = Some(9);
        }
        standby.seen(NOW + RENEW, &before);
        let late = NOW + RENEW + LEASE;
        assert_eq!(taken(&standby.seen(late, &before)), Some(5));
    }

    #[test]
    fn an_answer_of_an_earlier_term_is_refused() {
        let mut standby = whole();
        assert!(standby.accepts(4) && standby.accepts(5));
        let mut newer = held(6);
        if let Some(record) = newer.record.as_mut() {
            record.term = 6;
        }
        standby.seen(NOW, &newer);
        assert!(!standby.accepts(5) && standby.accepts(6));
    }

    #[test]
    fn its_own_record_is_written_once_more_under_its_term() {
        let mut standby = whole();
        let mut own = held(8);
        if let Some(record) = own.record.as_mut() {
            record.holder = STANDBY;
            record.term = 5;
        }
        assert_eq!(taken(&standby.seen(NOW, &own)), Some(5));
    }
}
