//! Which cases name which as the opposing party's, for decisions about a conflict of interest (利益冲突).
//!
//! A unit may have no part in the cases of both parties. Each decision guards the streams of the other party's cases
//! that it has read; so it must know of all of them until it is appended. A case that names another is taken down here
//! before the first of its own commands is decided, and that waits for the decisions that are under way without knowing
//! of it.

use std::collections::{BTreeSet, HashMap};

use onestop_proto::ids::CaseId;
use tokio::sync::{RwLock, RwLockReadGuard};

#[derive(Debug, Default)]
pub(crate) struct OpposingParties(RwLock<Known>);

/// The cases that name a case, and those that it names. None is added as long as this is held.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<CaseId, BTreeSet<CaseId>>);

impl OpposingParties {
    /// Takes down that a case names another.
    pub(crate) async fn note(&self, case: CaseId, named: CaseId) {
        if self.0.read().await.of(case).any(|other| other == named) {
            return;
        }
        let mut known = self.0.write().await;
        known.0.entry(case).or_default().insert(named);
        known.0.entry(named).or_default().insert(case);
    }

    pub(crate) async fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().await
    }
}

impl Known {
    pub(crate) fn of(&self, case: CaseId) -> impl Iterator<Item = CaseId> {
        self.0.get(&case).into_iter().flatten().copied()
    }
}
