//! Logs that version 0.1.0 wrote: one closed, one as a killed process leaves it.

use std::path::Path;

use onestop_eventlog::Head;

/// A log of version 0.1.0, and what is in it.
pub(crate) struct Fixture {
    archive: &'static [u8],
    pub(crate) count: u64,
    pub(crate) hash: &'static str,
    pub(crate) cursors: usize,
}

pub(crate) const CLOSED: Fixture = Fixture {
    archive: include_bytes!("../fixtures/log-0.1.0-closed.tar.zst"),
    count: 225,
    hash: "d407fa8c5b369aedd5bb273447e6b827ca4accc44785b44e60c7f184b4c0a410",
    cursors: 3,
};

pub(crate) const CRASHED: Fixture = Fixture {
    archive: include_bytes!("../fixtures/log-0.1.0-crashed.tar.zst"),
    count: 325,
    hash: "bbfb90da0e1b336f0081e9029f649dc976b644d823f7ac69fb2df1429b6f1310",
    cursors: 3,
};

impl Fixture {
    pub(crate) fn unpack(&self, path: &Path) {
        std::fs::create_dir_all(path).unwrap();
        let bytes = zstd::decode_all(self.archive).unwrap();
        tar::Archive::new(&bytes[..]).unpack(path).unwrap();
    }

    pub(crate) fn has(&self, head: Head) -> bool {
        (head.count, head.hash.to_string()) == (self.count, self.hash.to_owned())
    }
}
