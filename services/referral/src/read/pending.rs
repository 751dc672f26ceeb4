//! What a batch of decisions changes of the index before it is appended: decisions on later events of the batch
//! rest on it as if it were in the log.

use std::cell::OnceCell;

use onestop_chassis::store::{Batch, Change};
use onestop_proto::ids::{CaseId, UnitId};

use crate::{domain::Custody, streams::case_of};

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

    /// Custody of the opposing party's cases as the batch leaves it, among those that are known.
    pub(crate) fn update(
        &self,
        known: &mut Vec<(CaseId, Custody)>,
        case: CaseId,
        named: Option<CaseId>,
    ) {
        for Change { stream, now, .. } in self.changes() {
            let (Some(custody), Some(other)) = (now, case_of(stream)) else {
                continue;
            };
            let is_known = known.iter().any(|(one, _)| *one == other);
            if is_known || named == Some(other) || custody.opposed.contains(&case) {
                known.retain(|(one, _)| *one != other);
                known.push((other, (*custody).clone()));
            }
        }
    }

    /// The cases that name a case as the opposing party's, of those that the batch changes.
    pub(crate) fn naming(&self, case: CaseId) -> Vec<CaseId> {
        let changes = self.changes().iter();
        let naming = changes.filter(|change| {
            let now = change.now;
            now.is_some_and(|custody| custody.opposed.contains(&case))
        });
        naming.filter_map(|change| case_of(change.stream)).collect()
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
