//! What the clocks of matters call for: that they are near their end or past it, and the last days that a new calendar
//! moves.

use std::sync::Arc;

use onestop_chassis::{Failure, projection::Projection, store::EventMeta, timers::Timer};
use onestop_proto::{actor::ServiceName, ids::CaseId, time::Timestamp};

use crate::{
    domain::{SpecialistRules, announcements},
    matter_store::MatterStore,
    matter_tables::MatterTables,
};

/// The clocks of a specialist's matters.
pub(crate) struct Alarms<L: SpecialistRules> {
    pub(crate) store: Arc<MatterStore<L>>,
    pub(crate) moments: Projection<MatterTables<L>>,
}

impl<L: SpecialistRules> Timer for Alarms<L> {
    const KEY: &'static str = "matter-alarms";

    type Model = MatterTables<L>;

    fn service() -> ServiceName {
        L::service()
    }

    fn projection(&self) -> &Projection<MatterTables<L>> {
        &self.moments
    }

    fn now(&self) -> Timestamp {
        self.store.store.clock().now()
    }

    fn calendar(&self) -> String {
        self.store.directory.get().calendar_version()
    }

    async fn fire(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let done = self.store.execute(case, meta, |matter, context| {
            Ok(matter.map_or_else(Vec::new, |matter| announcements(matter, context)))
        });
        done.await.map(|_| ())
    }
}
