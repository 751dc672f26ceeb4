//! Compares a log with what a subscriber says that it has taken in. Pure.

use std::cmp::Ordering;

use onestop_proto::{
    envelope::Source,
    replication::{Contradiction, Difference, ReplicationState, Sources},
};
use uuid::Uuid;

use crate::store::{HashPrefix, SourcePositions, followed};

/// What a subscriber says that it has taken in from a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    Nothing,
    /// This incarnation, up to a position.
    Position {
        /// The next position that it expects.
        next: u64,
        /// The hash prefix of the event before it.
        mark: Option<HashPrefix>,
        /// Whether it has set the log aside.
        set_aside: bool,
    },
    /// A later incarnation, which replaced this one.
    Later {
        epoch: Uuid,
    },
}

/// How many events of an earlier incarnation of the log `own` a subscriber has taken in, the longest of them.
pub(super) fn former_events(answer: &Sources, own: &Source, epoch: Uuid) -> u64 {
    let states = answer.sources.iter();
    let former = states.filter(|state| state.source == *own && state.epoch < epoch);
    former.map(|state| state.next).max().unwrap_or(0)
}

impl Claim {
    /// Reads what an answer says of the log `own` in its incarnation `epoch`.
    pub(super) fn of(answer: &Sources, own: &Source, epoch: Uuid) -> Self {
        let about = answer.sources.iter().filter(|state| state.source == *own);
        // Epochs are UUIDs of version 7: a subscriber follows the greatest.
        let Some(followed) = about.max_by_key(|state| state.epoch) else {
            return Self::Nothing;
        };
        let set_aside = matches!(
            followed.state,
            ReplicationState::Diverged { epoch: of, .. } if of == epoch
        );
        let claim = Self::Position {
            next: followed.next,
            mark: followed.mark.as_deref().and_then(HashPrefix::parse),
            set_aside,
        };
        claim.of_incarnation(followed.epoch, epoch)
    }

    /// Reads what a subscriber's own cursors say.
    pub(super) fn of_positions(positions: &SourcePositions, own: &Source, epoch: Uuid) -> Self {
        let Some((of, reached)) = followed(positions, own) else {
            return Self::Nothing;
        };
        let claim = Self::Position {
            next: reached.next,
            mark: reached.hash_prefix,
            set_aside: false,
        };
        claim.of_incarnation(of, epoch)
    }

    /// The same claim about the incarnation `of`, as it concerns the log's own.
    fn of_incarnation(self, of: Uuid, own: Uuid) -> Self {
        match of.cmp(&own) {
            Ordering::Less => Self::Nothing,
            Ordering::Equal => self,
            Ordering::Greater => Self::Later { epoch: of },
        }
    }

    /// The position of the record that must be compared.
    pub(super) fn last(self) -> Option<u64> {
        match self {
            Self::Position { next, .. } => next.checked_sub(1),
            Self::Nothing | Self::Later { .. } => None,
        }
    }

    /// How the log contradicts the claim; `record` is the hash prefix of its record at [`Claim::last`], if it has one.
    pub(super) fn compare(
        self,
        by: &Source,
        head: u64,
        record: Option<HashPrefix>,
    ) -> Option<Contradiction> {
        let found = |position, how| {
            let by = by.clone();
            Some(Contradiction { by, position, how })
        };
        match self {
            Self::Nothing => None,
            Self::Later { epoch } => found(head, Difference::Superseded { epoch }),
            Self::Position { next, .. } if next > head => {
                found(head, Difference::Shorter { known: next })
            }
            Self::Position {
                next,
                mark: Some(mark),
                ..
            } => match record {
                Some(record) if record != mark => {
                    found(next.saturating_sub(1), Difference::Differs {})
                }
                Some(_) | None => None,
            },
            // A subscriber of version 0.1.0 names no mark, but knows that the two differ.
            Self::Position {
                next,
                mark: None,
                set_aside: true,
            } => found(next, Difference::Differs {}),
            Self::Position {
                mark: None,
                set_aside: false,
                ..
            } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::replication::SourceState;

    use super::*;

    const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const OTHER: &str = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn source(service: &str) -> Source {
        format!("/onestop/{service}/main").parse().unwrap()
    }

    fn epoch(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn state(of: u128, next: u64, mark: Option<&str>) -> SourceState {
        SourceState {
            source: source("intake"),
            epoch: epoch(of),
            next,
            mark: mark.map(|hash| hash[..16].to_owned()),
            head: None,
            answered_at: None,
            state: ReplicationState::Synced {},
        }
    }

    /// What the log of epoch 5 with `head` records, the last of which has `HASH`, makes of an answer.
    fn judged(states: Vec<SourceState>, head: u64) -> Option<Difference> {
        let answer = Sources {
            sources: states,
            ..Sources::default()
        };
        let claim = Claim::of(&answer, &source("intake"), epoch(5));
        let record = claim.last().filter(|last| *last < head);
        let record = record.and_then(|_| HashPrefix::parse(HASH));
        let found = claim.compare(&source("journal"), head, record);
        found.map(|found| found.how)
    }

    #[test]
    fn an_earlier_incarnation_tells_how_much_there_was() {
        let sources = vec![state(3, 40, None), state(4, 25, None), state(5, 90, None)];
        let answer = Sources {
            sources,
            ..Sources::default()
        };
        assert_eq!(former_events(&answer, &source("intake"), epoch(5)), 40);
        assert_eq!(former_events(&answer, &source("referral"), epoch(5)), 0);
    }

    #[test]
    fn a_subscriber_that_is_behind_or_knows_nothing_contradicts_nothing() {
        assert_eq!(judged(Vec::new(), 3), None);
        assert_eq!(judged(vec![state(5, 3, Some(HASH))], 3), None);
        assert_eq!(judged(vec![state(5, 2, Some(HASH))], 3), None);
        let elsewhere = SourceState {
            source: source("referral"),
            ..state(5, 9, None)
        };
        assert_eq!(judged(vec![elsewhere], 3), None);
    }

    #[test]
    fn a_log_that_was_rolled_back_is_shorter_than_what_was_taken_in() {
        let shorter = judged(vec![state(5, 4, Some(HASH))], 3);
        assert_eq!(shorter, Some(Difference::Shorter { known: 4 }));
    }

    #[test]
    fn a_log_that_was_written_on_after_it_was_rolled_back_has_another_record() {
        let differs = judged(vec![state(5, 3, Some(OTHER))], 7);
        assert_eq!(differs, Some(Difference::Differs {}));
    }

    #[test]
    fn a_copy_from_before_a_restore_is_superseded_and_the_restored_log_is_not() {
        let states = vec![state(5, 3, Some(HASH)), state(6, 0, None)];
        let epoch = epoch(6);
        assert_eq!(judged(states, 3), Some(Difference::Superseded { epoch }));
        // The restored log may be shorter: its subscribers set it aside until an operator decides.
        assert_eq!(judged(vec![state(4, 9, Some(OTHER))], 3), None);
    }

    #[test]
    fn a_subscriber_without_marks_is_believed_when_it_has_set_the_log_aside() {
        let aside = |of: u128| SourceState {
            state: ReplicationState::Diverged {
                since: "2026-03-04T08:00:00Z".parse().unwrap(),
                epoch: epoch(of),
                problem: "it differs".to_owned(),
            },
            ..state(5, 3, None)
        };
        assert_eq!(judged(vec![aside(5)], 7), Some(Difference::Differs {}));
        assert_eq!(judged(vec![aside(4)], 7), None);
        assert_eq!(judged(vec![state(5, 3, None)], 7), None);
    }
}
