//! The matters that have not ended, in memory, folded from the log.

use std::collections::HashMap;

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, EventId},
};

use crate::{
    domain::{Matter, SpecialistRules, evolve, is_due},
    matter_store::MatterStore,
};

#[derive(Debug)]
pub(crate) struct MatterIndex<L: SpecialistRules> {
    open: HashMap<CaseId, IndexedMatter<L>>,
}

#[derive(Debug)]
struct IndexedMatter<L: SpecialistRules> {
    matter: Matter<L>,
    /// What follows from the latest event when a moment comes follows once.
    latest: EventId,
}

/// A matter whose clock announces something now.
pub(crate) struct DueMatter {
    pub(crate) case: CaseId,
    pub(crate) latest: EventId,
    /// The service, for the unit whose matter it is.
    pub(crate) actor: Actor,
}

impl<L: SpecialistRules> Default for MatterIndex<L> {
    fn default() -> Self {
        let open = HashMap::new();
        Self { open }
    }
}

impl<L: SpecialistRules> MatterIndex<L> {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded.event.parse();
        let event = event.map_err(|source| StoreError::Decode {
            position: record.position,
            source,
        })?;
        let before = self.open.remove(&recorded.case);
        let after = evolve::<L>(before.map(|indexed| indexed.matter), &event);
        if let Some(matter) = after.filter(|matter| !matter.has_ended()) {
            let latest = recorded.id;
            self.open
                .insert(recorded.case, IndexedMatter { matter, latest });
        }
        Ok(())
    }

    pub(crate) fn due(&self, store: &MatterStore<L>) -> Vec<DueMatter> {
        let now = store.store.clock().now();
        let due = |(case, indexed): (&CaseId, &IndexedMatter<L>)| {
            let actor = Actor::system(&L::service(), indexed.matter.unit.clone());
            let due = is_due(&indexed.matter, &store.context(&actor, now));
            due.then_some(DueMatter {
                case: *case,
                latest: indexed.latest,
                actor,
            })
        };
        self.open.iter().filter_map(due).collect()
    }
}
