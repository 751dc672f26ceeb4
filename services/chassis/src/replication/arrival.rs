//! How far each source was heard, and what an event that arrives is to that: the next one, a
//! duplicate, one that is ahead, or a part of another history. Pure.
//!
//! A position alone does not tell a log from its copy. So the mark of the last event heard is kept
//! beside its position: an event that follows it must name its hash as the one before.

use std::fmt;

use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

use crate::store::{HashPrefix, SourcePosition, SourcePositions, followed};

/// What an event is to what was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The one that follows.
    Next,
    /// It was heard before.
    Seen,
    /// Something is missing before it: the source knows.
    Ahead,
    /// It belongs to a history that does not continue the one heard.
    Forked(Fork),
}

/// How a history differs from the one heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fork {
    /// The event at this position is not the one that was heard there, or does not follow it.
    Differs { position: u64 },
    /// It ends before what was heard.
    Shorter { head: u64, heard: u64 },
    /// It is an incarnation whose place another one has taken.
    Former,
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { position } => write!(
                f,
                "its event at position {position} is another than the one heard there"
            ),
            Self::Shorter { head, heard } => write!(
                f,
                "it has {head} events, {heard} were heard: it was restored from an older state"
            ),
            Self::Former => {
                f.write_str("it is an earlier history, which another took the place of")
            }
        }
    }
}

/// What an event says of its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) source: &'a Source,
    pub(crate) epoch: Uuid,
    pub(crate) position: u64,
    /// The mark of the event that it names as the one before.
    pub(crate) before: Option<HashPrefix>,
    /// Its own.
    pub(crate) own: Option<HashPrefix>,
}

impl<'a> Arrival<'a> {
    /// Of an event in its envelope; nothing if its sequence is no number.
    pub(crate) fn of(envelope: &'a Envelope) -> Option<Self> {
        Some(Self {
            source: &envelope.source,
            epoch: envelope.epoch,
            position: envelope.position()?,
            before: HashPrefix::parse(&envelope.prevhash),
            own: HashPrefix::parse(&envelope.hash),
        })
    }
}

/// Judges one event by what was heard so far.
pub(crate) fn judge(progress: &SourcePositions, it: &Arrival<'_>) -> Verdict {
    let Some((epoch, upto)) = followed(progress, it.source) else {
        return by_position(SourcePosition::default(), it);
    };
    if it.epoch < epoch {
        return match progress.get(&(it.source.clone(), it.epoch)) {
            Some(heard) if it.position < heard.next => Verdict::Seen,
            _ => Verdict::Forked(Fork::Former),
        };
    }
    // A newer incarnation is a log that was restored. It may continue what was heard; then it is
    // followed without anybody's help.
    by_position(upto, it)
}

fn by_position(upto: SourcePosition, it: &Arrival<'_>) -> Verdict {
    let differs = |mark: Option<HashPrefix>| upto.hash_prefix.is_some() && upto.hash_prefix != mark;
    let position = it.position;
    if position > upto.next {
        Verdict::Ahead
    } else if position == upto.next {
        if differs(it.before) {
            return Verdict::Forked(Fork::Differs { position });
        }
        Verdict::Next
    } else if position + 1 == upto.next && differs(it.own) {
        Verdict::Forked(Fork::Differs { position })
    } else {
        Verdict::Seen
    }
}

/// From where a source is asked: from the last event heard, to see that it is still the same one.
pub(crate) fn ask_from(heard: Option<(Uuid, SourcePosition)>) -> u64 {
    match heard {
        Some((_, upto)) if upto.hash_prefix.is_some() => upto.next.saturating_sub(1),
        Some((_, upto)) => upto.next,
        None => 0,
    }
}

/// Judges what a source answered as a whole, by what was heard when it was asked; its events are
/// judged one by one.
pub(crate) fn judge_page(
    asked: Option<(Uuid, SourcePosition)>,
    (page_epoch, head): (Uuid, u64),
) -> Result<(), Fork> {
    let Some((epoch, upto)) = asked else {
        return Ok(());
    };
    if page_epoch < epoch {
        return Err(Fork::Former);
    }
    if head < upto.next {
        let heard = upto.next;
        return Err(Fork::Shorter { head, heard });
    }
    Ok(())
}
