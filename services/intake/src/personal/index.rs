//! The search index: the cases of each blind index, in memory, folded from the log.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{PoisonError, RwLock},
};

use onestop_proto::ids::CaseId;
use tokio::sync::watch;

use crate::keyring::BlindIndex;

/// Below so many dead numbers, nothing is swept.
const FEW_DEAD: usize = 1_024;

#[derive(Debug)]
pub(crate) struct SearchIndex {
    table: RwLock<Table>,
    progress: watch::Sender<Progress>,
}

/// How far the index is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The position of the record that comes next.
    pub(crate) next: u64,
    /// Cases taken in since the start.
    pub(crate) cases: u64,
    pub(crate) phase: Phase,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// What was in the log at the start is not all taken in.
    #[default]
    Loading,
    /// It follows the log.
    Following,
}

/// Cases by a short number: a million of them have some ten million blind indexes.
#[derive(Debug, Default)]
struct Table {
    /// The case of each number; nothing where the number is dead.
    cases: Vec<Option<CaseId>>,
    dead: usize,
    numbers: HashMap<CaseId, u32>,
    entries: BTreeSet<(u64, u32)>,
}

impl Default for SearchIndex {
    fn default() -> Self {
        Self {
            table: RwLock::default(),
            progress: watch::Sender::new(Progress::default()),
        }
    }
}

impl SearchIndex {
    /// Puts the blind indexes of a case in place of those it had.
    pub(crate) fn put(&self, case: CaseId, indexes: &[BlindIndex]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.forget(case);
        let number = u32::try_from(table.cases.len()).unwrap_or(u32::MAX);
        table.cases.push(Some(case));
        table.numbers.insert(case, number);
        let indexed = indexes.iter().map(|index| (index.0, number));
        table.entries.extend(indexed);
    }

    /// Removes a case.
    pub(crate) fn remove(&self, case: CaseId) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.forget(case);
    }

    /// The cases that have a blind index.
    pub(crate) fn find(&self, index: BlindIndex) -> BTreeSet<CaseId> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = table.entries.range((index.0, 0)..=(index.0, u32::MAX));
        let cases = numbers.filter_map(|(_, number)| *table.cases.get(*number as usize)?);
        cases.collect()
    }

    /// Changes how far the index is.
    pub(super) fn report(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(change);
    }

    /// How far the index is, to watch.
    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }
}

impl Table {
    /// Lets the number of a case die: what is entered under it leads nowhere then, and is swept once there is much of
    /// it. So a case goes without anybody knowing its blind indexes, which go with its key.
    fn forget(&mut self, case: CaseId) {
        let Some(number) = self.numbers.remove(&case) else {
            return;
        };
        if let Some(one) = self.cases.get_mut(number as usize) {
            *one = None;
            self.dead += 1;
        }
        if self.dead > FEW_DEAD && self.dead * 8 > self.cases.len() {
            self.sweep();
        }
    }

    /// Numbers the living cases anew, and drops the entries of the dead.
    fn sweep(&mut self) {
        let mut swept = Self::default();
        let mut renumbered = vec![None; self.cases.len()];
        for (old, case) in self.cases.iter().enumerate() {
            if let Some(case) = case {
                let number = u32::try_from(swept.cases.len()).unwrap_or(u32::MAX);
                swept.cases.push(Some(*case));
                swept.numbers.insert(*case, number);
                renumbered[old] = Some(number);
            }
        }
        let living = self.entries.iter().filter_map(|(index, number)| {
            let number = *renumbered.get(*number as usize)?;
            Some((*index, number?))
        });
        swept.entries = living.collect();
        *self = swept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(number: usize) -> CaseId {
        format!("019ab0c4-8000-7000-8000-{number:012}")
            .parse()
            .unwrap()
    }

    #[test]
    fn a_case_is_found_by_its_latest_indexes_until_it_is_removed() {
        let index = SearchIndex::default();
        let (one, both) = (BlindIndex(7), BlindIndex(8));
        index.put(case(1), &[one, both]);
        index.put(case(2), &[both]);
        assert_eq!(index.find(both), BTreeSet::from([case(1), case(2)]));
        index.put(case(1), &[one]);
        assert_eq!(index.find(both), BTreeSet::from([case(2)]));
        assert_eq!(index.find(one), BTreeSet::from([case(1)]));
        index.remove(case(1));
        assert_eq!(index.find(one), BTreeSet::new());
        index.put(case(1), &[both]);
        assert_eq!(index.find(both), BTreeSet::from([case(1), case(2)]));
    }

    #[test]
    fn what_is_dead_is_swept_and_the_living_are_found() {
        let index = SearchIndex::default();
        let last = FEW_DEAD + 100;
        for number in 0..=last {
            index.put(case(number), &[BlindIndex(number as u64 / 2)]);
        }
        for number in 0..last {
            index.remove(case(number));
        }
        let table = index.table.read().unwrap();
        assert!(table.entries.len() < 200, "{}", table.entries.len());
        assert!(table.cases.len() < 200, "{}", table.cases.len());
        drop(table);
        let shared = BlindIndex(last as u64 / 2);
        assert_eq!(index.find(shared), BTreeSet::from([case(last)]));
        index.put(case(0), &[shared]);
        assert_eq!(index.find(shared), BTreeSet::from([case(0), case(last)]));
    }
}
