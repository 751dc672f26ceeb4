//! Referral as a service: load → decide → append, and the questions of units.

use std::sync::Arc;

use onestop_chassis::{
    Context, Failure, Handled, Service,
    service::Publishing,
    store::{Cursor, EventMeta, Rules, SourcePositions, Store},
    view::View,
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    actor::{Actor, Role, ServiceName},
    case,
    command::{AcceptedCommand, CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseRef, UnitId},
    ledger,
    query::{CustodyQuery, CustodyWorklistQuery, Question},
    referral::{self, Command},
    rejection::{CommonRejection, Explain, Malformed, parse_field},
    specialist,
    time::Timestamp,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    domain::{self, Custody, Prompt, address, decide, decide_prompt, evolve},
    policy, shown, timer,
    views::Desks,
};

const RULES: Rules<Custody, referral::Event> = Rules { evolve, address };

/// The referral service.
pub struct Referral {
    custodian: Arc<Custodian>,
    desks: View<Desks>,
    heard: watch::Receiver<SourcePositions>,
}

/// The one writer of custody.
pub(crate) struct Custodian {
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    desks: View<Desks>,
}

impl Service for Referral {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        referral::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        let mut heard = vec![case::service()];
        heard.extend(specialist::services());
        heard
    }

    fn commands() -> &'static [&'static str] {
        Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        &["worklist", "custody"]
    }

    fn stream(case: CaseId) -> String {
        stream(case)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.custodian.directory.oversees(actor, division)
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = Origin::from(context.settings.directory.clone());
        let desks = View::follow(&context.store, context.supervisor, "custody/", Desks::fold)?;
        let custodian = Arc::new(Custodian {
            store: context.store,
            directory: Directory::load(&origin)?,
            desks: desks.clone(),
        });
        let shutdown = context.supervisor.shutdown();
        let timer = timer::run(Arc::clone(&custodian), desks.clone(), shutdown);
        context.supervisor.spawn("offers", timer);
        Ok(Self {
            custodian,
            desks,
            heard: context.sources.watch_positions(),
        })
    }

    async fn command(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        let command = Command::parse(name, request.data.clone()).map_err(malformed)?;
        let Some(CaseRef::Id(case)) = request.case else {
            return Err(malformed(Malformed {
                field: "case".to_owned(),
                problem: "the case id is needed here; intake knows it by the number".to_owned(),
            }));
        };
        let meta = EventMeta::from_request(name, &request, case);
        self.custodian.command(case, &meta, &command).await
    }

    async fn question(&self, name: &str, question: Question) -> Result<Value, Failure> {
        let store = &self.custodian.store;
        self.desks
            .shows(store, &self.heard, question.after.as_ref())
            .await?;
        let broken = |error: serde_json::Error| Failure::Internal(error.into());
        match name {
            "worklist" => {
                let query: CustodyWorklistQuery =
                    parse_field("data", question.data).map_err(malformed)?;
                if let Some(actor) = &question.actor {
                    self.custodian.allow(actor, &query.unit)?;
                }
                let worklist = self.desks.read(|desks| desks.worklist(&query.unit));
                serde_json::to_value(worklist).map_err(broken)
            }
            "custody" => {
                let query: CustodyQuery = parse_field("data", question.data).map_err(malformed)?;
                self.custodian.view(query.case, question.actor.as_ref())
            }
            unknown => Err(malformed(Malformed {
                field: "question".to_owned(),
                problem: format!("there is no question '{unknown}' here"),
            })),
        }
    }

    async fn handle(&self, event: &Envelope, cursor: &Cursor) -> Result<Handled, Failure> {
        let prompt = policy::hear(event).map_err(|error| Failure::Internal(error.into()))?;
        let Some(prompt) = prompt else {
            return Ok(Handled::Ignored);
        };
        let known = self.custodian.store.load(&stream(event.subject), &RULES)?;
        let unit = match (&known, &prompt) {
            // A unit's work is its own act; everything else is done for the window.
            (Some((custody, _)), Prompt::Finished { .. }) => custody.holder().clone(),
            (Some((custody, _)), _) => custody.window.clone(),
            (None, Prompt::Opened { window, .. }) => window.clone(),
            (None, _) => return Ok(Handled::Ignored),
        };
        let actor = Actor::system(&Self::name(), unit);
        let meta = EventMeta::from_event(event, self.custodian.store.source(), actor);
        self.custodian
            .prompt(event.subject, &meta, Some(cursor), &prompt)
            .await?;
        Ok(Handled::Appended)
    }
}

