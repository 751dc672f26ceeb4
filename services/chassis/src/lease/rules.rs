//! When a service may decide. Pure: no broker, no folder, no clock; moments are durations by a clock that never goes back.
//!
//! One record at the broker says who decides. A process writes it only over the record that it has read (compare and set):
//! first to take the lease, then again and again to keep it. A holder is sure for a while after a write was *sent*, and
//! less long than others wait after they have *seen* it. So a process that takes over may be late, and one that was paused knows
//! it when it wakes.
//!
//! A site goes on whatever its link does, and has no standby: there a holder writes to tell others that it is there, and
//! nothing of its own depends on it. So it writes less and less often, its record lasts as much longer, and ten thousand
//! sites leave the broker its time (`site_load`).

mod record;
#[cfg(test)]
mod site_load;

use std::time::Duration;

use uuid::Uuid;

pub(crate) use self::record::{Held, LEASE, LEASE_BEFORE, Record, Seen};

/// So much earlier its holder stops: clocks run differently fast.
pub(crate) const MARGIN: Duration = Duration::from_millis(1_500);
/// How often a holder writes its record again.
pub(crate) const RENEW: Duration = Duration::from_millis(1_500);
/// The longest pause of a holder at a site. One that was switched off without a stop waits as long when it is on again.
const RENEW_AT_SITE: Duration = Duration::from_secs(20);
/// By so many milliseconds, up to 255 times, the longest pauses of holders differ: whole ones, as the record says them.
const SPREAD_MS: u64 = 19;
/// The pause after which a broker that did not answer is asked once more, and the longest one at a site that goes on meanwhile.
const RETRY: Duration = Duration::from_millis(500);
const RETRY_AT_SITE: Duration = Duration::from_secs(16);
/// After so long without an answer of the hub, a site whose service runs nowhere else goes on alone.
pub(crate) const ALONE: Duration = Duration::from_secs(4);

/// Whether another process listens to what is asked of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// None does.
    Nobody,
    Somebody,
    /// One listens and does not answer: it may be paused.
    Unclear,
}

/// What the folder says of who decided on it before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) term: u64,
    pub(crate) holder: Option<Uuid>,
    /// Whether that process is known to have ended.
    pub(crate) is_over: bool,
}

/// Where the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Hub,
    /// A site, whose work goes on while it cannot reach the hub.
    Site,
}

/// Why a process decides nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// Another one decides.
    Runs { node: String, term: u64 },
    /// One that keeps no lease answers: an earlier version.
    Answers,
    /// Another one has taken over meanwhile.
    TakenOver { node: String, term: u64 },
}

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The record is read.
    Look,
    /// It is written, if the broker's newest has this sequence.
    Write {
        expected: u64,
        record: Record,
    },
    /// Nothing for this long.
    Wait(Duration),
    Stop(Why),
}

#[derive(Debug, Clone, Copy)]
struct Watched {
    sequence: u64,
    since: Duration,
    changes: u32,
}

#[derive(Debug)]
enum State {
    Seeking(Option<Watched>),
    Holding {
        term: u64,
        sequence: u64,
        until: Duration,
    },
}

/// One process and its lease.
#[derive(Debug)]
pub(crate) struct Rules {
    holder: Uuid,
    node: String,
    at: At,
    claim: Claim,
    /// Events of the log that it would decide on; unlimited where that is not known.
    events: u64,
    state: State,
    /// After the next write.
    pause: Duration,
    /// After the next question that is not answered.
    retry: Duration,
    silent_since: Option<Duration>,
    is_alone: bool,
}

impl Rules {
    pub(crate) fn new(holder: Uuid, node: String, at: At, claim: Claim) -> Self {
        Self {
            holder,
            node,
            at,
            claim,
            events: u64::MAX,
            state: State::Seeking(None),
            pause: RENEW,
            retry: RETRY,
            silent_since: None,
            is_alone: false,
        }
    }

    /// The same, for a log of so many events.
    pub(crate) fn on_log_of(self, events: u64) -> Self {
        Self { events, ..self }
    }

    /// The term under which it decides, or would go on alone.
    pub(crate) fn term(&self) -> u64 {
        match self.state {
            State::Holding { term, .. } => term,
            State::Seeking(_) => self.claim.term,
        }
    }

