//! How far the read models of a log are, so that it can be measured how long an event waits until lists and searches have it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Where a read model is in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ModelPosition {
    /// The first event that it lacks.
    pub(crate) next: u64,
    opened: Instant,
}

impl ModelPosition {
    /// How long that event has waited for it, if it was recorded so long ago: not from before the read model was opened, which
    /// may be made of years.
    pub(crate) fn waited(&self, recorded: Duration, now: Instant) -> Duration {
        recorded.min(now.saturating_duration_since(self.opened))
    }
}

/// The read models of one log, by their names. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadModels(Arc<Mutex<BTreeMap<&'static str, ModelPosition>>>);

impl ReadModels {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, ModelPosition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a read model is opened, or begun anew, and is at a position.
    pub(crate) fn open(&self, name: &'static str, next: u64, now: Instant) {
        let position = ModelPosition { next, opened: now };
        self.lock().insert(name, position);
    }

    /// Notes how far one is. A name that is new is opened.
    pub(crate) fn advance(&self, name: &'static str, next: u64, now: Instant) {
        let position = ModelPosition { next, opened: now };
        self.lock().entry(name).or_insert(position).next = next;
    }

    /// All of them.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, ModelPosition> {
        self.lock().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn what_is_built_of_years_has_waited_since_it_was_begun() {
        let (models, opened) = (ReadModels::default(), Instant::now());
        models.advance("ledger", 7, opened);
        models.advance("ledger", 8, opened + HOUR);
        let ledger = models.all()["ledger"];
        assert_eq!(ledger.next, 8);
        assert_eq!(ledger.waited(400 * HOUR, opened + HOUR), HOUR);
        let just_now = Duration::from_millis(5);
        assert_eq!(ledger.waited(just_now, opened + HOUR), just_now);
        models.open("ledger", 0, opened + HOUR);
        let anew = models.all()["ledger"];
        assert_eq!(
            (anew.next, anew.waited(HOUR, opened + HOUR)),
            (0, Duration::ZERO)
        );
    }
}
