//! Follows a leader onto a copy, and takes the lease when the leader is gone.

mod of_database;
mod of_log;
mod request;

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use onestop_eventlog::{Follower, VerifyingKey};
use onestop_proto::envelope::Source;
use tokio::sync::watch;
use tracing::{debug, info, warn};
use uuid::Uuid;

pub use self::of_database::{DatabasePlace, has_database_copy};
use self::{of_database::DatabaseReplica, of_log::LogReplica};
use super::{
    copies::Followed,
    message::{LeaderState, Question},
    progress::{FollowProgress, StandbyRefused},
    sidecar::{MissingFile, SidecarCopy},
    takeover::{Incomplete, Said, Step, Takeover},
};
use crate::{
    bus::Bus,
    clock::SystemClock,
    lease::{self, Taken, Written, since_boot},
    runtime::in_place::in_place,
    shutdown::Shutdown,
};

/// How long the broker may take to answer.
const BROKER_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a standby that catches up logs how far it is behind.
const PROGRESS: Duration = Duration::from_secs(10);

/// The copy of a log, and whose it is.
#[derive(Debug)]
pub struct CopyPlace {
    /// The instance whose log is copied.
    pub own: Source,
    /// The folder of the copy.
    pub log: PathBuf,
    /// The public key of the log's checkpoints.
    pub key: VerifyingKey,
    /// What it does with a copy that may lack something.
    pub incomplete: Incomplete,
}

/// Why it follows no more.
#[derive(Debug)]
pub enum StandbyEnd {
    /// The shutdown was requested.
    Stopped,
    /// It has taken the lease: the service is to be started on the copy.
    Taken(Taken),
    /// What is in its folder is no copy any more: it took over before. The service is to be started on it as on any log.
    Promoted,
}

/// Follows a log until the leader is gone and the lease is taken, or the shutdown is requested; with what the service keeps
/// besides its log, if it keeps anything. What it does meanwhile is sent to `progress`.
///
/// # Errors
/// [`StandbyRefused`] if the copy is none of the leader's log, or the leader does not answer this key; also if the copy
/// cannot be written.
pub async fn follow(
    bus: &Bus,
    place: CopyPlace,
    sidecar: Option<Box<dyn SidecarCopy>>,
    progress: &watch::Sender<FollowProgress>,
    shutdown: &Shutdown,
) -> anyhow::Result<StandbyEnd> {
    check_place(bus)?;
    if Follower::is_promoted(&place.log)
        .with_context(|| format!("cannot read {}", place.log.display()))?
    {
        return Ok(StandbyEnd::Promoted);
    }
    let (own, incomplete) = (place.own.clone(), place.incomplete);
    let replica = LogReplica::open(place, sidecar)?;
    until_taken(bus, own, incomplete, replica, progress, shutdown).await
}

/// Follows a database likewise.
///
/// # Errors
/// As [`follow`].
pub async fn follow_database(
    bus: &Bus,
    place: DatabasePlace,
    progress: &watch::Sender<FollowProgress>,
    shutdown: &Shutdown,
) -> anyhow::Result<StandbyEnd> {
    check_place(bus)?;
    if place.is_promoted() {
        return Ok(StandbyEnd::Promoted);
    }
    let (own, incomplete) = (place.own.clone(), place.incomplete);
    let replica = DatabaseReplica::open(place)?;
    until_taken(bus, own, incomplete, replica, progress, shutdown).await
}

/// No standby follows a site's service.
fn check_place(bus: &Bus) -> Result<(), StandbyRefused> {
    if bus.is_at_site() {
        return Err(StandbyRefused::AtSite);
    }
    Ok(())
}

async fn until_taken<R: Replica>(
    bus: &Bus,
    own: Source,
    incomplete: Incomplete,
    replica: R,
    progress: &watch::Sender<FollowProgress>,
    shutdown: &Shutdown,
) -> anyhow::Result<StandbyEnd> {
    if !replica.exists() && incomplete == Incomplete::TakeOver {
        let place = replica.place();
        return Err(StandbyRefused::NoCopy { place }.into());
    }
    let id = SystemClock.uuid();
    let mut standby = Standby {
        bus,
        id,
        rules: Takeover::new(id, lease::node_name(), incomplete),
        own,
        replica,
        progress,
        logged: Logged::Nothing,
    };
    tokio::select! {
        () = shutdown.requested_or_signalled() => Ok(StandbyEnd::Stopped),
        taken = Box::pin(standby.follow()) => Ok(StandbyEnd::Taken(taken?)),
    }
}

/// What a leader is copied onto.
trait Replica: Send {
    /// Where it is, for people.
    fn place(&self) -> String;

    /// Whether anything was copied yet.
    fn exists(&self) -> bool;

    /// So many records it has, or changes.
    fn held(&self) -> u64;

    /// The question for what comes next, of which so many bytes were received; `None` until a leader has said what it has.
    fn question(&self, standby: Uuid, received: u64) -> Option<Question>;

    /// Whether it can use what this leader sends.
    fn check(&self, state: &LeaderState) -> Result<(), StandbyRefused>;

    /// A leader has said what it has.
    fn begin(&mut self, state: &LeaderState, said: &[u8]) -> anyhow::Result<()>;

