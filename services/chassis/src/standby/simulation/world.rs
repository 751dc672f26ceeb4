//! A world: what happens to its processes, and what must hold in it.

use fastrand::Rng;

use super::{
    broker::{Broker, Holder, Way},
    parts::{Decides, Kind, LEADER, Leader, OLDER, OlderCopy, Process, Standby, any_id, any_rate},
};
use crate::{
    lease::rules::{At, Claim, Rules},
    standby::{
        copies::{CopyState, Followed},
        takeover::{Incomplete, Step, Takeover},
    },
};

pub(super) struct World {
    pub(super) kind: Kind,
    pub(super) rng: Rng,
    pub(super) now: u64,
    pub(super) broker: Broker,
    pub(super) leader: Leader,
    pub(super) standby: Standby,
    pub(super) older: Option<OlderCopy>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rules = Rules::new(LEADER, "here".to_owned(), At::Hub, Claim::default());
        let leader = Leader {
            process: Process::Runs,
            id: LEADER,
            holder: Holder::new(rules, any_rate(&mut rng)),
            log: 0,
            awaited: 0,
            imaged: 0,
            copies: CopyState::default(),
            waiting: Vec::new(),
            kept_twice: 0,
            visible: 0,
        };
        let id = any_id(&mut rng);
        let standby = Standby {
            id,
            way: Way::Open,
            rules: Takeover::new(id, "there".to_owned(), Incomplete::Wait),
            step: Step::Look,
            due: 0,
            rate: any_rate(&mut rng),
            held: 0,
            keys: 0,
            run: None,
            told: Followed::No,
            coming: None,
        };
        let kind = if rng.bool() {
            Kind::Log
        } else {
            Kind::Database
        };
        Self {
            kind,
            rng,
            now: 100_000,
            broker: Broker::default(),
            leader,
            standby,
            older: None,
        }
    }

    pub(super) fn one_in(&mut self, count: u32) -> bool {
        self.rng.u32(..count) == 0
    }

    pub(super) fn happen(&mut self) {
        match (self.rng.u32(..3_000), self.leader.process) {
            (0, _) => self.kill(),
            (1..=4, Process::Runs) => self.leader.process = Process::Paused,
            (1..=100, Process::Paused) => self.leader.process = Process::Runs,
            (5..=9, _) => self.leader.holder.way = Way::Cut,
            (101..=160, _) => self.leader.holder.way = Way::Open,
            (10..=14, _) => self.standby.way = Way::Cut,
            (161..=220, _) => self.standby.way = Way::Open,
            (15..=19, _) => self.broker.pauses_until = self.now + self.rng.u64(1_000..60_000),
            (221..=222, _) => {
                let id = any_id(&mut self.rng);
                let begins = self.now + self.rng.u64(1_000..5_000);
                if self.rng.bool() {
                    // On another machine, or on a disk that was lost.
                    (self.standby.held, self.standby.keys) = (0, 0);
                }
                self.standby.begin(id, begins);
            }
            (223..=225, _) if self.older.is_none() => self.start_older(),
            (226..=240, Process::Dead) => self.restart(),
            (_, _) => {}
        }
    }

    pub(super) fn kill(&mut self) {
        self.leader.process = Process::Dead;
        self.leader.waiting.clear();
    }

    /// Starts the leader again on its folder.
    fn restart(&mut self) {
        let id = any_id(&mut self.rng);
        let leader = &mut self.leader;
        let claim = Claim {
            term: leader.holder.rules.term(),
            holder: Some(leader.id),
            is_over: true,
        };
        let rules = Rules::new(id, "here".to_owned(), At::Hub, claim).on_log_of(leader.log);
        leader.holder = Holder::new(rules, any_rate(&mut self.rng));
        (leader.id, leader.process) = (id, Process::Runs);
        leader.copies = CopyState::default();
    }

    /// Starts the service on a state of before the lease was written last: on a backup, or on a copy of the leader's folder.
    pub(super) fn start_older(&mut self) {
        let known = self.broker.record.as_ref().and_then(|it| it.events);
        let events = self.rng.u64(..known.unwrap_or(0).max(1));
        let claim = if self.rng.bool() {
            Claim::default()
        } else {
            Claim {
                term: self.leader.holder.rules.term(),
                holder: Some(self.leader.id),
                is_over: self.leader.process == Process::Dead,
            }
        };
        let rules = Rules::new(OLDER, "here".to_owned(), At::Hub, claim).on_log_of(events);
        let holder = Holder::new(rules, any_rate(&mut self.rng));
        self.older = Some(OlderCopy { holder, events });
    }

    /// Which process decides in the place of the leader from now on, if one does.
    pub(super) fn step(&mut self) -> Option<Decides> {
        self.now += self.rng.u64(10..400);
        if self.leader.process == Process::Runs {
            self.renew();
            self.decide();
        }
        if self.renew_older() {
            // On the folder of a process that is dead, it need not wait for the end of the lease.
            if self.leader.process != Process::Dead {
                self.check_that_one_decides();
            }
            return Some(Decides::OlderCopy);
        }
        if self.follow() {
            self.check_that_one_decides();
            self.check_kept();
            return Some(Decides::Standby);
        }
        None
    }

    fn check_that_one_decides(&self) {
        let is_sure = self.leader.holder.is_sure(self.now);
        assert!(!is_sure, "two decide at {}", self.now);
    }

    fn check_kept(&self) {
        let (kept_twice, Standby { held, keys, .. }) = (self.leader.kept_twice, &self.standby);
        assert!(
            kept_twice <= *held && held <= keys,
            "{kept_twice} records were confirmed as kept twice, and the standby has {held}, with the keys of {keys}"
        );
    }
}
