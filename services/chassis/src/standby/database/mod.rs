//! The lease of a process that keeps a database instead of a log, and the copy of that database at its standby, if one is
//! to follow.
//!
//! The standby names the version that it has; its leader answers with the blocks that have changed since. A leader that was
//! started anew, or a standby that was, begins with the whole.

pub(super) mod image;
mod original;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use onestop_proto::{
    envelope::Source,
    replication::{LeaseState, StandbyState},
};
use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use self::original::DatabaseOriginal;
use super::{
    copies::{Copies, Kept},
    leader::Leader,
};
use crate::{
    bus::{Bus, Link},
    clock::SystemClock,
    identity::Roster,
    lease::{self, Keeper, Lease, Taken, presence},
    queues::{Backlog, Reply},
    runtime::in_place::in_place,
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
    supervisor::Supervisor,
    timing::ticker,
};

/// How often it is looked at whether another process, such as the command line, has changed the database.
const LOOK: Duration = Duration::from_millis(200);

/// How far a database has come: every change makes it greater, and it never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseVersion {
    /// After the last change.
    pub newest: u64,
    /// After the last one for which an answer waits with the setting `sync`.
    pub awaited: u64,
}

/// A consistent copy of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseImage {
    /// See [`DatabaseVersion::newest`].
    pub version: u64,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

/// A database that is copied.
pub trait DatabaseSource: Send + Sync + 'static {
    /// By which a standby sees that it has the key with which secrets in the database are sealed; it is not the key.
    fn key(&self) -> &str;

    /// How far it has come.
    ///
    /// # Errors
    /// If it cannot be read.
    fn version(&self) -> anyhow::Result<DatabaseVersion>;

    /// All of it, as it is at one moment.
    ///
    /// # Errors
    /// If it cannot be read.
    fn image(&self) -> anyhow::Result<DatabaseImage>;
}

/// How a change is kept for which an answer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As the setting `standby` wants it.
    AsSet,
    /// On one disk only: the standby does not keep up.
    KeptOnce,
    /// It is not known: this process does not surely decide any more.
    Unsure,
}

/// Whether this process may decide on its database, and what its standby has of it.
#[derive(Clone)]
pub struct Leadership {
    own: Source,
    /// The issuer whose key signs a standby's questions.
    issuer: String,
    mode: StandbyMode,
    lease: Lease,
    copies: Copies,
    source: Arc<dyn DatabaseSource>,
    version: Arc<watch::Sender<DatabaseVersion>>,
    /// Changes that a standby which follows does not have yet.
    backlog: Arc<Mutex<Backlog>>,
}

impl std::fmt::Debug for Leadership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leadership")
            .field("own", &self.own)
            .finish_non_exhaustive()
    }
}

impl Leadership {
    /// Of an instance with this database, whose standby signs with the key of an issuer. It has no lease yet.
    ///
    /// # Errors
    /// If it may have no standby, or the database cannot be read.
    pub fn open(
        settings: &Settings,
        own: Source,
        issuer: String,
        source: Arc<dyn DatabaseSource>,
    ) -> anyhow::Result<Self> {
        super::check(settings)?;
        let version = source.version()?;
        Ok(Self {
            own,
            issuer,
            mode: settings.standby,
            lease: Lease::sought(),
            copies: Copies::new(settings.standby),
            source,
            version: Arc::new(watch::Sender::new(version)),
            backlog: Arc::default(),
        })
    }

    /// Takes the lease, and keeps it until the shutdown: the one that a standby has taken, or a new one.
    ///
    /// A task ends with [`Fenced`](crate::lease::Fenced) when another process decides.
    pub fn start(
        &self,
        bus: &Bus,
        folder: PathBuf,
        taken: Option<Taken>,
        supervisor: &mut Supervisor,
    ) {
        let (version, counted) = (Arc::clone(&self.version), self.copies.clone());
        let following = move || counted.following();
        self.lease
            .note_count(move || version.borrow().newest, following);
        let keeper = Keeper::new(&self.lease, bus, &self.own, folder, taken);
        supervisor.spawn("lease", keeper.run(supervisor.shutdown()));
        let (lease, own) = (self.lease.clone(), self.own.clone());
        let present = presence::answer(bus.clone(), lease, own, supervisor.shutdown());
        supervisor.spawn("presence", present);
        let (leadership, shutdown) = (self.clone(), supervisor.shutdown());
        supervisor.spawn("database-version", async move {
            let mut looks = ticker(LOOK);
            while shutdown.run_until_requested(looks.tick()).await.is_some() {
                leadership.note_version();
            }
            Ok(())
        });
    }

