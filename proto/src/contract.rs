//! What each service contributes to the contract: its events, commands, questions and rejections, with their
//! schemas. The package `onestop-proto-generate` makes the committed documents of it.

use std::{collections::BTreeMap, sync::LazyLock};

use schemars::{Schema, schema_for};

use crate::{
    actor::{ServiceName, known_service},
    case,
    command::CommandType,
    envelope::{EventType, FormerType, RawEvent, TypeInfo},
    journal, parking, personal,
    query::{
        CaseQuestion, CommonQuestion, JournalQuestion, LedgerQuestion, PersonQuestion,
        QuestionSchema, ReferralQuestion, RegistryQuestion, SpecialistQuestion,
    },
    referral, registry, replication,
    specialist::{self, Specialist},
    text::Text,
};

/// A type of event, as documents describe it.
#[derive(Debug, Clone)]
pub struct EventSchema {
    /// `cn.onestop.<thing>.<happened>.v<N>`.
    pub name: &'static str,
    /// What people call it.
    pub title: Text,
    /// JSON Schema of its data.
    pub data: Schema,
}

/// One service's part of the contract.
#[derive(Debug, Clone)]
pub struct ServiceContract {
    /// The service.
    pub service: &'static str,
    /// The events that it publishes.
    pub events: Vec<EventSchema>,
    /// The commands that it takes: name, and JSON Schema of the data.
    pub commands: Vec<(&'static str, Schema)>,
    /// The questions that it answers, without those of every service.
    pub questions: Vec<QuestionSchema>,
    /// JSON Schema of what it refuses by its own rules.
    pub rejections: Schema,
}

/// Earlier versions stand behind the present types: logs hold events of them for ever.
fn events<E: EventType>() -> Vec<EventSchema> {
    let former = E::FORMER.iter().map(|former| EventSchema {
        name: former.info.name,
        title: former.info.title,
        data: (former.schema)(),
    });
    let present = described(E::TYPES, E::schemas());
    present.into_iter().chain(former).collect()
}

fn described(types: &[TypeInfo], schemas: Vec<(&'static str, Schema)>) -> Vec<EventSchema> {
    let named = types.iter().zip(schemas);
    let each = named.map(|(info, (name, data))| EventSchema {
        name,
        title: info.title,
        data,
    });
    each.collect()
}

/// The events of every service that subscribes to others: what it parks, and which log it replicates.
fn subscriber_events() -> Vec<EventSchema> {
    [events::<parking::Event>(), events::<replication::Event>()].concat()
}

/// The commands of every service that subscribes to others.
fn subscriber_commands() -> Vec<(&'static str, Schema)> {
    [parking::Command::schemas(), replication::Command::schemas()].concat()
}

fn of_intake() -> ServiceContract {
    ServiceContract {
        service: case::SERVICE,
        events: [
            events::<case::Event>(),
            subscriber_events(),
            events::<personal::Event>(),
        ]
        .concat(),
        commands: [
            case::Command::schemas(),
            personal::Command::schemas(),
            subscriber_commands(),
        ]
        .concat(),
        questions: [CaseQuestion::schemas(), PersonQuestion::schemas()].concat(),
        rejections: schema_for!(case::Rejection),
    }
}

fn of_referral() -> ServiceContract {
    ServiceContract {
        service: referral::SERVICE,
        events: [events::<referral::Event>(), subscriber_events()].concat(),
        commands: [referral::Command::schemas(), subscriber_commands()].concat(),
        questions: ReferralQuestion::schemas(),
        rejections: schema_for!(referral::Rejection),
    }
}

fn of_specialist(specialist: &Specialist) -> ServiceContract {
    let own = described(specialist.types, specialist.events());
    ServiceContract {
        service: specialist.service,
        events: [own, subscriber_events()].concat(),
        commands: [specialist.commands(), subscriber_commands()].concat(),
        questions: SpecialistQuestion::schemas(),
        rejections: specialist.rejections(),
    }
}

/// The journal publishes nothing: its log holds what the others published.
fn of_journal() -> ServiceContract {
    ServiceContract {
        service: journal::SERVICE,
        events: Vec::new(),
        commands: subscriber_commands(),
        questions: [JournalQuestion::schemas(), LedgerQuestion::schemas()].concat(),
        rejections: schema_for!(parking::Rejection),
    }
}

/// The registry subscribes to no other service, and keeps files of sites.
fn of_registry() -> ServiceContract {
    ServiceContract {
        service: registry::SERVICE,
        events: events::<registry::Event>(),
        commands: registry::Command::schemas(),
        questions: RegistryQuestion::schemas(),
        rejections: schema_for!(registry::Rejection),
    }
}

/// Every service's part, in the order in which a case meets the services.
pub fn parts() -> Vec<ServiceContract> {
    let mut parts = vec![of_intake(), of_referral()];
    parts.extend(specialist::ALL.iter().map(of_specialist));
    parts.extend([of_journal(), of_registry()]);
    parts
}

/// The names of all services, in the order in which a case meets them; last the one that no case meets. Each has a log.
pub fn service_names() -> Vec<&'static str> {
    let specialists = specialist::ALL.iter().map(|specialist| specialist.service);
    [case::SERVICE, referral::SERVICE]
        .into_iter()
        .chain(specialists)
        .chain([journal::SERVICE, registry::SERVICE])
        .collect()
}

/// The same, as what they are.
pub fn services() -> Vec<ServiceName> {
    service_names().into_iter().map(known_service).collect()
}

/// The services whose events a service handles.
pub fn subscriptions(service: &ServiceName) -> Vec<ServiceName> {
    let specialists = specialist::services();
    match service.as_str() {
        case::SERVICE => vec![referral::service()],
        referral::SERVICE => [vec![case::service()], specialists].concat(),
        journal::SERVICE => [
            vec![case::service(), referral::service()],
            specialists,
            vec![registry::service()],
        ]
        .concat(),
        _ if specialists.contains(service) => vec![referral::service(), case::service()],
        _ => Vec::new(),
    }
}

/// The services that handle the events of a service.
pub fn subscribers(service: &ServiceName) -> Vec<ServiceName> {
    let handles = |other: &ServiceName| subscriptions(other).contains(service);
    services().into_iter().filter(handles).collect()
}

/// Every event type, with earlier versions of it.
fn types() -> impl Iterator<Item = &'static TypeInfo> {
    fn of<E: EventType>() -> (&'static [TypeInfo], &'static [FormerType]) {
        (E::TYPES, E::FORMER)
    }
    let known = [
        of::<case::Event>(),
        of::<personal::Event>(),
        of::<referral::Event>(),
        of::<registry::Event>(),
        of::<parking::Event>(),
        of::<replication::Event>(),
    ];
    let specialists = specialist::ALL.iter().map(|one| (one.types, one.former));
    let each = known.into_iter().chain(specialists);
    each.flat_map(|(types, former)| types.iter().chain(former.iter().map(|former| &former.info)))
}

