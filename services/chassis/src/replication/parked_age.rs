//! Since when parked events wait.

use onestop_proto::{
    envelope::Envelope,
    parking::{Event, ParkedCase},
    time::Timestamp,
};

use super::{parked_queue, processor::Processor};
use crate::{service::Service, store::StoreError};

impl<S: Service> Processor<S> {
    /// When the oldest of the events that are parked now was parked; `None` if none is.
    pub fn oldest_parked(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut oldest: Option<Timestamp> = None;
        for parked in self.parked()?.cases {
            let history = self.store.history(&parked_queue::stream(parked.case))?;
            let first = history.iter().find(|event| is_parking(event, &parked));
            let parked_at = first.map(|event| event.recordedtime);
            oldest = [oldest, parked_at].into_iter().flatten().min();
        }
        Ok(oldest)
    }
}

/// Whether an event parked one of those that still wait.
fn is_parking(event: &Envelope, parked: &ParkedCase) -> bool {
    match event.raw().parse_if::<Event>() {
        Ok(Some(Event::Parked(one))) => parked.waiting.iter().any(|it| it.event == one.event),
        Ok(Some(_) | None) | Err(_) => false,
    }
}
