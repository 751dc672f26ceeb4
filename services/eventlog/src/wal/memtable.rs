//! Commits that are durable in the write-ahead log, but not in a segment yet: readers find them here,
//! and the flusher takes them from here.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Commit;
use crate::commit_state::CommitState;
use crate::error::CloseReason;
use crate::frame::Frame;
use crate::hash::Hash;

/// The head anchor is made durable so long after it was written. Until then the page cache has it,
/// which a crash of the process leaves alone; a power cut may leave an older anchor, and a log that is
/// ahead of its anchor is fine.
const HEAD_DELAY: Duration = Duration::from_millis(50);

/// Commits, numbers of commits, and who waits for which.
#[derive(Default)]
pub(crate) struct MemTable {
    state: Mutex<State>,
    /// Something to do for the flusher.
    work: Condvar,
    /// Something was done by it.
    progress: Condvar,
}

#[derive(Default)]
struct State {
    /// Durable and not in a segment, in order.
    commits: VecDeque<Arc<Commit>>,
    /// Up to here the flusher is asked to seal them.
    wanted: u64,
    /// The anchor was written since it was last synced.
    is_head_unsynced: bool,
    is_ending: bool,
    spare: Spare,
    failure: Option<CloseReason>,
}

/// A file for the writer to go over to.
#[derive(Debug, Default)]
enum Spare {
    #[default]
    None,
    /// The flusher is asked to make one.
    Wanted,
    Ready(PathBuf),
}

/// What the flusher is to do next.
pub(super) enum Work {
    /// Seal these.
    Flush(Vec<Arc<Commit>>),
    /// Make a file for the writer to go over to.
    MakeSpare,
    SyncHead,
    End,
}

impl MemTable {
    /// Commits that were found in the write-ahead log.
    pub(crate) fn of(commits: impl IntoIterator<Item = Arc<Commit>>) -> MemTable {
        let memtable = MemTable::default();
        memtable.state().commits.extend(commits);
        memtable
    }

    /// Adds a commit that has just become durable, before readers see it.
    pub(crate) fn push(&self, commit: Arc<Commit>) {
        let mut state = self.state();
        state.commits.push_back(commit);
        if !state.is_head_unsynced {
            state.is_head_unsynced = true;
            self.work.notify_one();
        }
    }

    /// The frame that holds `position`, if it is not in a segment yet.
    pub(crate) fn find(&self, position: u64) -> Option<Arc<Frame>> {
        let state = self.state();
        let at = state
            .commits
            .partition_point(|commit| commit.state.head.count <= position);
        let frame = state.commits.get(at)?.frame.as_ref()?;
        (frame.first <= position).then(|| Arc::clone(frame))
    }

    /// The stored hash of a node that a commit here has completed.
    pub(crate) fn node(&self, level: u8, index: u64) -> Option<Hash> {
        let last = index
            .checked_add(1)?
            .checked_mul(1 << level)?
            .checked_sub(1)?;
        let state = self.state();
        let at = state
            .commits
            .partition_point(|commit| commit.state.head.count <= last);
        let nodes = &state.commits.get(at)?.nodes;
        let found = nodes
            .iter()
            .find(|node| (node.level, node.index) == (level, index));
        found.map(|node| node.hash)
    }

    /// The commits behind number `after`, as far as they are here: with up to `max_bytes` of payload, at least
    /// one.
    pub(crate) fn commits_after(&self, after: u64, max_bytes: usize) -> Vec<Arc<Commit>> {
        let state = self.state();
        let at = state
            .commits
            .partition_point(|commit| commit.state.commit <= after);
        let mut bytes = 0_usize;
        let fits = |commit: &&Arc<Commit>| {
            let fits = bytes == 0 || bytes < max_bytes;
            let weight = commit.frame.as_ref().map_or(64, |frame| frame.weight());
            bytes = bytes.saturating_add(weight);
            fits
        };
        state
            .commits
            .range(at..)
            .take_while(fits)
            .cloned()
            .collect()
    }

