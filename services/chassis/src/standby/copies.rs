//! What a leader knows of the copy of its log, and which answers wait for it.
//!
//! An answer waits only while the standby follows: it asks, and is near the head. When one wait runs out, the answers
//! after it do not wait, and say that they are kept once, until the standby is near the head once more.

mod copy_state;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use onestop_proto::{
    command::{AcceptedCommand, KEPT_ONCE},
    replication::StandbyState,
};
use tokio::sync::watch;
use tracing::{info, warn};
use uuid::Uuid;

pub(super) use self::copy_state::{CopyState, Followed, Kept, Noted, SILENCE};
use crate::{lease::since_boot, settings::StandbyMode};

/// How long an answer waits for the standby. Clients wait longer for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked at whether a standby that is waited for still asks.
const LOOK: Duration = Duration::from_millis(500);

/// The copies of one log, for those who write it, show it and answer its standby.
#[derive(Debug, Clone)]
pub(crate) struct Copies(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mode: StandbyMode,
    state: Mutex<CopyState>,
    /// Changes with every question of the standby.
    asked: watch::Sender<u64>,
    /// The standby to which the lease is handed over.
    successor: Mutex<Option<Uuid>>,
}

impl Copies {
    pub(crate) fn new(mode: StandbyMode) -> Self {
        Self(Arc::new(Inner {
            mode,
            state: Mutex::default(),
            asked: watch::Sender::new(0),
            successor: Mutex::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, CopyState> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a standby is to follow at all.
    fn is_none(&self) -> bool {
        self.0.mode == StandbyMode::None
    }

    /// Notes what a question of the standby says.
    pub(super) fn note_asked(&self, standby: Uuid, acknowledged: u64, head: u64) -> Noted {
        let now = since_boot();
        let (before, after) = {
            let mut state = self.state();
            let before = state.following(now);
            state.note_question(now, standby, acknowledged, head);
            (before, state.following(now))
        };
        if before.is_none() && after.is_some() {
            info!(%standby, head, "a standby follows: what is written is kept twice");
        }
        self.0.asked.send_modify(|count| *count += 1);
        if before != after && after == Some(standby) {
            Noted::Begins
        } else {
            Noted::AsBefore
        }
    }

    /// Waits until the standby has so many records, unless none follows, but not for long.
    pub(crate) async fn reached(&self, count: u64) -> Kept {
        if self.is_none() {
            return Kept::Once;
        }
        if let Some(kept) = self.state().kept(since_boot(), count) {
            return kept;
        }
        let waited = tokio::time::timeout(PATIENCE, self.has(count)).await;
        if waited.is_ok() {
            return Kept::Twice;
        }
        self.state().ran_out(count);
        warn!(
            count,
            "the standby does not keep up: what is written is kept once only"
        );
        Kept::Once
    }

    /// Whether a standby is to have so many records, and lacks one of them after a wait that is not long.
    pub(crate) async fn lacks(&self, count: u64) -> bool {
        !self.is_none() && self.reached(count).await == Kept::Once
    }

    /// Waits until the standby has so many records, as long as one follows: what others hear, a standby that takes over
    /// must have. No person waits for it.
    pub(crate) async fn has_or_follows_no_more(&self, count: u64) {
        if self.is_none() {
            return;
        }
        while self.state().kept(since_boot(), count).is_none() {
            // Either it has them, or it is looked at whether it still follows.
            let _ = tokio::time::timeout(LOOK, self.has(count)).await;
        }
    }

    /// Waits until the standby has so many records.
    pub(super) async fn has(&self, count: u64) {
        let mut asked = self.0.asked.subscribe();
        // The sender lives as long as this.
        let _ = asked
            .wait_for(|_| self.state().acknowledged() >= count)
            .await;
    }

    /// The answer to a command, once it is kept as the setting wants it; with a warning if it is not.
    pub(crate) async fn confirmed(&self, accepted: AcceptedCommand) -> AcceptedCommand {
        if self.0.mode != StandbyMode::Sync {
            return accepted;
        }
        match self.reached(accepted.at.position + 1).await {
            Kept::Twice => accepted,
            Kept::Once => {
                let mut warnings = accepted.warnings;
                warnings.push(KEPT_ONCE.into());
                AcceptedCommand {
                    warnings,
                    ..accepted
                }
            }
        }
    }

    /// So many records of a log of `head` may others hear.
    pub(crate) fn visible(&self, head: u64) -> u64 {
        if self.is_none() {
            return head;
        }
        self.state().visible(since_boot(), head)
    }

    /// The standby that follows, if one does.
    pub(crate) fn following(&self) -> Option<Uuid> {
        self.state().following(since_boot())
    }

    /// Whether the leader counts on this one.
    pub(super) fn followed_by(&self, standby: Uuid) -> Followed {
        self.state().followed_by(since_boot(), standby)
    }

    /// What is said of the standby of a log of `head`; nothing where none is to follow.
    pub(crate) fn standby_state(&self, head: u64) -> Option<StandbyState> {
        if self.is_none() {
            return None;
        }
        let state = self.state();
        Some(match state.following(since_boot()) {
            Some(_) => StandbyState::Following {
                behind: head.saturating_sub(state.acknowledged()),
            },
            None => StandbyState::Absent {},
        })
    }

    /// From now on the lease is for this standby.
    pub(super) fn name_successor(&self, standby: Uuid) {
        *self.successor_slot() = Some(standby);
    }

    /// The standby to which the lease is handed over, if it has the whole log of `head`.
    pub(super) fn successor(&self, head: u64) -> Option<Uuid> {
        let named = *self.successor_slot();
        named.filter(|standby| self.state().is_whole(*standby, head))
    }

    fn successor_slot(&self) -> MutexGuard<'_, Option<Uuid>> {
        let successor = self.0.successor.lock();
        successor.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDBY: Uuid = Uuid::from_u128(7);

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_the_question_that_says_so_or_runs_out() {
        let copies = Copies::new(StandbyMode::Sync);
        assert_eq!(copies.reached(1).await, Kept::Once);
        assert_eq!(copies.note_asked(STANDBY, 1, 1), Noted::Begins);
        let waits = copies.reached(2);
        let asks = async { copies.note_asked(STANDBY, 2, 2) };
        let (kept, noted) = tokio::join!(waits, asks);
        assert_eq!((kept, noted), (Kept::Twice, Noted::AsBefore));
        assert_eq!(copies.reached(3).await, Kept::Once, "the patience ran out");
        assert!(copies.lacks(3).await && !copies.lacks(2).await);
        assert_eq!(copies.standby_state(3), Some(StandbyState::Absent {}));
        let none = Copies::new(StandbyMode::None);
        assert_eq!((none.visible(4), none.standby_state(4)), (4, None));
        assert!(!none.lacks(4).await, "none is to follow");
    }

    #[test]
    fn the_lease_is_handed_over_to_a_standby_that_has_everything_alone() {
        let copies = Copies::new(StandbyMode::Async);
        copies.note_asked(STANDBY, 4, 4);
        assert_eq!(copies.successor(4), None, "no switch was asked for");
        copies.name_successor(STANDBY);
        assert_eq!(copies.successor(4), Some(STANDBY));
        assert_eq!(copies.successor(5), None);
    }

    /// While a service drains, another standby may have taken the place of the one that was named.
    #[test]
    fn the_lease_is_not_handed_over_for_what_another_standby_has() {
        let named = Uuid::from_u128(8);
        let copies = Copies::new(StandbyMode::Async);
        copies.note_asked(STANDBY, 4, 4);
        copies.name_successor(named);
        assert_eq!(copies.successor(4), None);
    }
}
