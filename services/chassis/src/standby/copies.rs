//! What a leader knows of the copy of its log, and which answers wait for it.
//!
//! An answer waits only while the standby follows: it asks, and is near the head. When one wait runs out, the answers
//! after it do not wait, and say that they are kept once, until the standby is near the head once more.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use onestop_proto::{
    command::{AcceptedCommand, KEPT_ONCE},
    replication::StandbyState,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tracing::{info, warn};
use uuid::Uuid;

use crate::{lease::since_boot, settings::StandbyMode};

/// How long an answer waits for the standby. Clients wait longer for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// A standby that has not asked for so long does not follow. It asks twice a second where nothing is new.
pub(super) const SILENCE: Duration = Duration::from_secs(6);
/// A standby that lacks no more records than this keeps up: on a busy log it is always a commit behind.
const NEAR: u64 = 256;
/// One that lacks more does not keep up any more, although it asks.
const FAR: u64 = 4_096;
/// How often it is looked at whether a standby that is waited for still asks.
const LOOK: Duration = Duration::from_millis(500);

/// How often something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Once,
    Twice,
}

/// What is known of the copy. Pure; moments are durations by a clock that never goes back.
#[derive(Debug, Default)]
pub(super) struct CopyState {
    /// The standby that asked last, and when.
    asked: Option<(Uuid, Duration)>,
    /// So many records it has on its disk.
    acknowledged: u64,
    waits: Waits,
    /// So many records others may have heard, or were confirmed: also what was written while no answer waited for a standby.
    heard: u64,
}

/// Whether answers wait for the standby: from when it is near the head, so that it can reach it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Waits {
    #[default]
    No,
    Yes,
}

/// Whether the leader counts on a standby: answers wait for it, and it has everything that others have heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Followed {
    #[default]
    No,
    Yes,
}

/// What a question changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Answers count on this standby from now on. It is told at once: one that does not know takes nothing over.
    Begins,
    AsBefore,
}

impl CopyState {
    /// A standby has asked: it has `acknowledged` records of a log of `head`.
    pub(super) fn note_question(
        &mut self,
        now: Duration,
        standby: Uuid,
        acknowledged: u64,
        head: u64,
    ) {
        if let Some((current, at)) = self.asked
            && current != standby
        {
            // Answers count on one at a time: another may copy the log, but not take over.
            if now.saturating_sub(at) < SILENCE {
                return;
            }
            self.waits = Waits::No;
        }
        let waited = self.waited_for(now).is_some();
        self.asked = Some((standby, now));
        self.acknowledged = acknowledged;
        if acknowledged.saturating_add(NEAR) >= head {
            self.waits = Waits::Yes;
        } else if acknowledged.saturating_add(FAR) < head {
            self.waits = Waits::No;
        }
        if !waited {
            self.heard = self.heard.max(head);
        }
        self.heard = self.heard.max(acknowledged);
    }

    /// An answer has waited for so many records in vain.
    pub(super) fn ran_out(&mut self, count: u64) {
        if self.acknowledged < count {
            self.waits = Waits::No;
        }
    }

    /// The standby for which answers wait, if there is one.
    fn waited_for(&self, now: Duration) -> Option<Uuid> {
        let (standby, at) = self.asked?;
        let is_recent = now.saturating_sub(at) < SILENCE;
        (is_recent && self.waits == Waits::Yes).then_some(standby)
    }

    /// The standby that follows, if one does: it has everything that others have heard, and answers wait for it.
    pub(super) fn following(&self, now: Duration) -> Option<Uuid> {
        let waited_for = self.waited_for(now);
        waited_for.filter(|_| self.acknowledged >= self.heard)
    }

    /// Whether the leader counts on this one.
    pub(super) fn followed_by(&self, now: Duration, standby: Uuid) -> Followed {
        if self.following(now) == Some(standby) {
            Followed::Yes
        } else {
            Followed::No
        }
    }

    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Whether this standby has all of a log of `head`. What is acknowledged is what the one has that asked last.
    fn is_whole(&self, standby: Uuid, head: u64) -> bool {
        let is_counted = self.asked.is_some_and(|(current, _)| current == standby);
        is_counted && self.acknowledged >= head
    }

    /// How often the first `count` records are kept; `None` if that is worth waiting for.
    pub(super) fn kept(&mut self, now: Duration, count: u64) -> Option<Kept> {
        if self.asked.is_some() && self.acknowledged >= count {
            return Some(Kept::Twice);
        }
        if self.waited_for(now).is_some() {
            return None;
        }
        self.heard = self.heard.max(count);
        Some(Kept::Once)
    }

