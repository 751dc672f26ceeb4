//! The matters that have not ended, in memory, folded from the log; when something follows for each by itself.

use std::{collections::HashMap, sync::Arc};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    timers::{Due, MomentIndex},
    view::Record,
};
use onestop_directory::Directory;
use onestop_proto::{
    ids::{CaseId, EventId},
    time::Timestamp,
};

use crate::domain::{Matter, SpecialistRules, evolve, needs_correction, next_moment};

#[derive(Debug)]
pub(crate) struct MatterIndex<L: SpecialistRules> {
    open: HashMap<CaseId, IndexedMatter<L>>,
    moments: MomentIndex,
    /// What moments follow from; none while the log is folded at start.
    directory: Option<Arc<Directory>>,
}

#[derive(Debug)]
struct IndexedMatter<L: SpecialistRules> {
    matter: Matter<L>,
    /// What follows from the latest event when a moment comes follows once.
    latest: EventId,
}

impl<L: SpecialistRules> Default for MatterIndex<L> {
    fn default() -> Self {
        Self {
            open: HashMap::new(),
            moments: MomentIndex::default(),
            directory: None,
        }
    }
}

impl<L: SpecialistRules> MatterIndex<L> {
    /// Folds one record.
    pub(crate) fn fold(&mut self, store: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded.event.parse();
        let event = event.map_err(|source| StoreError::Decode {
            position: record.position,
            source,
        })?;
        self.apply(recorded.case, &event, recorded.id);
        if self.directory.is_some() {
            self.set_moment(recorded.case, store.clock().now());
        }
        Ok(())
    }

    /// Looks up the moments of all matters; from now on those of the matters that change.
    pub(crate) fn complete(&mut self, directory: Arc<Directory>, now: Timestamp) {
        self.directory = Some(directory);
        let cases: Vec<CaseId> = self.open.keys().copied().collect();
        for case in cases {
            self.set_moment(case, now);
        }
    }

    fn apply(&mut self, case: CaseId, event: &L::Event, latest: EventId) {
        let before = self.open.remove(&case);
        let after = evolve::<L>(before.map(|indexed| indexed.matter), event);
        if let Some(matter) = after.filter(|matter| !matter.has_ended()) {
            self.open.insert(case, IndexedMatter { matter, latest });
        }
    }

    fn set_moment(&mut self, case: CaseId, now: Timestamp) {
        let Some(directory) = &self.directory else {
            return;
        };
        let moment = self.open.get(&case).and_then(|indexed| {
            let corrected = needs_correction(&indexed.matter, directory);
            if corrected {
                Some(now)
            } else {
                next_moment(&indexed.matter, directory)
            }
        });
        self.moments.set(case, moment);
    }

    /// The matters of which a clock announces something by now, or whose last day a new calendar moves.
    pub(crate) fn due(&self, directory: &Directory, now: Timestamp) -> Vec<Due> {
        let due = self.moments.due(now).filter_map(|case| {
            let indexed = self.open.get(&case)?;
            is_due(&indexed.matter, directory, now).then(|| Due {
                subject: case,
                latest: indexed.latest,
                unit: indexed.matter.unit.clone(),
            })
        });
        due.collect()
    }
}

fn is_due<L: SpecialistRules>(matter: &Matter<L>, directory: &Directory, now: Timestamp) -> bool {
    next_moment(matter, directory).is_some_and(|at| at <= now)
        || needs_correction(matter, directory)
}
