//! Legal aid as a service: load → decide → append.

use onestop_chassis::{
    Context, Failure, Heard, Service,
    service::Publishing,
    store::{Cursor, Meta, Rules, Store},
};
use onestop_directory::{Directory, Origin};
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    command::{Accepted, CommandType, Request},
    envelope::Envelope,
    ids::{CaseId, CaseRef, ServiceItem},
    legal_aid::{self, Command, Rejection},
    query::{MatterQuery, MatterView, Question},
    referral,
    rejection::{Explain, Malformed, Refusal, parse_field},
};
use serde_json::Value;

use crate::domain::{self, Matter, address, decide, decide_heard, evolve, possible};

const RULES: Rules<Matter, legal_aid::Event> = Rules { evolve, address };

/// The legal aid service.
pub struct LegalAid {
    store: Store,
    directory: Directory,
}

impl Service for LegalAid {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        legal_aid::service()
    }

    fn listens_to() -> Vec<ServiceName> {
        vec![referral::service(), case::service()]
    }

    fn commands() -> &'static [&'static str] {
        Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        &["matter"]
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = context
            .settings
            .directory
            .clone()
            .map_or(Origin::BuiltIn, Origin::Folder);
        Ok(Self {
            store: context.store,
            directory: Directory::load(&origin)?,
        })
    }

    async fn command(&self, name: &str, request: Request) -> Result<Accepted, Failure> {
        let command = Command::parse(name, request.data.clone()).map_err(malformed)?;
        let case = case_of(&request)?;
        let meta = Meta::of_request(name, &request, case);
        if self.store.load(&stream(case), &RULES)?.is_none() {
            return Err(Rejection::NoMatter {}.rejected().into());
        }
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, &meta, None, &RULES, |matter, now| {
                decide(matter, &command, &self.context(&meta.actor, now))
            });
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
        let Some((matter, revision)) = self.store.load(&stream(query.case), &RULES)? else {
            return Err(Rejection::NoMatter {}.rejected().into());
        };
        let view = MatterView {
            case: query.case,
            revision,
            unit: matter.agency,
            step: matter.step.to_string(),
            possible: possible(matter.step)
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        serde_json::to_value(view).map_err(|error| Failure::Broken(error.into()))
    }

    async fn hear(&self, event: &Envelope, cursor: &Cursor) -> Result<Heard, Failure> {
        let Some(heard) = policy(event).map_err(|error| Failure::Broken(error.into()))? else {
            return Ok(Heard::Nothing);
        };
        let stream = stream(event.subject);
        let unit = match (&heard, self.store.load(&stream, &RULES)?) {
            (domain::Heard::Accepted { agency, .. }, _) => agency.clone(),
            (_, Some((matter, _))) => matter.agency,
            (_, None) => return Ok(Heard::Nothing),
        };
        let actor = Actor::system(&Self::name(), unit);
        let meta = Meta::of_event(event, self.store.source(), actor);
        let done = self
            .store
            .execute(&stream, &meta, Some(cursor), &RULES, |matter, now| {
                decide_heard(matter, &heard, &self.context(&meta.actor, now))
            });
        done.await?;
        Ok(Heard::Recorded)
    }
}

impl LegalAid {
    fn context<'a>(
        &'a self,
        actor: &'a Actor,
        now: onestop_proto::time::Timestamp,
    ) -> domain::Context<'a> {
        domain::Context {
            now,
            actor,
            directory: &self.directory,
        }
    }
}

/// What a foreign event means for a matter; nothing for those that do not concern one.
fn policy(event: &Envelope) -> Result<Option<domain::Heard>, serde_json::Error> {
    let raw = event.raw();
    if let Some(referral::Event::Accepted(accepted)) = raw.parse_if()? {
        let ours = accepted.item == ServiceItem::legal_aid();
        return Ok(ours.then_some(domain::Heard::Accepted {
            handoff: accepted.handoff,
            agency: accepted.to,
            division: accepted.to_division,
            topic: accepted.topic,
            number: accepted.number,
        }));
    }
    if let Some(referral::Event::Returned(returned)) = raw.parse_if()? {
        return Ok(Some(domain::Heard::Left {
            handoff: returned.handoff,
        }));
    }
    if let Some(case::Event::MaterialReceived(received)) = raw.parse_if()? {
        let materials = received
            .materials
            .into_iter()
            .map(|material| material.kind)
            .collect();
        return Ok(Some(domain::Heard::Material { materials }));
    }
    Ok(None)
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

fn stream(case: CaseId) -> String {
    format!("matter/{case}")
}

fn malformed(malformed: Malformed) -> Failure {
    Refusal::from(malformed).rejected().into()
}
