//! A store in a temporary folder.

use std::{path::Path, sync::Arc};

use onestop_chassis::{
    clock::{Clock, SystemClock},
    store::Store,
};
use onestop_eventlog::{EventLog, Options};
use onestop_proto::envelope::Source;
use tempfile::TempDir;

/// A [`Store`] on a real event log. Dropping it deletes the folder.
#[derive(Debug)]
pub struct TempStore {
    pub store: Store,
    folder: TempDir,
}

impl TempStore {
    /// An empty store of the main instance of `service`, with the system's clock.
    ///
    /// # Panics
    /// If the folder cannot be made.
    pub fn new(service: &str) -> Self {
        Self::with_clock(service, SystemClock)
    }

    /// An empty store of the main instance of `service`, with another clock.
    ///
    /// # Panics
    /// If the folder cannot be made.
    pub fn with_clock(service: &str, clock: impl Clock + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::open(folder, service, Arc::new(clock))
    }

    /// Closes the log and opens it again, as a restart does.
    ///
    /// # Panics
    /// If the log cannot be closed or opened.
    #[must_use]
    pub fn reopen(self) -> Self {
        let Self { store, folder } = self;
        let service = store.source().service.to_string();
        let clock = Arc::clone(store.clock());
        let log = store.log().clone();
        drop(store);
        log.close().expect("the log can be closed");
        Self::open(folder, &service, clock)
    }

    /// The service's folder, with the log in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn open(folder: TempDir, service: &str, clock: Arc<dyn Clock>) -> Self {
        let options = Options::new(folder.path().join("log"), clock.uuid());
        let log = EventLog::open(options).expect("the log can be opened");
        let source: Source = format!("/onestop/{service}/main")
            .parse()
            .expect("the name of a service");
        let store = Store::with_clock(log, source, clock);
        Self { store, folder }
    }
}
