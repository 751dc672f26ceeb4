//! The search index: the cases of each blind index, in memory, loaded at start.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use onestop_proto::ids::CaseId;

use crate::keyring::BlindIndex;

#[derive(Debug, Default)]
pub(crate) struct SearchIndex {
    table: RwLock<Table>,
    loaded: AtomicU64,
    is_complete: AtomicBool,
}

/// Cases by a short number: a million of them have some ten million blind indexes.
#[derive(Debug, Default)]
struct Table {
    cases: Vec<CaseId>,
    numbers: HashMap<CaseId, u32>,
    entries: BTreeSet<(u64, u32)>,
}

impl SearchIndex {
    pub(crate) fn add(&self, case: CaseId, indexes: &[BlindIndex]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let number = if let Some(number) = table.numbers.get(&case) {
            *number
        } else {
            let number = u32::try_from(table.cases.len()).unwrap_or(u32::MAX);
            table.cases.push(case);
            table.numbers.insert(case, number);
            number
        };
        let indexed = indexes.iter().map(|index| (index.0, number));
        table.entries.extend(indexed);
    }

    pub(crate) fn remove(&self, case: CaseId, indexes: &[BlindIndex]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = table.numbers.get(&case).copied() {
            for index in indexes {
                table.entries.remove(&(index.0, number));
            }
        }
    }

    /// The cases that have a blind index.
    pub(crate) fn find(&self, index: BlindIndex) -> BTreeSet<CaseId> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = table.entries.range((index.0, 0)..=(index.0, u32::MAX));
        let cases = numbers.filter_map(|(_, number)| table.cases.get(*number as usize));
        cases.copied().collect()
    }

    /// Counts one more case that was loaded.
    pub(crate) fn count_loaded(&self) {
        self.loaded.fetch_add(1, Ordering::Relaxed);
    }

    /// Marks the index as complete.
    pub(crate) fn complete(&self) {
        self.is_complete.store(true, Ordering::Release);
    }

    /// How many cases are loaded so far; none once the index is complete.
    pub(crate) fn loading(&self) -> Option<u64> {
        let is_complete = self.is_complete.load(Ordering::Acquire);
        (!is_complete).then(|| self.loaded.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_by_its_indexes_until_it_is_removed() {
        let index = SearchIndex::default();
        let case = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let other = "019ab0c4-8000-7000-8000-000000000002".parse().unwrap();
        let (one, both) = (BlindIndex(7), BlindIndex(8));
        index.add(case, &[one, both]);
        index.add(other, &[both]);
        assert_eq!(index.find(both), BTreeSet::from([case, other]));
        index.remove(case, &[one, both]);
        assert_eq!(index.find(both), BTreeSet::from([other]));
        assert_eq!(index.find(one), BTreeSet::new());
        index.add(case, &[both]);
        assert_eq!(index.find(both), BTreeSet::from([case, other]));
    }
}
