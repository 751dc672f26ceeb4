//! The access control list of the broker: who signs in, and which subjects each may use.

use onestop_chassis::{
    bus::{BROKER_STREAM, LEASES_STREAM, inbox, lease_subject},
    provision::{Plan, durable_name},
    service::Publishing,
    standby::standby_subject,
};
use onestop_proto::{
    actor::{ServiceName, known_service},
    contract,
    envelope::Source,
    query::{CommonQuestion, LogQuery, QuestionType, SourcesQuery},
    registry, subject,
};

use crate::services::{self, ServiceInfo};

/// The key that provisions streams and consumers; no service holds it. As its file name without the ending.
pub(crate) const OPERATOR: &str = "operator";
pub(crate) const CLI: &str = "desk";
pub(crate) const GATEWAY: &str = onestop_gateway::NAME;

/// The domain of the hub's JetStream: at a site, it is called by this name.
pub(crate) const DOMAIN: &str = "onestop";

/// The broker that a program connects to, which decides how it calls the JetStream API.
#[derive(Debug, Clone, Copy)]
enum At<'a> {
    Hub,
    Site(&'a ServiceName),
}

impl At<'_> {
    fn api(self) -> String {
        match self {
            At::Hub => "$JS.API".to_owned(),
            At::Site(_) => format!("$JS.{DOMAIN}.API"),
        }
    }

    fn instance(self) -> ServiceName {
        match self {
            At::Hub => known_service("main"),
            At::Site(site) => site.clone(),
        }
    }
}

/// A program that signs in at the broker, with the name of its key.
#[derive(Debug, Clone)]
pub(crate) struct Grantee {
    pub(crate) name: String,
    pub(crate) rights: Rights,
}

#[derive(Debug, Clone)]
pub(crate) enum Rights {
    /// Every subject of the account.
    All,
    Only {
        publish: Vec<String>,
        /// Exceptions from `publish`.
        deny: Vec<String>,
        subscribe: Vec<String>,
        answers: Answers,
    },
}

/// Whether a grantee may publish to the reply subject of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Yes,
    No,
}

pub(crate) fn hub() -> Vec<Grantee> {
    let mut grantees = vec![
        Grantee {
            name: OPERATOR.to_owned(),
            rights: Rights::All,
        },
        client_grantee(CLI, At::Hub),
        gateway_grantee(At::Hub),
    ];
    let services = services::all().into_iter();
    grantees.extend(services.map(|service| service_grantee(&service, At::Hub)));
    grantees
}

/// The grantees of a site's own broker: its intake, the command line and the workbench.
pub(crate) fn at_site(site: &ServiceName) -> Vec<Grantee> {
    vec![
        client_grantee(CLI, At::Site(site)),
        gateway_grantee(At::Site(site)),
        service_grantee(&services::intake(), At::Site(site)),
    ]
}

/// What may cross the link between a site and the hub: `publish` upwards, `subscribe` downwards.
pub(crate) fn link(site: &ServiceName) -> Grantee {
    let intake = services::intake();
    let Rights::Only { mut publish, .. } = service_grantee(&intake, At::Site(site)).rights else {
        unreachable!("a service may do only what its work needs")
    };
    // Commands and questions of the site's clients to other services, and replies of the site's intake.
    for service in services::all() {
        if service.name != intake.name {
            publish.push(format!("cmd.{}.*", service.name));
            publish.push(format!("qry.{}.*", service.name));
        }
    }
    let (gateway, api) = (source(&known_service(GATEWAY), site), At::Site(site).api());
    publish.extend(lease_at_broker(&gateway, &api));
    publish.push("_INBOX.>".to_owned());
    let own = source(&intake.name, site);
    publish.extend(acknowledgements(&own, &intake.sources));
    // A link passes whole subscriptions of the other side, which for events is all of them. The site's own broker
    // limits what its intake publishes; the hub denies at least the events of every other service.
    publish.retain(|subject| !subject.starts_with("evt."));
    publish.push(subject::ALL_EVENTS.to_owned());
    let others = services::names().into_iter();
    let others = others.filter(|service| *service != intake.name);
    let mut deny: Vec<String> = others.map(|service| subject::events_of(&service)).collect();
    deny.push(subject::events_from(&source(
        &intake.name,
        &known_service("main"),
    )));
    // Its intake asks others by their instances for what it has missed; no other key there may.
    deny.extend(questions_about_logs("").filter(|subject| !publish.contains(subject)));
    let subscribe = vec![
        subject::command_at(&own, "*"),
        subject::query_at(&own, "*"),
        format!("{}.>", inbox(&intake.name, site)),
        format!("{}.>", inbox(&known_service(CLI), site)),
        format!("{}.>", inbox(&known_service(GATEWAY), site)),
    ];
    Grantee {
        name: format!("site-{site}"),
        rights: Rights::Only {
            publish,
            deny,
            subscribe,
            answers: Answers::No,
        },
    }
}

