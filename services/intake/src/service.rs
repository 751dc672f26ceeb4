//! Intake as a service: load → decide → append, and the questions of the window.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use onestop_chassis::{
    Context, Failure, Heard, Service,
    client::{Client, Order},
    consumer::{Ears, Progress},
    service::Publishing,
    store::{Cursor, Meta, Rules, Store},
    view::View,
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case::{self, Command, Rejection, SERVICE, Sealed, Stage},
    command::{Accepted, CommandType, Request},
    envelope::{Envelope, Source},
    ids::{CaseId, CaseNumber, CaseRef, InvalidId},
    query::{CaseQuery, CaseView, Question},
    referral::{self, Recall, RecallReason},
    rejection::{Explain, Refusal, parse_field},
    subject,
    time::Timestamp,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    domain::{self, Case, address, decide, decide_heard, evolve},
    keyring::{Keyring, KeyringError, folder_of, master},
    numbers::Numbers,
    personal::{self, Persons},
    policy,
    views::Register,
};

pub(crate) const RULES: Rules<Case, case::Event> = Rules { evolve, address };

/// How long a withdrawal waits until intake has heard what custody decided.
const HEARING: Duration = Duration::from_secs(8);

/// The intake service.
pub struct Intake {
    store: Store,
    client: Client,
    directory: Arc<Directory>,
    keyring: Keyring,
    persons: Persons,
    numbers: Numbers,
    register: View<Register>,
    heard: watch::Receiver<Progress>,
    ears: Ears,
}

impl Service for Intake {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        case::service()
    }

    fn listens_to() -> Vec<ServiceName> {
        vec![referral::service()]
    }

    fn commands() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [Command::NAMES, personal::NAMES].concat());
        &NAMES
    }

    fn questions() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [&["case"], &personal::QUESTIONS[..]].concat());
        &NAMES
    }

    fn sends() -> Vec<String> {
        vec![subject::command(&referral::service(), "recall")]
    }

    fn stream(case: CaseId) -> String {
        stream(case)
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = Origin::from(context.settings.directory.clone());
        let register = View::follow(&context.store, context.supervisor, "case/", Register::fold)?;
        let directory = Arc::new(Directory::load(&origin)?);
        let settings = context.settings;
        let keyring = Keyring::open(folder_of(settings), &master::Origin::of(settings))?;
        let persons = Persons::start(
            (&context.store, &keyring),
            (&directory, &register),
            settings,
            context.supervisor,
        )?;
        Ok(Self {
            directory,
            keyring,
            persons,
            numbers: register.read(|register| Numbers::after(register.numbers())),
            register,
            heard: context.ears.watch(),
            ears: context.ears,
            client: context.client,
            store: context.store,
        })
    }

    async fn command(&self, name: &str, request: Request) -> Result<Accepted, Failure> {
        if personal::NAMES.contains(&name) {
            return self.persons.command(name, request).await;
        }
        let command = Command::parse(name, request.data.clone()).map_err(malformed)?;
        let case = self.case_of(&command, &request)?;
        let mut meta = Meta::of_request(name, &request, case);
        if let Command::Withdraw(_) = command
            && !self.store.knows(meta.command)
            && let Some(accepted) = self.withdraw_from_custody(&request, case).await?
        {
            return Ok(accepted);
        }
        let issued = if matches!(command, Command::Open(_)) && !self.store.knows(meta.command) {
            self.issue(&command, &meta)?
        } else {
            Self::unissued(&meta)?
        };
        let sealed = self.sealed(&command, case)?;
        if !sealed.0.is_empty() {
            // A plain hash over a name and a number would let anybody try names and numbers.
            let keyed = self.keyring.keyed_hash(case, &meta.commandhash);
            meta.commandhash = keyed.map_err(gone)?;
        }
        let (accepted, state) = self
            .store
            .execute(&stream(case), &meta, None, &RULES, |state, now| {
                decide(
                    state,
                    &command,
                    &self.context(&meta, now, (&issued, &sealed)),
                )
            })
            .await?;
        Ok(Accepted {
            number: Some(state.opened.number),
            ..accepted
        })
    }

    async fn question(&self, name: &str, question: Question) -> Result<Value, Failure> {
        self.register
            .shows(&self.store, &self.heard, question.after.as_ref())
            .await?;
        match name {
            "case" => {
                let query: CaseQuery = parse_field("data", question.data).map_err(malformed)?;
                let view = self.view(&query.case)?;
                serde_json::to_value(view).map_err(|error| Failure::Broken(error.into()))
            }
            name if personal::QUESTIONS.contains(&name) => {
                self.persons.answer(name, question).await
            }
            unknown => Err(no_such_question(unknown)),
        }
    }

    async fn hear(&self, event: &Envelope, cursor: &Cursor) -> Result<Heard, Failure> {
        let foreign = |error: serde_json::Error| Failure::Broken(error.into());
        let Some(event_of_referral) = event.raw().parse_if::<referral::Event>().map_err(foreign)?
        else {
            return Ok(Heard::Nothing);
        };
        let Some(heard) = policy::hear(&event_of_referral) else {
            return Ok(Heard::Nothing);
        };
        let Some((case, _)) = self.store.load(&stream(event.subject), &RULES)? else {
            return Ok(Heard::Nothing);
        };
        let actor = Actor::system(&Self::name(), case.opened.window);
        let meta = Meta::of_event(event, self.store.source(), actor);
        self.store
            .execute(
                &stream(event.subject),
                &meta,
                Some(cursor),
                &RULES,
                |state, _| decide_heard(state, &heard),
            )
            .await?;
        Ok(Heard::Recorded)
    }
}

