//! Intake as a service: load → decide → append, and the questions of the window.

mod execution;
mod files;
mod lookup;
mod named_cases;
mod references;
mod sealing;
mod tracking;
mod visible_text;
mod withdrawal;

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use onestop_chassis::{
    CommandResult, Context, Failure, Service,
    client::Client,
    projection::Projection,
    replication::SourceTracker,
    service::{Publishing, encode_answer},
    settings::Settings,
    standby::{SidecarCopy, SidecarSource},
    store::{Batch, EventMeta, SourcePositions, Store},
    texts, timers,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    case::{self, AttachmentQuery, Command, SERVICE, TrackQuery},
    command::{CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseRef, UnitId},
    personal::TextsQuery,
    problem_words::own,
    query::{
        AvailableCommands, CaseCommandsQuery, CaseQuery, CaseQuestion, PersonQuestion, Question,
        QuestionType,
    },
    raw_json::RawJson,
    referral, registry,
    rejection::Malformed,
    subject,
};
use serde_json::Value;
use tokio::sync::{Mutex, watch};

use self::{sealing::Attempt, visible_text::visible};
use crate::{
    attachments::{self, Attachments},
    case_numbers::CaseNumbers,
    domain::{may_hear_of, may_know, react},
    erasures::{Witness, witness::Shared},
    keyring::{Keyring, folder_of, master::MasterKeySource},
    personal::{self, Persons, Reader},
    policy,
    read::register::Register,
    redo_alarms::RedoAlarms,
    short_codes::ShortCodes,
    standby::{KeysAndFiles, KeysAndFilesCopy},
    streams::{CASE_RULES, access_stream, case_stream},
    tracking::attempts::Attempts,
};

/// The intake service.
pub struct Intake {
    store: Store,
    client: Client,
    directory: CurrentDirectory,
    keyring: Keyring,
    attachments: Arc<Attachments>,
    attempts: Attempts,
    persons: Persons,
    numbers: CaseNumbers,
    short_codes: ShortCodes,
    register: Projection<Register>,
    /// Held by the command that says how many people ask together, until it is appended.
    groups: Mutex<()>,
    positions: watch::Receiver<SourcePositions>,
    sources: SourceTracker,
}

