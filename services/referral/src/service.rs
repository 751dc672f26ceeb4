//! Referral as a service: its commands, its questions, the events that it handles.

use std::sync::Arc;

use onestop_chassis::{
    CommandResult, Context, Failure, Service,
    projection::Projection,
    service::{Publishing, encode_answer},
    store::{Batch, EventMeta, SourcePositions},
    texts, timers,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    command::{CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseRef, UnitId},
    ledger,
    problem_words::own,
    query::{
        AvailableCommands, CustodyCommandsQuery, CustodyQuery, CustodyWorklistQuery, Question,
        ReferralQuestion, Requester,
    },
    raw_json::RawJson,
    referral::{self, Command},
    registry,
    rejection::{Explain, Malformed},
    specialist,
};
use tokio::sync::watch;

use crate::{
    custody_store::CustodyStore,
    domain::Trigger,
    opposing_parties::OpposingParties,
    policy,
    read::{
        custody_tables::{self, CustodyTables},
        worklist,
    },
    streams,
};

/// The referral service.
pub struct Referral {
    custody: Arc<CustodyStore>,
    sources: watch::Receiver<SourcePositions>,
}

impl Service for Referral {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        referral::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        let specialists = specialist::services().into_iter();
        [case::service()].into_iter().chain(specialists).collect()
    }

    fn follows() -> Vec<ServiceName> {
        vec![registry::service()]
    }

    fn commands() -> &'static [&'static str] {
        Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        ReferralQuestion::NAMES
    }

    fn stream(case: CaseId) -> String {
        streams::stream(case)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.custody.directory.get().oversees(actor, division)
    }

    fn oversees_all(&self, actor: &Actor) -> bool {
        self.custody.directory.get().oversees_all(actor)
    }

    fn division_of(&self, unit: &UnitId) -> Option<DivisionCode> {
        let directory = self.custody.directory.get();
        directory.unit(unit).map(|unit| unit.division)
    }

    fn directory_version(&self) -> Option<String> {
        Some(self.custody.directory.get().version().to_owned())
    }

    fn windows_of(&self, event: &Envelope) -> anyhow::Result<Vec<UnitId>> {
        let stream = streams::stream(event.subject);
        let custody = self.custody.store.load(&stream, &streams::RULES)?;
        let recorded = custody.map(|(custody, _)| custody.window);
        Ok(case::window_of(event).into_iter().chain(recorded).collect())
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let (store, supervisor) = (context.store, context.supervisor);
        let (settings, name) = (context.settings, Self::name());
        let (client, queues) = (context.client, &context.metrics.queues);
        let directory =
            CurrentDirectory::follow(settings, name.as_str(), client, queues, supervisor)?;
        let tables = CustodyTables {
            directory: directory.clone(),
        };
        let folder = context.settings.data.join(Self::name().as_str());
        let index = Projection::follow(tables, &store, &folder, supervisor)?;
        let custody = Arc::new(CustodyStore {
            store,
            directory,
            index,
            opposing: OpposingParties::default(),
        });
        let timer = timers::run(Arc::clone(&custody), supervisor.shutdown());
        supervisor.spawn("offers", timer);
        Ok(Self {
            custody,
            sources: context.sources.watch_positions(),
        })
    }

    async fn command(&self, name: &str, request: Request) -> CommandResult {
        let Some(CaseRef::Id(case)) = request.case else {
            return Err(Malformed::new("case", own::NEEDS_CASE_ID.en).into());
        };
        // Case ids are known elsewhere: a refusal for what the case is would say who holds it.
        self.custody.visible(case, &request.actor)?;
        texts::check_typed(&request.data)?;
        let command = Command::parse(name, request.data.clone())?;
        let meta = EventMeta::from_request(name, &request, case);
        self.custody.command(case, &meta, &command).await
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        let custody = &self.custody;
        let after = question.after.as_ref();
        custody
            .index
            .shows(&custody.store, &self.sources, after)
            .await?;
        let actor = question.actor.as_ref();
        match ReferralQuestion::parse(name, question.data)? {
            ReferralQuestion::Worklist(query) => {
                if let Some(actor) = actor {
                    require_own_unit(custody, actor, &query.unit)?;
                }
                let unit = query.unit.clone();
                let tasks = custody
                    .index
                    .query(move |rows| custody_tables::tasks(rows, &unit));
                let worklist = worklist::of_unit(query.unit, tasks.await?);
                encode_answer::<CustodyWorklistQuery>(&worklist)
            }
            ReferralQuestion::Custody(query) => {
                let requester = Requester::of(actor, question.within);
                encode_answer::<CustodyQuery>(&custody.view(query.case, requester)?)
            }
            ReferralQuestion::Available(query) => {
                let commands = |case| custody.available(case, actor);
                let listed = AvailableCommands::list(&query.cases, commands)?;
                encode_answer::<CustodyCommandsQuery>(&listed)
            }
        }
    }

    async fn catch_up_views(&self) {
        self.custody.catch_up_index().await;
    }

    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure> {
        let meaning = policy::meaning_of(event);
        let meaning = meaning.map_err(|error| Failure::Internal(error.into()))?;
        self.custody.engage_in(batch, event, meaning.people)?;
        let Some(trigger) = meaning.trigger else {
            return Ok(());
        };
        let unit = match (self.custody.load_in(batch, event.subject)?, &trigger) {
            // The unit undertakes and concludes its own work; the window does everything else.
            (Some(custody), Trigger::WorkUndertaken { .. } | Trigger::WorkConcluded { .. }) => {
                custody.holder().clone()
            }
            (Some(custody), _) => custody.window.clone(),
            (None, Trigger::CaseOpened { window, .. }) => window.clone(),
            (None, _) => return Ok(()),
        };
        let actor = Actor::system(&Self::name(), unit);
        let meta = EventMeta::from_event(event, self.custody.store.source(), actor);
        let happened = (event.subject, event.time);
        self.custody.react_in(batch, happened, &meta, &trigger)
    }
}

/// A worklist is visible to its unit, and to the bureaus above it.
fn require_own_unit(custody: &CustodyStore, actor: &Actor, unit: &UnitId) -> Result<(), Failure> {
    let directory = custody.directory.get();
    let division = directory.unit(unit).map(|unit| unit.division);
    if directory.may_see_any(actor, [unit], division) || actor.unit == *unit {
        return Ok(());
    }
    let (unit, yours) = (unit.clone(), actor.unit.clone());
    let rejection = ledger::Rejection::NotYourUnit { unit, yours };
    Err(rejection.rejected().into())
}
