//! A client that acts for a person at a window or in a unit: it retries a command without an answer with the same
//! idempotency key.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use onestop_chassis::{
    client::{Client, ClientError, CommandMeta},
    clock::SystemClock,
};
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, CommandType},
    envelope::Envelope,
    ids::{CaseId, CaseRef, CommandId, EventId, UnitId},
    journal::{self, Replay, ReplayQuery, ReplayStep},
    query::{CustodyQuery, CustodyView, LogPage, LogQuery},
    referral,
    rejection::{Rejected, RejectionKind},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::harness::TIMEOUT;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(3);
/// Pause before the next.
const PAUSE: Duration = Duration::from_millis(40);

/// Yunnan, loaded once.
pub(crate) static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

/// `clerk/zhang-li@530821101201`, `specialist/wang@530821.legal-aid`: as people write it.
pub(crate) fn actor(text: &str) -> Actor {
    let (who, place) = text.split_once('@').unwrap();
    format!("{who}@{}", unit(place)).parse().unwrap()
}

/// A unit by division and kind; the window where no kind is given.
pub(crate) fn unit(text: &str) -> UnitId {
    let (division, kind) = text.split_once('.').unwrap_or((text, "window"));
    let kind = kind.parse().unwrap();
    let unit = DIRECTORY.unit_at(division.parse().unwrap(), &kind);
    unit.unwrap_or_else(|| panic!("no unit {text}")).id.clone()
}

#[derive(Clone)]
pub(crate) struct TestUser {
    pub(crate) client: Client,
    /// Every command that was sent, and the events of those that were answered.
    pub(crate) sent: Arc<Mutex<Sent>>,
}

/// The commands that a user sent, and the events that were acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) commands: HashSet<CommandId>,
    pub(crate) acknowledged: HashSet<EventId>,
}

impl TestUser {
    pub(crate) fn new(client: Client) -> Self {
        let sent = Arc::default();
        Self { client, sent }
    }

    /// Sends a command until it is answered.
    pub(crate) async fn command<C: CommandType>(
        &self,
        service: &ServiceName,
        by: &str,
        case: Option<CaseId>,
        command: impl Into<C>,
    ) -> Result<AcceptedCommand, Rejected> {
        let order = CommandMeta::new(SystemClock.command(), actor(by), case.map(CaseRef::Id));
        self.send(service, order, &command.into()).await
    }

    /// Sends a command with the given metadata until it is answered.
    pub(crate) async fn send<C: CommandType>(
        &self,
        service: &ServiceName,
        order: CommandMeta,
        command: &C,
    ) -> Result<AcceptedCommand, Rejected> {
        let key: CommandId = order.id;
        self.sent.lock().unwrap().commands.insert(key);
        let sent = with_retries(|| self.client.command(service, order.clone(), command)).await;
        if let Some(Ok(accepted)) = &sent {
            let events = accepted.events.iter().map(|event| event.id);
            self.sent.lock().unwrap().acknowledged.extend(events);
        }
        sent.unwrap_or_else(|| panic!("{} {key} got no answer from {service}", command.name()))
    }

    /// Asks a question until it is answered.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        service: &ServiceName,
        name: &str,
        data: impl Serialize + Sync,
    ) -> Result<T, Rejected> {
        let asked = with_retries(|| self.client.question(service, name, (None, None), &data)).await;
        asked.unwrap_or_else(|| panic!("question {name} got no answer from {service}"))
    }

    pub(crate) async fn replay(&self, case: CaseId) -> Result<Replay, Rejected> {
        self.replay_at(case, (None, None)).await
    }

    pub(crate) async fn replay_at(
        &self,
        case: CaseId,
        (as_of, known_at): (Option<Timestamp>, Option<Timestamp>),
    ) -> Result<Replay, Rejected> {
        let query = ReplayQuery {
            as_of,
            known_at,
            ..ReplayQuery::whole(CaseRef::Id(case))
        };
        let journal = journal::service();
        let mut replay: Replay = self.ask(&journal, "replay", query.clone()).await?;
        while let Some(next) = query.after(&replay) {
            replay.extend(self.ask(&journal, "replay", next).await?);
        }
        Ok(replay)
    }

    /// The replay, once the journal has received the cause of every event: it reads the services one by one, so after a
    /// crash an effect may arrive before its cause. Findings that remain after the limit are returned.
    pub(crate) async fn complete_replay(&self, case: CaseId) -> Replay {
        let settled = async {
            loop {
                let replay = self.replay(case).await.unwrap();
                if replay.findings.is_empty() {
                    return replay;
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        match tokio::time::timeout(TIMEOUT, settled).await {
            Ok(replay) => replay,
            Err(_) => self.replay(case).await.unwrap(),
        }
    }

    pub(crate) async fn custody(&self, case: CaseId) -> CustodyView {
        let query = CustodyQuery { case };
        let view = self.ask(&referral::service(), "custody", query).await;
        view.unwrap()
    }

    /// Waits until the journal has received `times` events of a type.
    pub(crate) async fn wait_for_event(
        &self,
        case: CaseId,
        wanted: &str,
        times: usize,
    ) -> ReplayStep {
        let waited = async {
            loop {
                if let Ok(replay) = self.replay(case).await {
                    let mut fitting = replay.steps.into_iter().filter(|step| name(step) == wanted);
                    if let Some(step) = fitting.nth(times - 1) {
                        return step;
                    }
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let found = tokio::time::timeout(TIMEOUT, waited).await;
        found.unwrap_or_else(|_| panic!("{wanted} did not happen {times} times in case {case}"))
    }

    pub(crate) async fn log(&self, service: &ServiceName) -> Vec<Envelope> {
        let mut events = Vec::new();
        loop {
            let query = LogQuery {
                from: events.len() as u64,
                limit: 200,
            };
            let page: LogPage = self.ask(service, "log", query).await.unwrap();
            if page.events.is_empty() {
                return events;
            }
            events.extend(page.events);
        }
    }
}

/// `<thing>.<happened>` of a step.
pub(crate) fn name(step: &ReplayStep) -> String {
    short(&step.event_type)
}

/// `<thing>.<happened>` of an event's type.
pub(crate) fn short(event_type: &str) -> String {
    let without = event_type.strip_prefix("cn.onestop.").unwrap();
    without.rsplit_once(".v").unwrap().0.to_owned()
}

/// Retries until there is an answer, also a rejection; none after the limit.
async fn with_retries<T, F>(mut attempt: impl FnMut() -> F) -> Option<Result<T, Rejected>>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let tried = async {
        loop {
            match tokio::time::timeout(ATTEMPT, attempt()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(ClientError::Rejected(rejected)))
                    if rejected.kind != RejectionKind::Unavailable =>
                {
                    return Err(*rejected);
                }
                Ok(Err(
                    ClientError::Rejected(_)
                    | ClientError::NoAnswer { .. }
                    | ClientError::Refused { .. }
                    | ClientError::Decode { .. },
                ))
                | Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    };
    tokio::time::timeout(TIMEOUT, tried).await.ok()
}
