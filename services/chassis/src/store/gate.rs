//! Whether a service may write its log. One whose subscribers contradict it may not: it would give positions, and the
//! numbers in its events, a second time. Nor may one whose disk is full.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use onestop_proto::{
    command::AcceptedCommand,
    envelope::Source,
    rejection::{CommonRejection, Explain},
    replication::Contradiction,
};
use tokio::sync::watch;

use super::disk::{Disk, RecordRoom, Room};
use crate::{
    failure::{CommandResult, Failure},
    lease::Lease,
    settings::StandbyMode,
    standby::Copies,
};

/// What is known of a log from those who subscribe to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// They have not been asked yet: writers wait.
    Unknown,
    /// None of those that could be asked contradicts it.
    Accepted,
    /// The service stops before they could be asked.
    Stopped,
    /// One of them has taken in what the log does not have. Nothing is written until the service is started again.
    Contradicted(Contradiction),
}

/// Lets writers pass while the log is not contradicted and its disk has room.
#[derive(Debug, Clone)]
pub(crate) struct WriteGate {
    standing: Arc<watch::Sender<Standing>>,
    disk: Disk,
    lease: Lease,
    copies: Copies,
    /// So many events of an earlier incarnation of the log has a subscriber taken in.
    former_events: Arc<AtomicU64>,
}

impl WriteGate {
    pub(crate) fn new(standing: Standing) -> Self {
        Self {
            standing: Arc::new(watch::Sender::new(standing)),
            disk: Disk::default(),
            lease: Lease::unfenced(),
            copies: Copies::new(StandbyMode::None),
            former_events: Arc::default(),
        }
    }

    /// So many events of an earlier incarnation of the log have been taken in by a subscriber.
    pub(crate) fn note_former_events(&self, count: u64) {
        self.former_events.fetch_max(count, Ordering::Relaxed);
    }

    /// The most that any subscriber has taken in of one, of those that were asked.
    pub(crate) fn former_events(&self) -> u64 {
        self.former_events.load(Ordering::Relaxed)
    }

    /// The same gate for a log that is written only under this lease.
    pub(crate) fn under(self, lease: Lease) -> Self {
        Self { lease, ..self }
    }

    /// The lease under which the log is written.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The same gate for a log that a standby copies.
    pub(crate) fn copied(self, copies: Copies) -> Self {
        Self { copies, ..self }
    }

    pub(crate) fn copies(&self) -> &Copies {
        &self.copies
    }

    /// The same gate for a log on this disk.
    pub(crate) fn on(self, disk: Disk) -> Self {
        Self { disk, ..self }
    }

    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Changes what is known. A contradiction stays.
    pub(crate) fn settle(&self, standing: Standing) {
        self.standing.send_if_modified(|current| {
            let changes = !matches!(current, Standing::Contradicted(_)) && *current != standing;
            if changes {
                *current = standing;
            }
            changes
        });
    }

    /// Waits until the subscribers were asked.
    ///
    /// # Errors
    /// [`CommonRejection::Contradicted`] if one of them contradicts the log; [`CommonRejection::Unavailable`] if the
    /// service stops before they could be asked; [`CommonRejection::StorageFull`] if its disk is full.
    pub(crate) async fn pass(&self, own: &Source) -> Result<(), Failure> {
        self.agreed(own).await?;
        self.lease.pass(own).await?;
        match self.disk.room() {
            Room::Enough => Ok(()),
            Room::Reserve => Err(storage_full(own)),
        }
    }

    /// The answer to a command, once it is kept as the setting 'standby' wants it. It waits for a standby; a process that was
    /// paused meanwhile may have lost the lease to one whose log lacks what is answered.
    ///
    /// # Errors
    /// [`CommonRejection::OutcomeUnknown`] if this process does not surely decide any more.
    pub(crate) async fn confirm(&self, own: &Source, accepted: AcceptedCommand) -> CommandResult {
        let confirmed = self.copies.confirmed(accepted).await;
        if self.lease.is_sure() {
            Ok(confirmed)
        } else {
            Err(self.lease.unknown(own))
        }
    }

    /// As [`Self::pass`], for the record of what is read: it has a part of the disk's reserve.
    ///
    /// # Errors
    /// Likewise; [`CommonRejection::StorageFull`] only if that part is used up too.
    pub(crate) async fn pass_record(&self, own: &Source) -> Result<(), Failure> {
        self.agreed(own).await?;
        match self.disk.record_room() {
            RecordRoom::Enough => Ok(()),
            RecordRoom::Nothing => Err(storage_full(own)),
        }
    }

