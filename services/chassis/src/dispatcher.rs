//! Commands and questions as endpoints of a NATS micro service: `cmd.<service>.<command>` and
//! `qry.<service>.<question>`. `$SRV.PING/INFO/STATS` are answered by the client library.
//!
//! A rejection is both: the typed body of the contract, and the headers `Nats-Service-Error` and
//! `-Code` that any micro service client understands.

use std::sync::Arc;

use anyhow::anyhow;
use async_nats::{
    HeaderMap,
    service::{Request as Incoming, Service as MicroService, ServiceExt},
};
use futures::{StreamExt, stream::select_all};
use onestop_proto::{
    backup::BackupQuery,
    command::{AcceptedCommand, CommandType, Reply, Request},
    parking, permission,
    proof::ProofQuery,
    query::{
        CommonQuestion, LogPage, LogQuery, ParkedQuery, Question, Response, SourcesQuery,
        Verification, VerifyQuery,
    },
    rejection::{CommonRejection, Explain, Rejected, RejectionKind, parse_text},
    replication, subject,
};
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};
use tracing::{debug, error};

use crate::{
    backup,
    bus::Bus,
    metrics::{Ended, Metrics},
    proof,
    replication::Processor,
    service::{Failure, Service, encode_answer},
    shutdown::Shutdown,
    store::Store,
};

/// Requests worked on at the same time; more wait in the client's own bounded queue.
const AT_ONCE: usize = 256;

/// Events in one answer to `qry.<service>.log`, and their bytes: fits into NATS's default payload of
/// 1 MiB.
const LOG_PAGE: usize = 400;
const LOG_PAGE_BYTES: usize = 900_000;

/// What the endpoints of one service share.
pub(crate) struct Dispatcher<S> {
    pub(crate) service: Arc<S>,
    pub(crate) processor: Arc<Processor<S>>,
    pub(crate) store: Store,
    pub(crate) metrics: Metrics,
}

#[derive(Clone, Copy)]
enum RequestKind {
    Command,
    Question,
}

/// Serves until the shutdown is asked for, then finishes what was begun.
pub(crate) async fn serve<S: Service>(
    bus: Bus,
    dispatcher: Arc<Dispatcher<S>>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let name = S::name();
    // Registering waits for the broker; a shutdown does not wait for it.
    tokio::select! {
        () = shutdown.requested() => return Ok(()),
        () = bus.connected() => {}
    }
    let micro = bus
        .client()
        .service_builder()
        .description("a service of Onestop (一窗)")
        .queue_group(name.to_string())
        .start(format!("onestop-{name}"), env!("CARGO_PKG_VERSION"))
        .await
        .map_err(|error| anyhow!(error).context("cannot register with NATS as a service"))?;
    let mut endpoints = Vec::new();
    let own = dispatcher.store.source().clone();
    let listening = parking::Command::NAMES
        .iter()
        .chain(replication::Command::NAMES);
    for command in S::commands().iter().chain(listening) {
        let subjects = [
            subject::command(&name, command),
            subject::command_at(&own, command),
        ];
        for subject in subjects {
            let endpoint = add(&micro, "cmd", &subject).await?;
            endpoints.push(
                endpoint
                    .map(move |request| (RequestKind::Command, *command, request))
                    .boxed(),
            );
        }
    }
    for question in S::questions().iter().chain(CommonQuestion::NAMES).copied() {
        let subjects = [
            subject::query(&name, question),
            subject::query_at(&own, question),
        ];
        for subject in subjects {
            let endpoint = add(&micro, "qry", &subject).await?;
            endpoints.push(
                endpoint
                    .map(move |request| (RequestKind::Question, question, request))
                    .boxed(),
            );
        }
    }
    let mut requests = select_all(endpoints);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut at_work = JoinSet::new();
    loop {
        let next = tokio::select! {
            () = shutdown.requested() => break,
            next = requests.next() => next,
        };
        let Some((asked, name, request)) = next else {
            return Err(anyhow!(
                "the endpoints ended: the connection to NATS was closed"
            ));
        };
        while at_work.try_join_next().is_some() {}
        let place = Arc::clone(&places).acquire_owned().await?;
        let dispatcher = Arc::clone(&dispatcher);
        at_work.spawn(async move {
            dispatcher.dispatch(asked, name, request).await;
            drop(place);
        });
    }
    while at_work.join_next().await.is_some() {}
    // The queued answers leave before the connection goes.
    bus.client().flush().await.ok();
    Ok(())
}

