//! What happens to machines, in an order that a seed decides.

use std::time::Duration;

use fastrand::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    DiskLost,
    DisksRefilled,
    LeaderStopped,
    FolderCopied,
    LeaderCut,
    StandbyCut,
    BothCut,
    BrokerStopped,
    OlderBackup,
}

const KINDS: [Kind; 9] = [
    Kind::DiskLost,
    Kind::DisksRefilled,
    Kind::LeaderStopped,
    Kind::FolderCopied,
    Kind::LeaderCut,
    Kind::StandbyCut,
    Kind::BothCut,
    Kind::BrokerStopped,
    Kind::OlderBackup,
];

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::DiskLost => "the leader's machine is lost with its disk",
            Self::DisksRefilled => "both disks are lost, and the log is refilled from the journal",
            Self::LeaderStopped => "the leader stands still (SIGSTOP), and is woken",
            Self::FolderCopied => "a copy of the leader's folder is started",
            Self::LeaderCut => "the leader's link is cut",
            Self::StandbyCut => "the standby's link is cut",
            Self::BothCut => "the links of both are black holes",
            Self::BrokerStopped => "the broker stands still (SIGSTOP)",
            Self::OlderBackup => "the machine is lost, and an older backup is started in its place",
        }
    }

    /// Whether another process decides afterwards.
    pub(super) fn takes_over(self) -> bool {
        match self {
            Self::DiskLost
            | Self::DisksRefilled
            | Self::LeaderStopped
            | Self::LeaderCut
            | Self::OlderBackup => true,
            Self::FolderCopied | Self::StandbyCut | Self::BothCut | Self::BrokerStopped => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// How long a link or the broker is away: longer than a leader counts on a silent standby, shorter than a lease.
    pub(super) lasts: Duration,
}

/// Each kind in turn, in an order and for times that the seed decides.
pub(super) fn schedule(seed: u64, count: usize) -> Vec<Fault> {
    let mut rng = Rng::with_seed(seed);
    let mut faults = Vec::new();
    while faults.len() < count {
        let mut round = KINDS;
        rng.shuffle(&mut round);
        for kind in round {
            let lasts = Duration::from_millis(rng.u64(7_000..13_000));
            faults.push(Fault { kind, lasts });
        }
    }
    faults.truncate(count);
    faults
}

#[test]
fn the_same_seed_gives_the_same_faults_of_machines() {
    assert_eq!(schedule(7, 20), schedule(7, 20));
    assert_ne!(schedule(7, 20), schedule(8, 20));
    let kinds = schedule(7, KINDS.len()).into_iter().map(|it| it.kind);
    let mut kinds: Vec<Kind> = kinds.collect();
    kinds.sort();
    assert_eq!(kinds, KINDS, "each once in a round");
}
