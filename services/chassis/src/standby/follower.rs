//! Follows a leader's log onto a copy, and takes the lease when the leader is gone.

mod add;

use std::{
    cmp::Ordering,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use onestop_eventlog::{FollowPosition, Follower, Identity, Options, VerifyingKey};
use onestop_proto::envelope::Source;
use tracing::{debug, info, warn};
use uuid::Uuid;

use self::add::Added;
use super::{
    copies::Followed,
    message::{LeaderState, Question, Refused, decode, signed},
    sidecar::SidecarCopy,
    standby_subject,
    takeover::{Incomplete, Said, Step, Takeover},
};
use crate::{
    bus::Bus,
    clock::SystemClock,
    lease::{self, Taken, Written, since_boot},
    runtime::in_place::in_place,
    shutdown::Shutdown,
};

/// How long the leader may take to answer; it waits half a second for something new.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);
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

/// Follows until the leader is gone and the lease is taken, or the shutdown is requested; with what the service keeps
/// besides its log, if it keeps anything.
///
/// # Errors
/// If the copy cannot be written, or is none of the leader's log.
pub async fn follow(
    bus: &Bus,
    place: CopyPlace,
    sidecar: Option<Box<dyn SidecarCopy>>,
    shutdown: &Shutdown,
) -> anyhow::Result<StandbyEnd> {
    if bus.is_at_site() {
        bail!(
            "a site's service goes on while its link is down, so no standby may take over from it. Make backups of it instead"
        );
    }
    if Follower::is_promoted(&place.log)
        .with_context(|| format!("cannot read {}", place.log.display()))?
    {
        return Ok(StandbyEnd::Promoted);
    }
    let mut standby = Standby::open(bus, place, sidecar)?;
    tokio::select! {
        () = shutdown.requested_or_signalled() => Ok(StandbyEnd::Stopped),
        taken = Box::pin(standby.follow()) => Ok(StandbyEnd::Taken(taken?)),
    }
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

struct Standby<'a> {
    bus: &'a Bus,
    place: CopyPlace,
    /// Its own id, under which it holds the lease once it has taken it.
    id: Uuid,
    rules: Takeover,
    /// `None` until a leader has said which log it has.
    copy: Option<Follower>,
    sidecar: Option<Sidecar>,
    logged: Logged,
}

/// What is copied besides the log.
struct Sidecar {
    copy: Box<dyn SidecarCopy>,
    /// Whether the leader has said that the copy can use what it sends.
    checked: Checked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checked {
    No,
    Yes,
}

impl<'a> Standby<'a> {
    fn open(
        bus: &'a Bus,
        place: CopyPlace,
        sidecar: Option<Box<dyn SidecarCopy>>,
    ) -> anyhow::Result<Self> {
        let id = SystemClock.uuid();
        let copy = if has_files(&place.log) {
            Some(open_copy(&place, Uuid::nil())?)
        } else {
            None
        };
        if copy.is_none() && place.incomplete == Incomplete::TakeOver {
            bail!(
                "there is no copy in {} with which to take over. Without --incomplete, one is begun",
                place.log.display()
            );
        }
        if let Some(copy) = &copy {
            let held = copy.head().count;
            info!(held, epoch = %copy.position().epoch, "the copy is open");
        }
        Ok(Self {
            bus,
            id,
            rules: Takeover::new(id, lease::node_name(), place.incomplete),
            place,
            copy,
            sidecar: sidecar.map(|copy| Sidecar {
                copy,
                checked: Checked::No,
            }),
            logged: Logged::Nothing,
        })
    }

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
                    let written = lease::put(self.bus, &self.place.own, expected, &record).await;
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
        match lease::read(self.bus, &self.place.own, BROKER_TIMEOUT).await {
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

    /// Asks for what comes next, and adds it to the copy.
    async fn ask(&mut self) -> anyhow::Result<Step> {
        let position = self.copy.as_ref().map(Follower::position);
        let position = position.filter(|_| self.is_checked());
        let answered = match position {
            Some(position) => self.change_after(position).await,
            None => self.request(&Question::Hello).await,
        };
        let Some((state, bytes)) = answered else {
            return Ok(self.silent());
        };
        if !self.is_from_leader(&state)? {
            return Ok(self.silent());
        }
        if position.is_none() {
            self.begin(state.epoch, &bytes)?;
        } else if !bytes.is_empty() && self.add(&state, bytes).await? == Added::No {
            return Ok(Takeover::silent());
        }
        Ok(self.answered(&state))
    }

    /// Whether an answer is the newest leader's, and brings something.
    ///
    /// # Errors
    /// If the leader's log is another one.
    fn is_from_leader(&self, state: &LeaderState) -> anyhow::Result<bool> {
        if !self.rules.accepts(state.term) {
            warn!(
                term = state.term,
                "an outdated leader answers: what it sends is not taken"
            );
            return Ok(false);
        }
        let own = &self.place.own;
        match &state.refused {
            Some(Refused::Unsure | Refused::NoStandby) => return Ok(false),
            Some(Refused::NotProven) => bail!(
                "{own} does not give its log to this key: start the standby with the service's own .nk, its .issuer beside it, and look whether 'issuers.json' there has that key"
            ),
            Some(Refused::Differs(why)) => bail!(
                "the copy in {} is none of the log of {own}: {why}. Keep it until it is clear which of the two is right; then follow into an empty folder",
                self.place.log.display()
            ),
            None => {}
        }
        if state.key != self.place.key.to_string() {
            bail!(
                "{own} signs its log with another key than the one in this folder: copy signing.key and signing.pub from its folder to this one, by a way that nobody else reads"
            );
        }
        Ok(true)
    }

    /// The whole change after a position, put together of its parts; without bytes if nothing is new.
    async fn change_after(&self, position: FollowPosition) -> Option<(LeaderState, Vec<u8>)> {
        let mut bytes = Vec::new();
        loop {
            let question = Question::Changes {
                standby: self.id,
                received: bytes.len() as u64,
                position: Box::new(position),
            };
            let (state, part) = self.request(&question).await?;
            if state.refused.is_some() || state.length == 0 {
                return Some((state, Vec::new()));
            }
            if part.is_empty() {
                return None;
            }
            bytes.extend_from_slice(&part);
            match (bytes.len() as u64).cmp(&state.length) {
                Ordering::Equal => return Some((state, bytes)),
                Ordering::Less => {}
                Ordering::Greater => return None,
            }
        }
    }

    async fn request(&self, question: &Question) -> Option<(LeaderState, Vec<u8>)> {
        let subject = standby_subject(&self.place.own);
        let question = question.to_bytes();
        let headers = signed(self.bus.issuer(), &subject, &question);
        let client = self.bus.client();
        let asked = client.request_with_headers(subject, headers, question.into());
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, asked)
            .await
            .ok()?
            .ok()?;
        match decode(&answer.payload) {
            Ok((state, part)) => Some((state, part.to_vec())),
            Err(error) => {
                warn!(error = format!("{error:#}"), "an answer is not understood");
                None
            }
        }
    }

    fn answered(&mut self, state: &LeaderState) -> Step {
        let now = since_boot();
        let behind = state.count.saturating_sub(self.held());
        let term = state.term;
        match (state.followed, self.logged) {
            (Followed::Yes, Logged::Following) => {}
            (Followed::Yes, _) => {
                info!(term, behind, leader = %self.place.own, "follows: what is written is kept twice");
                self.logged = Logged::Following;
            }
            (Followed::No, Logged::CatchingUp { at }) if now.saturating_sub(at) < PROGRESS => {}
            (Followed::No, _) => {
                info!(term, behind, leader = %self.place.own, "catches up");
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

    /// Logs once why the lease is not taken though it is over, and what an operator can do.
    fn log_withheld(&mut self) {
        if !self.rules.is_withheld() || self.logged == Logged::Withheld {
            return;
        }
        let held = self.held();
        let missing = self.rules.missing(held);
        warn!(
            held,
            missing,
            leader = %self.place.own,
            "the leader is gone, and this copy may lack what it confirmed: it did not count on this standby when it answered last. The service is not started here. If the leader's disk comes back, start the leader there; if it does not, start this command again with --incomplete"
        );
        self.logged = Logged::Withheld;
    }

    fn silent(&mut self) -> Step {
        if !matches!(self.logged, Logged::Silent | Logged::Withheld) {
            let held = self.held();
            warn!(held, leader = %self.place.own, "the leader does not answer: its lease is watched");
            self.logged = Logged::Silent;
        }
        Takeover::silent()
    }

    fn held(&self) -> u64 {
        self.copy.as_ref().map_or(0, |copy| copy.head().count)
    }

    /// The lease is taken: the copy becomes the log.
    fn taken(&mut self, term: u64) -> anyhow::Result<Taken> {
        let Some(copy) = self.copy.take() else {
            bail!("there is no copy in {} yet", self.place.log.display());
        };
        let held = copy.head().count;
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
        in_place(|| copy.promote()).context("the copy cannot become the log")?;
        info!(
            term,
            events = held,
            "the lease is taken: the service starts on the copy"
        );
        Ok(Taken { holder: self.id })
    }
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Opens the copy, or begins one of the log with this epoch.
fn open_copy(place: &CopyPlace, epoch: Uuid) -> anyhow::Result<Follower> {
    let options = Options {
        identity: Identity {
            service: place.own.service.to_string(),
            instance: place.own.instance.to_string(),
            ..Identity::default()
        },
        verifying_key: Some(place.key.clone()),
        ..Options::new(&place.log, epoch)
    };
    let opened = in_place(|| Follower::open(options));
    opened.with_context(|| format!("no log can be copied into {}", place.log.display()))
}
