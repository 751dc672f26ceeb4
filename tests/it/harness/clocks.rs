//! The wall clocks of an Onestop under test.

use std::path::PathBuf;

use super::{Onestop, programs};

/// Which wall clock the services read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clocks {
    Machine,
    /// Each its own, which [`Onestop::jump`] moves.
    Own,
}

impl Onestop {
    /// The environment that gives a service its own wall clock (libfaketime): the machine's time plus the offset in its file.
    pub(super) fn clock(&self, service: &str) -> Vec<(&'static str, String)> {
        if self.clocks == Clocks::Machine {
            return Vec::new();
        }
        let file = self.clock_file(service);
        if !file.exists() {
            std::fs::write(&file, "+0").unwrap();
        }
        vec![
            ("LD_PRELOAD", programs::faketime().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
            // Look into the file each time, move nothing but the wall clock.
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
    }

    fn clock_file(&self, service: &str) -> PathBuf {
        self.folder.path().join(format!("{service}.clock"))
    }

    /// Moves a service's wall clock to so many seconds after the machine's, or before it.
    pub(crate) fn jump(&self, service: &str, seconds: i64) {
        let file = self.clock_file(service);
        let next = file.with_extension("next");
        std::fs::write(&next, format!("{seconds:+}")).unwrap();
        std::fs::rename(next, file).unwrap();
    }
}
