//! What a service implements: commands, questions, and the reaction to other services' events.

use std::{future::Future, sync::Arc};

use anyhow::anyhow;
use onestop_eventlog::Record;
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::Request,
    contract,
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, UnitId},
    query::{Question, QuestionType},
    raw_json::RawJson,
};

use crate::{
    client::Client,
    failure::{CommandResult, Failure},
    metrics::Metrics,
    node::Readiness,
    replication::source_tracker::SourceTracker,
    settings::Settings,
    standby::{SidecarCopy, SidecarSource},
    store::{Batch, Cursor, Store},
    supervisor::Supervisor,
};

/// How a service takes consecutive events of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It decides on each, by [`Service::handle`]; what follows from many is appended together.
    Decided,
    /// It keeps copies, by [`Service::copy`]. [`Service::handle`] takes one event that could not be kept with others.
    Copied,
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
    /// Its metrics.
    pub metrics: Metrics,
    /// By it the service says that it is not ready.
    pub readiness: Readiness,
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
pub fn encode_answer<Q: QuestionType>(answer: &Q::Answer) -> Result<RawJson, Failure> {
    Q::encode(answer).map_err(|error| Failure::Internal(error.into()))
}

/// A service: the only writer of its log.
pub trait Service: Send + Sync + Sized + 'static {
    /// Whether the relay publishes its log.
    const PUBLISHING: Publishing;

    /// How it takes events.
    const DELIVERY: Delivery = Delivery::Decided;

    /// Its name in subjects and sources.
    fn name() -> ServiceName;

    /// The services whose events it handles.
    fn subscribes_to() -> Vec<ServiceName>;

    /// The services whose logs it reads without handling their events one by one: from what they say follows how it
    /// judges, not what it appends.
    fn follows() -> Vec<ServiceName> {
        Vec::new()
    }

    /// The services that handle its events: asked at start what they have taken in from its log.
    fn subscribers() -> Vec<ServiceName> {
        contract::subscribers(&Self::name())
    }

    /// Whether it knows an event type, in that version, be it that it has no use for it. An event of any other is newer
    /// than the service: it is parked until the service is upgraded.
    fn knows(event_type: &str) -> bool {
        contract::title(event_type).is_some()
    }

    /// The names of its commands.
    fn commands() -> &'static [&'static str];

    /// The names of its questions, besides those that every service answers (`log`, `proof`, `verify`,
    /// `backup`, `parked`, `sources`).
    fn questions() -> &'static [&'static str];

    /// The subjects of the commands and questions that it sends to other services: the broker permits it
    /// no others.
    fn sends() -> Vec<String> {
        Vec::new()
    }

    /// The stream of its log that holds the events about a subject.
    fn stream(subject: CaseId) -> String;

    /// Further streams of its log that hold events about a subject. By them and [`Service::stream`] a lost log is built
    /// again from what others have heard of it.
    fn further_streams(_subject: CaseId) -> Vec<String> {
        Vec::new()
    }

    /// What its standby needs besides the log, from the service that runs; `None` if everything can be made from the log.
    fn sidecar(&self) -> Option<Arc<dyn SidecarSource>> {
        None
    }

    /// Opens what its standby keeps besides the copy of the log, in a folder that no service uses.
    ///
    /// # Errors
    /// If it cannot be read, or the standby lacks what it needs for it.
    fn open_sidecar_copy(_settings: &Settings) -> anyhow::Result<Option<Box<dyn SidecarCopy>>> {
        Ok(None)
    }

    /// Whether `actor` is responsible for a division. Parked events of other divisions are not shown.
    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool;

    /// Whether `actor` is responsible for every division: which history of a log is followed concerns them all.
    fn oversees_all(&self, actor: &Actor) -> bool;

    /// Where a unit is, by the service's directory. An issuer that speaks for one division speaks for its units alone.
    fn division_of(&self, unit: &UnitId) -> Option<DivisionCode>;

    /// The version of its directory, if it has one: services with different ones decide by different data.
    fn directory_version(&self) -> Option<String> {
        None
    }

    /// The windows at which the case of an event was opened: as the event says that opens it, and as the service has
    /// recorded it. An instance that is enrolled for one division speaks of the cases of windows there alone. Where there
    /// is none, what the broker delivers of such an instance is only a hint to ask the instance itself.
    fn windows_of(&self, _event: &Envelope) -> anyhow::Result<Vec<UnitId>> {
        Ok(Vec::new())
    }

    /// Builds the service, its read models and its tasks.
    ///
    /// # Errors
    /// If reference data is invalid or the log cannot be read.
    fn start(context: Context<'_>) -> anyhow::Result<Self>;

    /// Carries out a command.
    fn command(&self, name: &str, request: Request) -> impl Future<Output = CommandResult> + Send;

    /// Answers a question.
    fn question(
        &self,
        name: &str,
        question: Question,
    ) -> impl Future<Output = Result<RawJson, Failure>> + Send;

    /// Waits until what decisions rest on besides their streams, such as a read model, includes everything in the
    /// log. Called before each batch of events.
    fn catch_up_views(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Decides on another service's event: what follows from it is added to the batch, which is appended together
    /// with the cursor. It may be called again for the same event, and must then add nothing that the log has.
    ///
    /// # Errors
    /// [`Failure::Rejected`] if the rules say that nothing follows. After [`Failure::Internal`] the event is handled
    /// again, alone, and parked if it cannot be handled.
    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure>;

    /// The text of the event that a record of its log is a copy of. Called only with [`Publishing::Nothing`].
    ///
    /// # Errors
    /// If the record is no such copy.
    fn copied(record: &Record) -> anyhow::Result<RawJson> {
        Err(anyhow!(
            "{} keeps no copy at {}",
            Self::name(),
            record.position
        ))
    }

    /// Keeps consecutive events of one source in their order, each with its cursor. Events kept before must append
    /// nothing. Called only with [`Delivery::Copied`].
    ///
    /// # Errors
    /// If one of them cannot be kept: fewer are tried together.
    fn copy(
        &self,
        events: &[(&Envelope, Cursor)],
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        let count = events.len();
        let refused = anyhow!("{} keeps no copies, and got {count} events", Self::name());
        std::future::ready(Err(Failure::Internal(refused)))
    }
}
