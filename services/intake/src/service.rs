//! Intake as a service: load → decide → append, and the questions of the window.

use std::sync::{Arc, LazyLock};

use onestop_chassis::{
    Context, Failure, Handled, Service,
    client::Client,
    replication::SourceTracker,
    service::Publishing,
    store::{Cursor, EventMeta, Rules, SourcePositions, Store},
    view::View,
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case::{self, Applicant, AttachmentQuery, Ciphertext, Command, SERVICE, TrackQuery},
    command::{AcceptedCommand, CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseNumber, CaseRef, InvalidId},
    query::{CaseQuery, Question},
    referral,
    rejection::{CommonRejection, Explain, parse_field},
    subject,
    time::Timestamp,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    alarms,
    attachments::Attachments,
    domain::{self, Case, Found, address, decide, decide_heard, evolve, may_hear_of, may_know},
    keyring::{Keyring, KeyringError, folder_of, master},
    numbers::Numbers,
    personal::{self, Persons},
    policy,
    receipts::{self, Tries},
    views::Register,
};

pub(crate) const RULES: Rules<Case, case::Event> = Rules { evolve, address };

/// The intake service.
pub struct Intake {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) directory: Arc<Directory>,
    pub(crate) keyring: Keyring,
    pub(crate) attachments: Arc<Attachments>,
    pub(crate) tries: Tries,
    pub(crate) persons: Persons,
    numbers: Numbers,
    pub(crate) register: View<Register>,
    heard: watch::Receiver<SourcePositions>,
    pub(crate) sources: SourceTracker,
}

