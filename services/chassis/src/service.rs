//! What a service brings: its rules, as answers to commands, to questions and to what it hears.

use std::future::Future;

use crate::{
    client::Client,
    replication::SourceTracker,
    settings::Settings,
    store::{Cursor, Store},
    supervisor::Supervisor,
};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::CaseId,
    query::{Question, QuestionType},
    rejection::Rejected,
};
use serde_json::Value;

/// Why a request was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// The rules said no; nothing was changed.
    Rejected(Box<Rejected>),
    /// The machine failed; the caller may try again with the same key.
    Internal(anyhow::Error),
}

/// How a service takes in a backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Many events at a time, by [`Service::handle_batch`].
    Batch,
    /// One by one.
    Single,
}

/// What became of an event that was heard.
#[derive(Debug)]
pub enum Handled {
    /// It caused events, and its cursor travelled with them.
    Appended,
    /// It caused nothing.
    Ignored,
}

/// What a service is given when it starts.
#[derive(Debug)]
pub struct Context<'a> {
    /// Its settings.
    pub settings: &'a Settings,
    /// Its log.
    pub store: Store,
    /// How it asks other services.
    pub client: Client,
    /// The position reached in each source, and whether the source replies.
    pub sources: SourceTracker,
    /// Where it starts tasks of its own, such as read models.
    pub supervisor: &'a mut Supervisor,
}

/// Whether a service's log is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publishing {
    /// It holds the service's own events: they are published in log order.
    Events,
    /// It holds what was heard from others.
    Nothing,
}

/// Writes the answer to a question as it travels.
///
/// # Errors
/// If the answer does not serialize, which would be a defect of the contract.
pub fn encode_answer<Q: QuestionType>(answer: &Q::Answer) -> Result<Value, Failure> {
    Q::encode(answer).map_err(|error| Failure::Internal(error.into()))
}

/// A service: one owner of one kind of thing.
pub trait Service: Send + Sync + Sized + 'static {
    /// Whether its log is published.
    const PUBLISHING: Publishing;

    /// How it takes in a backlog.
    const DELIVERY: Delivery = Delivery::Single;

    /// Its name in subjects and sources.
    fn name() -> ServiceName;

    /// Whose events it listens to.
    fn subscribes_to() -> Vec<ServiceName>;

    /// The commands that it takes.
    fn commands() -> &'static [&'static str];

    /// The questions that it answers, besides `log`, `proof` and `verify`.
    fn questions() -> &'static [&'static str];

    /// The subjects of the commands and questions that it sends to others, which the broker permits it.
    #[must_use]
    fn sends() -> Vec<String> {
        Vec::new()
    }

    /// The stream of its log that holds a case's events: something, a slash, the case's id.
    fn stream(case: CaseId) -> String;

    /// Whether somebody answers for a division: their unit's own contains it. Whoever does not, is told of
    /// nothing that is parked there.
    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool;

    /// Starts: builds read models and tasks.
    ///
    /// # Errors
    /// If reference data is bad or the log cannot be read.
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

    /// Takes in a foreign event. Events that it causes are appended together with `cursor`; hearing
    /// it again must cause nothing further.
    fn handle(
        &self,
        event: &Envelope,
        cursor: &Cursor,
    ) -> impl Future<Output = Result<Handled, Failure>> + Send;

    /// Takes in many events of one source that follow each other, each with its cursor, so that a log of
    /// years is read in minutes. What was heard before changes nothing. Called where
    /// [`Service::DELIVERY`] says so; else this hears them one by one.
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
