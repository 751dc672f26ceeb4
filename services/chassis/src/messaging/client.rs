//! The client of services: commands and questions over NATS, with the typed replies of the contract.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use futures::StreamExt;
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    command::{AcceptedCommand, CommandType, Reply, Request},
    command_size,
    envelope::{LogPosition, Source},
    query::{Question, QuestionType, Response, ServiceQuestion},
    rejection::{CommonRejection, Explain},
    subject,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    client_error::undecoded,
    sent_request::{Outgoing, Unanswered, Waits, answered},
};
pub use super::{
    client_error::{ClientError, Sent},
    request_meta::{CommandMeta, QuestionMeta},
};
use crate::{bus::Bus, identity, traces};

/// How long a reply may take: a command waits for the disk, a question may wait for a position.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for a process that listens: the service is started again, or a server has not heard of it yet.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends commands and questions to services.
#[derive(Debug, Clone)]
pub struct Client {
    bus: Bus,
    timeout: Duration,
    patience: Duration,
}

/// The actor that a request names.
#[derive(Deserialize)]
struct Named {
    actor: Option<Actor>,
}

impl Client {
    /// A client on this connection.
    pub fn new(bus: Bus) -> Self {
        Self {
            bus,
            timeout: REPLY_TIMEOUT,
            patience: PATIENCE,
        }
    }

    /// The same client with another timeout.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same client for a program that wants to know whether a service is there: where no process listens, it fails at once.
    #[must_use]
    pub fn without_patience(self) -> Self {
        Self {
            patience: Duration::ZERO,
            ..self
        }
    }

    /// The connection.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Sends a command.
    pub async fn command<C: CommandType>(
        &self,
        service: &ServiceName,
        meta: CommandMeta,
        command: &C,
    ) -> Result<AcceptedCommand, ClientError> {
        let data = command
            .data()
            .map_err(|source| undecoded(service, Sent::Nothing, source))?;
        self.command_named(service, meta, (command.name(), data))
            .await
    }

    /// Sends a command by name, with its data as JSON.
    pub async fn command_named(
        &self,
        service: &ServiceName,
        meta: CommandMeta,
        (name, data): (&str, Value),
    ) -> Result<AcceptedCommand, ClientError> {
        let request = Request {
            id: meta.id,
            actor: meta.actor,
            case: meta.case,
            expected_revision: meta.expected_revision,
            occurred_at: meta.occurred_at,
            late_entry: meta.late_entry,
            traceparent: None,
            data,
            proven: None,
        };
        let too_much =
            |refused: CommonRejection| ClientError::Rejected(Box::new(refused.rejected()));
        command_size::check_data(service, name, &request.data).map_err(too_much)?;
        let payload = serde_json::to_vec(&request);
        let payload = payload.map_err(|source| undecoded(service, Sent::Nothing, source))?;
        command_size::check_bytes(service, name, payload.len()).map_err(too_much)?;
        let subject = subject::command(service, name);
        let actor = Some(&request.actor);
        match self.request(service, subject, actor, payload).await? {
            Reply::Accepted(accepted) => Ok(accepted),
            Reply::Rejected(rejected) => Err(ClientError::Rejected(Box::new(rejected))),
        }
    }

    /// Asks the one service that answers a question.
    ///
    /// # Errors
    /// If the service rejects the question or does not answer.
    pub async fn ask<Q: ServiceQuestion>(
        &self,
        meta: QuestionMeta,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        self.ask_service(&Q::service(), meta, query).await
    }

    /// Asks one of the services that answer a question.
    ///
    /// # Errors
    /// If the service rejects the question or does not answer.
    pub async fn ask_service<Q: QuestionType>(
        &self,
        service: &ServiceName,
        meta: QuestionMeta,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        self.question(service, Q::NAME, (meta.actor, meta.after), query)
            .await
    }

    /// Asks one instance of a service, which may be a site that is not linked now: where no process listens, it fails at
    /// once. `after` is the position of its log that the caller has seen.
    ///
    /// # Errors
    /// If the instance rejects the question or does not answer.
    pub async fn ask_instance<Q: QuestionType>(
        &self,
        source: &Source,
        after: Option<LogPosition>,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        let meta = QuestionMeta { actor: None, after };
        let subject = subject::query_at(source, Q::NAME);
        let client = self.clone().without_patience();
        let asked = client.question_on(&source.service, subject, meta, query);
        asked.await
    }

