//! The journal as a service: it appends every event that it receives, and answers from them.

mod answers;

use std::sync::LazyLock;

use onestop_chassis::{
    CommandResult, Context, Failure, Service,
    projection::wait_for_source,
    service::{Delivery, Publishing, encode_answer},
    store::{Batch, Cursor, SourcePositions, Store, StoreError},
};
use onestop_current_directory::CurrentDirectory;
use onestop_eventlog::{
    Append, AppendError, Direction, ExpectedRevision, NewEvent, Record, StreamName,
};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    command::Request,
    comparison::{Comparison, ComparisonQuery},
    division::DivisionCode,
    envelope::Envelope,
    feed::EventsQuery,
    ids::{CaseId, UnitId},
    journal::{self, ReplayQuery},
    personal::{CaseAuditQuery, ReadingAlarmsQuery, StaffAuditQuery},
    query::{JournalQuestion, LedgerQuestion, ProgressQuery, Question},
    raw_json::RawJson,
    reckoning::DueQuery,
    referral, registry,
    rejection::Malformed,
    specialist,
};
use tokio::sync::watch;
use tracing::warn;

use crate::{
    audit,
    comparison::Comparer,
    cosigning::{self, Cosigner},
    domain::{self, Entry, NewEntry},
    ledger::Ledger,
    replay_readings::ReplayReadings,
    witnessing,
};

/// Entries of a case among which the one is that opened it: what other services made of it may have come first.
const FIRST_ENTRIES: u64 = 64;
/// Of these, so many are read at a time.
const FEW: usize = 8;

pub struct Journal {
    store: Store,
    directory: CurrentDirectory,
    ledger: Ledger,
    positions: watch::Receiver<SourcePositions>,
    comparison: watch::Receiver<Comparison>,
    /// To whom the steps of cases are shown.
    readings: ReplayReadings,
}

impl Service for Journal {
    const PUBLISHING: Publishing = Publishing::Nothing;
    const DELIVERY: Delivery = Delivery::Copied;

    fn name() -> ServiceName {
        journal::service()
    }

    fn follows() -> Vec<ServiceName> {
        vec![registry::service()]
    }

    fn subscribes_to() -> Vec<ServiceName> {
        let mut heard = vec![case::service(), referral::service()];
        heard.extend(specialist::services());
        heard.push(registry::service());
        heard
    }

