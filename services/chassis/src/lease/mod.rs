//! Of two processes that were started for one service, one decides. The lease says which: a record at the broker with the
//! term under which its holder decides (`rules`, pure; `keeper` carries them out). A process that is not sure of it
//! appends nothing and confirms nothing; one that learns that another holds it stops, and says why.
//!
//! So a copied folder, a restore that was rehearsed against the real broker, a wrong `--instance` and a process that stood
//! still while another took over are kept from deciding. Whether a folder is an *older* copy is another question, which
//! the subscribers answer (`subscribers`); one that lacks what a standby has waits longer, so that the standby goes first.

mod claim;
mod keeper;
pub(crate) mod presence;
pub(crate) mod rules;
#[cfg(test)]
mod simulation;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use onestop_eventlog::{EventLog, LogTerm};
use onestop_proto::{
    envelope::Source,
    rejection::{CommonRejection, Explain as _},
    replication::LeaseState,
};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) use self::keeper::{Keeper, Written, node_name, put, read, release};
pub use self::{claim::FILE, keeper::held_term};
use self::{
    keeper::Renewing,
    rules::{Record, Why},
};
use crate::failure::Failure;

/// How long a command waits for a lease that is being renewed.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(100);
/// Nothing ends it.
const FOREVER: u64 = u64::MAX;

/// Why this process stopped: another one decides for the service.
#[derive(Debug, thiserror::Error)]
#[error(
    "{own} {}. Two must not decide for it: this one stops. Was it started on a copied folder, or with the --instance of another? Stop one of the two. To rehearse a restore, give it a broker of its own (deploy/RECOVERY.md)",
    words(.why)
)]
pub struct Fenced {
    /// Whose lease it is.
    own: Source,
    why: Why,
}

impl Fenced {
    fn new(own: &Source, why: Why) -> Self {
        let own = own.clone();
        Self { own, why }
    }
}

fn words(why: &Why) -> String {
    match why {
        Why::Runs { node, term } => format!("runs already, at {node}, under term {term}"),
        Why::Answers => "runs already: it answers".to_owned(),
        Why::TakenOver { node, term } => format!(
            "was taken over by another process, at {node}, under term {term}, while this one stood still or did not reach the broker"
        ),
    }
}

/// The lease that a standby has taken for the service that it starts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub(crate) holder: Uuid,
}

/// Whether this process may decide.
#[derive(Debug, Clone)]
pub(crate) struct Lease(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// In milliseconds since the machine's start; 0 if it may not.
    until: AtomicU64,
    term: AtomicU64,
    /// The broker has not answered what was asked last.
    is_unanswered: AtomicBool,
    /// Why it may not.
    hindrance: watch::Sender<Option<String>>,
    /// What is written when it is given up, and the sequence that it replaces.
    release: Mutex<Option<(u64, Record)>>,
    /// While the process stops.
    renewing: Mutex<Option<Renewing>>,
    log: OnceLock<LogState>,
}

/// What is known of the log that is written under a lease.
struct LogState {
    /// Says how many events it has, or how many changes a database.
    count: Box<dyn Fn() -> u64 + Send + Sync>,
    /// The term under which its entries are written; `None` of a database.
    term: Option<LogTerm>,
    /// Names the standby for which answers wait now.
    standby: Box<dyn Fn() -> Option<Uuid> + Send + Sync>,
}

impl fmt::Debug for LogState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogState").finish_non_exhaustive()
    }
}

impl Lease {
    /// Of a log that no other process can write: a test's, or one that is open beside no broker.
    pub(crate) fn unfenced() -> Self {
        Self::new(FOREVER, None)
    }

    /// One that must be taken first.
    pub(crate) fn sought() -> Self {
        let why = "it is being found out whether another process decides for it".to_owned();
        Self::new(0, Some(why))
    }

    fn new(until: u64, hindrance: Option<String>) -> Self {
        Self(Arc::new(Inner {
            until: AtomicU64::new(until),
            term: AtomicU64::new(0),
            is_unanswered: AtomicBool::new(false),
            hindrance: watch::Sender::new(hindrance),
            release: Mutex::default(),
            renewing: Mutex::default(),
            log: OnceLock::new(),
        }))
    }

    /// Its record says from now on how long this log is, and for which standby answers wait.
    pub(crate) fn note_log(
        &self,
        log: &EventLog,
        standby: impl Fn() -> Option<Uuid> + Send + Sync + 'static,
    ) {
        let (head, term) = (log.watch(), log.term());
        self.note(LogState {
            count: Box::new(move || head.borrow().count),
            term: Some(term),
            standby: Box::new(standby),
        });
    }

    /// The same, for what has so many changes.
    pub(crate) fn note_count(
        &self,
        count: impl Fn() -> u64 + Send + Sync + 'static,
        standby: impl Fn() -> Option<Uuid> + Send + Sync + 'static,
    ) {
        self.note(LogState {
            count: Box::new(count),
            term: None,
            standby: Box::new(standby),
        });
    }

    fn note(&self, log: LogState) {
        // It is said once.
        let _ = self.0.log.set(log);
    }

    /// Events of the log that is written under it, where that is known.
    fn events(&self) -> Option<u64> {
        let log = self.0.log.get()?;
        Some((log.count)())
    }

    /// The record with what is known of the log now.
    fn describe(&self, record: Record) -> Record {
        let Some(log) = self.0.log.get() else {
            return record;
        };
        Record {
            events: Some((log.count)()),
            standby: (log.standby)(),
            ..record
        }
    }