    /// Runs until the process has drained, answers its standby until that has everything, and gives the lease up.
    ///
    /// # Errors
    /// If the process ends with one, or the roster cannot be read.
    pub async fn until_drained(
        &self,
        settings: &Settings,
        bus: &Bus,
        service: Shutdown,
        supervised: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        let roster = if self.mode == StandbyMode::None {
            // It answers no standby.
            Roster::default()
        } else {
            Roster::open(settings)?
        };
        let drained = Shutdown::default();
        let supervised = async {
            let ended = supervised.await;
            self.note_version();
            drained.request();
            ended
        };
        let current = roster.clone().keep_current(drained.clone());
        let answered = async {
            if self.mode == StandbyMode::None {
                return None;
            }
            let run = SystemClock.uuid();
            let version = self.version.subscribe();
            let source = Arc::clone(&self.source);
            let original = DatabaseOriginal::new(source, run, version, service.clone());
            let issuer = self.issuer.clone();
            let (lease, copies, own) = (&self.lease, &self.copies, &self.own);
            let leader = Leader::of(original, lease, copies, bus, own, issuer, service);
            let leader = Arc::new(leader.with_roster(roster));
            leader.run(drained.clone()).await
        };
        let (ended, current, next): (_, _, Option<Uuid>) =
            tokio::join!(supervised, current, answered);
        lease::release(&self.lease, bus, &self.own, next).await;
        ended.and(current)
    }

    /// Waits until this process may decide, but not for long. Returns the term under which it does.
    pub async fn pass(&self) -> Option<u64> {
        let passed = self.lease.pass(&self.own).await;
        passed.is_ok().then(|| self.lease.term())
    }

    /// Whether it does not decide because the broker does not answer, and not because another process may decide.
    pub fn is_cut_off(&self, bus: &Bus) -> bool {
        let is_away = *bus.link().borrow() == Link::Down || self.lease.is_unanswered();
        is_away && !self.lease.is_sure()
    }

    /// Waits until this process may decide.
    pub async fn sure(&self) {
        self.lease.sure().await;
    }

    /// Waits, but not for long, until what was changed under a term is kept as the setting `standby` wants it.
    pub async fn confirm(&self, term: u64) -> Durability {
        let awaited = self.note_version();
        let kept = match (self.mode, awaited) {
            (StandbyMode::None | StandbyMode::Async, _) => Kept::Twice,
            (StandbyMode::Sync, Some(awaited)) => self.copies.reached(awaited).await,
            (StandbyMode::Sync, None) => Kept::Once,
        };
        // A standby may have taken over while this process stood still.
        if !self.lease.holds(term).await {
            return Durability::Unsure;
        }
        match kept {
            Kept::Twice => Durability::AsSet,
            Kept::Once => Durability::KeptOnce,
        }
    }

    /// Under which term it decides or why it does not, and what its standby has.
    pub fn state(&self) -> LeaseState {
        LeaseState {
            standby: self.copies.standby_state(self.version.borrow().newest),
            ..self.lease.state()
        }
    }

    /// How long the oldest change has waited that a standby which follows does not have; zero if there is none.
    pub fn standby_age(&self, now: Instant) -> Duration {
        let head = self.version.borrow().newest;
        let next = match self.copies.standby_state(head) {
            Some(StandbyState::Following { behind }) => head.saturating_sub(behind),
            Some(StandbyState::Absent {}) | None => head,
        };
        let epoch = Uuid::nil();
        let mut backlog = self.backlog.lock().unwrap_or_else(PoisonError::into_inner);
        backlog.note_head(Reply { epoch, next, head }, now);
        backlog.age(now)
    }

    /// Reads how far the database has come, and says for which version answers wait.
    fn note_version(&self) -> Option<u64> {
        match in_place(|| self.source.version()) {
            Ok(now) => {
                let is_new = |known: &mut DatabaseVersion| {
                    let is_new = now.newest > known.newest;
                    known.newest = now.newest.max(known.newest);
                    known.awaited = now.awaited.max(known.awaited);
                    is_new
                };
                self.version.send_if_modified(is_new);
                // From now on it waits.
                self.standby_age(Instant::now());
                Some(now.awaited)
            }
            Err(error) => {
                let error = format!("{error:#}");
                warn!(error, "it cannot be read how far the database has come");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