    async fn agreed(&self, own: &Source) -> Result<(), Failure> {
        if *self.standing.borrow() == Standing::Accepted {
            return Ok(());
        }
        let mut standing = self.standing.subscribe();
        let decided = standing.wait_for(|standing| *standing != Standing::Unknown);
        // The sender lives as long as this gate.
        match decided.await.as_deref() {
            Ok(Standing::Contradicted(contradiction)) => Err(rejection(own, contradiction)),
            Ok(Standing::Stopped) => {
                let who = own.service.to_string();
                Err(CommonRejection::Unavailable { who }.rejected().into())
            }
            Ok(Standing::Accepted | Standing::Unknown) | Err(_) => Ok(()),
        }
    }

    /// Waits until the log may be written: for ever, if it is contradicted, and until its disk has room.
    pub(crate) async fn accepted(&self) {
        self.undisputed().await;
        self.disk.wait().await;
        self.lease.sure().await;
    }

    async fn undisputed(&self) {
        if *self.standing.borrow() == Standing::Accepted {
            return;
        }
        let mut standing = self.standing.subscribe();
        // The sender lives as long as this gate.
        let _ = standing
            .wait_for(|standing| *standing == Standing::Accepted)
            .await;
    }
}

fn storage_full(own: &Source) -> Failure {
    let who = own.service.to_string();
    CommonRejection::StorageFull { who }.rejected().into()
}

fn rejection(own: &Source, contradiction: &Contradiction) -> Failure {
    CommonRejection::Contradicted {
        who: own.service.to_string(),
        by: contradiction.by.service.to_string(),
        position: contradiction.position,
    }
    .rejected()
    .into()
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use onestop_proto::{envelope::LogPosition, ids::CaseId, replication::Difference};
    use uuid::Uuid;

    use super::*;

    fn contradicted() -> Standing {
        Standing::Contradicted(Contradiction {
            by: "/onestop/journal/main".parse().unwrap(),
            position: 7,
            how: Difference::Differs {},
        })
    }

    #[tokio::test]
    async fn a_writer_waits_until_the_subscribers_were_asked() {
        let own: Source = "/onestop/intake/main".parse().unwrap();
        let gate = WriteGate::new(Standing::Unknown);
        let mut passed = std::pin::pin!(gate.pass(&own));
        assert!(passed.as_mut().now_or_never().is_none());
        gate.settle(Standing::Accepted);
        assert!(passed.await.is_ok());
    }

    /// The wait for a standby ends with a warning that it is kept once; by then the standby may decide, without it.
    #[tokio::test]
    async fn an_answer_that_waited_until_the_lease_was_gone_confirms_nothing() {
        let own: Source = "/onestop/referral/main".parse().unwrap();
        let at = LogPosition {
            source: own.clone(),
            epoch: Uuid::nil(),
            position: 4,
        };
        let accepted = AcceptedCommand::new(CaseId::from_uuid(Uuid::from_u128(1)), 0, at);
        let copies = Copies::new(StandbyMode::Sync);
        let gate = WriteGate::new(Standing::Accepted).copied(copies);
        let kept_once = gate.confirm(&own, accepted.clone()).await.unwrap();
        assert_eq!(kept_once.warnings.len(), 1);
        let without = gate.under(Lease::sought());
        let Err(Failure::Rejected(rejected)) = without.confirm(&own, accepted).await else {
            panic!("it was confirmed")
        };
        assert_eq!(rejected.code, "outcome-unknown");
    }

    #[tokio::test]
    async fn what_is_read_is_not_recorded_in_a_log_that_is_contradicted() {
        let own: Source = "/onestop/intake/main".parse().unwrap();
        let gate = WriteGate::new(Standing::Accepted);
        assert!(gate.pass_record(&own).await.is_ok());
        gate.settle(contradicted());
        assert!(gate.pass_record(&own).await.is_err());
    }

    #[tokio::test]
    async fn a_contradiction_stays_and_refuses() {
        let own: Source = "/onestop/intake/main".parse().unwrap();
        let gate = WriteGate::new(Standing::Accepted);
        gate.settle(contradicted());
        gate.settle(Standing::Accepted);
        assert_eq!(gate.standing(), contradicted());
        let Err(Failure::Rejected(rejected)) = gate.pass(&own).await else {
            panic!("it passed")
        };
        assert_eq!(rejected.code, "contradicted");
        assert_eq!(rejected.details["position"], 7);
    }
}
