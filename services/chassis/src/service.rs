//! What a service implements: commands, questions, and the reaction to other services' events.

use std::future::Future;

use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::CaseId,
    query::{Question, QuestionType},
};
use serde_json::Value;

use crate::{
    client::Client,
    failure::Failure,
    replication::source_tracker::SourceTracker,
    settings::Settings,
    store::{Cursor, Store},
    supervisor::Supervisor,
};

/// How a service receives a backlog of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In batches, by [`Service::handle_batch`].
    Batch,
    /// One event at a time, by [`Service::handle`].
    Single,
}

/// The outcome of handling an event.
#[derive(Debug)]
pub enum Handled {
    /// It caused events, appended together with the cursor.
    Appended,
    /// It caused nothing; the caller must advance the cursor.
    Ignored,
}

/// What a service receives when it starts.
#[derive(Debug)]
pub struct Context<'a> {
    /// Its settings.
    pub settings: &'a Settings,
    /// Its log.
    pub store: Store,
    /// The client for requests to other services.
    pub client: Client,
    /// The position reached in each source, and whether the source replies.
    pub sources: SourceTracker,
    /// Runs the service's own tasks, such as read models.
    pub supervisor: &'a mut Supervisor,
}

/// Whether the relay publishes a service's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publishing {
    /// The log holds the service's own events: they are published in log order.
    Events,
    /// The log holds copies of other services' events.
    Nothing,
}

/// Writes the answer to a question as it travels.
///
/// # Errors
/// If the answer does not serialize, which would be a defect of the contract.
pub fn encode_answer<Q: QuestionType>(answer: &Q::Answer) -> Result<Value, Failure> {
    Q::encode(answer).map_err(|error| Failure::Internal(error.into()))
}

/// A service: the only writer of its log.
pub trait Service: Send + Sync + Sized + 'static {
    /// Whether the relay publishes its log.
    const PUBLISHING: Publishing;

    /// How it receives a backlog.
    const DELIVERY: Delivery = Delivery::Single;

    /// Its name in subjects and sources.
    fn name() -> ServiceName;

    /// The services whose events it handles.
    fn subscribes_to() -> Vec<ServiceName>;

    /// The names of its commands.
    fn commands() -> &'static [&'static str];

    /// The names of its questions, besides those that every service answers (`log`, `proof`, `verify`,
    /// `backup`, `parked`, `sources`).
    fn questions() -> &'static [&'static str];

    /// The subjects of the commands and questions that it sends to other services: the broker permits it
    /// no others.
    #[must_use]
    fn sends() -> Vec<String> {
        Vec::new()
    }

    /// The stream of its log that holds the events about a subject.
    fn stream(subject: CaseId) -> String;

    /// Whether `actor` is responsible for a division. Parked events of other divisions are not shown.
    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool;

    /// Builds the service, its read models and its tasks.
    ///
    /// # Errors
    /// If reference data is invalid or the log cannot be read.
    fn start(context: Context<'_>) -> anyhow::Result<Self>;

    /// Carries out a command.
    fn command(
        &self,
        name: &str,
        request: Request,
    ) -> impl Future<Output = Result<AcceptedCommand, Failure>> + Send;

    /// Answers a question.
    fn question(
        &self,
        name: &str,
        question: Question,
    ) -> impl Future<Output = Result<Value, Failure>> + Send;

    /// Handles another service's event. Events that it causes must be appended together with `cursor`;
    /// handling the same event again must append nothing.
    fn handle(
        &self,
        event: &Envelope,
        cursor: &Cursor,
    ) -> impl Future<Output = Result<Handled, Failure>> + Send;

    /// Handles consecutive events of one source, each with its cursor. Events handled before must append
    /// nothing. Called only with [`Delivery::Batch`].
    fn handle_batch(
        &self,
        events: &[(Envelope, Cursor)],
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async move {
            for (event, cursor) in events {
                self.handle(event, cursor).await?;
            }
            Ok(())
        }
    }
}
