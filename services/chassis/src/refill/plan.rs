//! Chooses the chain of a lost log. Pure.

use std::collections::BTreeSet;

use onestop_eventlog::Hash;
use onestop_proto::envelope::Source;
use uuid::Uuid;

use super::{
    history::{History, Known, RecordLink, prefix},
    received::Received,
    refusal::{Refusal, Side},
};

/// What the operator has said of what may be lost.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Everything from this position on is given up.
    pub lose_from: Option<u64>,
    /// Subscribers that need not have heard this history.
    pub despite: BTreeSet<Source>,
}

/// A record that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place in the chain.
    pub link: RecordLink,
    /// Where envelopes of it are kept: one of them must have this hash.
    pub places: Vec<u64>,
}

/// The events to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The first position.
    pub first: u64,
    /// The last of which is known.
    pub end: u64,
}

/// The records to append to the remaining log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefillPlan {
    /// The records, in their order.
    pub steps: Vec<Step>,
    /// The newest incarnation that a subscriber knows: the one that is built comes after it.
    pub newest: Option<Uuid>,
    /// What the operator gives up.
    pub lost: Option<Lost>,
}

/// Decides what continues a log whose records have the hashes `base`, or why nothing may.
///
/// The history that is built is the one of the newest incarnation that a subscriber has heard, to the furthest event
/// that continues it.
///
/// # Errors
/// [`Refusal`]: it would not hold what is left of the log and what every subscriber heard, or not without a gap.
pub fn plan(
    history: &History,
    base: &[Hash],
    heard: &[Received],
    said: &Said,
) -> Result<RefillPlan, Refusal> {
    let chains = Chains { history, base };
    let (chain, lost) = match chains.furthest(heard)? {
        Chain::Whole(chain) => match said.lose_from {
            None => (chains.continued(chain, u64::MAX), None),
            Some(said) => return Err(Refusal::NotLost { said, first: None }),
        },
        Chain::Broken { last, end } => {
            let chain = chains.continued(Vec::new(), last);
            let first = (base.len() + chain.len()) as u64;
            match said.lose_from {
                Some(position) if position == first => (chain, Some(Lost { first, end })),
                Some(said) => {
                    let first = Some(first);
                    return Err(Refusal::NotLost { said, first });
                }
                None => return Err(Refusal::Gap { first, last, end }),
            }
        }
    };
    let asked = heard
        .iter()
        .filter(|heard| !said.despite.contains(&heard.by));
    for heard in asked {
        chains.check_heard(&chain, lost, heard)?;
    }
    let epochs = heard.iter().map(|heard| heard.newest);
    let step = |known: &Known| Step {
        link: known.link,
        places: known.places.clone(),
    };
    Ok(RefillPlan {
        steps: chain.into_iter().map(step).collect(),
        newest: epochs.chain(history.newest()).max(),
        lost,
    })
}

/// The way back from the furthest event.
enum Chain<'a> {
    /// It reaches what is left of the log.
    Whole(Vec<&'a Known>),
    /// It does not.
    Broken {
        last: u64,
        /// The furthest position.
        end: u64,
    },
}

struct Chains<'a> {
    history: &'a History,
    base: &'a [Hash],
}

impl<'a> Chains<'a> {
    fn of_base(&self, position: u64) -> Option<Hash> {
        let position = usize::try_from(position).ok()?;
        self.base.get(position).copied()
    }

    /// The hash that a log of the base and this chain has at a position.
    fn at(&self, chain: &[&Known], position: u64) -> Option<Hash> {
        self.of_base(position).or_else(|| {
            let behind = position.checked_sub(self.base.len() as u64)?;
            let known = chain.get(usize::try_from(behind).ok()?)?;
            Some(known.link.hash)
        })
    }