    /// Until when it may decide; `None` if not at all now, [`Duration::MAX`] at a site that goes on whatever its link does.
    pub(crate) fn until(&self) -> Option<Duration> {
        match (&self.state, self.at) {
            (State::Holding { .. }, At::Site) => Some(Duration::MAX),
            (State::Holding { until, .. }, At::Hub) => Some(*until),
            (State::Seeking(_), _) if self.is_alone => Some(Duration::MAX),
            (State::Seeking(_), _) => None,
        }
    }

    /// Whether it may decide at this moment.
    pub(crate) fn is_sure(&self, now: Duration) -> bool {
        self.until().is_some_and(|until| now < until)
    }

    /// The connection ended: behind it may be another broker, which counts anew.
    pub(crate) fn disconnected(&mut self) {
        if let State::Seeking(watched) = &mut self.state {
            *watched = None;
        }
    }

    /// Whether it matters who else listens.
    pub(crate) fn asks_presence(&self) -> bool {
        matches!(self.state, State::Seeking(_))
    }

    /// After a pause. Who is not sure looks first: a broker that forgot everything counts from the beginning, and may have
    /// come to the same number.
    pub(crate) fn next(&self, now: Duration) -> Step {
        match self.state {
            State::Seeking(_) => Step::Look,
            State::Holding { .. } if !self.is_sure(now) => Step::Look,
            State::Holding { term, sequence, .. } => self.write(sequence, term),
        }
    }

    /// The broker has answered with its newest record.
    pub(crate) fn seen(&mut self, now: Duration, seen: &Seen, presence: Presence) -> Step {
        self.note_answer();
        // A site that goes on alone listens itself by then, and no other process did before.
        let presence = if self.is_alone {
            Presence::Nobody
        } else {
            presence
        };
        match self.state {
            // Another one may have held it since, and the broker has forgotten that too.
            State::Holding { term, .. } if seen.record.is_none() && !self.is_sure(now) => {
                self.claim = Claim {
                    term,
                    holder: Some(self.holder),
                    is_over: false,
                };
                self.seen_seeking(now, seen, presence, None)
            }
            State::Holding { term, .. } if self.is_sure(now) && is_from_before(seen, term) => {
                self.write(seen.sequence, term)
            }
            State::Holding { term, until, .. } => self.seen_holding(seen, term, until),
            State::Seeking(watched) => self.seen_seeking(now, seen, presence, watched),
        }
    }

    fn seen_holding(&mut self, seen: &Seen, term: u64, until: Duration) -> Step {
        match &seen.record {
            Some(other) if other.holder != self.holder => Step::Stop(Why::TakenOver {
                node: other.node.clone(),
                term: other.term,
            }),
            // Its own, or the broker has lost it.
            Some(_) | None => {
                let sequence = seen.sequence;
                self.state = State::Holding {
                    term,
                    sequence,
                    until,
                };
                self.write(sequence, term)
            }
        }
    }

    fn seen_seeking(
        &mut self,
        now: Duration,
        seen: &Seen,
        presence: Presence,
        before: Option<Watched>,
    ) -> Step {
        let sequence = seen.sequence;
        let watched = match before {
            Some(before) if before.sequence == sequence => before,
            before => Watched {
                sequence,
                since: now,
                changes: before.map_or(0, |before| before.changes + 1),
            },
        };
        self.state = State::Seeking(Some(watched));
        // The standby, which has what this log lacks, is let go first.
        let lags = seen.record.as_ref().is_some_and(|it| self.lags(it));
        // A process that took over from this one since has a lease of this version.
        let was_own = self.claim.holder == Some(self.holder);
        let lost = if was_own { LEASE } else { LEASE_BEFORE };
        let lasts = seen.record.as_ref().map_or(lost, Record::lasts);
        let wait = if lags { 2 * lasts } else { lasts };
        let watched_for = now.saturating_sub(watched.since);
        let is_over = watched_for >= wait;
        // One that writes seldom is known by its answers.
        let answers = presence == Presence::Somebody && lasts > LEASE && watched_for >= LEASE;
        match &seen.record {
            // A write of which it was not known whether it arrived.
            Some(own) if own.holder == self.holder => self.write(sequence, own.term),
            Some(other) if other.state == Held::Held && (answers || watched.changes >= 2) => {
                Step::Stop(Why::Runs {
                    node: other.node.clone(),
                    term: other.term,
                })
            }
            // It is not this process itself that answers: one that held the lease listens all the time.
            None if is_over && !was_own && presence == Presence::Somebody => {
                Step::Stop(Why::Answers)
            }
            record if is_over || (!lags && self.is_free(record.as_ref(), presence)) => {
                let known = record.as_ref().map_or(0, |record| record.term);
                self.write(sequence, known.max(self.claim.term) + 1)
            }
            Some(_) | None => Step::Wait(Duration::from_secs(1)),
        }
    }