/// The streams and consumers that the services need at the broker.
pub(crate) fn plan(sites: &[ServiceName], replicas: Option<usize>) -> Plan {
    let main = known_service("main");
    let services = services::all().into_iter();
    let at_hub = services.map(|service| (source(&service.name, &main), service.sources));
    let intake = services::intake();
    let at_sites = sites
        .iter()
        .map(|site| (source(&intake.name, site), intake.sources.clone()));
    // They have a lease, and hear of events without a consumer.
    let gateways = sites.iter().chain([&main]);
    let gateways = gateways.map(|at| (source(&known_service(GATEWAY), at), Vec::new()));
    Plan {
        listeners: at_hub.chain(at_sites).chain(gateways).collect(),
        replicas,
    }
}

fn source(service: &ServiceName, instance: &ServiceName) -> Source {
    Source {
        service: service.clone(),
        instance: instance.clone(),
    }
}

/// Where deliveries from services are acknowledged. A link passes acknowledgements on; a service itself needs no right to
/// these subjects, because they are the replies of what was delivered to it. With such a right the broker would keep each
/// delivery as unanswered for as long as a service may answer, and look through all of them at each further one.
fn acknowledgements(own: &Source, from: &[ServiceName]) -> impl Iterator<Item = String> {
    let consumers = from.iter().map(|from| durable_name(own, from));
    consumers.flat_map(|consumer| {
        // The second form is that of newer servers.
        ["", "*.*."].map(|account| format!("$JS.ACK.{account}{BROKER_STREAM}.{consumer}.>"))
    })
}

fn service_grantee(service: &ServiceInfo, at: At<'_>) -> Grantee {
    let (instance, api) = (&at.instance(), at.api());
    let own = source(&service.name, instance);
    let mut publish = service.sends.clone();
    if service.publishing == Publishing::Events {
        let events = subject::events_from(&own);
        // Its own newest event, to learn what the broker still holds.
        publish.push(format!("{api}.DIRECT.GET.{BROKER_STREAM}.{events}"));
        publish.push(events);
    }
    for from in &service.sources {
        let consumer = durable_name(&own, from);
        publish.extend([
            format!("{api}.CONSUMER.INFO.{BROKER_STREAM}.{consumer}"),
            format!("{api}.CONSUMER.MSG.NEXT.{BROKER_STREAM}.{consumer}"),
            format!("qry.{from}.*.log"),
        ]);
    }
    let followed = service.follows.iter();
    publish.extend(followed.map(|from| format!("qry.{from}.*.log")));
    if service.publishing == Publishing::Nothing {
        // What holds copies compares them with their sources.
        let sources = service.sources.iter();
        publish.extend(sources.map(|from| format!("qry.{from}.*.root")));
    }
    publish.extend(lease_at_broker(&own, &api));
    publish.push(presence(&own));
    // What those that subscribe to it know of its log.
    let subscribers = contract::subscribers(&service.name).into_iter();
    publish.extend(subscribers.map(|by| format!("qry.{by}.*.sources")));
    let service = &service.name;
    let mut subscribe = vec![
        format!("{}.>", inbox(service, instance)),
        subject::command(service, "*"),
        subject::query(service, "*"),
        subject::command_at(&own, "*"),
        subject::query_at(&own, "*"),
    ];
    // Its log, from the process that decides to its standby, which has the same key.
    if matches!(at, At::Hub) {
        publish.push(standby_subject(&own));
        subscribe.push(standby_subject(&own));
    }
    subscribe.extend(monitoring(service));
    Grantee {
        name: service.to_string(),
        rights: Rights::Only {
            publish,
            deny: Vec::new(),
            subscribe,
            answers: Answers::Yes,
        },
    }
}