    /// Takes what goes with a change, but for the files that it returns, which are asked for then. `None`: the change was
    /// cut, and is asked for once more.
    fn prepare(
        &mut self,
        state: &LeaderState,
        bytes: Vec<u8>,
    ) -> anyhow::Result<Option<Vec<MissingFile>>>;

    /// Takes a part of a file.
    fn receive(&mut self, file: &MissingFile, from: u64, part: &[u8]) -> anyhow::Result<()>;

    /// Takes the change that was prepared: durable when this returns.
    fn apply(&mut self) -> anyhow::Result<Added>;

    /// The copy becomes what it is a copy of.
    fn promote(&mut self) -> anyhow::Result<()>;
}

/// Whether something was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Added {
    /// It was cut, or has changed meanwhile: it is asked for once more.
    No,
    Yes,
}

/// What was logged last of the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Logged {
    Nothing,
    Silent,
    /// The lease is over, and it waits for its leader or for an operator.
    Withheld,
    CatchingUp {
        at: Duration,
    },
    Following,
}

struct Standby<'a, R> {
    bus: &'a Bus,
    own: Source,
    /// Its own id, under which it holds the lease once it has taken it.
    id: Uuid,
    rules: Takeover,
    replica: R,
    progress: &'a watch::Sender<FollowProgress>,
    logged: Logged,
}

impl<R: Replica> Standby<'_, R> {
    async fn follow(&mut self) -> anyhow::Result<Taken> {
        self.bus.connected().await;
        let mut link = self.bus.link();
        link.mark_unchanged();
        let mut step = Step::Look;
        loop {
            if link.has_changed().unwrap_or(false) {
                link.mark_unchanged();
                self.rules.disconnected();
            }
            step = match step {
                Step::Ask => self.ask().await?,
                Step::Look => self.look().await,
                Step::Wait(pause) => {
                    tokio::time::sleep(pause).await;
                    self.rules.next(since_boot())
                }
                Step::Take { expected, record } => {
                    let written = lease::put(self.bus, &self.own, expected, &record).await;
                    match written {
                        Written::At(_) => return self.taken(record.term),
                        Written::Conflict => Step::Look,
                        Written::Unknown(why) => {
                            debug!(why, "it is not known whether the lease is taken");
                            Step::Look
                        }
                    }
                }
            };
        }
    }

    async fn look(&mut self) -> Step {
        match lease::read(self.bus, &self.own, BROKER_TIMEOUT).await {
            Ok(seen) => {
                let step = self.rules.seen(since_boot(), &seen);
                self.log_withheld();
                step
            }
            Err(error) => {
                debug!(error = format!("{error:#}"), "the lease cannot be read");
                self.rules.unanswered(since_boot())
            }
        }
    }

    fn answered(&mut self, state: &LeaderState) -> Step {
        let now = since_boot();
        let behind = state.count.saturating_sub(self.replica.held());
        let term = state.term;
        self.progress.send_replace(match state.followed {
            Followed::Yes => FollowProgress::Following { term, behind },
            Followed::No => FollowProgress::CatchingUp { term, behind },
        });
        match (state.followed, self.logged) {
            (Followed::Yes, Logged::Following) => {}
            (Followed::Yes, _) => {
                info!(term, behind, leader = %self.own, "follows: what is written is kept twice");
                self.logged = Logged::Following;
            }
            (Followed::No, Logged::CatchingUp { at }) if now.saturating_sub(at) < PROGRESS => {}
            (Followed::No, _) => {
                info!(term, behind, leader = %self.own, "catches up");
                self.logged = Logged::CatchingUp { at: now };
            }
        }
        let said = Said {
            term,
            count: state.count,
            followed: state.followed,
        };
        self.rules.answered(now, said)
    }

    /// Says once why the lease is not taken though it is over, and what an operator can do.
    fn log_withheld(&mut self) {
        if !self.rules.is_withheld() || self.logged == Logged::Withheld {
            return;
        }
        let held = self.replica.held();
        let missing = self.rules.missing(held);
        warn!(
            held,
            missing,
            leader = %self.own,
            "the leader is gone, and this copy may lack what it confirmed: it did not count on this standby when it answered last. The service is not started here. If the leader's disk comes back, start the leader there; if it does not, start this command again with --incomplete"
        );
        self.progress
            .send_replace(FollowProgress::Withheld { held, missing });
        self.logged = Logged::Withheld;
    }

    fn silent(&mut self) -> Step {
        if !matches!(self.logged, Logged::Silent | Logged::Withheld) {
            let held = self.replica.held();
            warn!(held, leader = %self.own, "the leader does not answer: its lease is watched");
            self.progress.send_replace(FollowProgress::Silent { held });
            self.logged = Logged::Silent;
        }
        Takeover::silent()
    }

    /// The lease is taken: the copy becomes what it is a copy of.
    fn taken(&mut self, term: u64) -> anyhow::Result<Taken> {
        let held = self.replica.held();
        let missing = self.rules.missing(held);
        if missing > 0 {
            let last = held + missing - 1;
            warn!(
                missing,
                first = held,
                last,
                "the leader had events that the copy lacks: they are lost unless its disk comes back"
            );
        }
        in_place(|| self.replica.promote())?;
        info!(
            term,
            events = held,
            "the lease is taken: the service starts on the copy"
        );
        Ok(Taken { holder: self.id })
    }
}
