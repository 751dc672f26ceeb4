//! What the clocks of cases call for: announcements, corrected last days, the end of offers that were not answered.

use onestop_chassis::{
    Failure,
    store::EventMeta,
    timers::{Due, Timer},
};
use onestop_proto::{actor::ServiceName, ids::CaseId, referral};

use crate::{custody_store::CustodyStore, domain::Trigger};

impl Timer for CustodyStore {
    const KEY: &'static str = "referral-timer";

    fn service() -> ServiceName {
        referral::service()
    }

    fn due(&self) -> Vec<Due> {
        self.due_cases()
    }

    async fn fire(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let done = self.react(case, meta, &Trigger::TimerFired);
        done.await.map(|_| ())
    }
}
