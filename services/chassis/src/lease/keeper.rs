//! Takes the lease at the broker, and keeps it.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use async_nats::{
    RequestErrorKind,
    jetstream::{context::PublishErrorKind, message::PublishMessage, stream::DirectGetErrorKind},
};
use onestop_proto::{
    envelope::Source,
    query::{QuestionType, SourcesQuery},
    subject,
};
use tokio::task::JoinSet;
use tracing::{Instrument as _, info, warn};
use uuid::Uuid;

use super::{
    Fenced, Lease, Taken, claim,
    rules::{At, Held, Presence, Record, Rules, Seen, Step},
    since_boot,
};
use crate::{
    bus::{Bus, LEASES_STREAM, lease_subject},
    clock::SystemClock,
    shutdown::Shutdown,
};

/// How long the broker may take to answer.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The same at a start, when its stream may be being made; one that is not there does not answer at all.
const STARTING: Duration = Duration::from_millis(500);
/// How long a process that runs already may take to answer.
const PRESENCE: Duration = Duration::from_millis(1_500);

/// One process, its rules and the broker.
pub(crate) struct Keeper {
    lease: Lease,
    bus: Bus,
    own: Source,
    folder: PathBuf,
    holder: Uuid,
    rules: Rules,
}

/// What became of a write.
pub(crate) enum Written {
    /// It is the record, at this sequence.
    At(u64),
    /// The broker holds another record.
    Conflict,
    /// It is not known.
    Unknown(String),
}

impl Keeper {
    /// For the service whose folder this is. A standby that starts it has taken the lease before.
    pub(crate) fn new(
        lease: &Lease,
        bus: &Bus,
        own: &Source,
        folder: PathBuf,
        taken: Option<Taken>,
    ) -> Self {
        let at = if bus.is_at_site() { At::Site } else { At::Hub };
        let holder = taken.map_or_else(|| SystemClock.uuid(), |taken| taken.holder);
        let rules = Rules::new(holder, node_name(), at, claim::read(&folder));
        let rules = match lease.events() {
            Some(events) => rules.on_log_of(events),
            None => rules,
        };
        Self {
            lease: lease.clone(),
            bus: bus.clone(),
            own: own.clone(),
            folder,
            holder,
            rules,
        }
    }

    /// Takes it and keeps it. At the shutdown it ends as a task, and renews the lease until that is given up: what the other
    /// tasks still append, they append under it.
    ///
    /// # Errors
    /// [`Fenced`] if another process holds it.
    pub(crate) async fn run(mut self, shutdown: Shutdown) -> anyhow::Result<()> {
        let given_up = Shutdown::default();
        let kept = Box::pin(self.keep(&given_up));
        if let Some(ended) = shutdown.run_until_requested(kept).await {
            return ended;
        }
        if self.rules.release().is_some() {
            let (lease, until) = (self.lease.clone(), given_up.clone());
            let renewed = async move {
                if let Err(error) = self.keep(&until).await {
                    warn!(%error, "the lease is lost while the service stops");
                }
            };
            let mut renewing = JoinSet::new();
            renewing.spawn(renewed.in_current_span());
            lease.note_renewing(Renewing { renewing, given_up });
        }
        Ok(())
    }

    /// Ends when it is given up, between two writes.
    async fn keep(&mut self, given_up: &Shutdown) -> anyhow::Result<()> {
        self.bus.connected().await;
        if !self.bus.is_at_site() && !self.bus.client().server_info().jetstream {
            warn!("the broker keeps no streams: no lease says who decides, only the folder's lock");
            self.lease.set(Some(Duration::MAX), 0);
            std::future::pending::<()>().await;
        }
        let mut step = Step::Look;
        let mut link = self.bus.link();
        link.mark_unchanged();
        loop {
            // Behind a new connection may be a broker that counts anew.
            if link.has_changed().unwrap_or(false) {
                link.mark_unchanged();
                self.rules.disconnected();
                step = Step::Look;
            }
            step = match step {
                Step::Look => self.look().await,
                Step::Write { expected, record } => self.write(expected, record).await,
                Step::Wait(pause) => {
                    let waited = given_up.run_until_requested(tokio::time::sleep(pause));
                    if waited.await.is_none() {
                        return Ok(());
                    }
                    self.rules.next(since_boot())
                }
                Step::Stop(why) => {
                    self.lease.set(None, 0);
                    self.lease.note_release(None);
                    return Err(Fenced::new(&self.own, why).into());
                }
            };
            self.lease.set(self.rules.until(), self.rules.term());
            self.lease.note_release(self.rules.release());
        }
    }

    async fn look(&mut self) -> Step {
        let presence = if self.rules.asks_presence() {
            self.presence().await
        } else {
            Presence::Unclear
        };
        let is_starting = self.rules.asks_presence() && !self.bus.is_at_site();
        let timeout = if is_starting { STARTING } else { TIMEOUT };
        match read(&self.bus, &self.own, timeout).await {
            Ok(seen) => {
                self.lease.note_answered();
                if let (true, Some(other)) = (self.rules.asks_presence(), &seen.record) {
                    let Record { node, term, .. } = other;
                    let why = format!(
                        "another process, at {node}, may decide for it, under term {term}: that is being found out"
                    );
                    self.lease.hinder(why);
                }
                self.rules.seen(since_boot(), &seen, presence)
            }
            Err(error) => self.unanswered(&format!("{error:#}"), presence),
        }
    }

