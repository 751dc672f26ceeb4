//! The processes of a simulated world.

use fastrand::Rng;
use uuid::Uuid;

use super::broker::{Holder, Way};
use crate::standby::{
    copies::{CopyState, Followed},
    takeover::{Incomplete, Said, Step, Takeover},
};

pub(super) const LEADER: Uuid = Uuid::from_u128(1);
pub(super) const OLDER: Uuid = Uuid::from_u128(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    Runs,
    Paused,
    Dead,
}

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Log,
    Database,
}

pub(super) struct Leader {
    pub(super) process: Process,
    /// Of the process, by which it holds the lease and names its run.
    pub(super) id: Uuid,
    pub(super) holder: Holder,
    /// Records, or changes.
    pub(super) log: u64,
    /// How many of them an answer has waited for, and those before.
    pub(super) awaited: u64,
    /// When the last image of the database was made.
    pub(super) imaged: u64,
    pub(super) copies: CopyState,
    /// Answers that wait: how many records they confirm, and since when.
    pub(super) waiting: Vec<(u64, u64)>,
    /// Records that were confirmed as kept twice.
    pub(super) kept_twice: u64,
    /// The most that others could hear.
    pub(super) visible: u64,
}

pub(super) struct Standby {
    pub(super) id: Uuid,
    pub(super) way: Way,
    pub(super) rules: Takeover,
    pub(super) step: Step,
    pub(super) due: u64,
    pub(super) rate: f64,
    pub(super) held: u64,
    /// Records whose keys are on its disk.
    pub(super) keys: u64,
    /// The run of the leader whose database it has.
    pub(super) run: Option<Uuid>,
    /// Whether its leader counted on it when it answered last.
    pub(super) told: Followed,
    pub(super) coming: Option<Coming>,
}

/// A change whose keys the standby has, and which it has not added yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    pub(super) held: u64,
    pub(super) run: Uuid,
    pub(super) said: Said,
}

impl Standby {
    /// A process that begins on what its folder holds.
    pub(super) fn begin(&mut self, id: Uuid, now: u64) {
        self.id = id;
        self.rules = Takeover::new(id, "there".to_owned(), Incomplete::Wait);
        self.step = Step::Look;
        self.due = now;
        self.run = None;
        self.told = Followed::No;
        self.coming = None;
    }
}

/// The service on a log that is older than the leader's.
pub(super) struct OlderCopy {
    pub(super) holder: Holder,
    pub(super) events: u64,
}

/// Which process decides after the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decides {
    Standby,
    OlderCopy,
}

pub(super) fn any_rate(rng: &mut Rng) -> f64 {
    0.95 + rng.f64() / 10.0
}

pub(super) fn any_id(rng: &mut Rng) -> Uuid {
    Uuid::from_u128(rng.u128(10..))
}
