//! What the clocks of matters call for: that they are near their end or past it, and the last days that a new calendar
//! moves.

use std::sync::Arc;

use onestop_chassis::{
    Failure,
    store::EventMeta,
    timers::{Due, Timer},
    view::View,
};
use onestop_proto::{actor::ServiceName, ids::CaseId};

use crate::{
    domain::{SpecialistRules, announcements},
    matter_index::MatterIndex,
    matter_store::MatterStore,
};

/// The clocks of a specialist's matters.
pub(crate) struct Alarms<L: SpecialistRules> {
    pub(crate) store: Arc<MatterStore<L>>,
    pub(crate) index: View<MatterIndex<L>>,
}

impl<L: SpecialistRules> Timer for Alarms<L> {
    const KEY: &'static str = "matter-alarms";

    fn service() -> ServiceName {
        L::service()
    }

    fn due(&self) -> Vec<Due> {
        let now = self.store.store.clock().now();
        self.index
            .read(|index| index.due(&self.store.directory, now))
    }

    async fn fire(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let done = self.store.execute(case, meta, |matter, context| {
            Ok(matter.map_or_else(Vec::new, |matter| announcements(matter, context)))
        });
        done.await.map(|_| ())
    }
}
