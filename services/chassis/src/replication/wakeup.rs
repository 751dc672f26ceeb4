//! Signals which sources must be polled now.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use onestop_proto::envelope::Source;
use tokio::sync::Notify;

/// The sources that must be polled now.
#[derive(Debug, Default)]
pub(super) struct Wakeup {
    sources: Mutex<BTreeSet<Source>>,
    notify: Notify,
}

impl Wakeup {
    pub(super) fn request(&self, source: &Source) {
        self.lock().insert(source.clone());
        self.notify.notify_one();
    }

    /// Waits for requests and takes them.
    pub(super) async fn requested(&self) -> BTreeSet<Source> {
        loop {
            let sources = std::mem::take(&mut *self.lock());
            if !sources.is_empty() {
                return sources;
            }
            self.notify.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
