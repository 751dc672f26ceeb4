//! A specialist as a service: load → decide → append.

use std::{marker::PhantomData, sync::Arc};

use onestop_chassis::{
    Context, Failure, Handled, Service,
    service::Publishing,
    store::{Cursor, EventMeta, Rules, Store},
    view::View,
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    command::{AcceptedCommand, CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseRef},
    matter::Rejection,
    query::{MatterQuery, MatterView, Question},
    referral,
    rejection::{CommonRejection, Explain, Malformed, parse_field},
    time::Timestamp,
};
use serde_json::Value;

use crate::{
    alarms::{self, Clocks},
    domain::{self, Law, Matter, address, decide, decide_heard},
    policy,
};

/// The service of one law.
#[derive(Debug)]
pub struct Specialist<L> {
    office: Arc<Office<L>>,
}

/// Where matters are decided.
#[derive(Debug)]
pub(crate) struct Office<L> {
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    law: PhantomData<L>,
}

impl<L: Law> Service for Specialist<L> {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        L::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        vec![referral::service(), case::service()]
    }

    fn commands() -> &'static [&'static str] {
        L::Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        &["matter"]
    }

    fn stream(case: CaseId) -> String {
        stream(case)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.office.directory.oversees(actor, division)
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = Origin::from(context.settings.directory.clone());
        let clocks = View::follow(
            &context.store,
            context.supervisor,
            MATTERS,
            Clocks::<L>::fold,
        )?;
        let office = Arc::new(Office {
            store: context.store,
            directory: Directory::load(&origin)?,
            law: PhantomData,
        });
        let shutdown = context.supervisor.shutdown();
        let alarms = alarms::run(Arc::clone(&office), clocks, shutdown);
        context.supervisor.spawn("alarms", alarms);
        Ok(Self { office })
    }

    async fn command(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        let command = L::Command::parse(name, request.data.clone()).map_err(malformed)?;
        let case = case_of(&request)?;
        let meta = EventMeta::from_request(name, &request, case);
        let decide = |matter: Option<&Matter<L>>, now| {
            decide(matter, &command, &self.office.context(&meta.actor, now))
        };
        let stream = stream(case);
        let done = self
            .office
            .store
            .execute(&stream, &meta, None, &Office::<L>::RULES, decide);
        Ok(done.await?.0)
    }

    async fn question(&self, name: &str, question: Question) -> Result<Value, Failure> {
        if name != "matter" {
            return Err(malformed(Malformed {
                field: "question".to_owned(),
                problem: format!("there is no question '{name}' here"),
            }));
        }
        let query: MatterQuery = parse_field("data", question.data).map_err(malformed)?;
        let found = self
            .office
            .store
            .load(&stream(query.case), &Office::<L>::RULES)?;
        // Whoever it does not concern is not told that there is one. Nobody's name: the operator asks.
        let told = |matter: &Matter<L>| match &question.actor {
            Some(actor) => {
                let directory = &self.office.directory;
                directory.may_be_told(actor, [&matter.unit], [matter.division])
            }
            None => true,
        };
        let Some((matter, revision)) = found.filter(|(matter, _)| told(matter)) else {
            return Err(Rejection::NoMatter {}.rejected().into());
        };
        let possible = L::possible(matter.step).iter();
        let view = MatterView {
            case: query.case,
            revision,
            unit: matter.unit,
            step: matter.step.to_string(),
            standing: L::words(matter.step).into(),
            possible: possible.map(ToString::to_string).collect(),
        };
        serde_json::to_value(view).map_err(|error| Failure::Internal(error.into()))
    }

    async fn handle(&self, event: &Envelope, cursor: &Cursor) -> Result<Handled, Failure> {
        let heard = policy::hear(event, &L::item());
        let Some(heard) = heard.map_err(|error| Failure::Internal(error.into()))? else {
            return Ok(Handled::Ignored);
        };
        let stream = stream(event.subject);
        let unit = match (
            &heard,
            self.office.store.load(&stream, &Office::<L>::RULES)?,
        ) {
            (domain::Heard::Accepted(received), _) => received.unit.clone(),
            (_, Some((matter, _))) => matter.unit,
            (_, None) => return Ok(Handled::Ignored),
        };
        let actor = Actor::system(&Self::name(), unit);
        let meta = EventMeta::from_event(event, self.office.store.source(), actor);
        let decide = |matter: Option<&Matter<L>>, now| {
            decide_heard(matter, &heard, &self.office.context(&meta.actor, now))
        };
        let done =
            self.office
                .store
                .execute(&stream, &meta, Some(cursor), &Office::<L>::RULES, decide);
        done.await?;
        Ok(Handled::Appended)
    }
}

impl<L: Law> Office<L> {
    pub(crate) const RULES: Rules<Matter<L>, L::Event> = Rules {
        evolve: domain::evolve::<L>,
        address: address::<L>,
    };

    pub(crate) fn context<'a>(&'a self, actor: &'a Actor, now: Timestamp) -> domain::Context<'a> {
        domain::Context {
            now,
            actor,
            directory: &self.directory,
        }
    }
}

fn case_of(request: &Request) -> Result<CaseId, Failure> {
    match request.case {
        Some(CaseRef::Id(case)) => Ok(case),
        Some(CaseRef::Number(_)) | None => Err(malformed(Malformed {
            field: "case".to_owned(),
            problem: "the case id is needed here; intake knows it by the number".to_owned(),
        })),
    }
}

/// How the streams of matters begin.
const MATTERS: &str = "matter/";

pub(crate) fn stream(case: CaseId) -> String {
    format!("{MATTERS}{case}")
}

fn malformed(malformed: Malformed) -> Failure {
    CommonRejection::from(malformed).rejected().into()
}
