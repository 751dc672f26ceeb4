//! What is durable, but not in sled yet: readers find it here, the keeper takes it from here.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Commit;
use crate::error::CloseReason;
use crate::frame::Frame;

/// The head anchor is made durable so long after it was written. Until then the page cache has it,
/// which a crash of the process leaves alone; a power cut may leave an older anchor, and a log that is
/// ahead of its anchor is fine.
const HEAD_DELAY: Duration = Duration::from_millis(50);

/// Commits, numbers of commits, and who waits for which.
#[derive(Default)]
pub(crate) struct Pending {
    state: Mutex<State>,
    /// Something to do for the keeper.
    work: Condvar,
    /// Something was done by it.
    progress: Condvar,
}

#[derive(Default)]
struct State {
    /// Durable and not in sled, in order.
    commits: VecDeque<Arc<Commit>>,
    /// Up to here the keeper is asked to put them into sled.
    wanted: u64,
    /// The anchor was written since it was last synced.
    is_head_unsynced: bool,
    is_ending: bool,
    failure: Option<CloseReason>,
}

/// What the keeper is to do next.
pub(super) enum Work {
    /// Put these into sled.
    Keep(Vec<Arc<Commit>>),
    SyncHead,
    End,
}

impl Pending {
    /// Adds a commit that has just become durable, before readers hear of it.
    pub(crate) fn push(&self, commit: Arc<Commit>) {
        let mut state = self.state();
        state.commits.push_back(commit);
        if !state.is_head_unsynced {
            state.is_head_unsynced = true;
            self.work.notify_one();
        }
    }

    /// The frame that holds `position`, if it is not in sled yet.
    pub(crate) fn find(&self, position: u64) -> Option<Arc<Frame>> {
        let state = self.state();
        let at = state
            .commits
            .partition_point(|commit| commit.mark.head.count <= position);
        let frame = state.commits.get(at)?.frame.as_ref()?;
        (frame.first <= position).then(|| Arc::clone(frame))
    }

    /// Asks the keeper for everything up to a commit.
    pub(crate) fn want(&self, commit: u64) {
        let mut state = self.state();
        if commit > state.wanted {
            state.wanted = commit;
            self.work.notify_one();
        }
    }

    /// Waits until everything up to a commit is durable in sled.
    pub(crate) fn wait_for(&self, commit: u64) -> Result<(), CloseReason> {
        self.want(commit);
        let waits = |state: &mut State| {
            let first = state.commits.front().map_or(u64::MAX, |it| it.mark.commit);
            first <= commit && state.failure.is_none()
        };
        let state = self
            .progress
            .wait_while(self.state(), waits)
            .unwrap_or_else(PoisonError::into_inner);
        state.failure.clone().map_or(Ok(()), Err)
    }

    /// Waits until sled has everything that is durable now.
    pub(crate) fn settle(&self) -> Result<(), CloseReason> {
        let last = self.state().commits.back().map(|it| it.mark.commit);
        last.map_or(Ok(()), |last| self.wait_for(last))
    }

    /// Why the keeper has given up, if it has.
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
                .partition_point(|commit| commit.mark.commit <= wanted);
            if due > 0 {
                return Work::Keep(state.commits.range(..due).cloned().collect());
            }
            if state.is_ending {
                return Work::End;
            }
            if state.is_head_unsynced {
                let waits = |state: &mut State| !state.is_ending && state.wanted == wanted;
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

    /// Lets go of commits that are durable in sled.
    pub(super) fn kept(&self, last: u64) {
        let mut state = self.state();
        let kept = state
            .commits
            .partition_point(|commit| commit.mark.commit <= last);
        // Dropped outside the lock: it may be megabytes.
        let gone: Vec<_> = state.commits.drain(..kept).collect();
        drop(state);
        self.progress.notify_all();
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