/// What a role may do is checked here, where the decision is made, and not only at a door before it.
fn permitted<S: Service>(command: &str, request: &Request) -> Result<(), Failure> {
    let permitted = permission::permitted(S::name().as_str(), command);
    let role = request.actor.role;
    if permitted.contains(&role) {
        return Ok(());
    }
    Err(CommonRejection::NotPermitted {
        command: command.to_owned(),
        role,
        permitted: permitted.to_vec(),
    }
    .rejected()
    .into())
}

async fn add(
    micro: &MicroService,
    prefix: &str,
    subject: &str,
) -> anyhow::Result<async_nats::service::endpoint::Endpoint> {
    let name = subject.replace('.', "-");
    debug!(prefix, subject, "endpoint");
    micro
        .endpoint_builder()
        .name(name)
        .add(subject)
        .await
        .map_err(|error| anyhow!(error).context(format!("cannot serve {subject}")))
}

impl<S: Service> Dispatcher<S> {
    async fn dispatch(&self, asked: RequestKind, name: &str, request: Incoming) {
        let began = self.store.clock().now();
        let payload = request.message.payload.clone();
        let (body, rejected) = match asked {
            RequestKind::Command => match self.command(name, &payload).await {
                Ok(accepted) => (encode(&Reply::Accepted(accepted)), None),
                Err(failure) => {
                    let rejected = self.explain(name, failure);
                    (encode(&Reply::Rejected(rejected.clone())), Some(rejected))
                }
            },
            RequestKind::Question => match self.question(name, &payload).await {
                Ok(answer) => (encode(&Response::Answer(answer)), None),
                Err(failure) => {
                    let rejected = self.explain(name, failure);
                    (
                        encode(&Response::Rejected(rejected.clone())),
                        Some(rejected),
                    )
                }
            },
        };
        let outcome = rejected
            .as_ref()
            .map_or("accepted", |rejected| rejected.code.as_str());
        let ended = Ended {
            name: name.to_owned(),
            outcome: outcome.to_owned(),
        };
        self.metrics.requests.get_or_create(&ended).inc();
        self.metrics
            .request_seconds
            .observe(self.store.clock().now().seconds_since(began).max(0.0));
        let mut headers = HeaderMap::new();
        if let Some(rejected) = &rejected {
            headers.insert("Nats-Service-Error", rejected.code.as_str());
            headers.insert("Nats-Service-Error-Code", status(rejected.kind));
        }
        if let Err(error) = request.respond_with_headers(Ok(body.into()), headers).await {
            debug!(error = %error, "an answer could not be sent; the caller will ask again");
        }
    }

    async fn command(&self, name: &str, payload: &[u8]) -> Result<AcceptedCommand, Failure> {
        let request: Request =
            parse_text(payload).map_err(|malformed| CommonRejection::from(malformed).rejected())?;
        permitted::<S>(name, &request)?;
        if parking::Command::NAMES.contains(&name) {
            return self.parking(name, request).await;
        }
        if replication::Command::NAMES.contains(&name) {
            let parsed = replication::Command::parse(name, request.data.clone());
            let replication::Command::FollowSource(follow) =
                parsed.map_err(|malformed| CommonRejection::from(malformed).rejected())?;
            return self.processor.follow(&request, &follow).await;
        }
        self.service.command(name, request).await
    }

    async fn question(&self, name: &str, payload: &[u8]) -> Result<Value, Failure> {
        let question: Question =
            parse_text(payload).map_err(|malformed| CommonRejection::from(malformed).rejected())?;
        if !CommonQuestion::NAMES.contains(&name) {
            return self.service.question(name, question).await;
        }
        let question = CommonQuestion::parse(name, question.data)
            .map_err(|malformed| CommonRejection::from(malformed).rejected())?;
        match question {
            CommonQuestion::Log(query) => self.log_page(query).await,
            CommonQuestion::Proof(query) => self.proof(query).await,
            CommonQuestion::Verify(_) => self.verify().await,
            CommonQuestion::Backup(query) => self.backup(query).await,
            CommonQuestion::Parked(_) => encode_answer::<ParkedQuery>(&self.processor.parked()?),
            CommonQuestion::Sources(_) => {
                encode_answer::<SourcesQuery>(&self.processor.sources().sources())
            }
        }
    }