/// What people call an event type; `None` if it, or its version, is newer than this contract.
pub fn title(event_type: &str) -> Option<Text> {
    static TITLES: LazyLock<BTreeMap<&str, Text>> =
        LazyLock::new(|| types().map(|info| (info.name, info.title)).collect());
    TITLES.get(event_type).copied()
}

/// Checks that an event's data fits its type. A type that this contract does not have is not checked.
///
/// # Errors
/// If the data does not fit.
pub fn check(event: &RawEvent) -> Result<(), serde_json::Error> {
    fn fits<E: EventType>(event: &RawEvent) -> Result<bool, serde_json::Error> {
        Ok(event.parse_if::<E>()?.is_some())
    }
    let _ = fits::<case::Event>(event)?
        || fits::<referral::Event>(event)?
        || specialist::summarize(event)?.is_some()
        || fits::<personal::Event>(event)?
        || fits::<registry::Event>(event)?
        || fits::<parking::Event>(event)?
        || fits::<replication::Event>(event)?;
    Ok(())
}

/// Every question of every service.
pub fn questions() -> Vec<(&'static str, QuestionSchema)> {
    let of_part = |part: ServiceContract| {
        let all = part.questions.into_iter().chain(CommonQuestion::schemas());
        all.map(move |question| (part.service, question))
    };
    parts().into_iter().flat_map(of_part).collect()
}

/// Every command: its service, its name, the schema of its data.
pub fn commands() -> Vec<(&'static str, &'static str, Schema)> {
    let of_part = |part: ServiceContract| {
        let commands = part.commands.into_iter();
        commands.map(move |(name, schema)| (part.service, name, schema))
    };
    parts().into_iter().flat_map(of_part).collect()
}
