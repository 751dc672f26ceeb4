//! Answers the standby: the part of the service that decides.

mod log_change;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use async_nats::{HeaderValue, Message, Subject};
use futures::StreamExt;
use onestop_eventlog::{EventLog, FollowPosition, VerifyingKey};
use onestop_proto::envelope::Source;
use tokio::task::JoinSet;
use tracing::{debug, info, warn};
use uuid::Uuid;

use self::log_change::{LogChange, unreadable};
use super::{
    copies::{Copies, Followed},
    message::{LeaderState, Question, Refused, encode},
    sidecar::{FilePart, SidecarSource},
    standby_subject,
};
use crate::{
    bus::Bus,
    clock::SystemClock,
    identity::{self, Roster},
    lease::Lease,
    runtime::in_place::in_place,
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
};

/// What is asked here, as an enrolled key may be allowed to ask it.
const STANDBY: &str = "standby";
/// How long an answer waits for something new.
const POLL: Duration = Duration::from_millis(500);
/// Bytes of a change in one answer: below NATS's default payload of 1 MiB, with room for the framing.
const PART: usize = 512 << 10;
const FRAMING: usize = 4 << 10;
/// The part where the broker has not said how much it takes.
const SMALLEST: usize = 1 << 10;
/// How long the end of a service waits until its standby has everything.
const FINISH: Duration = Duration::from_secs(5);

/// Whether a service may have a standby.
///
/// # Errors
/// If it may not.
pub(crate) fn check(settings: &Settings) -> anyhow::Result<()> {
    if settings.standby != StandbyMode::None && settings.nats_domain.is_some() {
        bail!(
            "setting 'standby' cannot be used at a site: its service goes on while its link is down, so no process elsewhere may take over"
        );
    }
    Ok(())
}

/// What answers the standby of one log.
pub(crate) struct Leader {
    log: EventLog,
    lease: Lease,
    copies: Copies,
    bus: Bus,
    own: Source,
    /// The public key of the log's checkpoints.
    key: String,
    /// Who may ask.
    roster: Roster,
    /// Requested by a switch.
    service: Shutdown,
    /// What it sends besides the log, if the service keeps anything besides.
    sidecar: Option<Arc<dyn SidecarSource>>,
    /// The change that is answered in parts, and what it comes after.
    partial: Mutex<Option<(FollowPosition, Arc<LogChange>)>>,
}

impl Leader {
    pub(crate) fn new(
        log: &EventLog,
        lease: &Lease,
        copies: &Copies,
        bus: &Bus,
        own: &Source,
        key: &VerifyingKey,
        service: Shutdown,
    ) -> Self {
        Self {
            log: log.clone(),
            lease: lease.clone(),
            copies: copies.clone(),
            bus: bus.clone(),
            own: own.clone(),
            key: key.to_string(),
            roster: Roster::default(),
            service,
            sidecar: None,
            partial: Mutex::default(),
        }
    }

    /// The same, answering those who are enrolled.
    pub(crate) fn with_roster(self, roster: Roster) -> Self {
        Self { roster, ..self }
    }

    /// The same, sending what the service keeps besides its log.
    pub(crate) fn with_sidecar(self, sidecar: Option<Arc<dyn SidecarSource>>) -> Self {
        Self { sidecar, ..self }
    }

    /// Answers until the service has drained and a standby that follows has everything. Returns the standby to which the
    /// lease is handed over, if there is one.
    pub(crate) async fn run(self: Arc<Self>, drained: Shutdown) -> Option<Uuid> {
        let begins = async {
            self.bus.connected().await;
            self.lease.sure().await;
        };
        drained.run_until_requested(begins).await?;
        let end = async {
            drained.requested().await;
            self.finish().await;
        };
        if let Err(error) = self.serve(end).await {
            warn!(
                error = format!("{error:#}"),
                "no standby is answered any more"
            );
            drained.requested().await;
        }
        self.copies.successor(self.log.head().count)
    }

    /// Waits until a standby that follows has everything. The service writes nothing any more.
    async fn finish(&self) {
        if self.copies.following().is_none() || !self.lease.is_sure() {
            return;
        }
        let head = self.log.head().count;
        let has = tokio::time::timeout(FINISH, self.copies.has(head)).await;
        if has.is_err() {
            warn!(head, "the standby lacks the newest events");
        }
    }

    async fn serve(self: &Arc<Self>, end: impl Future<Output = ()>) -> anyhow::Result<()> {
        let subject = standby_subject(&self.own);
        let mut questions = self.bus.client().subscribe(subject).await?;
        let mut in_progress = JoinSet::new();
        let mut end = Box::pin(end);
        loop {
            let next = tokio::select! {
                () = &mut end => break,
                next = questions.next() => next,
            };
            let message = next.context("the connection to the broker was closed")?;
            while in_progress.try_join_next().is_some() {}
            let leader = Arc::clone(self);
            in_progress.spawn(async move { leader.answer(message).await });
        }
        while in_progress.join_next().await.is_some() {}
        Ok(())
    }

    async fn answer(&self, message: Message) {
        let Some(question) = Question::from_bytes(&message.payload) else {
            return;
        };
        let may_ask = self.may_ask(&question, &message);
        let Some(reply) = message.reply else {
            return;
        };
        let (asks_switch, standby) = (question == Question::Switch, question.standby());
        let answered = if !may_ask {
            Err(Refused::NotProven)
        } else if self.lease.is_sure() {
            self.answer_to(question).await
        } else {
            Err(Refused::Unsure)
        };
        let switches = asks_switch && answered.is_ok();
        if let Err(error) = self.send(reply, standby, answered).await {
            debug!(
                error = format!("{error:#}"),
                "an answer could not be sent; the standby asks once more"
            );
        }
        if switches {
            info!("the lease is handed over to the standby: the service stops");
            self.service.request();
        }
    }

