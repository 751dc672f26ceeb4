//! What the processes do that may decide: the leader and an older copy of its log.

use super::{
    broker::{OfLog, Way},
    parts::{Kind, Process},
    world::World,
};
use crate::{lease::rules::Presence, standby::copies::Kept};

/// How long an answer waits for the standby, in milliseconds.
const PATIENCE: u64 = 2_000;

impl World {
    /// Whether the older copy has the lease.
    pub(super) fn renew_older(&mut self) -> bool {
        let presence = match (self.leader.process, self.leader.holder.way) {
            (Process::Dead, _) | (_, Way::Cut) => Presence::Nobody,
            (Process::Paused, Way::Open) => Presence::Unclear,
            (Process::Runs, Way::Open) => Presence::Somebody,
        };
        let Some(older) = &mut self.older else {
            return false;
        };
        let log = OfLog {
            events: older.events,
            standby: None,
        };
        let (broker, rng) = (&mut self.broker, &mut self.rng);
        older.holder.renew(self.now, broker, rng, presence, log);
        let is_sure = older.holder.is_sure(self.now);
        if older.holder.has_stopped() {
            self.older = None;
        }
        is_sure
    }

    /// Takes and keeps the leader's lease.
    pub(super) fn renew(&mut self) {
        let leader = &mut self.leader;
        let log = OfLog {
            events: leader.log,
            standby: leader.copies.following(leader.holder.clock(self.now)),
        };
        let (broker, rng, presence) = (&mut self.broker, &mut self.rng, Presence::Nobody);
        leader.holder.renew(self.now, broker, rng, presence, log);
    }

    /// Carries out commands, and answers those that waited.
    pub(super) fn decide(&mut self) {
        let leader = &mut self.leader;
        let now = leader.holder.clock(self.now);
        let is_sure = leader.holder.is_sure(self.now);
        if is_sure && self.rng.bool() {
            leader.log += self.rng.u64(..3);
            if self.kind == Kind::Log || self.rng.bool() {
                leader.awaited = leader.log;
                leader.waiting.push((leader.log, self.now));
            }
        }
        let waiting = std::mem::take(&mut leader.waiting);
        for (count, since) in waiting {
            match leader.copies.kept(now, count) {
                // What is not surely decided is not confirmed at all.
                Some(Kept::Twice) if is_sure => {
                    leader.kept_twice = leader.kept_twice.max(count);
                }
                Some(Kept::Twice | Kept::Once) => {}
                None if self.now - since >= PATIENCE => leader.copies.ran_out(count),
                None => leader.waiting.push((count, since)),
            }
        }
        // Of a database nothing is heard.
        if self.kind == Kind::Log {
            let visible = leader.copies.visible(now, leader.log);
            let before = std::mem::replace(&mut leader.visible, visible);
            assert!(before <= visible, "{before} could be heard, then {visible}");
        }
    }
}