    fn unanswered(&mut self, why: &str, presence: Presence) -> Step {
        self.lease.note_unanswered();
        if !self.lease.is_sure() {
            self.lease.hinder(format!(
                "the broker does not say who decides for it ({why}). Is 'onestop provision' running, and the broker's configuration of this version's 'onestop keys init'?"
            ));
        }
        self.rules.unanswered(since_boot(), presence)
    }

    async fn write(&mut self, expected: u64, record: Record) -> Step {
        let term = record.term;
        let is_taking = self.rules.asks_presence();
        if is_taking {
            // It only spares the next process a wait. On a full disk the service still answers questions.
            if let Err(error) = claim::write(&self.folder, term, self.holder) {
                warn!(%error, file = claim::FILE, "the folder does not say who decides on it");
            }
        }
        let record = self.lease.describe(record);
        let sent = since_boot();
        match put(&self.bus, &self.own, expected, &record).await {
            Written::At(sequence) => {
                self.lease.note_answered();
                if is_taking {
                    info!(term, "this process decides");
                }
                self.rules.wrote(sent, term, sequence)
            }
            Written::Conflict => {
                self.lease.note_answered();
                Step::Look
            }
            Written::Unknown(why) => self.unanswered(&why, Presence::Unclear),
        }
    }

    /// Asks whether another process listens as this service.
    async fn presence(&self) -> Presence {
        let subject = subject::query_at(&self.own, SourcesQuery::NAME);
        let asked = self.bus.client().request(subject, "{}".into());
        match tokio::time::timeout(PRESENCE, asked).await {
            Ok(Ok(_)) => Presence::Somebody,
            Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => Presence::Nobody,
            Ok(Err(_)) | Err(_) => Presence::Unclear,
        }
    }
}

/// Reads the newest record of an instance's lease.
///
/// # Errors
/// If the broker does not answer in time, or the record cannot be read.
pub(crate) async fn read(bus: &Bus, own: &Source, timeout: Duration) -> anyhow::Result<Seen> {
    let jetstream = bus.jetstream();
    let stream = jetstream.get_stream_no_info(LEASES_STREAM).await?;
    let last = stream.direct_get_last_for_subject(lease_subject(own));
    match tokio::time::timeout(timeout, last).await {
        Ok(Ok(message)) => {
            let record = serde_json::from_slice(&message.payload)
                .context("the record of the lease cannot be read")?;
            Ok(Seen {
                record: Some(record),
                sequence: message.sequence,
            })
        }
        Ok(Err(error)) if error.kind() == DirectGetErrorKind::NotFound => Ok(Seen {
            record: None,
            sequence: 0,
        }),
        Ok(Err(error)) => bail!("{error}"),
        Err(_) => bail!("it does not answer"),
    }
}

/// The term under which a process decides for an instance now, as the broker says; `None` if none does.
///
/// # Errors
/// If the broker does not answer in time, or the record cannot be read.
pub async fn held_term(bus: &Bus, own: &Source) -> anyhow::Result<Option<u64>> {
    let record = read(bus, own, TIMEOUT).await?.record;
    let held = record.filter(|record| record.state == Held::Held);
    Ok(held.map(|record| record.term))
}

/// Writes a record if the broker's newest has this sequence.
pub(crate) async fn put(bus: &Bus, own: &Source, expected: u64, record: &Record) -> Written {
    let payload = match serde_json::to_vec(record) {
        Ok(payload) => payload,
        Err(error) => return Written::Unknown(error.to_string()),
    };
    let message = PublishMessage::build()
        .expected_last_subject_sequence(expected)
        .payload(payload.into());
    let jetstream = bus.jetstream();
    let written = async {
        let sent = jetstream.send_publish(lease_subject(own), message).await?;
        sent.await
    };
    match tokio::time::timeout(TIMEOUT, written).await {
        Ok(Ok(stored)) => Written::At(stored.sequence),
        Ok(Err(error)) if error.kind() == PublishErrorKind::WrongLastSequence => Written::Conflict,
        Ok(Err(error)) => Written::Unknown(error.to_string()),
        Err(_) => Written::Unknown("it does not answer".to_owned()),
    }
}

/// The task that renews the lease of a process that stops.
#[derive(Debug)]
pub(super) struct Renewing {
    renewing: JoinSet<()>,
    given_up: Shutdown,
}

impl Renewing {
    /// Ends it, so that nothing is written after what gives the lease up.
    async fn end(mut self) {
        self.given_up.request();
        // What does not end in time is aborted.
        let _ = tokio::time::timeout(TIMEOUT, self.renewing.join_next()).await;
    }
}

/// Gives it up, so that the next process need not wait: any, or the standby that is named. Every other task has ended.
pub(crate) async fn release(lease: &Lease, bus: &Bus, own: &Source, next: Option<Uuid>) {
    if let Some(renewing) = lease.take_renewing() {
        renewing.end().await;
    }
    let Some((sequence, record)) = lease.take_release() else {
        return;
    };
    let record = Record { next, ..record };
    lease.set(None, record.term);
    if let Written::Unknown(why) = put(bus, own, sequence, &record).await {
        info!(why, "the lease runs out by itself");
    }
}

/// The machine's name, for people.
pub(crate) fn node_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}