    /// Whether it may decide at this moment.
    pub(crate) fn is_sure(&self) -> bool {
        match self.0.until.load(Ordering::Acquire) {
            FOREVER => true,
            until => millis(since_boot()) < until,
        }
    }

    /// Whether the broker has not answered what was asked last.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.0.is_unanswered.load(Ordering::Relaxed)
    }

    fn note_answered(&self) {
        self.0.is_unanswered.store(false, Ordering::Relaxed);
    }

    fn note_unanswered(&self) {
        self.0.is_unanswered.store(true, Ordering::Relaxed);
    }

    /// The term under which it decides; 0 if it keeps no lease.
    pub(crate) fn term(&self) -> u64 {
        self.0.term.load(Ordering::Relaxed)
    }

    /// Why it may not decide now.
    pub(crate) fn hindrance(&self) -> Option<String> {
        if self.is_sure() {
            return None;
        }
        let why = self.0.hindrance.borrow().clone();
        Some(why.unwrap_or_else(|| {
            "its lease has run out: the broker does not renew it. It decides nothing until it does"
                .to_owned()
        }))
    }

    /// Both, as it is answered.
    pub(crate) fn state(&self) -> LeaseState {
        LeaseState {
            term: self.term(),
            hindrance: self.hindrance(),
            node: Some(node_name()),
            standby: None,
        }
    }

    /// Waits until it may decide.
    pub(crate) async fn sure(&self) {
        while !self.is_sure() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until it may decide, but not for long.
    ///
    /// # Errors
    /// [`CommonRejection::Unavailable`].
    pub(crate) async fn pass(&self, own: &Source) -> Result<(), Failure> {
        if self.is_sure() || tokio::time::timeout(PATIENCE, self.sure()).await.is_ok() {
            return Ok(());
        }
        Err(self.unavailable(own))
    }

    /// Whether it still decides under a term, once that is sure again; but it does not wait for long. A holder writes its
    /// record over the one that it wrote before, so under one term no other process has decided in between.
    pub(crate) async fn holds(&self, term: u64) -> bool {
        let is_sure = self.is_sure() || tokio::time::timeout(PATIENCE, self.sure()).await.is_ok();
        is_sure && self.term() == term
    }

    /// Nothing was changed.
    pub(crate) fn unavailable(&self, own: &Source) -> Failure {
        let who = own.service.to_string();
        CommonRejection::Unavailable { who }.rejected().into()
    }

    /// What was appended may have been appended too late.
    pub(crate) fn unknown(&self, own: &Source) -> Failure {
        let who = own.service.to_string();
        CommonRejection::OutcomeUnknown { who }.rejected().into()
    }

    /// Notes until when it may decide, by [`since_boot`].
    fn set(&self, until: Option<Duration>, term: u64) {
        let until = match until {
            None => 0,
            Some(Duration::MAX) => FOREVER,
            Some(until) => millis(until),
        };
        // Before anything passes: what is appended under the lease has its term.
        if until > 0
            && let Some(log) = self.0.log.get().and_then(|log| log.term.as_ref())
        {
            log.begin(term);
        }
        self.0.term.store(term, Ordering::Relaxed);
        self.0.until.store(until, Ordering::Release);
        if until > 0 {
            self.0.hindrance.send_replace(None);
        }
    }

    fn note_release(&self, release: Option<(u64, Record)>) {
        *self.release() = release;
    }

    fn take_release(&self) -> Option<(u64, Record)> {
        self.release().take()
    }

    fn release(&self) -> MutexGuard<'_, Option<(u64, Record)>> {
        let release = self.0.release.lock();
        release.unwrap_or_else(PoisonError::into_inner)
    }

    fn note_renewing(&self, renewing: Renewing) {
        *self.renewing() = Some(renewing);
    }

    fn take_renewing(&self) -> Option<Renewing> {
        self.renewing().take()
    }

    fn renewing(&self) -> MutexGuard<'_, Option<Renewing>> {
        let renewing = self.0.renewing.lock();
        renewing.unwrap_or_else(PoisonError::into_inner)
    }

    fn hinder(&self, why: String) {
        self.0.hindrance.send_replace(Some(why));
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(FOREVER - 1)
}

/// A clock that never goes back, and goes on while the machine sleeps. It is asked several times for each command.
pub(crate) fn since_boot() -> Duration {
    let up = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(up.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(up.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nothing_passes_without_it_or_after_it() {
        let own: Source = "/onestop/intake/main".parse().unwrap();
        let lease = Lease::sought();
        assert!(lease.hindrance().is_some());
        assert!(lease.pass(&own).await.is_err());
        lease.set(Some(since_boot() + Duration::from_secs(20)), 3);
        assert!(lease.pass(&own).await.is_ok());
        assert_eq!((lease.term(), lease.hindrance()), (3, None));
        lease.set(Some(since_boot()), 3);
        assert!(!lease.is_sure());
        assert!(lease.hindrance().unwrap().contains("run out"));
        assert!(Lease::unfenced().is_sure());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_appended_under_a_term_holds_once_that_term_is_sure_again() {
        let later = || since_boot() + Duration::from_secs(20);
        let lease = Lease::sought();
        lease.set(Some(since_boot()), 3);
        let renewed = async |term| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            lease.set(Some(later()), term);
        };
        let (holds, ()) = tokio::join!(lease.holds(3), renewed(3));
        assert!(holds, "its own record was written over");
        lease.set(Some(since_boot()), 3);
        let (holds, ()) = tokio::join!(lease.holds(3), renewed(5));
        assert!(!holds, "another one may have decided under term 4");
        lease.set(None, 0);
        assert!(!lease.holds(3).await, "it is never sure again");
    }
}
