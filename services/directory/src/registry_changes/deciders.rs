//! Which of the entries about one thing count, by whose bureau has set them: what a wider tier has set, a narrower one tightens
//! and does not loosen, whichever was recorded first.

use std::ptr;

use onestop_proto::division::{DivisionCode, Tier};

/// The tier of the bureau that has decided; of an event that does not name it, the narrowest.
#[must_use]
pub fn decider_tier(decided_by: Option<DivisionCode>) -> Tier {
    decided_by.map_or(Tier::Village, DivisionCode::tier)
}

/// Of entries of which a later one comes first: for each tier, from the widest, the latest that its bureaus or wider ones have
/// set. Each is there once; the last is the latest of all.
pub(crate) fn by_decider<'a, T: 'a>(
    latest_first: impl IntoIterator<Item = &'a T, IntoIter: Clone>,
    decided_by: impl Fn(&T) -> Option<DivisionCode>,
) -> Vec<&'a T> {
    let latest_first = latest_first.into_iter();
    let mut layers: Vec<&T> = Vec::new();
    for tier in Tier::ALL {
        let mut entries = latest_first.clone();
        let found = entries.find(|entry| decider_tier(decided_by(entry)) <= tier);
        if let Some(entry) = found
            && !layers.last().is_some_and(|known| ptr::eq(*known, entry))
        {
            layers.push(entry);
        }
    }
    layers
}