    /// Whether the service's own key has signed the question, or that of the operator, who may ask everything.
    fn may_ask(&self, question: &Question, message: &Message) -> bool {
        let headers = message.headers.as_ref();
        let token = headers.and_then(|headers| headers.get(identity::HEADER));
        let token = token.map(HeaderValue::as_str);
        let signed = (message.subject.as_str(), &message.payload[..]);
        let Ok(proof) = self.roster.verify(token, signed, SystemClock.now()) else {
            return false;
        };
        let own = format!("service/{}/{}", self.own.service, self.own.instance);
        let is_own = proof.by().issuer.as_str() == own;
        let is_operator = proof.check_question(STANDBY, None, None).is_ok();
        match question {
            Question::Switch => is_operator,
            Question::Hello | Question::Changes { .. } | Question::File { .. } => {
                is_own || is_operator
            }
        }
    }

    async fn send(
        &self,
        reply: Subject,
        standby: Option<Uuid>,
        answered: Result<Part, Refused>,
    ) -> anyhow::Result<()> {
        let (part, refused) = match answered {
            Ok(part) => (part, None),
            Err(refused) => (Part::default(), Some(refused)),
        };
        let state = LeaderState {
            term: self.lease.term(),
            epoch: self.log.epoch(),
            count: self.log.head().count,
            followed: standby.map_or(Followed::No, |it| self.copies.followed_by(it)),
            key: self.key.clone(),
            length: part.length,
            sidecar: part.sidecar,
            refused,
        };
        let bytes = encode(&state, &part.bytes)?;
        self.bus.client().publish(reply, bytes.into()).await?;
        Ok(())
    }

    async fn answer_to(&self, question: Question) -> Result<Part, Refused> {
        match question {
            Question::Hello => self.check_of_sidecar(),
            Question::Switch => {
                let standby = self.copies.following().ok_or(Refused::NoStandby)?;
                self.copies.name_successor(standby);
                Ok(Part::default())
            }
            Question::Changes {
                standby,
                received,
                position,
            } => self.changes(standby, received, *position).await,
            Question::File { from, name } => self.file_part(&name, from),
        }
    }

    /// By which the standby sees that it can use what the service keeps besides its log.
    fn check_of_sidecar(&self) -> Result<Part, Refused> {
        let Some(sidecar) = &self.sidecar else {
            return Ok(Part::default());
        };
        let check = in_place(|| sidecar.check());
        let bytes = check.map_err(|error| unreadable(&error))?;
        Ok(Part {
            length: bytes.len() as u64,
            bytes,
            sidecar: 0,
        })
    }

    fn file_part(&self, name: &[u8], from: u64) -> Result<Part, Refused> {
        let Some(sidecar) = &self.sidecar else {
            return Ok(Part::default());
        };
        let read = in_place(|| sidecar.read(name, from, self.most()));
        let FilePart { bytes, length } = read.map_err(|error| unreadable(&error))?;
        Ok(Part {
            bytes,
            length,
            sidecar: 0,
        })
    }

    /// A part of what comes after a position. Waits a while for something new.
    async fn changes(
        &self,
        standby: Uuid,
        received: u64,
        position: FollowPosition,
    ) -> Result<Part, Refused> {
        let mut head = self.log.watch();
        head.mark_unchanged();
        let mut change = self.change_after(position, received).await?;
        // That the standby is a copy of this log was found out just now, or before the first part.
        let acknowledged = position.reached.head.count;
        let own = self.log.head().count;
        self.copies.note_asked(standby, acknowledged, own);
        if change.is_none() {
            // Its end means that the log was closed: nothing is new then.
            let _ = tokio::time::timeout(POLL, head.changed()).await;
            change = self.change_after(position, received).await?;
        }
        Ok(change.map_or_else(Part::default, |change| self.part(&change, received)))
    }

    async fn change_after(
        &self,
        position: FollowPosition,
        received: u64,
    ) -> Result<Option<Arc<LogChange>>, Refused> {
        if received > 0
            && let Some(change) = self.partial_after(&position)
        {
            return Ok(Some(change));
        }
        let sidecar = self.sidecar.clone();
        let found = self
            .log
            .read_async(move |log| LogChange::after(log, &position, sidecar.as_deref()));
        let Some(change) = found.await?.map(Arc::new) else {
            return Ok(None);
        };
        if change.bytes.len() > self.most() {
            *self.partial() = Some((position, Arc::clone(&change)));
        }
        Ok(Some(change))
    }

    fn part(&self, change: &LogChange, received: u64) -> Part {
        let from = usize::try_from(received).unwrap_or(usize::MAX);
        let rest = change.bytes.get(from..).unwrap_or_default();
        let part = rest.get(..self.most()).unwrap_or(rest);
        Part {
            bytes: part.to_vec(),
            length: change.bytes.len() as u64,
            sidecar: change.sidecar,
        }
    }

    /// Bytes of a change that one message of the broker takes.
    fn most(&self) -> usize {
        let takes = self.bus.client().server_info().max_payload;
        takes.saturating_sub(FRAMING).clamp(SMALLEST, PART)
    }

    fn partial_after(&self, position: &FollowPosition) -> Option<Arc<LogChange>> {
        let partial = self.partial();
        let (after, change) = partial.as_ref()?;
        (after == position).then(|| Arc::clone(change))
    }

    fn partial(&self) -> MutexGuard<'_, Option<(FollowPosition, Arc<LogChange>)>> {
        let partial = self.partial.lock();
        partial.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part of a change or of a file.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    /// Bytes of the whole.
    length: u64,
    /// Bytes at the end of the whole that are no part of the change, and go with it.
    sidecar: u64,
}
