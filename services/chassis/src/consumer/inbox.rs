//! How far each source was heard, and what an event that arrives is to that: the next one, a
//! duplicate, one that is ahead, or a part of another history. Pure.
//!
//! A position alone does not tell a log from its copy. So the mark of the last event heard is kept
//! beside its position: an event that follows it must name its hash as the one before.

use std::{collections::BTreeMap, fmt};

use onestop_proto::envelope::{Envelope, Source};
use uuid::Uuid;

/// The first eight bytes of a record's hash: enough to notice that two histories are not the same.
/// That nobody forged one is what checkpoints and proofs are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub(crate) u64);

impl Mark {
    /// Of a hash in hexadecimal; nothing if it is none.
    #[must_use]
    pub fn of(hash: &str) -> Option<Self> {
        let head = hash.get(..16)?;
        u64::from_str_radix(head, 16).ok().map(Self)
    }
}

/// How far one history of a source was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upto {
    /// The next position expected.
    pub next: u64,
    /// The mark of the event before it; nothing at the beginning.
    pub mark: Option<Mark>,
}

impl Upto {
    /// Up to and with this event, which stands at `position`.
    #[must_use]
    pub(crate) fn with(envelope: &Envelope, position: u64) -> Self {
        Self {
            next: position + 1,
            mark: Mark::of(&envelope.hash),
        }
    }
}

/// How far each history of each source was heard, by source and epoch.
pub type Progress = BTreeMap<(Source, Uuid), Upto>;

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

/// The history of a source that is followed. Epochs are UUIDs of version 7: the newest is the greatest.
pub(crate) fn followed(progress: &Progress, source: &Source) -> Option<(Uuid, Upto)> {
    let first = (source.clone(), Uuid::nil());
    let last = (source.clone(), Uuid::max());
    let newest = progress.range(first..=last).next_back();
    newest.map(|((_, epoch), upto)| (*epoch, *upto))
}

/// What an event says of its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) source: &'a Source,
    pub(crate) epoch: Uuid,
    pub(crate) position: u64,
    /// The mark of the event that it names as the one before.
    pub(crate) before: Option<Mark>,
    /// Its own.
    pub(crate) own: Option<Mark>,
}

impl<'a> Arrival<'a> {
    /// Of an event in its envelope; nothing if its sequence is no number.
    pub(crate) fn of(envelope: &'a Envelope) -> Option<Self> {
        Some(Self {
            source: &envelope.source,
            epoch: envelope.epoch,
            position: envelope.position()?,
            before: Mark::of(&envelope.prevhash),
            own: Mark::of(&envelope.hash),
        })
    }
}

/// Judges one event by what was heard so far.
pub(crate) fn judge(progress: &Progress, it: &Arrival<'_>) -> Verdict {
    let Some((epoch, upto)) = followed(progress, it.source) else {
        return by_position(Upto::default(), it);
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

fn by_position(upto: Upto, it: &Arrival<'_>) -> Verdict {
    let differs = |mark: Option<Mark>| upto.mark.is_some() && upto.mark != mark;
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
pub(crate) fn ask_from(heard: Option<(Uuid, Upto)>) -> u64 {
    match heard {
        Some((_, upto)) if upto.mark.is_some() => upto.next.saturating_sub(1),
        Some((_, upto)) => upto.next,
        None => 0,
    }
}

/// Judges what a source answered as a whole, by what was heard when it was asked; its events are
/// judged one by one.
pub(crate) fn judge_page(
    asked: Option<(Uuid, Upto)>,
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