    /// The chain to the furthest event of the newest incarnation, be it that only a subscriber knows of it.
    fn furthest(&self, heard: &[Received]) -> Result<Chain<'a>, Refusal> {
        let taken_in = heard.iter().filter(|heard| heard.next > 0);
        let followed = taken_in.clone().map(|heard| heard.epoch);
        let Some(newest) = followed.chain(self.history.newest()).max() else {
            return if self.base.is_empty() {
                Err(Refusal::Nothing {
                    own: self.history.own().clone(),
                    others: self.history.others().clone(),
                })
            } else {
                Ok(Chain::Whole(Vec::new()))
            };
        };
        let ends = self.history.ends_of(newest);
        if let [one, other, ..] = ends.as_slice() {
            let (position, built) = (one.link.position, one.link.hash);
            let other = other.link.hash;
            return Err(Refusal::differs(position, Side::Twin, other, built));
        }
        let end = ends.first().copied();
        let of_newest = taken_in.filter(|heard| heard.epoch == newest);
        let furthest = of_newest.max_by_key(|heard| heard.next);
        let is_behind =
            |heard: &&Received| end.is_none_or(|end| heard.next > end.link.position + 1);
        match (furthest.filter(is_behind), end) {
            (Some(heard), _) => self.back_from_heard(heard),
            (None, Some(end)) => self.back(end),
            (None, None) => Ok(Chain::Whole(Vec::new())),
        }
    }

    /// A subscriber has heard more than the envelopes of that incarnation say: events that an earlier one had too.
    fn back_from_heard(&self, heard: &Received) -> Result<Chain<'a>, Refusal> {
        let last = heard.next.saturating_sub(1);
        if let Some(own) = self.of_base(last)
            && heard.mark.is_none_or(|mark| prefix(own) == Some(mark))
        {
            return Ok(Chain::Whole(Vec::new()));
        }
        match self.history.find_marked(last, heard.mark) {
            Some(known) => self.back(known),
            None => Ok(Chain::Broken { last, end: last }),
        }
    }

    fn back(&self, end: &'a Known) -> Result<Chain<'a>, Refusal> {
        if let Some(own) = self.of_base(end.link.position) {
            return if own == end.link.hash {
                Ok(Chain::Whole(Vec::new()))
            } else {
                Err(self.differs_from_base(end.link.position, end.link.hash))
            };
        }
        let mut chain = vec![end];
        let mut link = end.link;
        while let Some(before) = link.position.checked_sub(1) {
            if let Some(own) = self.of_base(before) {
                if own == link.previous {
                    break;
                }
                return Err(self.differs_from_base(before, link.previous));
            }
            let Some(known) = self.history.find(before, link.previous) else {
                let end = end.link.position;
                return Ok(Chain::Broken { last: before, end });
            };
            chain.push(known);
            link = known.link;
        }
        chain.reverse();
        Ok(Chain::Whole(chain))
    }

    /// A chain with all that continues it before position `before`: what an earlier incarnation had, and the newest one
    /// has not published again.
    fn continued(&self, mut chain: Vec<&'a Known>, before: u64) -> Vec<&'a Known> {
        let last = chain.last().map(|known| known.link.hash);
        let mut previous = last.or(self.base.last().copied()).unwrap_or(Hash::ZERO);
        let mut position = (self.base.len() + chain.len()) as u64;
        while position < before
            && let Some(known) = self.history.after(position, previous)
        {
            previous = known.link.hash;
            chain.push(known);
            position += 1;
        }
        chain
    }

    /// Checks that the log that is built holds what a subscriber heard.
    fn check_heard(
        &self,
        chain: &[&Known],
        lost: Option<Lost>,
        heard: &Received,
    ) -> Result<(), Refusal> {
        let Some(last) = heard.last() else {
            return Ok(());
        };
        let Some(built) = self.at(chain, last) else {
            // What is given up, the subscriber may have heard.
            return match lost {
                Some(_) => Ok(()),
                None => Err(Refusal::unheard(last, &heard.by, heard.mark, None)),
            };
        };
        let Some(mark) = heard.mark.filter(|mark| prefix(built) != Some(*mark)) else {
            return Ok(());
        };
        let Some(found) = self.history.find_marked(last, Some(mark)) else {
            return Err(Refusal::unheard(last, &heard.by, Some(mark), Some(built)));
        };
        let at = |position| self.at(chain, position);
        let (position, found, built) = self.first_difference(last, (found.link.hash, built), at);
        let side = Side::Subscriber(heard.by.clone());
        Err(Refusal::differs(position, side, found, built))
    }

    fn differs_from_base(&self, position: u64, built: Hash) -> Refusal {
        let own = self.of_base(position).unwrap_or(Hash::ZERO);
        let at = |position| self.of_base(position);
        let (position, built, own) = self.first_difference(position, (built, own), at);
        Refusal::differs(position, Side::Base, own, built)
    }

    /// Goes back from a position at which envelopes have `found` and a log has `own`, to the first difference that is
    /// known of.
    fn first_difference(
        &self,
        mut position: u64,
        (mut found, mut own): (Hash, Hash),
        at: impl Fn(u64) -> Option<Hash>,
    ) -> (u64, Hash, Hash) {
        while let Some(known) = self.history.find(position, found)
            && let Some(before) = position.checked_sub(1)
            && let Some(earlier) = at(before)
            && earlier != known.link.previous
        {
            (position, found, own) = (before, known.link.previous, earlier);
        }
        (position, found, own)
    }
}