impl Custodian {
    async fn command(
        &self,
        case: CaseId,
        meta: &EventMeta,
        command: &Command,
    ) -> Result<AcceptedCommand, Failure> {
        let actor = &meta.actor;
        // A unit from which a case was just taken is told so. Who supervises elsewhere is told of nothing.
        let told = |custody: &Custody| {
            actor.role != Role::Supervisor || shown::may_be_told(custody, actor, &self.directory)
        };
        let found = self.store.load(&stream(case), &RULES)?;
        if !found.is_some_and(|(custody, _)| told(&custody)) {
            let case = CaseRef::Id(case);
            return Err(CommonRejection::UnknownCase { case }.rejected().into());
        }
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, meta, None, &RULES, |custody, now| {
                self.deciding(meta, now, |context| {
                    custody.map_or(Ok(Vec::new()), |custody| decide(custody, command, context))
                })
            });
        Ok(done.await?.0)
    }

    pub(crate) async fn prompt(
        &self,
        case: CaseId,
        meta: &EventMeta,
        cursor: Option<&Cursor>,
        prompt: &Prompt,
    ) -> Result<AcceptedCommand, Failure> {
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, meta, cursor, &RULES, |custody, now| {
                self.deciding(meta, now, |context| decide_prompt(custody, prompt, context))
            });
        Ok(done.await?.0)
    }

    /// Decides with everything that a decision rests on.
    fn deciding<T>(
        &self,
        meta: &EventMeta,
        now: Timestamp,
        decide: impl FnOnce(&domain::Context<'_>) -> T,
    ) -> T {
        let load = |unit: &UnitId| self.desks.read(|desks| desks.load(unit));
        let opposing = |named| self.desks.read(|desks| desks.opposing(meta.case, named));
        decide(&domain::Context {
            now,
            actor: &meta.actor,
            handoff: meta.command.handoff(),
            directory: &self.directory,
            load: &load,
            opposing: &opposing,
        })
    }

    /// Whether somebody may see the worklist of a unit.
    fn allow(&self, actor: &Actor, unit: &UnitId) -> Result<(), Failure> {
        let division = self.directory.unit(unit).map(|unit| unit.division);
        if self.directory.may_be_told(actor, [unit], division) || actor.unit == *unit {
            return Ok(());
        }
        let (unit, yours) = (unit.clone(), actor.unit.clone());
        Err(ledger::Rejection::NotYourUnit { unit, yours }
            .rejected()
            .into())
    }

    /// Nobody's name: the operator asks. Whoever it does not concern is answered as if there were no such case.
    fn view(&self, case: CaseId, actor: Option<&Actor>) -> Result<Value, Failure> {
        let found = self.store.load(&stream(case), &RULES)?;
        let told = |custody: &Custody| match actor {
            Some(actor) => shown::may_be_told(custody, actor, &self.directory),
            None => true,
        };
        let Some((custody, revision)) = found.filter(|(custody, _)| told(custody)) else {
            let case = CaseRef::Id(case);
            return Err(CommonRejection::UnknownCase { case }.rejected().into());
        };
        let view = shown::custody(case, revision, custody);
        serde_json::to_value(view).map_err(|error| Failure::Internal(error.into()))
    }
}

fn stream(case: CaseId) -> String {
    format!("custody/{case}")
}

fn malformed(malformed: Malformed) -> Failure {
    CommonRejection::from(malformed).rejected().into()
}