impl Intake {
    /// The case that a command is about: a new one for `open`, else one that is known here.
    fn case_of(&self, command: &Command, request: &Request) -> Result<CaseId, Failure> {
        if let Command::Open(_) = command {
            return Ok(request.id.case());
        }
        let Some(asked) = request.case.clone() else {
            return Err(Refusal::Malformed {
                field: "case".to_owned(),
                problem: "this command needs a case".to_owned(),
            }
            .rejected()
            .into());
        };
        self.find(&asked)
    }

    fn find(&self, asked: &CaseRef) -> Result<CaseId, Failure> {
        let unknown = || {
            Failure::from(
                Refusal::UnknownCase {
                    case: asked.clone(),
                }
                .rejected(),
            )
        };
        let case = self
            .register
            .read(|register| register.find(asked))
            .ok_or_else(unknown)?;
        match self.store.load(&stream(case), &RULES)? {
            Some(_) => Ok(case),
            None => Err(unknown()),
        }
    }

    fn context<'a>(
        &'a self,
        meta: &'a Meta,
        now: Timestamp,
        (number, sealed): (&'a CaseNumber, &'a Sealed),
    ) -> domain::Context<'a> {
        domain::Context {
            now,
            occurred_at: meta.occurred_at,
            actor: &meta.actor,
            directory: &self.directory,
            number,
            sealed,
        }
    }

    /// The next number of the site, for a case that will be opened: one that will be refused uses up
    /// no number, and no key is made for it.
    fn issue(&self, command: &Command, meta: &Meta) -> Result<CaseNumber, Failure> {
        let now = self.store.clock().now();
        let (number, sealed) = (Self::unissued(meta)?, Sealed(String::new()));
        decide(None, command, &self.context(meta, now, (&number, &sealed)))
            .map_err(|rejection| rejection.rejected())?;
        let number = self.numbers.next(meta.actor.unit.site(), now);
        number.map_err(|error| Failure::Broken(error.into()))
    }

    /// Stands for the number where a command issues none.
    fn unissued(meta: &Meta) -> Result<CaseNumber, Failure> {
        let number = format!("{}-000000-000", meta.actor.unit.site()).parse();
        number.map_err(|error: InvalidId| Failure::Broken(error.into()))
    }

    /// Seals the personal part of a command before any rule sees it.
    fn sealed(&self, command: &Command, case: CaseId) -> Result<Sealed, Failure> {
        let broken = |error: anyhow::Error| Failure::Broken(error);
        let clear = match command {
            Command::Open(open) => {
                self.persons.trace(case, &open.applicant).map_err(gone)?;
                serde_json::to_vec(&open.applicant).map_err(|error| broken(error.into()))?
            }
            Command::AnswerCitizen(answer) => answer.answer.clone().into_bytes(),
            Command::RequestReferral(_)
            | Command::ReceiveMaterial(_)
            | Command::Withdraw(_)
            | Command::Rate(_)
            | Command::Close(_)
            | Command::Archive(_) => return Ok(Sealed(String::new())),
        };
        self.keyring.seal(case, &clear).map_err(gone)
    }

    /// While a case is referred, its custody decides whether the citizen or the unit was first. Intake
    /// asks referral to take the offer back, and answers with what it then hears; it writes nothing of
    /// its own, so there is nothing to reconcile if it is killed in between.
    async fn withdraw_from_custody(
        &self,
        request: &Request,
        case: CaseId,
    ) -> Result<Option<Accepted>, Failure> {
        let Some((state, _)) = self.store.load(&stream(case), &RULES)? else {
            return Ok(None);
        };
        match state.stage() {
            Stage::Referred | Stage::Withdrawn => {}
            Stage::AtWindow
            | Stage::ResultBack
            | Stage::Answered
            | Stage::Closed
            | Stage::Archived => return Ok(None),
        }
        if request.actor.unit != state.opened.window {
            let unit = request.actor.unit.clone();
            let window = state.opened.window;
            return Err(Rejection::NotYourCase { window, unit }.rejected().into());
        }
        let order = Order {
            id: request.id.forwarded(referral::SERVICE),
            actor: request.actor.clone(),
            case: Some(CaseRef::Id(case)),
            expected_revision: None,
            occurred_at: request.occurred_at,
        };
        let recall = referral::Command::from(Recall {
            reason: RecallReason::CitizenWithdrew,
        });
        let recalled = match self
            .client
            .command(&referral::service(), order, &recall)
            .await
        {
            Ok(recalled) => recalled,
            // Withdrawn before, by another request: say where the case stands.
            Err(_) if state.stage() == Stage::Withdrawn => return Ok(None),
            Err(error) => return Err(error.into_rejected().into()),
        };
        self.withdrawal_heard(case, &recalled).await.map(Some)
    }

    async fn withdrawal_heard(
        &self,
        case: CaseId,
        recalled: &Accepted,
    ) -> Result<Accepted, Failure> {
        let unavailable = || {
            Refusal::Unavailable {
                who: SERVICE.to_owned(),
            }
            .rejected()
        };
        let heard = recalled.events.first().ok_or_else(unavailable)?;
        let written = heard.id.heard_by(SERVICE).event(0);
        let mut head = self.store.log().watch();
        let wait = head.wait_for(|_| self.store.log().find(written.uuid()).is_some());
        tokio::time::timeout(HEARING, wait)
            .await
            .map_err(|_| unavailable())?
            .map_err(|_| unavailable())?;
        let position = self
            .store
            .log()
            .find(written.uuid())
            .ok_or_else(unavailable)?;
        let (state, revision) = self
            .store
            .load(&stream(case), &RULES)?
            .ok_or_else(unavailable)?;
        Ok(Accepted {
            number: Some(state.opened.number),
            revision,
            at: self.store.place(position),
            ..recalled.clone()
        })
    }

    fn view(&self, asked: &CaseRef) -> Result<CaseView, Failure> {
        let case = self.find(asked)?;
        let unknown = || {
            Refusal::UnknownCase {
                case: asked.clone(),
            }
            .rejected()
        };
        let (state, revision) = self
            .store
            .load(&stream(case), &RULES)?
            .ok_or_else(unknown)?;
        let opened_at = self
            .register
            .read(|register| register.opened_at(case))
            .ok_or_else(unknown)?;
        Ok(CaseView {
            case,
            number: state.opened.number.clone(),
            revision,
            stage: state.stage(),
            window: state.opened.window.clone(),
            holder: state.holder().clone(),
            holder_known_at: self.ears.answered_at(&Source::main(referral::service())),
            item: state.about.item.clone(),
            topic: state.about.topic.clone(),
            place: state.opened.place,
            opened_at,
            erased: state.erased,
        })
    }
}

pub(crate) fn stream(case: CaseId) -> String {
    format!("case/{case}")
}

/// A case whose persons were erased takes nothing more that is personal.
fn gone(error: KeyringError) -> Failure {
    if let KeyringError::Erased { .. } = error {
        return GONE.rejected().into();
    }
    Failure::Broken(error.into())
}

const GONE: onestop_proto::personal::Rejection = onestop_proto::personal::Rejection::KeyGone {};

fn malformed(malformed: onestop_proto::rejection::Malformed) -> Failure {
    Refusal::from(malformed).rejected().into()
}

fn no_such_question(name: &str) -> Failure {
    let problem = format!("there is no question '{name}' here");
    Refusal::Malformed {
        field: "question".to_owned(),
        problem,
    }
    .rejected()
    .into()
}
