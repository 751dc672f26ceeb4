//! The next revision of streams that were appended to lately: two generations of bounded size, the
//! older of which is dropped when the younger is full. Without it, every append to a stream that
//! has left the buffer would look into the tables.

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

    pub(crate) fn set(&mut self, stream: &StreamName, next_revision: u64) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), next_revision);
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
}
