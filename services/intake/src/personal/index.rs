//! Which cases have which trace: in memory, read from beside the keys at start.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use onestop_proto::ids::CaseId;

use crate::keyring::Trace;

#[derive(Debug, Default)]
pub(crate) struct Index {
    table: RwLock<Table>,
    read: AtomicU64,
    whole: AtomicBool,
}

/// Cases by a short number: a million of them have some ten million traces.
#[derive(Debug, Default)]
struct Table {
    cases: Vec<CaseId>,
    numbers: HashMap<CaseId, u32>,
    by_trace: BTreeSet<(u64, u32)>,
}

impl Index {
    pub(crate) fn add(&self, case: CaseId, traces: &[Trace]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let number = if let Some(number) = table.numbers.get(&case) {
            *number
        } else {
            let number = u32::try_from(table.cases.len()).unwrap_or(u32::MAX);
            table.cases.push(case);
            table.numbers.insert(case, number);
            number
        };
        let traced = traces.iter().map(|trace| (trace.0, number));
        table.by_trace.extend(traced);
    }

    pub(crate) fn remove(&self, case: CaseId, traces: &[Trace]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = table.numbers.get(&case).copied() {
            for trace in traces {
                table.by_trace.remove(&(trace.0, number));
            }
        }
    }

    /// The cases that have a trace.
    pub(crate) fn having(&self, trace: Trace) -> BTreeSet<CaseId> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = table.by_trace.range((trace.0, 0)..=(trace.0, u32::MAX));
        let cases = numbers.filter_map(|(_, number)| table.cases.get(*number as usize));
        cases.copied().collect()
    }

    /// One more case was read at start.
    pub(crate) fn was_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// All were.
    pub(crate) fn is_whole(&self) {
        self.whole.store(true, Ordering::Release);
    }

    /// Nothing when all were read; else how many so far.
    pub(crate) fn still_reading(&self) -> Option<u64> {
        let whole = self.whole.load(Ordering::Acquire);
        (!whole).then(|| self.read.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_by_its_traces_until_it_is_removed() {
        let index = Index::default();
        let case = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let other = "019ab0c4-8000-7000-8000-000000000002".parse().unwrap();
        let (one, both) = (Trace(7), Trace(8));
        index.add(case, &[one, both]);
        index.add(other, &[both]);
        assert_eq!(index.having(both), BTreeSet::from([case, other]));
        index.remove(case, &[one, both]);
        assert_eq!(index.having(both), BTreeSet::from([other]));
        assert_eq!(index.having(one), BTreeSet::new());
        index.add(case, &[both]);
        assert_eq!(index.having(both), BTreeSet::from([case, other]));
    }
}