    /// The state after the newest commit here.
    pub(crate) fn last_state(&self) -> Option<CommitState> {
        self.state().commits.back().map(|commit| commit.state)
    }

    /// Asks the flusher to seal everything up to a commit.
    pub(crate) fn want(&self, commit: u64) {
        let mut state = self.state();
        if commit > state.wanted {
            state.wanted = commit;
            self.work.notify_one();
        }
    }

    /// Waits until everything up to a commit is in segments.
    pub(crate) fn wait_for(&self, commit: u64) -> Result<(), CloseReason> {
        self.want(commit);
        let waits = |state: &mut State| {
            let first = state.commits.front().map_or(u64::MAX, |it| it.state.commit);
            first <= commit && state.failure.is_none()
        };
        let state = self
            .progress
            .wait_while(self.state(), waits)
            .unwrap_or_else(PoisonError::into_inner);
        state.failure.clone().map_or(Ok(()), Err)
    }

    /// Asks the flusher for a file to go over to, if there is none.
    pub(super) fn want_spare(&self) {
        let mut state = self.state();
        if matches!(state.spare, Spare::None) {
            state.spare = Spare::Wanted;
            self.work.notify_one();
        }
    }

    pub(super) fn set_spare(&self, path: PathBuf) {
        self.state().spare = Spare::Ready(path);
    }

    /// The file to go over to, which stays where it is.
    pub(super) fn spare(&self) -> Option<PathBuf> {
        match &self.state().spare {
            Spare::Ready(path) => Some(path.clone()),
            Spare::None | Spare::Wanted => None,
        }
    }

    /// Takes the file to go over to.
    pub(super) fn take_spare(&self) -> Option<PathBuf> {
        match std::mem::take(&mut self.state().spare) {
            Spare::Ready(path) => Some(path),
            Spare::None | Spare::Wanted => None,
        }
    }

    /// Why the flusher has given up, if it has.
    pub(crate) fn failure(&self) -> Option<CloseReason> {
        self.state().failure.clone()
    }

    /// Waits for something to do.
    pub(super) fn next(&self) -> Work {
        let mut state = self.state();
        loop {
            let wanted = state.wanted;
            let due = state
                .commits
                .partition_point(|commit| commit.state.commit <= wanted);
            if due > 0 {
                return Work::Flush(state.commits.range(..due).cloned().collect());
            }
            if state.is_ending {
                return Work::End;
            }
            if matches!(state.spare, Spare::Wanted) {
                state.spare = Spare::None;
                return Work::MakeSpare;
            }
            if state.is_head_unsynced {
                let waits = |state: &mut State| {
                    let is_idle = !state.is_ending && state.wanted == wanted;
                    is_idle && !matches!(state.spare, Spare::Wanted)
                };
                let (after, timeout) = self
                    .work
                    .wait_timeout_while(state, HEAD_DELAY, waits)
                    .unwrap_or_else(PoisonError::into_inner);
                state = after;
                if timeout.timed_out() {
                    state.is_head_unsynced = false;
                    return Work::SyncHead;
                }
            } else {
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Lets go of commits that are in segments.
    pub(crate) fn flushed(&self, last: u64) {
        let mut state = self.state();
        let count = state
            .commits
            .partition_point(|commit| commit.state.commit <= last);
        // Dropped outside the lock: it may be megabytes.
        let gone: Vec<_> = state.commits.drain(..count).collect();
        drop(state);
        self.progress.notify_all();
        drop(gone);
    }

    /// Lets go of everything: the log is closed.
    pub(crate) fn clear(&self) {
        let gone = std::mem::take(&mut self.state().commits);
        drop(gone);
    }

    pub(super) fn fail(&self, why: CloseReason) {
        self.state().failure.get_or_insert(why);
        self.progress.notify_all();
    }

    pub(super) fn end(&self) {
        self.state().is_ending = true;
        self.work.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