/// By which a process reads who decides for its instance, and writes that it does.
fn lease_at_broker(own: &Source, api: &str) -> [String; 2] {
    let lease = lease_subject(own);
    [format!("{api}.DIRECT.GET.{LEASES_STREAM}.{lease}"), lease]
}

/// Where a process asks whether another one listens as the same instance.
fn presence(own: &Source) -> String {
    subject::query_at(own, SourcesQuery::NAME)
}

/// The subjects on which NATS asks every micro service how it is.
fn monitoring(service: &ServiceName) -> impl Iterator<Item = String> {
    let verbs = ["PING", "INFO", "STATS"].into_iter();
    verbs.flat_map(move |verb| {
        [
            format!("$SRV.{verb}"),
            format!("$SRV.{verb}.onestop-{service}"),
            format!("$SRV.{verb}.onestop-{service}.*"),
        ]
    })
}

/// The questions about the logs of the hub's services: by their names, or by instances (`.*`).
fn questions_about_logs(instances: &str) -> impl Iterator<Item = String> {
    let hub = services::names().into_iter();
    let hub = hub.filter(|service| *service != services::intake().name);
    let names = CommonQuestion::NAMES.iter();
    hub.flat_map(move |service| {
        names
            .clone()
            .map(move |name| format!("qry.{service}{instances}.{name}"))
    })
}

/// The gateway, of which one process answers. That of the hub may have a standby with the same key: its database goes from one to
/// the other. It answers in the inbox of that key alone: with a right to answer, it could acknowledge what others publish.
fn gateway_grantee(at: At<'_>) -> Grantee {
    let own = source(&known_service(GATEWAY), &at.instance());
    let mut grantee = client_grantee(GATEWAY, at);
    if let Rights::Only {
        publish, subscribe, ..
    } = &mut grantee.rights
    {
        publish.extend(lease_at_broker(&own, &at.api()));
        publish.push(format!("{}.>", inbox(&own.service, &own.instance)));
        subscribe.push(presence(&own));
        if matches!(at, At::Hub) {
            publish.push(standby_subject(&own));
            subscribe.push(standby_subject(&own));
        }
    }
    grantee
}

/// A client of people: it sends commands and questions to every service, and reads every event.
fn client_grantee(name: &'static str, at: At<'_>) -> Grantee {
    let instance = &at.instance();
    // At a site, logs of the hub are not for people; the hub's services would refuse them as well. The registry's has nothing
    // of a person: the workbench makes its directory of it.
    let directory = format!("qry.{}.*.{}", registry::service(), LogQuery::NAME);
    let is_for_people = |subject: &String| name == GATEWAY && *subject == directory;
    let deny = match at {
        At::Hub => Vec::new(),
        At::Site(_) => questions_about_logs("")
            .chain(questions_about_logs(".*"))
            .filter(|subject| !is_for_people(subject))
            .collect(),
    };
    let all = |what: &str| format!("{what}.>");
    Grantee {
        name: name.to_owned(),
        rights: Rights::Only {
            publish: vec![all("cmd"), all("qry"), all("$SRV")],
            deny,
            subscribe: vec![
                format!("{}.>", inbox(&known_service(name), instance)),
                all("evt"),
            ],
            answers: Answers::No,
        },
    }
}

#[cfg(test)]
mod tests;
