//! Classifies an arriving event by the position reached in its source: next, duplicate, ahead, or part of a
//! diverged history. Pure.

use std::fmt;

use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

use crate::store::{HashPrefix, SourcePosition, SourcePositions, followed};

/// How an event relates to the position reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Continuity {
    Next,
    /// It was processed before.
    Seen,
    /// Events before it are missing; the source has them.
    Gap,
    /// It belongs to a history that does not continue the processed one.
    Forked(Fork),
}

/// How a history differs from the processed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// The event at this position is not the processed one, or does not follow it.
    Differs {
        /// The position.
        position: u64,
    },
    /// The history ends before the position reached.
    Shorter {
        /// Its length.
        head: u64,
        /// The position reached.
        processed: u64,
    },
    /// It is an incarnation that a newer one has replaced.
    Former,
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { position } => write!(
                f,
                "its event at position {position} differs from the one processed"
            ),
            Self::Shorter { head, processed } => write!(
                f,
                "it has {head} events, {processed} were processed: it was restored from an older state"
            ),
            Self::Former => f.write_str("it is an earlier history, which a newer one replaced"),
        }
    }
}

/// What an event says of its place in its source's log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) source: &'a Source,
    pub(crate) epoch: Uuid,
    pub(crate) position: u64,
    /// The hash prefix of its predecessor, as it names it.
    pub(crate) previous: Option<HashPrefix>,
    pub(crate) own: Option<HashPrefix>,
}

impl<'a> Arrival<'a> {
    /// The place of an event; `None` if its sequence is not a number.
    pub(crate) fn of(envelope: &'a Envelope) -> Option<Self> {
        Some(Self {
            source: &envelope.source,
            epoch: envelope.epoch,
            position: envelope.position()?,
            previous: HashPrefix::parse(&envelope.prevhash),
            own: HashPrefix::parse(&envelope.hash),
        })
    }
}

/// Classifies one event.
pub(crate) fn judge(positions: &SourcePositions, arrival: &Arrival<'_>) -> Continuity {
    let Some((epoch, reached)) = followed(positions, arrival.source) else {
        return by_position(SourcePosition::default(), arrival);
    };
    if arrival.epoch < epoch {
        return match positions.get(&(arrival.source.clone(), arrival.epoch)) {
            Some(former) if arrival.position < former.next => Continuity::Seen,
            _ => Continuity::Forked(Fork::Former),
        };
    }
    // A newer incarnation is a restored log. If it continues the processed history, it is followed without
    // an operator's decision.
    by_position(reached, arrival)
}

fn by_position(reached: SourcePosition, arrival: &Arrival<'_>) -> Continuity {
    let differs =
        |prefix: Option<HashPrefix>| reached.hash_prefix.is_some() && reached.hash_prefix != prefix;
    let position = arrival.position;
    if position > reached.next {
        Continuity::Gap
    } else if position == reached.next {
        if differs(arrival.previous) {
            return Continuity::Forked(Fork::Differs { position });
        }
        Continuity::Next
    } else if position + 1 == reached.next && differs(arrival.own) {
        Continuity::Forked(Fork::Differs { position })
    } else {
        Continuity::Seen
    }
}

/// The position from which a source is polled: the last event processed, to check that it is still the same.
pub(crate) fn poll_from(reached: Option<(Uuid, SourcePosition)>) -> u64 {
    match reached {
        Some((_, position)) if position.hash_prefix.is_some() => position.next.saturating_sub(1),
        Some((_, position)) => position.next,
        None => 0,
    }
}

/// Checks a source's reply as a whole against the position reached when it was polled. Its events are
/// classified one by one.
pub(crate) fn judge_page(
    reached: Option<(Uuid, SourcePosition)>,
    page_epoch: Uuid,
    head: u64,
) -> Result<(), Fork> {
    let Some((epoch, position)) = reached else {
        return Ok(());
    };
    if page_epoch < epoch {
        return Err(Fork::Former);
    }
    if head < position.next {
        let processed = position.next;
        return Err(Fork::Shorter { head, processed });
    }
    Ok(())
}
