//! What happens to an Onestop, in an order that a seed decides.

use std::time::Duration;

use fastrand::Rng;

use crate::harness::SERVICES;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    KillService,
    KillBroker,
    StopService,
    StopBroker,
    CutLink,
    StallLink,
    SlowLink,
    WipeBroker,
    OlderBroker,
    FullDisk,
    ClockJumps,
    SiteOffline,
    Junk,
    KeyReused,
    Unreadable,
}

const KINDS: [Kind; 15] = [
    Kind::KillService,
    Kind::KillBroker,
    Kind::StopService,
    Kind::StopBroker,
    Kind::CutLink,
    Kind::StallLink,
    Kind::SlowLink,
    Kind::WipeBroker,
    Kind::OlderBroker,
    Kind::FullDisk,
    Kind::ClockJumps,
    Kind::SiteOffline,
    Kind::Junk,
    Kind::KeyReused,
    Kind::Unreadable,
];

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::KillService => "a service is killed (SIGKILL)",
            Self::KillBroker => "the broker is killed (SIGKILL)",
            Self::StopService => "a service stands still (SIGSTOP)",
            Self::StopBroker => "the broker stands still (SIGSTOP)",
            Self::CutLink => "a service's link is cut",
            Self::StallLink => "a service's link is a black hole",
            Self::SlowLink => "a service's link is slow (50 ms)",
            Self::WipeBroker => "the broker's store is wiped",
            Self::OlderBroker => "the broker's store is an older one",
            Self::FullDisk => "a service's disk is full",
            Self::ClockJumps => "a service's clock jumps by hours, and back",
            Self::SiteOffline => "a site is offline, and works on",
            Self::Junk => "junk is published on a service's subjects",
            Self::KeyReused => "one key is used for commands of two services",
            Self::Unreadable => "an event that cannot be read is in a service's log",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) service: &'static str,
    /// How long until it begins, and how long it lasts.
    pub(super) after: Duration,
    pub(super) lasts: Duration,
    /// By how many seconds a clock jumps: less than the shortest time limit, so that nothing falls due.
    pub(super) jump: i64,
}

/// Each kind in turn, in an order, at services and for times that the seed decides.
pub(super) fn schedule(seed: u64, count: usize) -> Vec<Fault> {
    let mut rng = Rng::with_seed(seed);
    let mut kinds = Vec::new();
    while kinds.len() < count {
        let mut round = KINDS;
        rng.shuffle(&mut round);
        kinds.extend(round);
    }
    kinds.truncate(count);
    let fault = |kind| Fault {
        kind,
        service: SERVICES[rng.usize(..SERVICES.len())],
        after: Duration::from_millis(rng.u64(100..500)),
        lasts: Duration::from_millis(rng.u64(200..1_500)),
        jump: rng.i64(-12 * 3_600..12 * 3_600),
    };
    kinds.into_iter().map(fault).collect()
}

#[test]
fn the_same_seed_gives_the_same_faults() {
    assert_eq!(schedule(7, 60), schedule(7, 60));
    assert_ne!(schedule(7, 60), schedule(8, 60));
}
