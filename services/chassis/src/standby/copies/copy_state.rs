//! What is known of the copy of a log, and which answers wait for it. Pure; moments are durations by a clock that never goes
//! back.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A standby that has not asked for so long does not follow. It asks twice a second where nothing is new.
pub(in crate::standby) const SILENCE: Duration = Duration::from_secs(6);
/// A standby that lacks no more records than this keeps up: on a busy log it is always a commit behind.
const NEAR: u64 = 256;
/// One that lacks more does not keep up any more, although it asks.
const FAR: u64 = 4_096;

/// How often something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Once,
    Twice,
}

/// What is known of the copy.
#[derive(Debug, Default)]
pub(in crate::standby) struct CopyState {
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
pub(in crate::standby) enum Followed {
    #[default]
    No,
    Yes,
}

/// What a question changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::standby) enum Noted {
    /// Answers count on this standby from now on. The leader tells it at once: a standby that does not know takes nothing over.
    Begins,
    AsBefore,
}

impl CopyState {
    /// A standby has asked: it has `acknowledged` records of a log of `head`.
    pub(in crate::standby) fn note_question(
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
    pub(in crate::standby) fn ran_out(&mut self, count: u64) {
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
    pub(in crate::standby) fn following(&self, now: Duration) -> Option<Uuid> {
        let waited_for = self.waited_for(now);
        waited_for.filter(|_| self.acknowledged >= self.heard)
    }

    /// Whether the leader counts on this one.
    pub(in crate::standby) fn followed_by(&self, now: Duration, standby: Uuid) -> Followed {
        if self.following(now) == Some(standby) {
            Followed::Yes
        } else {
            Followed::No
        }
    }

    pub(in crate::standby) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Whether this standby has all of a log of `head`. What is acknowledged is what the one has that asked last.
    pub(in crate::standby) fn is_whole(&self, standby: Uuid, head: u64) -> bool {
        let is_counted = self.asked.is_some_and(|(current, _)| current == standby);
        is_counted && self.acknowledged >= head
    }

    /// How often the first `count` records are kept; `None` if that is worth waiting for.
    pub(in crate::standby) fn kept(&mut self, now: Duration, count: u64) -> Option<Kept> {
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
    pub(in crate::standby) fn visible(&mut self, now: Duration, head: u64) -> u64 {
        if self.waited_for(now).is_none() {
            self.heard = self.heard.max(head);
        }
        head.min(self.heard)
    }
}

#[cfg(test)]
mod tests;
