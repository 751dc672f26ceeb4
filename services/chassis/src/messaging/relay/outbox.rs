//! Decides which position of the log is published next, and which are known to be at the broker. Pure.
//!
//! The broker names with each acknowledgement the sequence of the event in its stream. The highest of these sequences is
//! saved with the acknowledged position. If the last event of this log in the stream still has that sequence, the stream
//! is as it was, and publishing continues behind what was acknowledged: an ordinary restart publishes nothing again. If
//! its sequence is lower, the broker has lost what it had acknowledged.
//!
//! The broker may hold less than it seems to. A publication that was never acknowledged may be missing although its
//! successors arrived, on an older connection that was considered dead: then the last event is ahead of a hole. The
//! distance is bounded by the number of publications in flight. So wherever the stream is not as it was, publishing
//! continues from the lower of the two positions, less that number; duplicates are dropped by message id. Without that
//! number the simulation finds an event that the broker misses for good, within a million steps.
//!
//! A stream that was made anew while a relay publishes counts from the beginning: an event gets a sequence that was passed
//! long ago. Its content is unknown then, and the relay publishes all again, as where it holds no event of this log.

/// Publications in flight: enough for ten thousand events a second at a broker that takes 25 ms under load, or to fill
/// a link of 50 ms with five thousand; and little to send again after each reconnection.
const IN_FLIGHT: usize = 256;

/// Whether the broker process is the one that acknowledged the earlier publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Same,
    Other,
}

/// An event of this log in the broker's stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// The position behind it.
    pub(crate) next: u64,
    /// Its place in the stream, which counts from 1; 0 if none is known.
    pub(crate) sequence: u64,
}

/// What the broker has acknowledged, as it survives a restart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    /// Everything before this position.
    pub(crate) next: u64,
    /// The event of it with the highest sequence in the stream.
    pub(crate) last: Held,
}

/// What the broker answered to a publication: the event's sequence in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Stored(u64),
    Duplicate(u64),
}

/// What an answer says of the broker's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Continued,
    /// It has fewer messages than it had: what it holds is not known any more.
    RolledBack,
}

impl Acknowledged {
    /// Whether the broker has lost something of it, by the last event that it holds.
    pub(crate) fn is_lost(&self, held: Option<Held>) -> bool {
        if self.next == 0 {
            return false;
        }
        if self.last.sequence == 0 {
            // What was acknowledged before places were saved is compared by positions.
            return held.map_or(0, |held| held.next) < self.next;
        }
        held.is_none_or(|held| held.sequence < self.last.sequence)
    }
}

/// How far a log is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outbox {
    /// The next position to publish.
    next: u64,
    /// What the current broker has acknowledged.
    acknowledged: Acknowledged,
}

impl Outbox {
    /// Starts with a broker that holds `held` as the last event of ours; `saved` was acknowledged earlier.
    pub(crate) fn begin(held: Option<Held>, saved: Acknowledged, server: Server) -> Self {
        let Acknowledged { next, last } = saved;
        let acknowledged = match held {
            Some(held) if held == last => saved,
            Some(held)
                if server == Server::Same
                    && held.next >= next
                    && held.sequence >= last.sequence =>
            {
                saved
            }
            Some(held) => Acknowledged {
                next: held.next.min(next).saturating_sub(IN_FLIGHT as u64),
                last: held,
            },
            None => Acknowledged::default(),
        };
        Self {
            next: acknowledged.next,
            acknowledged,
        }
    }

