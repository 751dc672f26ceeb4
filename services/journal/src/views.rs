//! Which number belongs to which case.

use std::collections::HashMap;

use onestop_chassis::store::{Store, StoreError};
use onestop_eventlog::Record;
use onestop_proto::{
    case,
    ids::{CaseId, CaseNumber, CaseRef},
};

use crate::domain::Entry;

#[derive(Debug, Default)]
pub(crate) struct Numbers {
    by_number: HashMap<CaseNumber, CaseId>,
}

impl Numbers {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let entry = read(record)?;
        if let Ok(Some(case::Event::Opened(opened))) = entry.event.raw().parse_if() {
            self.by_number.insert(opened.number, entry.event.subject);
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
}

/// What a record of the journal holds.
pub(crate) fn read(record: &Record) -> Result<Entry, StoreError> {
    serde_json::from_slice(&record.payload).map_err(|source| StoreError::Foreign {
        position: record.position,
        source,
    })
}
