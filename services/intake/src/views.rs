//! The register: which number belongs to which case, and when it was opened.

use std::collections::{HashMap, HashSet};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_proto::{
    case,
    ids::{CaseId, CaseNumber, CaseRef},
    time::Timestamp,
};

#[derive(Debug, Default)]
pub(crate) struct Register {
    by_number: HashMap<CaseNumber, CaseId>,
    opened_at: HashMap<CaseId, Timestamp>,
    erased: HashSet<CaseId>,
}

impl Register {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event =
            recorded
                .event
                .parse::<case::Event>()
                .map_err(|source| StoreError::Foreign {
                    position: record.position,
                    source,
                })?;
        if let case::Event::Opened(opened) = &event {
            self.by_number.insert(opened.number.clone(), recorded.case);
            self.opened_at.insert(recorded.case, recorded.time);
        }
        if let case::Event::Erased(_) = event {
            self.erased.insert(recorded.case);
        }
        Ok(())
    }

    /// The case of that id or number.
    pub(crate) fn find(&self, case: &CaseRef) -> Option<CaseId> {
        match case {
            CaseRef::Id(id) => Some(*id),
            CaseRef::Number(number) => self.by_number.get(number).copied(),
        }
    }

    /// When a case was opened.
    pub(crate) fn opened_at(&self, case: CaseId) -> Option<Timestamp> {
        self.opened_at.get(&case).copied()
    }

    /// The cases whose persons were erased.
    pub(crate) fn erased(&self) -> Vec<CaseId> {
        self.erased.iter().copied().collect()
    }

    /// Every number issued.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &CaseNumber> {
        self.by_number.keys()
    }
}
