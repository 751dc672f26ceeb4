//! The thread that seals commits into segments, and makes the head anchor durable.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::memtable::Work;
use super::{Commit, DIRECTORY, file, spare};
use crate::error::{AnchorError, CloseReason, StoreError, panic_message};
use crate::segment::{Sealed, Sealer};
use crate::shared::Shared;

/// The writer's side of the thread.
pub(crate) struct Flusher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread works with.
pub(crate) struct Parts {
    pub(crate) directory: PathBuf,
    /// A handle to the anchor's file.
    pub(crate) head: File,
    pub(crate) sealer: Sealer,
    /// How long a file of the write-ahead log may get.
    pub(crate) capacity: u64,
}

impl Flusher {
    pub(crate) fn start(shared: &Arc<Shared>, mut parts: Parts) -> std::io::Result<Flusher> {
        let thread = thread::Builder::new()
            .name("eventlog-flusher".to_owned())
            .spawn({
                let shared = Arc::clone(shared);
                move || serve(&shared, &mut parts)
            })?;
        Ok(Flusher {
            shared: Arc::clone(shared),
            thread: Some(thread),
        })
    }

    /// Makes the anchor durable, and ends the thread.
    pub(crate) fn finish(mut self) -> Result<(), CloseReason> {
        self.end();
        self.shared.memtable().failure().map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.shared.memtable().end();
        if let Some(thread) = self.thread.take() {
            // It catches its own panics.
            let _ = thread.join();
        }
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        self.end();
    }
}

fn serve(shared: &Shared, parts: &mut Parts) {
    let memtable = shared.memtable();
    let mut run = || -> Result<(), CloseReason> {
        loop {
            match memtable.next() {
                Work::Flush(commits) => {
                    let failed = |error| CloseReason::Behind(Arc::new(error));
                    let sealed = seal(&mut parts.sealer, &commits).map_err(failed)?;
                    let last = sealed.after.commit;
                    drop(commits);
                    // Readers look here, in this order: in memory, then in segments.
                    shared.records.install(sealed);
                    let current = memtable.spare();
                    let files = file::sealed(&parts.directory, last);
                    let chosen = files
                        .and_then(|files| spare::choose(files, current.as_deref(), parts.capacity));
                    let chosen = chosen.map_err(|source| {
                        let step = "remove a sealed file of the log";
                        failed(StoreError::Io { step, source })
                    })?;
                    // Before the writer stops waiting, so that it finds the file.
                    if let Some(path) = chosen {
                        memtable.set_spare(path);
                    }
                    memtable.flushed(last);
                }
                Work::MakeSpare => {
                    let folder = parts.directory.join(DIRECTORY);
                    if let Some(path) = spare::make(&folder, parts.capacity) {
                        memtable.set_spare(path);
                    }
                }
                Work::SyncHead => sync(&parts.head)?,
                Work::End => return sync(&parts.head),
            }
        }
    };
    let failure = match catch_unwind(AssertUnwindSafe(&mut run)) {
        Ok(Ok(())) => return,
        Ok(Err(why)) => why,
        Err(panic) => CloseReason::WriterPanicked {
            message: panic_message(&*panic),
        },
    };
    memtable.fail(failure);
}

fn sync(head: &File) -> Result<(), CloseReason> {
    head.sync_data().map_err(|source| {
        let step = "sync";
        CloseReason::Anchor(Arc::new(AnchorError::Io { step, source }))
    })
}

/// Puts commits, which follow the last segment, into a segment of their own.
fn seal(sealer: &mut Sealer, commits: &[Arc<Commit>]) -> Result<Sealed, StoreError> {
    let frames = commits.iter().filter_map(|commit| commit.frame.as_ref());
    let records = frames.flat_map(|frame| &frame.records);
    let mut cursors = BTreeMap::new();
    for commit in commits {
        cursors.extend(commit.cursors.clone());
    }
    let after = commits.last().map_or(sealer.state(), |last| last.state);
    sealer.seal(records, after, &cursors)
}