    async fn parking(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        let parsed = parking::Command::parse(name, request.data.clone());
        match parsed.map_err(|malformed| CommonRejection::from(malformed).rejected())? {
            parking::Command::Retry(_) => self.processor.retry(&request).await,
            parking::Command::Skip(skip) => self.processor.skip(&request, &skip).await,
        }
    }

    /// Off the tasks that dispatch to people: whoever reads years of events keeps nobody waiting.
    async fn log_page(&self, query: LogQuery) -> Result<Value, Failure> {
        let store = self.store.clone();
        let page = tokio::task::spawn_blocking(move || log_page(&store, &query)).await;
        let page = page.map_err(anyhow::Error::from).and_then(|page| page);
        encode_answer::<LogQuery>(&page.map_err(Failure::Internal)?)
    }

    async fn proof(&self, query: ProofQuery) -> Result<Value, Failure> {
        let (log, stream) = (self.store.log().clone(), S::stream(query.case));
        let proven = move || proof::page(&log, &stream, query.from);
        let page = tokio::task::spawn_blocking(proven).await;
        let page = page.map_err(anyhow::Error::from).and_then(|page| page);
        encode_answer::<ProofQuery>(&page.map_err(Failure::Internal)?)
    }

    async fn backup(&self, query: BackupQuery) -> Result<Value, Failure> {
        let log = self.store.log().clone();
        let answered = tokio::task::spawn_blocking(move || backup::answer(&log, &query)).await;
        let answer = answered.map_err(anyhow::Error::from).and_then(|it| it);
        encode_answer::<BackupQuery>(&answer.map_err(Failure::Internal)?)
    }

    async fn verify(&self) -> Result<Value, Failure> {
        let log = self.store.log().clone();
        let verified = tokio::task::spawn_blocking(move || log.verify(&mut |_, _| {})).await;
        let verification = match verified.map_err(|error| Failure::Internal(error.into()))? {
            Ok(verified) => Verification::Intact {
                events: verified.count,
                hash: verified.hash.to_string(),
                root: verified.root.to_string(),
                checkpoints: verified.checkpoints,
            },
            Err(error) => Verification::Damaged {
                problem: format!("{:#}", anyhow::Error::from(error)),
            },
        };
        encode_answer::<VerifyQuery>(&verification)
    }

    fn explain(&self, name: &str, failure: Failure) -> Rejected {
        match failure {
            Failure::Rejected(rejected) => *rejected,
            Failure::Internal(error) => {
                error!(
                    request = name,
                    error = format!("{error:#}"),
                    "a request failed"
                );
                CommonRejection::Unavailable {
                    who: S::name().to_string(),
                }
                .rejected()
            }
        }
    }
}

fn log_page(store: &Store, query: &LogQuery) -> anyhow::Result<LogPage> {
    let limit = usize::try_from(query.limit).unwrap_or(LOG_PAGE);
    // Head first: what a page holds is then never more than its head says.
    let head = store.log().head().count;
    let left = usize::try_from(head.saturating_sub(query.from)).unwrap_or(usize::MAX);
    let mut bytes = 0;
    let mut events = Vec::new();
    for envelope in store.envelopes(query.from, limit.min(LOG_PAGE).min(left))? {
        bytes += serde_json::to_string(&envelope)?.len();
        if bytes > LOG_PAGE_BYTES && !events.is_empty() {
            break;
        }
        events.push(envelope);
    }
    let epoch = store.log().epoch();
    Ok(LogPage {
        epoch,
        head,
        events,
    })
}

/// The HTTP status that micro service clients expect as a code.
fn status(kind: RejectionKind) -> &'static str {
    match kind {
        RejectionKind::Invalid => "400",
        RejectionKind::Forbidden => "403",
        RejectionKind::NotFound => "404",
        RejectionKind::Conflict => "409",
        RejectionKind::Unavailable => "503",
    }
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // The contract's own types serialize; an empty answer would be refused by the caller's parser.
    serde_json::to_vec(value).unwrap_or_default()
}
