//! The next revision of streams that were appended to lately: two generations of bounded size, the
//! older of which is dropped when the younger is full. Every commit is noted here, so that what is found is
//! always the newest, and one look-up answers for most appends. Without it, every append to a stream that has
//! left the buffer would look into the tables.

use crate::hash_map::FastMap;
use crate::stream::StreamName;

/// Streams in one generation: well above what a busy log has open at a time.
const GENERATION: usize = 1 << 16;

#[derive(Debug, Default)]
pub(crate) struct Heads {
    young: FastMap<StreamName, u64>,
    old: FastMap<StreamName, u64>,
}

impl Heads {
    pub(crate) fn get(&self, stream: &StreamName) -> Option<u64> {
        let found = self.young.get(stream).or_else(|| self.old.get(stream));
        found.copied()
    }

    /// A stream's name: the one that is here, if it is, so that all who keep it share its memory.
    pub(crate) fn name(&self, stream: &StreamName) -> StreamName {
        let known = self.young.get_key_value(stream);
        known.map_or(stream, |(name, _)| name).clone()
    }

    pub(crate) fn set(&mut self, stream: &StreamName, next_revision: u64) {
        self.replace(stream, next_revision);
    }

    /// Sets a stream's next revision, and returns what it was, if that is known.
    pub(crate) fn replace(&mut self, stream: &StreamName, next_revision: u64) -> Option<u64> {
        if let Some(known) = self.young.get_mut(stream) {
            return Some(std::mem::replace(known, next_revision));
        }
        // What the older generation says of it is never looked at again.
        let before = self.old.get(stream).copied();
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), next_revision);
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_is_the_one_that_is_found_and_the_oldest_are_forgotten() {
        let stream = |number: usize| StreamName::new(&format!("s/{number}")).unwrap();
        let mut heads = Heads::default();
        heads.set(&stream(0), 1);
        (0..GENERATION).for_each(|number| heads.set(&stream(number), 2));
        assert_eq!(heads.get(&stream(0)), Some(2));
        (GENERATION..3 * GENERATION).for_each(|number| heads.set(&stream(number), 3));
        assert_eq!(heads.get(&stream(0)), None);
        assert!(heads.young.len() + heads.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn replacing_tells_what_was_there_in_either_generation_and_what_was_old_never_comes_back() {
        let stream = |number: usize| StreamName::new(&format!("s/{number}")).unwrap();
        let mut heads = Heads::default();
        assert_eq!(heads.replace(&stream(0), 1), None);
        assert_eq!(heads.replace(&stream(0), 2), Some(1));
        (1..=GENERATION).for_each(|number| heads.set(&stream(number), 1));
        assert_eq!(heads.replace(&stream(0), 3), Some(2), "from the older one");
        assert_eq!(heads.get(&stream(0)), Some(3));
        (0..2 * GENERATION).for_each(|number| heads.set(&stream(number + 1), 1));
        assert_eq!(heads.get(&stream(0)), None);
    }
}
