//! Why a service is not ready: the one list that `/readyz` answers with, and that the service tells who asks it about its
//! sources.

use onestop_eventlog::Head;
use onestop_proto::replication::{Unready, UnreadyCause};
use tokio::sync::watch;

use crate::{
    bus::{Bus, Impediment, Link},
    lease::Lease,
    store::{Building, Disk, Room, Standing, Store},
    subscribers::Subscribers,
};

/// What readiness is read from.
#[derive(Clone)]
pub(super) struct ReadinessCheck {
    bus: Bus,
    subscribers: Subscribers,
    building: Building,
    disk: Disk,
    lease: Lease,
    /// Closes with the log.
    log: watch::Receiver<Head>,
}

impl ReadinessCheck {
    pub(super) fn new(store: &Store, bus: &Bus, subscribers: &Subscribers) -> Self {
        Self {
            bus: bus.clone(),
            subscribers: subscribers.clone(),
            building: store.building().clone(),
            disk: store.gate().disk().clone(),
            lease: store.gate().lease().clone(),
            log: store.log().watch(),
        }
    }

    /// Every reason; none while the service is ready.
    pub(super) fn reasons(&self) -> Vec<Unready> {
        let mut all = Vec::new();
        let mut because = |cause: UnreadyCause, why: String| all.push(Unready { cause, why });
        // The log closes when the disk fails.
        if self.log.has_changed().is_err() {
            because(UnreadyCause::Log, "the log is closed".to_owned());
        }
        for line in self.building.lines() {
            because(UnreadyCause::Building, line);
        }
        for (what, words) in self.bus.impediments().all() {
            if let Some(cause) = self.hindered(&what) {
                because(cause, words);
            }
        }
        if *self.bus.link().borrow() == Link::Down {
            let why = "the broker cannot be reached";
            because(UnreadyCause::Broker, why.to_owned());
        }
        if self.disk.room() == Room::Reserve {
            let why = "its disk is full: it takes no command";
            because(UnreadyCause::Disk, why.to_owned());
        }
        if let Some(why) = self.lease.hindrance() {
            because(UnreadyCause::Lease, why);
        }
        all.extend(self.of_subscribers());
        all
    }

    fn of_subscribers(&self) -> Option<Unready> {
        let (cause, why) = match self.subscribers.standing() {
            Standing::Contradicted(contradiction) => (
                UnreadyCause::Contradicted,
                format!(
                    "{contradiction}. Stop it, then: onestop restore SERVICE, or put the newest copy of its folder back"
                ),
            ),
            Standing::Unknown => {
                let why = "its subscribers are being asked what they know of the log";
                (UnreadyCause::Asking, why.to_owned())
            }
            Standing::Stopped => (UnreadyCause::Stopping, "the service stops".to_owned()),
            Standing::Accepted => return None,
        };
        Some(Unready { cause, why })
    }

    /// What does not work, and does not keep the service from its work: a site works while its link is down.
    pub(super) fn others(&self) -> String {
        let all = self.bus.impediments().all().into_iter();
        let others = all.filter(|(what, _)| self.hindered(what).is_none());
        others.map(|(_, words)| format!("{words}\n")).collect()
    }

    fn hindered(&self, what: &Impediment) -> Option<UnreadyCause> {
        match what {
            Impediment::Publishing | Impediment::Listening(_) if self.bus.is_at_site() => None,
            Impediment::SignIn
            | Impediment::Subscribing
            | Impediment::Publishing
            | Impediment::Listening(_) => Some(UnreadyCause::Broker),
            Impediment::Withheld => Some(UnreadyCause::Withheld),
        }
    }
}