    /// Whether its log is an older copy of one that a standby has whole: it lacks events that the last holder had, and that
    /// holder counted on a standby.
    fn lags(&self, record: &Record) -> bool {
        record.standby.is_some() && record.events.is_some_and(|events| events > self.events)
    }

    /// Whether the lease can be taken without waiting.
    fn is_free(&self, record: Option<&Record>, presence: Presence) -> bool {
        let nobody = presence == Presence::Nobody;
        match record {
            Some(record) if record.state == Held::Released => {
                record.next.is_none_or(|next| next == self.holder)
            }
            // This folder's own, whose process has ended.
            Some(record) => {
                nobody && self.claim.is_over && self.claim.holder == Some(record.holder)
            }
            // If a process has decided on this folder, the broker has lost its record, and perhaps does not reach it now.
            None => nobody && self.claim.holder.is_none(),
        }
    }

    /// A write that was sent at `sent` is now the record.
    pub(crate) fn wrote(&mut self, sent: Duration, term: u64, sequence: u64) -> Step {
        self.note_answer();
        self.is_alone = false;
        self.state = State::Holding {
            term,
            sequence,
            until: (sent + LEASE).saturating_sub(MARGIN),
        };
        let pause = self.pause;
        if self.at == At::Site {
            self.pause = (pause * 2).min(self.longest_pause());
        }
        Step::Wait(pause)
    }

    /// Not the same for all sites: those that were switched on together do not write together for ever.
    fn longest_pause(&self) -> Duration {
        let spread = u64::from(self.holder.as_bytes()[15]);
        RENEW_AT_SITE - Duration::from_millis(spread * SPREAD_MS)
    }

    fn note_answer(&mut self) {
        self.silent_since = None;
        self.retry = RETRY;
    }

    /// The broker did not answer, or not so that anything is known.
    pub(crate) fn unanswered(&mut self, now: Duration, presence: Presence) -> Step {
        let since = *self.silent_since.get_or_insert(now);
        let seeks = matches!(self.state, State::Seeking(_));
        // Its holder cannot write to a broker that does not answer: the wait begins anew.
        if now.saturating_sub(since) >= RENEW {
            self.disconnected();
        }
        let is_long = now.saturating_sub(since) >= ALONE;
        if seeks && self.at == At::Site && is_long && presence == Presence::Nobody {
            self.is_alone = true;
        }
        let pause = self.retry;
        if self.at == At::Site && self.until().is_some() {
            self.retry = (pause * 2).min(RETRY_AT_SITE);
        }
        Step::Wait(pause)
    }

    fn record_of(&self, term: u64, state: Held) -> Record {
        let record = Record::new(self.holder, term, self.node.clone(), state);
        record.with_duration(LEASE + (self.pause - RENEW))
    }

    /// What is written when it stops in good order; nothing if it holds nothing.
    pub(crate) fn release(&self) -> Option<(u64, Record)> {
        match self.state {
            State::Holding { term, sequence, .. } => {
                Some((sequence, self.record_of(term, Held::Released)))
            }
            State::Seeking(_) => None,
        }
    }

    fn write(&self, expected: u64, term: u64) -> Step {
        let record = self.record_of(term, Held::Held);
        Step::Write { expected, record }
    }
}

/// Whether the broker tells of an earlier term than one that is surely held: it came back with an older store.
fn is_from_before(seen: &Seen, term: u64) -> bool {
    let record = seen.record.as_ref();
    record.is_some_and(|record| record.term < term)
}

#[cfg(test)]
mod tests;