    fn commands() -> &'static [&'static str] {
        &[]
    }

    fn questions() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [JournalQuestion::NAMES, LedgerQuestion::NAMES].concat());
        &NAMES
    }

    fn stream(case: CaseId) -> String {
        format!("{}{case}", domain::CASES)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.directory.get().oversees(actor, division)
    }

    fn oversees_all(&self, actor: &Actor) -> bool {
        self.directory.get().oversees_all(actor)
    }

    fn division_of(&self, unit: &UnitId) -> Option<DivisionCode> {
        let directory = self.directory.get();
        directory.unit(unit).map(|unit| unit.division)
    }

    fn directory_version(&self) -> Option<String> {
        Some(self.directory.get().version().to_owned())
    }

    fn windows_of(&self, event: &Envelope) -> anyhow::Result<Vec<UnitId>> {
        let recorded = self.window_of(event.subject)?;
        Ok(case::window_of(event).into_iter().chain(recorded).collect())
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let (settings, client) = (context.settings, context.client.clone());
        let supervisor = &mut *context.supervisor;
        let queues = &context.metrics.queues;
        let directory =
            CurrentDirectory::follow(settings, journal::SERVICE, client, queues, supervisor)?;
        let folder = settings.data.join(journal::SERVICE);
        let ledger = Ledger::start(&folder, &context.store, directory.clone(), supervisor);
        let (results, comparison) = watch::channel(Comparison::default());
        let metrics = context.metrics.clone();
        let readings = ReplayReadings::of(context.store.clone(), directory.clone(), metrics);
        witnessing::start(settings, &context.store, &folder, supervisor)?;
        let cosigner = Cosigner::start(cosigning::Parts {
            store: context.store.clone(),
            folder: folder.clone(),
            witness: settings.witness.clone(),
            witness_key: settings.witness_key.clone(),
        })?;
        let comparer = Comparer {
            store: context.store.clone(),
            client: context.client,
            metrics: context.metrics,
            folder,
            results,
        };
        let comparer = comparer.run(cosigner, context.supervisor.shutdown());
        context.supervisor.spawn("comparison", comparer);
        Ok(Self {
            store: context.store,
            directory,
            ledger,
            positions: context.sources.watch_positions(),
            comparison,
            readings,
        })
    }

    async fn command(&self, name: &str, _: Request) -> CommandResult {
        let problem = format!("the journal takes no command '{name}'");
        Err(Malformed::new("command", problem).into())
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        match &question.after {
            // These are read from the log: the ledger may be behind.
            Some(after) if name == "events" && after.source != *self.store.source() => {
                wait_for_source(&self.store, &self.positions, after).await?;
            }
            Some(after) => self.shows(after).await?,
            None => {}
        }
        if LedgerQuestion::NAMES.contains(&name) {
            let (actor, data) = (question.actor, question.data);
            return self.ledger.answer(name, actor, data).await;
        }
        let parsed = JournalQuestion::parse(name, question.data)?;
        match parsed {
            JournalQuestion::Replay(query) => {
                let asker = (question.actor.as_ref(), question.proven.as_ref());
                let replay = self.replay(&query, asker).await?;
                encode_answer::<ReplayQuery>(&replay)
            }
            JournalQuestion::Events(query) => {
                let asker = (question.actor.as_ref(), question.proven.as_ref());
                encode_answer::<EventsQuery>(&self.events(query, asker).await?)
            }
            JournalQuestion::Comparison(_) => {
                encode_answer::<ComparisonQuery>(&self.comparison.borrow().clone())
            }
            JournalQuestion::Due(query) => {
                let directory = self.directory.get();
                let reckoned = directory.reckon_due(&query).map_err(|refused| {
                    Malformed::new(format!("data.{}", refused.field()), refused.to_string())
                })?;
                encode_answer::<DueQuery>(&reckoned)
            }
            JournalQuestion::CaseAudit(query) => {
                let audit = self.case_audit(&query, question.actor.as_ref()).await?;
                encode_answer::<CaseAuditQuery>(&audit)
            }
            JournalQuestion::StaffAudit(query) => {
                let part = (query.before, audit::most_acts());
                let staff = query.staff.clone();
                let found = self
                    .ledger
                    .readings_of(question.actor.as_ref(), staff, part);
                let found = audit::of_staff(&self.store, query, &found.await?)?;
                encode_answer::<StaffAuditQuery>(&found)
            }
            JournalQuestion::ReadingAlarms(_) => {
                let actor = question.actor.as_ref();
                let found = self.ledger.reading_alarms(actor, audit::most_alarms());
                let alarms = audit::alarms(&self.store, &found.await?)?;
                encode_answer::<ReadingAlarmsQuery>(&alarms)
            }
            JournalQuestion::Progress(_) => encode_answer::<ProgressQuery>(&self.ledger.progress()),
        }
    }

    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure> {
        self.check_known(event)?;
        // An event that the journal has keeps the moment when it was first received.
        let copy = NewEvent::new(event.id.uuid(), self.payload(event)?);
        Ok(batch.copy(&Self::stream(event.subject), copy)?)
    }

    fn copied(record: &Record) -> anyhow::Result<RawJson> {
        Ok(RawJson::of(&decode(record)?.event)?)
    }

    /// Appends many events with one commit, in the order of their source.
    async fn copy(&self, events: &[(&Envelope, Cursor)]) -> Result<(), Failure> {
        let entries = events
            .iter()
            .map(|(event, cursor)| self.entry(event, cursor));
        let entries: Vec<Append> = entries.collect::<Result<_, _>>()?;
        let mut cursor = None;
        for ((event, upto), appended) in events
            .iter()
            .zip(self.store.log().append_each(entries).await)
        {
            match appended {
                Ok(_) => cursor = None,
                Err(AppendError::IdReused { .. }) => {
                    self.check_known(event)?;
                    cursor = Some(upto);
                }
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        if let Some(cursor) = cursor {
            self.store.advance(cursor).await?;
        }
        Ok(())
    }
}

impl Journal {
    /// The window that opened a case: one of its first entries says it.
    fn window_of(&self, case: CaseId) -> Result<Option<UnitId>, StoreError> {
        let (log, stream) = (self.store.log(), stream(case)?);
        for first in (0..FIRST_ENTRIES).step_by(FEW) {
            let page = log.read_stream(&stream, first, Direction::Forward, FEW)?;
            for record in &page {
                let window = case::window_of(&decode(record)?.event);
                if window.is_some() {
                    return Ok(window);
                }
            }
            if page.len() < FEW {
                break;
            }
        }
        Ok(None)
    }

    /// Checks that the journal's event of that id, if it has one, is this event. In a restored log, the same event has
    /// another epoch.
    fn check_known(&self, event: &Envelope) -> Result<(), Failure> {
        let (log, id) = (self.store.log(), event.id.uuid());
        let Some(position) = log.find(id).map_err(StoreError::from)? else {
            return Ok(());
        };
        let records = log.read_all(position, Direction::Forward, 1);
        for record in &records.map_err(StoreError::from)? {
            let known = Envelope {
                epoch: event.epoch,
                ..decode(record)?.event
            };
            if known != *event {
                return Err(StoreError::EventIdReused { id }.into());
            }
        }
        Ok(())
    }

    fn payload(&self, event: &Envelope) -> Result<Vec<u8>, Failure> {
        let entry = NewEntry::received(event, self.store.clock().now());
        if let Some(problem) = &entry.unreadable {
            warn!(event.id = %event.id, event.kind = event.event_type, case.id = %event.subject, problem, "an event does not fit the contract and is kept as unreadable");
        }
        serde_json::to_vec(&entry).map_err(|error| Failure::Internal(error.into()))
    }

    fn entry(&self, event: &Envelope, cursor: &Cursor) -> Result<Append, Failure> {
        let events = [NewEvent::new(event.id.uuid(), self.payload(event)?)];
        let append = Append::to(stream(event.subject)?, ExpectedRevision::Any, events);
        Ok(append.with_cursors(cursor.entries()))
    }
}

fn stream(case: CaseId) -> Result<StreamName, StoreError> {
    let name = Journal::stream(case);
    name.parse().map_err(|_| StoreError::Name { stream: name })
}

/// The event that a record of the journal's log is a copy of; `None` where the record is of its own.
pub fn event_of(record: &Record) -> Result<Option<Envelope>, StoreError> {
    if record.stream.as_str().starts_with(domain::CASES) {
        decode(record).map(|entry| Some(entry.event))
    } else {
        Ok(None)
    }
}

/// Decodes a record of the journal's log.
fn decode(record: &Record) -> Result<Entry, StoreError> {
    serde_json::from_slice(&record.payload).map_err(|source| StoreError::Decode {
        position: record.position,
        source,
    })
}
