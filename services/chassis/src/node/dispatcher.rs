//! Dispatches commands and questions to the service and to what every service answers itself.

use std::sync::Arc;

use async_nats::{HeaderMap, Message, service::Request as Incoming};
use onestop_proto::{
    backup::BackupQuery,
    command::{CommandType, Reply},
    comparison::RootQuery,
    envelope::LogPosition,
    issuer::{ProvenBy, Unproven},
    journal, parking,
    proof::ProofQuery,
    query::{
        CommonQuestion, ParkedQuery, QuestionType, Response, SourcesQuery, SubscribersQuery,
        VerifyQuery,
    },
    raw_json::RawJson,
    rejection::{CommonRejection, Explain, Rejected, RejectionKind},
    replication::{self, LeaseState},
};
use serde::Serialize;
use tracing::{debug, error};

use super::{
    answers::{listed, log_root, verification},
    authorization::Authorization,
    issuer_places::{IssuerPlace, IssuerPlaces, IssuerReach},
    log_page,
    request_metrics::{self, RequestKind},
    request_span,
    undated_acts::require_undated,
    unready::ReadinessCheck,
};
use crate::{
    backup,
    failure::{CommandResult, Failure},
    metrics::Metrics,
    proof,
    replication::{Trust, processor::Processor},
    service::{Service, encode_answer},
    store::Store,
    subscribers::Subscribers,
    traces::{self, Traces},
};

/// Dispatches the requests of one service.
pub(super) struct Dispatcher<S> {
    pub(super) service: Arc<S>,
    pub(super) processor: Arc<Processor<S>>,
    pub(super) subscribers: Subscribers,
    pub(super) trust: Trust,
    pub(super) readiness: ReadinessCheck,
    pub(super) store: Store,
    pub(super) metrics: Metrics,
    pub(super) traces: Traces,
    /// Of questions that wait for a position, and of all requests.
    pub(super) waiting: IssuerPlaces,
    pub(super) answered: IssuerPlaces,
}

/// A reply's body and, if it is one, its rejection.
struct Outcome {
    body: Vec<u8>,
    rejected: Option<Rejected>,
}

impl<S: Service> Dispatcher<S> {
    /// Carries out a request and replies. A rejection is both the typed body of the contract and the headers
    /// `Nats-Service-Error` and `-Code`, which any micro service client understands.
    pub(super) async fn dispatch(&self, kind: RequestKind, name: &str, request: Incoming) {
        let began = self.store.clock().now();
        let message = &request.message;
        let span = request_span::begin::<S>(&self.store, &self.traces, (kind, name), message);
        let outcome = traces::within(span.as_ref(), self.answer(kind, name, message)).await;
        let rejected = outcome.rejected.as_ref();
        let took = self.store.clock().now().seconds_since(began).max(0.0);
        let ended = request_metrics::Ended { rejected, took };
        request_metrics::count(&self.metrics, kind, name, &ended);
        request_span::end(span, &ended);
        let mut headers = HeaderMap::new();
        if let Some(rejected) = rejected {
            headers.insert("Nats-Service-Error", rejected.code.as_str());
            headers.insert("Nats-Service-Error-Code", status(rejected.kind));
        }
        let body = outcome.body.into();
        if let Err(error) = request.respond_with_headers(Ok(body), headers).await {
            debug!(error = %error, "a reply could not be sent; the client will repeat the request");
        }
    }

    async fn answer(&self, kind: RequestKind, name: &str, message: &Message) -> Outcome {
        match kind {
            RequestKind::Command => self.outcome(
                (kind, name),
                self.command(name, message).await,
                Reply::Accepted,
                Reply::Rejected,
            ),
            RequestKind::Question => self.outcome(
                (kind, name),
                self.question(name, message).await,
                Response::Answer,
                Response::Rejected,
            ),
        }
    }

    fn outcome<T, R: Serialize>(
        &self,
        request: (RequestKind, &str),
        result: Result<T, Failure>,
        accepted: fn(T) -> R,
        rejected: fn(Rejected) -> R,
    ) -> Outcome {
        match result {
            Ok(answer) => Outcome {
                body: encode(&accepted(answer)),
                rejected: None,
            },
            Err(failure) => {
                let rejection = self.explain(request, failure);
                Outcome {
                    body: encode(&rejected(rejection.clone())),
                    rejected: Some(rejection),
                }
            }
        }
    }