    /// The next position to publish.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    pub(crate) fn acknowledged(&self) -> Acknowledged {
        self.acknowledged
    }

    /// Whether the broker still holds what it has acknowledged, by the last event that it holds.
    pub(crate) fn is_held(&self, held: Option<Held>) -> bool {
        let Acknowledged { next, last } = self.acknowledged;
        next == 0 || held.is_some_and(|held| held.sequence >= last.sequence)
    }

    /// How many publications may be started now.
    pub(crate) fn room(&self) -> usize {
        let in_flight = usize::try_from(self.next - self.acknowledged.next).unwrap_or(IN_FLIGHT);
        IN_FLIGHT.saturating_sub(in_flight)
    }

    /// Records that the next position was published.
    pub(crate) fn published(&mut self) {
        self.next += 1;
    }

    /// Records the answer to the oldest publication in flight. A stream that was rolled back makes it void.
    pub(crate) fn oldest_acknowledged(&mut self, answer: Answer) -> Stream {
        let acknowledged = &mut self.acknowledged;
        let sequence = match answer {
            Answer::Stored(sequence) if sequence <= acknowledged.last.sequence => {
                return Stream::RolledBack;
            }
            Answer::Stored(sequence) | Answer::Duplicate(sequence) => sequence,
        };
        acknowledged.next = (acknowledged.next + 1).min(self.next);
        if sequence > acknowledged.last.sequence {
            let next = acknowledged.next;
            acknowledged.last = Held { next, sequence };
        }
        Stream::Continued
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(next: u64, sequence: u64) -> Held {
        Held { next, sequence }
    }

    /// 500 events are acknowledged; the last of them has sequence 9,000.
    fn saved() -> Acknowledged {
        let last = held(500, 9_000);
        Acknowledged { next: 500, last }
    }

    #[test]
    fn an_ordinary_restart_publishes_nothing_again() {
        for server in [Server::Same, Server::Other] {
            let outbox = Outbox::begin(Some(held(500, 9_000)), saved(), server);
            assert_eq!(outbox.next(), 500);
            assert_eq!(outbox.acknowledged(), saved());
        }
        assert!(!saved().is_lost(Some(held(500, 9_000))));
    }

    /// Beyond the time for which the broker drops duplicates, an older event that was published again is the last.
    #[test]
    fn an_older_event_that_was_published_again_is_no_loss() {
        let mut outbox = Outbox::begin(Some(held(501, 9_001)), saved(), Server::Other);
        assert_eq!(outbox.next(), 244);
        outbox.published();
        let answer = Answer::Stored(9_002);
        assert_eq!(outbox.oldest_acknowledged(answer), Stream::Continued);
        let saved = outbox.acknowledged();
        assert_eq!(saved.last, held(245, 9_002));
        assert!(!saved.is_lost(Some(held(245, 9_002))));
        let resumed = Outbox::begin(Some(held(245, 9_002)), saved, Server::Other);
        assert_eq!(resumed.next(), 245);
    }

    #[test]
    fn a_lost_tail_is_published_again() {
        let held = Some(held(400, 8_000));
        assert!(saved().is_lost(held));
        let outbox = Outbox::begin(held, saved(), Server::Other);
        assert_eq!(outbox.next(), 144);
        assert!(!outbox.is_held(None));
        assert!(outbox.is_held(held));
    }

    #[test]
    fn a_stream_without_any_event_gets_all() {
        assert!(saved().is_lost(None));
        assert_eq!(Outbox::begin(None, saved(), Server::Same).next(), 0);
        assert!(!Acknowledged::default().is_lost(None));
    }

    #[test]
    fn a_stream_that_was_made_anew_shows_in_the_next_answer() {
        let held = Some(held(500, 9_000));
        let mut outbox = Outbox::begin(held, saved(), Server::Same);
        for answer in [Answer::Stored(9_004), Answer::Duplicate(9_002)] {
            outbox.published();
            assert_eq!(outbox.oldest_acknowledged(answer), Stream::Continued);
        }
        assert_eq!(outbox.acknowledged().next, 502);
        outbox.published();
        let answer = Answer::Stored(1);
        assert_eq!(outbox.oldest_acknowledged(answer), Stream::RolledBack);
        assert_eq!(outbox.acknowledged().next, 502);
    }

    /// As they were saved by earlier versions.
    #[test]
    fn positions_without_places_are_compared_as_before() {
        let saved = Acknowledged {
            next: 500,
            ..Acknowledged::default()
        };
        assert!(saved.is_lost(None));
        assert!(saved.is_lost(Some(held(400, 8_000))));
        assert!(!saved.is_lost(Some(held(500, 8_000))));
        assert_eq!(Outbox::begin(None, saved, Server::Other).next(), 0);
        let outbox = Outbox::begin(Some(held(500, 8_000)), saved, Server::Other);
        assert_eq!(outbox.next(), 244);
    }
}