impl Service for Intake {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        case::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        vec![referral::service()]
    }

    fn commands() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| [Command::NAMES, personal::NAMES].concat());
        &NAMES
    }

    fn questions() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
            [
                &["case", "track", "attachment"][..],
                &personal::QUESTIONS[..],
            ]
            .concat()
        });
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
        stream(case)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.directory.oversees(actor, division)
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
        let folder = settings.data.join(SERVICE).join("attachments");
        let attachments = Attachments::open(folder, keyring.clone())?;
        let clocks = alarms::run(
            context.store.clone(),
            Arc::clone(&directory),
            register.clone(),
            context.supervisor.shutdown(),
        );
        context.supervisor.spawn("alarms", clocks);
        Ok(Self {
            directory,
            attachments: Arc::new(attachments),
            keyring,
            persons,
            tries: Tries::default(),
            numbers: register.read(|register| Numbers::after(register.numbers())),
            register,
            heard: context.sources.watch_positions(),
            sources: context.sources,
            client: context.client,
            store: context.store,
        })
    }

    async fn command(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        // Numbers can be guessed: a refusal that names the window would tell that there is such a case.
        if let Some(asked) = &request.case {
            self.tell(asked, &request.actor, may_hear_of).await?;
        }
        if personal::NAMES.contains(&name) {
            return self.persons.command(name, request, &self.client).await;
        }
        let command = Command::parse(name, request.data.clone()).map_err(malformed)?;
        let case = self.case_of(&command, &request)?;
        let mut meta = EventMeta::from_request(name, &request, case);
        if let Command::Withdraw(_) = command
            && !self.store.was_executed(meta.command)
            && let Some(accepted) = self.withdraw_from_custody(&request, case).await?
        {
            return Ok(accepted);
        }
        if let Command::AttachPiece(piece) = &command {
            return self.take_piece(piece, (&meta, case)).await;
        }
        let is_first = !self.store.was_executed(meta.command);
        if let Command::Attach(attach) = &command
            && is_first
        {
            self.keep_file(attach, &meta).await?;
        }
        let is_new = matches!(command, Command::Open(_)) && is_first;
        let issued = if is_new {
            self.issue(&command, &meta)?
        } else {
            Self::unissued(&meta)?
        };
        let sealed = self.sealed(&command, case)?;
        let query_code = is_new.then(|| self.seal(case, receipts::draw().as_bytes()));
        let query_code = query_code.transpose()?;
        let found = self.found(&command, case)?;
        if !sealed.0.is_empty() {
            // A plain hash over a name and a number would let anybody try names and numbers.
            let keyed = self.keyring.keyed_hash(case, &meta.commandhash);
            meta.commandhash = keyed.map_err(gone)?;
        }
        let (accepted, state) = self
            .store
            .execute(&stream(case), &meta, None, &RULES, |state, now| {
                let context = domain::Context {
                    query_code: query_code.as_ref(),
                    found: &found,
                    ..self.context(&meta, now, (&issued, &sealed))
                };
                decide(state, &command, &context)
            })
            .await?;
        let opens = matches!(command, Command::Open(_));
        let taken_down = opens || matches!(command, Command::Correct(_));
        let odd = state.warnings.iter().filter(|_| taken_down);
        if let Command::Correct(correct) = &command
            && let Some(applicant) = &correct.applicant
        {
            self.persons.retrace(case, applicant).map_err(gone)?;
        }
        let code = opens.then(|| self.query_code(case, &state)).flatten();
        Ok(AcceptedCommand {
            number: Some(state.opened.number.clone()),
            query_code: code.as_deref().map(receipts::printed),
            warnings: odd.map(|warning| warning.text().into()).collect(),
            ..accepted
        })
    }

    async fn question(&self, name: &str, question: Question) -> Result<Value, Failure> {
        self.register
            .shows(&self.store, &self.heard, question.after.as_ref())
            .await?;
        // A citizen shows the code of their case instead of a name.
        if name != "track"
            && let (Some(actor), Some(asked)) = (&question.actor, case_in(&question.data))
        {
            self.tell(&asked, actor, may_know).await?;
        }
        match name {
            "case" => {
                let query: CaseQuery = parse_field("data", question.data).map_err(malformed)?;
                let view = self.view(&query.case)?;
                serde_json::to_value(view).map_err(|error| Failure::Internal(error.into()))
            }
            name if personal::QUESTIONS.contains(&name) => {
                self.persons.answer(name, question).await
            }
            "track" => {
                let query: TrackQuery = parse_field("data", question.data).map_err(malformed)?;
                let view = self.track(&query)?;
                serde_json::to_value(view).map_err(|error| Failure::Internal(error.into()))
            }
            "attachment" => {
                let query: AttachmentQuery =
                    parse_field("data", question.data).map_err(malformed)?;
                let piece = self.attachment(query, question.actor.as_ref()).await?;
                serde_json::to_value(piece).map_err(|error| Failure::Internal(error.into()))
            }
            unknown => Err(no_such_question(unknown)),
        }
    }

    async fn handle(&self, event: &Envelope, cursor: &Cursor) -> Result<Handled, Failure> {
        let foreign = |error: serde_json::Error| Failure::Internal(error.into());
        let Some(event_of_referral) = event.raw().parse_if::<referral::Event>().map_err(foreign)?
        else {
            return Ok(Handled::Ignored);
        };
        let Some(heard) = policy::hear(&event_of_referral) else {
            return Ok(Handled::Ignored);
        };
        let Some((case, _)) = self.store.load(&stream(event.subject), &RULES)? else {
            return Ok(Handled::Ignored);
        };
        let actor = Actor::system(&Self::name(), case.opened.window);
        let meta = EventMeta::from_event(event, self.store.source(), actor);
        self.store
            .execute(
                &stream(event.subject),
                &meta,
                Some(cursor),
                &RULES,
                |state, _| decide_heard(state, &heard),
            )
            .await?;
        Ok(Handled::Appended)
    }
}

/// The case that a question is about, if it is about one.
fn case_in(data: &Value) -> Option<CaseRef> {
    serde_json::from_value(data.get("case")?.clone()).ok()
}

impl Intake {
    /// The case that a command is about: a new one for `open`, else one that is known here.
    fn case_of(&self, command: &Command, request: &Request) -> Result<CaseId, Failure> {
        if let Command::Open(_) = command {
            return Ok(request.id.case());
        }
        let Some(asked) = request.case.clone() else {
            return Err(CommonRejection::Malformed {
                field: "case".to_owned(),
                problem: "this command needs a case".to_owned(),
            }
            .rejected()
            .into());
        };
        self.find(&asked)
    }

