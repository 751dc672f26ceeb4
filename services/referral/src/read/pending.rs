//! What a batch of decisions changes of the index before it is appended: decisions on later events of the batch
//! rest on it as if it were in the log.

use std::cell::OnceCell;

use onestop_chassis::store::{Batch, Change};
use onestop_proto::ids::{CaseId, UnitId};

use crate::{
    domain::Custody,
    streams::{case_of, stream},
};

/// The changes of a batch; none without one.
#[derive(Debug, Default)]
pub(crate) struct Pending<'a> {
    batch: Option<&'a Batch>,
    /// Most decisions rest on no other case: looked up when first asked for.
    changes: OnceCell<Vec<Change<'a, Custody>>>,
}

impl<'a> Pending<'a> {
    pub(crate) fn of(batch: &'a Batch) -> Self {
        Self {
            batch: Some(batch),
            changes: OnceCell::new(),
        }
    }

    /// How many cases a unit has after the batch, of which it has `now` before it.
    pub(crate) fn load(&self, unit: &UnitId, now: u32) -> u32 {
        let (mut gained, mut lost) = (0, 0);
        for change in self.changes() {
            gained += u32::from(active_unit(change.now) == Some(unit));
            lost += u32::from(active_unit(change.before) == Some(unit));
        }
        (now + gained).saturating_sub(lost)
    }

    /// The units that the batch gives a part in the opposing party's cases.
    pub(crate) fn opposing(&self, case: CaseId, named: Option<CaseId>) -> Vec<(CaseId, UnitId)> {
        let named = named.map(stream);
        let mut found = Vec::new();
        for Change { stream, now, .. } in self.changes() {
            let Some(custody) = now else { continue };
            let subject = custody.subject.as_ref();
            let names_it = subject.is_some_and(|subject| subject.opposed_to == Some(case));
            if names_it || named.as_deref() == Some(*stream) {
                let other = case_of(stream);
                let units = custody.participants.iter().cloned();
                found.extend(units.filter_map(|unit| Some((other?, unit))));
            }
        }
        found
    }

    fn changes(&self) -> &[Change<'a, Custody>] {
        self.changes.get_or_init(|| match self.batch {
            Some(batch) => batch.changes().collect(),
            None => Vec::new(),
        })
    }
}

fn active_unit(custody: Option<&Custody>) -> Option<&UnitId> {
    custody.and_then(Custody::active_unit)
}
