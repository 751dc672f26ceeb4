//! What the clocks of cases call for: announcements, corrected last days, the end of offers that were not answered.

use onestop_chassis::{Failure, projection::Projection, store::EventMeta, timers::Timer};
use onestop_proto::{actor::ServiceName, ids::CaseId, referral, time::Timestamp};

use crate::{custody_store::CustodyStore, domain::Trigger, read::custody_tables::CustodyTables};

impl Timer for CustodyStore {
    const KEY: &'static str = "referral-timer";

    type Model = CustodyTables;

    fn service() -> ServiceName {
        referral::service()
    }

    fn projection(&self) -> &Projection<CustodyTables> {
        &self.index
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    fn calendar(&self) -> String {
        self.index.projected().directory.get().calendar_version()
    }

    async fn fire(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let done = self.react(case, meta, &Trigger::TimerFired);
        done.await.map(|_| ())
    }
}