    pub(crate) fn find(&self, asked: &CaseRef) -> Result<CaseId, Failure> {
        let unknown = || {
            Failure::from(
                CommonRejection::UnknownCase {
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
        meta: &'a EventMeta,
        now: Timestamp,
        (number, sealed): (&'a CaseNumber, &'a Ciphertext),
    ) -> domain::Context<'a> {
        domain::Context {
            now,
            occurred_at: meta.occurred_at,
            actor: &meta.actor,
            directory: &self.directory,
            number,
            sealed,
            query_code: None,
            found: &Found::Nothing,
        }
    }

    /// Decides a command without writing anything; the revision of the case that it would be decided on.
    pub(crate) fn dry(&self, command: &Command, meta: &EventMeta) -> Result<u64, Failure> {
        let (number, sealed) = (Self::unissued(meta)?, Ciphertext(String::new()));
        let now = self.store.clock().now();
        let loaded = self.store.load(&stream(meta.case), &RULES)?;
        let (state, revision) = loaded.map_or((None, 0), |(state, at)| (Some(state), at));
        let context = self.context(meta, now, (&number, &sealed));
        decide(state.as_ref(), command, &context).map_err(|rejection| rejection.rejected())?;
        Ok(revision)
    }

    /// The next number of the site, for a case that will be opened: one that will be refused uses up
    /// no number, and no key is made for it.
    fn issue(&self, command: &Command, meta: &EventMeta) -> Result<CaseNumber, Failure> {
        let now = self.store.clock().now();
        self.dry(command, meta)?;
        let number = self.numbers.next(meta.actor.unit.site(), now);
        number.map_err(|error| Failure::Internal(error.into()))
    }

    /// Stands for the number where a command issues none.
    fn unissued(meta: &EventMeta) -> Result<CaseNumber, Failure> {
        let number = format!("{}-000000-000", meta.actor.unit.site()).parse();
        number.map_err(|error: InvalidId| Failure::Internal(error.into()))
    }

    /// Seals the personal part of a command before any rule sees it.
    fn sealed(&self, command: &Command, case: CaseId) -> Result<Ciphertext, Failure> {
        let broken = |error: anyhow::Error| Failure::Internal(error);
        let clear = match command {
            Command::Open(open) => {
                self.persons.trace(case, &open.applicant).map_err(gone)?;
                serde_json::to_vec(&open.applicant).map_err(|error| broken(error.into()))?
            }
            Command::Correct(correct) => match &correct.applicant {
                Some(applicant) => {
                    serde_json::to_vec(applicant).map_err(|error| broken(error.into()))?
                }
                None => return Ok(Ciphertext(String::new())),
            },
            Command::FollowUp(follow_up) => match &follow_up.note {
                Some(note) => note.0.clone().into_bytes(),
                None => return Ok(Ciphertext(String::new())),
            },
            Command::AnswerCitizen(answer) => answer.answer.clone().into_bytes(),
            Command::Redo(redo) => redo.measure.0.clone().into_bytes(),
            Command::Attach(attach) => attach.name.0.clone().into_bytes(),
            Command::RequestReferral(_)
            | Command::ReceiveMaterial(_)
            | Command::NotifyOnce(_)
            | Command::AttachPiece(_)
            | Command::NoteHomeVisit(_)
            | Command::Withdraw(_)
            | Command::Merge(_)
            | Command::Rate(_)
            | Command::Close(_)
            | Command::Reopen(_)
            | Command::Archive(_) => return Ok(Ciphertext(String::new())),
        };
        self.seal(case, &clear)
    }

    fn seal(&self, case: CaseId, clear: &[u8]) -> Result<Ciphertext, Failure> {
        let sealed = self.keyring.seal(case, clear);
        sealed.map_err(gone)
    }

    pub(crate) fn state(&self, case: CaseId, asked: &CaseRef) -> Result<Case, Failure> {
        let loaded = self.store.load(&stream(case), &RULES)?;
        let unknown = || CommonRejection::UnknownCase {
            case: asked.clone(),
        };
        Ok(loaded.ok_or_else(|| unknown().rejected())?.0)
    }

    /// Who asks and what for; nothing if the key is gone.
    pub(crate) fn applicant(&self, case: CaseId, state: &Case) -> Option<Applicant> {
        let clear = self.keyring.unseal(case, &state.applicant).ok()?;
        serde_json::from_slice(&clear).ok()
    }
}

pub(crate) fn stream(case: CaseId) -> String {
    format!("case/{case}")
}

/// A case whose persons were erased takes nothing more that is personal.
pub(crate) fn gone(error: KeyringError) -> Failure {
    if let KeyringError::Erased { .. } = error {
        return GONE.rejected().into();
    }
    Failure::Internal(error.into())
}

const GONE: onestop_proto::personal::Rejection = onestop_proto::personal::Rejection::KeyGone {};

fn malformed(malformed: onestop_proto::rejection::Malformed) -> Failure {
    CommonRejection::from(malformed).rejected().into()
}

fn no_such_question(name: &str) -> Failure {
    let problem = format!("there is no question '{name}' here");
    CommonRejection::Malformed {
        field: "question".to_owned(),
        problem,
    }
    .rejected()
    .into()
}