impl Service for Intake {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        case::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        vec![referral::service()]
    }

    fn follows() -> Vec<ServiceName> {
        vec![registry::service()]
    }

    fn commands() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [Command::NAMES, personal::NAMES].concat());
        &NAMES
    }

    fn questions() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [CaseQuestion::NAMES, PersonQuestion::NAMES].concat());
        &NAMES
    }

    fn sends() -> Vec<String> {
        let referral = referral::service();
        vec![
            subject::command(&referral, "recall"),
            subject::query(&referral, "custody"),
        ]
    }

    fn stream(case: CaseId) -> String {
        case_stream(case)
    }

    fn further_streams(case: CaseId) -> Vec<String> {
        vec![access_stream(case)]
    }

    fn sidecar(&self) -> Option<Arc<dyn SidecarSource>> {
        let attachments = self.attachments.folder().to_owned();
        Some(Arc::new(KeysAndFiles::new(
            self.keyring.clone(),
            attachments,
        )))
    }

    fn open_sidecar_copy(settings: &Settings) -> anyhow::Result<Option<Box<dyn SidecarCopy>>> {
        Ok(Some(Box::new(KeysAndFilesCopy::open(settings)?)))
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

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let settings = context.settings;
        let (store, supervisor) = (&context.store, &mut *context.supervisor);
        let (client, queues) = (context.client.clone(), &context.metrics.queues);
        let current = CurrentDirectory::follow(settings, SERVICE, client, queues, supervisor)?;
        let directory = current.get();
        let register = Register {
            directory: current.clone(),
        };
        let folder = settings.data.join(SERVICE);
        let register = Projection::follow(register, store, &folder, supervisor)?;
        let keyring = Keyring::open(folder_of(settings), &MasterKeySource::of(settings))?;
        let witness = Witness::start(Shared {
            settings,
            keyring: &keyring,
            store,
            register: &register,
            readiness: context.readiness,
            attachments: attachments_folder(settings),
        })?;
        supervisor.spawn("erasures", Arc::clone(&witness).keep(supervisor.shutdown()));
        let persons = Persons::start(
            personal::Parts {
                store,
                keyring: &keyring,
                directory: &directory,
                register: &register,
                witness,
                folder: &folder,
                attachments: attachments_folder(settings),
                metrics: context.metrics,
                second_person_hours: settings.second_person_hours,
            },
            supervisor,
        )?;
        let attachments = Attachments::open(attachments_folder(settings), keyring.clone())?;
        let attachments = files::keep(attachments, store.clock(), supervisor);
        let alarms = Arc::new(RedoAlarms {
            store: context.store.clone(),
            directory: current.clone(),
            register: register.clone(),
        });
        supervisor.spawn("alarms", timers::run(alarms, supervisor.shutdown()));
        Ok(Self {
            directory: current,
            attachments,
            keyring,
            persons,
            attempts: Attempts::default(),
            numbers: CaseNumbers::default(),
            short_codes: ShortCodes::default(),
            register,
            groups: Mutex::new(()),
            positions: context.sources.watch_positions(),
            sources: context.sources,
            client: context.client,
            store: context.store,
        })
    }

    async fn command(&self, name: &str, request: Request) -> CommandResult {
        // Case numbers can be guessed: a refusal that names the window would reveal that the case exists.
        let mut loaded = None;
        if let Some(case) = &request.case {
            self.await_named(case).await?;
            loaded = Some(self.authorize(case, &request.actor, may_hear_of).await?);
        }
        if personal::NAMES.contains(&name) {
            let persons = &self.persons;
            return persons.command(name, request, loaded, &self.client).await;
        }
        texts::check_typed(&request.data)?;
        let command = visible(Command::parse(name, request.data.clone())?);
        if let Command::Open(_) = command {
            let meta = EventMeta::from_request(name, &request, request.id.case());
            let attempt = self.attempt(&meta)?;
            if attempt == Attempt::First {
                self.check_named(&command, None, &request.actor)?;
            }
            let (accepted, state) = self.execute(&command, meta, attempt).await?;
            return Ok(self.complete(&command, accepted, &state));
        }
        let loaded = loaded.ok_or_else(needs_case)?;
        let meta = EventMeta::from_request(name, &request, loaded.case);
        let attempt = self.attempt(&meta)?;
        if let Command::AttachPiece(piece) = &command {
            return self.take_piece(piece, &meta, &loaded).await;
        }
        if attempt == Attempt::First {
            let own = Some(&loaded.state);
            self.check_named(&command, own, &request.actor)?;
            if let Command::Withdraw(_) = command
                && let Some(accepted) = self.withdraw_from_custody(&request, &loaded).await?
            {
                return Ok(accepted);
            }
            if let Command::Attach(attach) = &command {
                self.keep_file(attach, &meta, &loaded).await?;
            }
        }
        let (accepted, state) = self.execute(&command, meta, attempt).await?;
        Ok(self.complete(&command, accepted, &state))
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        self.register
            .shows(&self.store, &self.positions, question.after.as_ref())
            .await?;
        let named = case_in(&question.data);
        if let Some(case_ref) = &named {
            self.await_named(case_ref).await?;
        }
        let mut loaded = None;
        if !is_of_case_to_come(name, &question.data)
            && let (Some(actor), Some(case_ref)) = (&question.actor, &named)
        {
            loaded = Some(self.authorize(case_ref, actor, may_know).await?);
        }
        if PersonQuestion::NAMES.contains(&name) {
            return self.persons.answer(name, question).await;
        }
        let actor = question.actor.as_ref();
        let loaded = |case: &CaseRef| loaded.map_or_else(|| self.load(case), Ok);
        match CaseQuestion::parse(name, question.data)? {
            CaseQuestion::Case(query) => {
                let loaded = loaded(&query.case)?;
                encode_answer::<CaseQuery>(&self.view(loaded, actor).await?)
            }
            CaseQuestion::Available(query) => {
                let commands = |case| self.available(case, actor);
                let listed = AvailableCommands::list(&query.cases, commands)?;
                encode_answer::<CaseCommandsQuery>(&listed)
            }
            CaseQuestion::Track(query) => {
                self.await_named(&query.number).await?;
                encode_answer::<TrackQuery>(&self.track(&query).await?)
            }
            CaseQuestion::Attachment(query) => {
                let loaded = loaded(&query.case)?;
                let proven = question.proven.as_ref();
                let reader = actor.map(|actor| Reader { actor, proven });
                let piece = self.attachment(query, loaded, reader).await?;
                encode_answer::<AttachmentQuery>(&piece)
            }
        }
    }

    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure> {
        let foreign = |error: serde_json::Error| Failure::Internal(error.into());
        let Some(event_of_referral) = event.raw().parse_if::<referral::Event>().map_err(foreign)?
        else {
            return Ok(());
        };
        let Some(trigger) = policy::trigger(&event_of_referral) else {
            return Ok(());
        };
        let stream = case_stream(event.subject);
        let Some(case) = batch.load(&stream, &CASE_RULES)? else {
            return Ok(());
        };
        let actor = Actor::system(&Self::name(), case.opened.window.clone());
        let meta = EventMeta::from_event(event, self.store.source(), actor);
        batch.execute(&stream, &meta, &CASE_RULES, |state, _, _| {
            react(state, &trigger)
        })
    }
}

/// The case that a question is about, if it is about one.
fn case_in(data: &Value) -> Option<CaseRef> {
    serde_json::from_value(data.get("case")?.clone()).ok()
}

/// Whether the question is about a late entry that opens its case, which is not there yet.
fn is_of_case_to_come(name: &str, data: &Value) -> bool {
    let asked = || serde_json::from_value::<TextsQuery>(data.clone()).ok();
    let asked = (name == TextsQuery::NAME).then(asked).flatten();
    asked.is_some_and(|asked| {
        let entry = asked.late_entry;
        entry.is_some_and(|entry| asked.case == CaseRef::Id(entry.case()))
    })
}

fn attachments_folder(settings: &Settings) -> PathBuf {
    settings.data.join(SERVICE).join(attachments::FOLDER)
}

fn needs_case() -> Failure {
    Malformed::new("case", own::NEEDS_CASE.en).into()
}
