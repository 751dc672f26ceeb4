//! Answers the standby: the part of the process that decides.

mod log_change;
mod of_log;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use async_nats::{HeaderValue, Message, Subject};
use futures::StreamExt;
use onestop_eventlog::{EventLog, VerifyingKey};
use onestop_proto::envelope::Source;
use tokio::task::JoinSet;
use tracing::{debug, info, warn};
use uuid::Uuid;

pub(crate) use self::of_log::LogOriginal;
use super::{
    copies::{Copies, Followed},
    message::{LeaderState, Question, Refused, encode},
    sidecar::SidecarSource,
    standby_subject,
};
use crate::{
    bus::Bus,
    clock::SystemClock,
    identity::{self, NamedQuestion, Roster},
    lease::Lease,
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
};

/// What is asked here, as an enrolled key may be allowed to ask it.
const STANDBY: &str = "standby";
/// How long an answer waits for something new.
pub(super) const POLL: Duration = Duration::from_millis(500);
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

/// What a standby copies.
pub(crate) trait Original: Send + Sync + 'static {
    /// By which a standby sees that it asks for what it asked for before.
    fn epoch(&self) -> Uuid;

    /// So many records it has, or changes.
    fn count(&self) -> u64;

    /// By which a standby sees that it has the same key.
    fn key(&self) -> &str;

    /// Answers a standby with at most so many bytes, and notes in `copies` what that has.
    fn answer(
        &self,
        question: Question,
        copies: &Copies,
        most: usize,
    ) -> impl Future<Output = Result<Part, Refused>> + Send;
}

/// What answers the standby of one log, or one database.
pub(crate) struct Leader<O = LogOriginal> {
    original: O,
    lease: Lease,
    copies: Copies,
    bus: Bus,
    own: Source,
    /// The issuer whose key signs a standby's questions.
    issuer: String,
    /// Who may ask.
    roster: Roster,
    /// Requested by a switch.
    service: Shutdown,
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
        let original = LogOriginal::new(log, key);
        let issuer = format!("service/{}/{}", own.service, own.instance);
        Self::of(original, lease, copies, bus, own, issuer, service)
    }

    /// The same, sending what the service keeps besides its log.
    pub(crate) fn with_sidecar(self, sidecar: Option<Arc<dyn SidecarSource>>) -> Self {
        let original = self.original.with_sidecar(sidecar);
        Self { original, ..self }
    }
}

impl<O: Original> Leader<O> {
    /// Of the instance `own`, whose standby signs with the key of an issuer.
    pub(super) fn of(
        original: O,
        lease: &Lease,
        copies: &Copies,
        bus: &Bus,
        own: &Source,
        issuer: String,
        service: Shutdown,
    ) -> Self {
        Self {
            original,
            lease: lease.clone(),
            copies: copies.clone(),
            bus: bus.clone(),
            own: own.clone(),
            issuer,
            roster: Roster::default(),
            service,
        }
    }

    /// The same, answering those who are enrolled.
    pub(crate) fn with_roster(self, roster: Roster) -> Self {
        Self { roster, ..self }
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
        self.copies.successor(self.original.count())
    }

    /// Waits until a standby that follows has everything. The service writes nothing any more.
    async fn finish(&self) {
        if self.copies.following().is_none() || !self.lease.is_sure() {
            return;
        }
        let head = self.original.count();
        let has = tokio::time::timeout(FINISH, self.copies.has(head)).await;
        if has.is_err() {
            warn!(head, "the standby lacks what is newest");
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
        let is_own = proof.by().issuer.as_str() == self.issuer;
        let asked = NamedQuestion {
            service: self.own.service.as_str(),
            question: STANDBY,
        };
        let is_operator = proof.check_question(&asked, None, None).is_ok();
        match question {
            Question::Switch => is_operator,
            Question::Hello
            | Question::Changes { .. }
            | Question::Blocks { .. }
            | Question::File { .. } => is_own || is_operator,
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
            epoch: self.original.epoch(),
            count: self.original.count(),
            followed: standby.map_or(Followed::No, |it| self.copies.followed_by(it)),
            key: self.original.key().to_owned(),
            length: part.length,
            sidecar: part.sidecar,
            refused,
        };
        let bytes = encode(&state, &part.bytes)?;
        self.bus.client().publish(reply, bytes.into()).await?;
        Ok(())
    }

    async fn answer_to(&self, question: Question) -> Result<Part, Refused> {
        if question == Question::Switch {
            let standby = self.copies.following().ok_or(Refused::NoStandby)?;
            self.copies.name_successor(standby);
            return Ok(Part::default());
        }
        let most = self.most();
        self.original.answer(question, &self.copies, most).await
    }

    /// Bytes of a change that one message of the broker takes.
    fn most(&self) -> usize {
        let takes = self.bus.client().server_info().max_payload;
        takes.saturating_sub(FRAMING).clamp(SMALLEST, PART)
    }
}

/// A part of a change or of a file.
#[derive(Default)]
pub(crate) struct Part {
    pub(super) bytes: Vec<u8>,
    /// Bytes of the whole.
    pub(super) length: u64,
    /// Bytes at the end of the whole that are no part of the change, and go with it.
    pub(super) sidecar: u64,
}

impl Part {
    /// What comes after the `received` bytes of a whole.
    pub(super) fn of(whole: &[u8], received: u64, most: usize) -> Self {
        let from = usize::try_from(received).unwrap_or(usize::MAX);
        let rest = whole.get(from..).unwrap_or_default();
        Self {
            bytes: rest.get(..most).unwrap_or(rest).to_vec(),
            length: whole.len() as u64,
            sidecar: 0,
        }
    }
}