    /// Asks a question that is known by its name only: for a caller that passes on what it was asked. Other
    /// callers use [`Client::ask`].
    ///
    /// # Errors
    /// If the service rejects the question or does not answer.
    pub async fn question<T: DeserializeOwned>(
        &self,
        service: &ServiceName,
        name: &str,
        (actor, after): (Option<Actor>, Option<LogPosition>),
        data: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let meta = QuestionMeta { actor, after };
        self.question_on(service, subject::query(service, name), meta, data)
            .await
    }

    async fn question_on<T: DeserializeOwned>(
        &self,
        service: &ServiceName,
        subject: String,
        QuestionMeta { actor, after }: QuestionMeta,
        data: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let unsent = |source| undecoded(service, Sent::Nothing, source);
        let data = serde_json::to_value(data).map_err(unsent)?;
        let question = Question {
            actor,
            after,
            data,
            proven: None,
            within: None,
        };
        let payload = serde_json::to_vec(&question).map_err(unsent)?;
        let actor = question.actor.as_ref();
        match self.request(service, subject, actor, payload).await? {
            Response::Answer(answer) => answer
                .parse()
                .map_err(|source| undecoded(service, Sent::Question, source)),
            Response::Rejected(rejected) => Err(ClientError::Rejected(Box::new(rejected))),
        }
    }

    /// Sends a request's bytes unchanged, signed for the actor that they name.
    ///
    /// # Errors
    /// If no service replies.
    pub async fn send(
        &self,
        service: &ServiceName,
        subject: String,
        payload: Vec<u8>,
    ) -> Result<Bytes, ClientError> {
        let named: Option<Named> = serde_json::from_slice(&payload).ok();
        let actor = named.and_then(|named| named.actor);
        self.send_for(service, subject, actor.as_ref(), payload)
            .await
    }

    /// Sends a request's bytes with the proof of who acts.
    async fn send_for(
        &self,
        service: &ServiceName,
        subject: String,
        actor: Option<&Actor>,
        payload: Vec<u8>,
    ) -> Result<Bytes, ClientError> {
        let issuer = self.bus.issuer();
        let token = issuer.and_then(|issuer| issuer.token(&subject, &payload, actor));
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(identity::HEADER, token);
        }
        let mut span = traces::client(|| span_name(service, &subject));
        let context = span.as_ref().and_then(traces::Span::traceparent);
        if let Some(context) = context.or_else(traces::traceparent) {
            headers.insert(traces::HEADER, context.as_str());
        }
        let what = Sent::on(&subject);
        let outgoing = Outgoing {
            subject,
            headers,
            payload: payload.into(),
        };
        let answer = answered(&self.bus, outgoing, self.waits(service)).await;
        if let (Err(_), Some(span)) = (&answer, &mut span) {
            span.fail("no-answer");
        }
        let service = service.clone();
        answer.map_err(|unanswered| match unanswered {
            Unanswered::Failed(source) => ClientError::NoAnswer {
                service,
                sent: what.after(&source),
                source,
            },
            Unanswered::Refused(act) => ClientError::Refused {
                service,
                sent: what.refused(act),
                act,
            },
        })
    }

    /// How long a request to a service waits. At a site, those of the hub are not there while the link is down, and people
    /// wait for the page.
    fn waits(&self, service: &ServiceName) -> Waits {
        let is_away = self.bus.is_at_site() && *service != case::service();
        Waits {
            answer: self.timeout,
            listener: if is_away {
                Duration::ZERO
            } else {
                self.patience
            },
        }
    }

    /// Subscribes to a subject and returns the payloads.
    ///
    /// # Errors
    /// If the subject is malformed.
    pub async fn listen(
        &self,
        subject: &str,
    ) -> Result<impl futures::Stream<Item = Bytes> + use<>, async_nats::SubscribeError> {
        let messages = self.bus.client().subscribe(subject.to_owned()).await?;
        Ok(messages.map(|message| message.payload))
    }

    async fn request<T: DeserializeOwned>(
        &self,
        service: &ServiceName,
        subject: String,
        actor: Option<&Actor>,
        payload: Vec<u8>,
    ) -> Result<T, ClientError> {
        let sent = Sent::on(&subject);
        let answer = self.send_for(service, subject, actor, payload).await?;
        serde_json::from_slice(&answer).map_err(|source| undecoded(service, sent, source))
    }
}

/// The service and what is asked of it. A name that no service has may be text of a person's.
fn span_name(service: &ServiceName, subject: &str) -> String {
    let name = subject.rsplit('.').next().unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    if name.len() <= 40 && name.bytes().all(is_name) {
        format!("{service} {name}")
    } else {
        service.to_string()
    }
}
