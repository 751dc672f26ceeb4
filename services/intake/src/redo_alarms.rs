//! What the clocks of pending redos call for: that they are near their end or past it, and the last days that a new
//! calendar moves.

use onestop_chassis::{
    Failure,
    projection::Projection,
    store::{EventMeta, Store},
    timers::Timer,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    actor::ServiceName,
    case::{self, Rejection},
    ids::CaseId,
    time::Timestamp,
};

use crate::{
    domain::{Case, announcements},
    read::register::Register,
    streams::{CASE_RULES, case_stream},
};

/// The clocks of pending redos.
pub(crate) struct RedoAlarms {
    pub(crate) store: Store,
    pub(crate) directory: CurrentDirectory,
    pub(crate) register: Projection<Register>,
}

impl Timer for RedoAlarms {
    const KEY: &'static str = "intake-alarms";

    type Model = Register;

    fn service() -> ServiceName {
        case::service()
    }

    fn projection(&self) -> &Projection<Register> {
        &self.register
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    fn calendar(&self) -> String {
        self.directory.get().calendar_version()
    }

    async fn fire(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let decide = |case: Option<&Case>, now| {
            let directory = self.directory.get();
            let announced = case.map(|case| announcements(case, now, &directory));
            Ok::<_, Rejection>(announced.unwrap_or_default())
        };
        let stream = case_stream(case);
        let done = self.store.execute(&stream, meta, None, &CASE_RULES, decide);
        done.await.map(|_| ())
    }
}
