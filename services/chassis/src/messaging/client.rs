//! The client of services: commands and questions over NATS, with the typed replies of the contract.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    client::{RequestError, RequestErrorKind},
};
use futures::StreamExt;
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, CommandType, Reply, Request},
    command_size,
    envelope::{LogPosition, Source},
    query::{Question, QuestionType, Response, ServiceQuestion},
    rejection::{CommonRejection, Explain, Rejected},
    subject,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use super::request_meta::{CommandMeta, QuestionMeta};
use crate::{bus::Bus, identity, traces};

/// How long a reply may take: a command waits for the disk, a question may wait for a position.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends commands and questions to services.
#[derive(Debug, Clone)]
pub struct Client {
    bus: Bus,
    timeout: Duration,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service rejected it.
    #[error(transparent)]
    Rejected(Box<Rejected>),
    /// The service did not reply in time. The command may have been carried out: the caller must repeat it
    /// with the same idempotency key.
    #[error("{service} does not answer. Is it running? Asking again with the same key is safe")]
    NoAnswer {
        /// The service.
        service: ServiceName,
        /// What it may have got.
        sent: Sent,
        /// The client's error.
        #[source]
        source: RequestError,
    },
    /// The request does not encode, or the reply does not decode.
    #[error("{service} gave an answer that is not of the contract. Do the versions fit?")]
    Decode {
        /// The service.
        service: ServiceName,
        /// What it got.
        sent: Sent,
        /// The parser's error.
        #[source]
        source: serde_json::Error,
    },
}

/// What a service may have got of a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing: no service listened, or it was not sent.
    Nothing,
    /// A question, which changes nothing.
    Question,
    /// A command: it may have been carried out, or still be.
    Command,
}

impl Sent {
    fn on(subject: &str) -> Self {
        if subject::is_command(subject) {
            Self::Command
        } else {
            Self::Question
        }
    }

    /// The same, after an error of the connection.
    fn after(self, error: &RequestError) -> Self {
        match error.kind() {
            RequestErrorKind::NoResponders
            | RequestErrorKind::InvalidSubject
            | RequestErrorKind::MaxPayloadExceeded => Self::Nothing,
            RequestErrorKind::TimedOut | RequestErrorKind::Other => self,
        }
    }
}

impl ClientError {
    /// The service's rejection, or [`CommonRejection::Unavailable`]; for a command that may have been carried out
    /// [`CommonRejection::OutcomeUnknown`].
    pub fn into_rejected(self) -> Rejected {
        match self {
            Self::Rejected(rejected) => *rejected,
            Self::NoAnswer { service, sent, .. } | Self::Decode { service, sent, .. } => {
                let who = service.to_string();
                match sent {
                    Sent::Command => CommonRejection::OutcomeUnknown { who }.rejected(),
                    Sent::Nothing | Sent::Question => {
                        CommonRejection::Unavailable { who }.rejected()
                    }
                }
            }
        }
    }
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
        }
    }

    /// The same client with another timeout.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
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

    /// Asks one instance of a service. `after` is the position of its log that the caller has seen.
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
        let asked = self.question_on(&source.service, subject, meta, query);
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
    ) -> Result<bytes::Bytes, ClientError> {
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
    ) -> Result<bytes::Bytes, ClientError> {
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
        let request = async_nats::Request::new()
            .headers(headers)
            .payload(payload.into())
            .timeout(Some(self.timeout));
        let what = Sent::on(&subject);
        let sent = self.bus.client().send_request(subject, request).await;
        if let (Err(_), Some(span)) = (&sent, &mut span) {
            span.fail("no-answer");
        }
        sent.map(|message| message.payload)
            .map_err(|source| ClientError::NoAnswer {
                service: service.clone(),
                sent: what.after(&source),
                source,
            })
    }

    /// Subscribes to a subject and returns the payloads.
    ///
    /// # Errors
    /// If the subject is malformed.
    pub async fn listen(
        &self,
        subject: &str,
    ) -> Result<impl futures::Stream<Item = bytes::Bytes> + use<>, async_nats::SubscribeError> {
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

pub(super) fn undecoded(
    service: &ServiceName,
    sent: Sent,
    source: serde_json::Error,
) -> ClientError {
    ClientError::Decode {
        service: service.clone(),
        sent,
        source,
    }
}