    /// So many records of a log of `head` may others hear: what a standby may still lack could be lost with this machine.
    /// Never fewer than before: a log that seems to become shorter is taken for one that was restored.
    pub(super) fn visible(&mut self, now: Duration, head: u64) -> u64 {
        if self.waited_for(now).is_none() {
            self.heard = self.heard.max(head);
        }
        head.min(self.heard)
    }
}

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

    const NOW: Duration = Duration::from_secs(100);
    const STANDBY: Uuid = Uuid::from_u128(7);

    #[test]
    fn nothing_waits_for_a_standby_that_never_asked() {
        let mut state = CopyState::default();
        assert_eq!(state.kept(NOW, 0), Some(Kept::Once));
        assert_eq!(state.visible(NOW, 9), 9);
    }

    #[test]
    fn an_answer_waits_for_a_standby_that_follows_and_is_kept_twice_when_it_has_it() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 300, 1_000);
        assert_eq!(state.kept(NOW, 1_000), Some(Kept::Once), "it catches up");
        assert_eq!(state.visible(NOW, 1_000), 1_000);
        state.note_question(NOW, STANDBY, 900, 1_000);
        assert_eq!(state.kept(NOW, 1_000), None);
        state.note_question(NOW, STANDBY, 1_000, 1_002);
        assert_eq!(state.kept(NOW, 1_000), Some(Kept::Twice));
        assert_eq!(state.visible(NOW, 1_002), 1_000);
    }

    /// The log has few records, so one that begins is near the head at once.
    #[test]
    fn no_leader_counts_on_a_standby_that_lacks_what_others_have_heard() {
        let mut state = CopyState::default();
        assert_eq!(state.visible(NOW, 24), 24);
        state.note_question(NOW, STANDBY, 0, 24);
        assert_eq!(state.visible(NOW, 24), 24, "the log is as long as it was");
        assert_eq!(state.kept(NOW, 26), None, "it will have them soon");
        assert_eq!(state.visible(NOW, 26), 24);
        assert_eq!(state.followed_by(NOW, STANDBY), Followed::No);
        state.note_question(NOW, STANDBY, 24, 26);
        assert_eq!(state.followed_by(NOW, STANDBY), Followed::Yes);
    }

    /// The log may grow between the reading of its head and the noting of the question.
    #[test]
    fn what_was_heard_while_a_question_came_in_stays_heard() {
        let mut state = CopyState::default();
        assert_eq!(state.visible(NOW, 25), 25);
        state.note_question(NOW, STANDBY, 24, 24);
        assert_eq!((state.visible(NOW, 25), state.following(NOW)), (25, None));
    }

    #[test]
    fn a_standby_that_was_silent_is_counted_on_when_it_has_what_was_heard_meanwhile() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 5, 5);
        let later = NOW + SILENCE;
        assert_eq!(state.visible(later, 9), 9);
        state.note_question(later, STANDBY, 5, 9);
        assert_eq!(state.visible(later, 9), 9);
        assert_eq!(state.followed_by(later, STANDBY), Followed::No);
        state.note_question(later, STANDBY, 9, 9);
        assert_eq!(state.followed_by(later, STANDBY), Followed::Yes);
    }

    #[test]
    fn a_standby_that_lost_its_copy_is_not_counted_on_before_it_has_it_again() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 24, 24);
        state.note_question(NOW, STANDBY, 0, 24);
        assert_eq!(state.visible(NOW, 24), 24);
        assert_eq!(state.following(NOW), None);
    }

    #[test]
    fn after_one_wait_in_vain_no_other_waits_until_the_standby_is_near_the_head() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 5, 5);
        state.ran_out(6);
        assert_eq!(state.kept(NOW, 6), Some(Kept::Once));
        assert_eq!(state.following(NOW), None);
        state.note_question(NOW, STANDBY, 6, 6 + NEAR + 1);
        assert_eq!(state.kept(NOW, 7), Some(Kept::Once));
        state.note_question(NOW, STANDBY, 7, 6 + NEAR + 1);
        assert_eq!(state.kept(NOW, 8), None);
    }

    #[test]
    fn answers_count_on_one_standby_and_on_the_next_when_that_is_silent() {
        let other = Uuid::from_u128(8);
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 5, 5);
        state.note_question(NOW, other, 3, 5);
        assert_eq!(state.acknowledged(), 5);
        assert_eq!(state.followed_by(NOW, STANDBY), Followed::Yes);
        assert_eq!(state.followed_by(NOW, other), Followed::No);
        let later = NOW + SILENCE;
        state.note_question(later, other, 4, 5);
        assert_eq!(state.acknowledged(), 4);
        assert_eq!(state.followed_by(later, other), Followed::No);
        state.note_question(later, other, 5, 5);
        assert_eq!(state.followed_by(later, other), Followed::Yes);
    }

    #[test]
    fn a_standby_that_falls_far_behind_follows_no_more() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 5, 5);
        state.note_question(NOW, STANDBY, 6, 6 + FAR);
        assert_eq!(state.following(NOW), Some(STANDBY));
        state.note_question(NOW, STANDBY, 6, 7 + FAR);
        assert_eq!(state.following(NOW), None);
        assert_eq!(state.visible(NOW, 7 + FAR), 7 + FAR);
    }

    #[test]
    fn a_standby_that_is_silent_follows_no_more() {
        let mut state = CopyState::default();
        state.note_question(NOW, STANDBY, 5, 5);
        assert_eq!(state.following(NOW), Some(STANDBY));
        assert_eq!(state.following(NOW + SILENCE), None);
        assert_eq!(state.kept(NOW + SILENCE, 6), Some(Kept::Once));
        assert_eq!(
            state.kept(NOW + SILENCE, 5),
            Some(Kept::Twice),
            "it had that"
        );
    }

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
