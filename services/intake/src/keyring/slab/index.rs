//! Where the slots of a case are: in memory, found again at every start.

use std::collections::BTreeSet;

use super::{file::SLOTS, slot::CaseBytes};

/// A slot, by its number over all slabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u32);

impl Place {
    pub(super) fn new(slab: u32, slot: u32) -> Self {
        Self(slab * SLOTS + slot)
    }

    pub(super) fn slab(self) -> u32 {
        self.0 / SLOTS
    }

    /// Its number within the slab.
    pub(super) fn slot(self) -> u32 {
        self.0 % SLOTS
    }

    /// The place after it; the first slot of a slab is its header.
    pub(super) fn next(self) -> Self {
        let next = self.0 + 1;
        Self(if next.is_multiple_of(SLOTS) {
            next + 1
        } else {
            next
        })
    }
}

/// Slots by four bytes of the case, which are random: eight bytes a case, and the slot itself says whether it is that
/// case's.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeSet<(u32, Place)>);

impl Index {
    pub(super) fn add(&mut self, case: &CaseBytes, place: Place) {
        self.0.insert((hint(case), place));
    }

    /// The places where a slot of the case may be, the oldest first.
    pub(super) fn candidates(&self, case: &CaseBytes) -> impl Iterator<Item = Place> {
        let hint = hint(case);
        let range = (hint, Place(0))..=(hint, Place(u32::MAX));
        self.0.range(range).map(|(_, place)| *place)
    }
}

fn hint(case: &CaseBytes) -> u32 {
    let [.., a, b, c, d] = *case;
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_that_look_alike_share_candidates() {
        let (one, other) = ([1; 16], [[2; 12].as_slice(), &[1; 4]].concat());
        let other: CaseBytes = other.try_into().unwrap();
        let mut index = Index::default();
        let first = Place::new(0, 1);
        index.add(&one, first);
        index.add(&other, first.next());
        let found: Vec<_> = index.candidates(&one).collect();
        assert_eq!(found, [first, first.next()]);
        assert_eq!(index.candidates(&[3; 16]).count(), 0);
    }

    #[test]
    fn no_place_is_a_header() {
        let last = Place::new(0, SLOTS - 1);
        assert_eq!(last.next(), Place::new(1, 1));
        assert_eq!((last.next().slab(), last.next().slot()), (1, 1));
    }
}