    fn authorization(&self) -> Authorization<'_, S> {
        Authorization {
            service: &self.service,
            roster: &self.trust.roster,
            now: self.store.clock().now(),
        }
    }

    /// Carries out a command; answers once it is kept as the setting 'standby' wants it.
    async fn command(&self, name: &str, message: &Message) -> CommandResult {
        let carried_out = self.carry_out(name, message).await;
        let accepted = self.while_sure(carried_out)?;
        let gate = self.store.gate();
        gate.confirm(self.store.source(), accepted).await
    }

    /// A refusal of a process that does not surely decide is none: it may have stood still while another one took over, and not
    /// know of what was decided there. Where nothing was changed, asking again is safe.
    fn while_sure<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        let lease = self.store.gate().lease();
        match answer {
            Err(Failure::Rejected(refused))
                if refused.kind != RejectionKind::Unavailable && !lease.is_sure() =>
            {
                Err(lease.unavailable(self.store.source()))
            }
            answer => answer,
        }
    }

    async fn carry_out(&self, name: &str, message: &Message) -> CommandResult {
        let sent = traces::timed("decode", || self.authorization().command(name, message));
        let (mut request, reach) = sent?;
        let _place = self.place_among(&self.answered, request.proven.as_ref(), reach)?;
        // Its events go on with the trace, also where this service exports none.
        let sent_in = || traces::sent_in(message.headers.as_ref());
        let continued = traces::traceparent().or(request.traceparent);
        request.traceparent = continued.or_else(sent_in);
        self.store.gate().pass(self.store.source()).await?;
        self.store.building().pass(self.store.source()).await?;
        if parking::Command::NAMES.contains(&name) {
            require_undated(&request)?;
            let parsed = parking::Command::parse(name, request.data.clone());
            return match parsed? {
                parking::Command::Retry(_) => self.processor.retry(&request).await,
                parking::Command::RequestSkip(asked) => {
                    self.processor.request_skip(&request, &asked).await
                }
                parking::Command::RefuseSkip(refuse) => {
                    self.processor.refuse_skip(&request, &refuse).await
                }
                parking::Command::Skip(skip) => self.processor.skip(&request, &skip).await,
            };
        }
        if replication::Command::NAMES.contains(&name) {
            require_undated(&request)?;
            self.processor.check_may_follow(&request)?;
            let parsed = replication::Command::parse(name, request.data.clone());
            return match parsed? {
                replication::Command::RequestFollow(asked) => {
                    self.processor.request_follow(&request, &asked).await
                }
                replication::Command::RefuseFollow(refuse) => {
                    self.processor.refuse_follow(&request, &refuse).await
                }
                replication::Command::FollowSource(follow) => {
                    self.processor.follow(&request, &follow).await
                }
            };
        }
        self.service.command(name, request).await
    }

    async fn question(&self, name: &str, message: &Message) -> Result<RawJson, Failure> {
        let asked = traces::timed("decode", || self.authorization().question(name, message));
        let (question, reach) = asked?;
        let _place = self.place_among(&self.answered, question.proven.as_ref(), reach)?;
        if !CommonQuestion::NAMES.contains(&name) {
            self.store.building().pass(self.store.source()).await?;
            let waits = question.after.as_ref().and(question.proven.as_ref());
            let _waiting = self.place_among(&self.waiting, waits, reach)?;
            return self.while_sure(self.service.question(name, question).await);
        }
        let (question_after, question_by) = (question.after, question.proven);
        let question = CommonQuestion::parse(name, question.data)?;
        let (store, log) = (self.store.clone(), self.store.log().clone());
        match question {
            CommonQuestion::Log(query) => {
                self.notice(question_after.as_ref());
                let page = log.read_async(move |_| log_page::answer::<S>(&store, &query));
                page.await.map_err(Failure::Internal)
            }
            CommonQuestion::Proof(query) => {
                let stream = S::stream(query.case);
                blocking::<ProofQuery, _>(move || proof::page(&log, &stream, query.from)).await
            }
            CommonQuestion::Verify(_) => {
                blocking::<VerifyQuery, _>(move || Ok(verification(&store))).await
            }
            CommonQuestion::Backup(query) => {
                blocking::<BackupQuery, _>(move || backup::answer(&log, &query)).await
            }
            CommonQuestion::Parked(_) => {
                let parked = listed(self.processor.parked()?);
                encode_answer::<ParkedQuery>(&parked)
            }
            CommonQuestion::Sources(query) => {
                let mut states = self.processor.sources().sources_of(query.of.as_ref());
                states.junk = self.trust.junk.all();
                states.refused = self.trust.refusals.all();
                states.now = Some(self.store.clock().now());
                states.directory = self.service.directory_version();
                states.follow_requests = self.processor.follow_requests()?;
                states.unready = self.readiness.reasons();
                let head = self.store.log().head().count;
                states.lease = Some(LeaseState {
                    standby: self.store.gate().copies().standby_state(head),
                    ..self.store.gate().lease().state()
                });
                encode_answer::<SourcesQuery>(&states)
            }
            CommonQuestion::Root(query) => {
                check_may_have_signed(&query, question_by.as_ref())?;
                blocking::<RootQuery, _>(move || log_root(&log, query)).await
            }
            CommonQuestion::Subscribers(_) => {
                encode_answer::<SubscribersQuery>(&self.subscribers.state())
            }
        }
    }

    /// A place for a request of an issuer, if one has proven it.
    fn place_among(
        &self,
        places: &IssuerPlaces,
        by: Option<&ProvenBy>,
        reach: IssuerReach,
    ) -> Result<Option<IssuerPlace>, Failure> {
        let Some(by) = by else { return Ok(None) };
        match places.place(&by.issuer, reach) {
            Some(place) => Ok(Some(place)),
            None => {
                let who = self.store.source().service.to_string();
                Err(CommonRejection::Unavailable { who }.rejected().into())
            }
        }
    }

    /// A caller that has seen a position which this log does not have got it from another copy of the log.
    fn notice(&self, seen: Option<&LogPosition>) {
        let log = self.store.log();
        let is_beyond = |seen: &LogPosition| {
            seen.source == *self.store.source()
                && seen.epoch == log.epoch()
                && seen.position >= log.head().count
        };
        if seen.is_some_and(is_beyond) {
            self.subscribers.suspect();
        }
    }

    /// A command that failed may have been carried out: the same key finds out.
    fn explain(&self, (kind, name): (RequestKind, &str), failure: Failure) -> Rejected {
        match failure {
            Failure::Rejected(rejected) => *rejected,
            Failure::Internal(error) => {
                error!(
                    request = name,
                    error = format!("{error:#}"),
                    "a request failed"
                );
                let who = S::name().to_string();
                match kind {
                    RequestKind::Command => CommonRejection::OutcomeUnknown { who }.rejected(),
                    RequestKind::Question => CommonRejection::Unavailable { who }.rejected(),
                }
            }
        }
    }
}

/// A signed root is a checkpoint that the log writes: the journal alone has it made, to cosign it.
fn check_may_have_signed(query: &RootQuery, by: Option<&ProvenBy>) -> Result<(), Failure> {
    let asker = by.and_then(|by| by.issuer.service());
    if query.cosigned.is_none() || asker == Some(journal::SERVICE) {
        return Ok(());
    }
    let why = Unproven::NotForThisQuestion;
    Err(CommonRejection::NotProven { why }.rejected().into())
}

/// Computes an answer on a blocking thread, so that long reads do not delay other requests.
async fn blocking<Q, F>(answer: F) -> Result<RawJson, Failure>
where
    Q: QuestionType,
    Q::Answer: Send + 'static,
    F: FnOnce() -> anyhow::Result<Q::Answer> + Send + 'static,
{
    let answered = tokio::task::spawn_blocking(answer).await;
    let answer = answered.map_err(anyhow::Error::from).and_then(|it| it);
    encode_answer::<Q>(&answer.map_err(Failure::Internal)?)
}

/// The HTTP status that micro service clients expect as an error code.
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
    // The contract's types serialize; the client would refuse an empty reply.
    serde_json::to_vec(value).unwrap_or_default()
}
