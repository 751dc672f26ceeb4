//! Who there is at the broker, and what each may do there: no more than its work needs.

use onestop_chassis::{
    bus::{BROKER_STREAM, inbox},
    provision::Plan,
    replication::durable_name,
    service::Publishing,
};
use onestop_proto::{
    actor::{ServiceName, known_service},
    envelope::Source,
    subject,
};

use crate::services::{self, Entry};

/// The file name of whoever provisions, without its ending; no service holds this key.
pub(crate) const OPERATOR: &str = "operator";
/// That of window staff, specialists and supervisors: the command line.
pub(crate) const DESK: &str = "desk";
/// That of the workbench in a browser.
pub(crate) const GATEWAY: &str = onestop_gateway::NAME;

/// The domain of the hub's JetStream: at a site, it is called by this name.
pub(crate) const DOMAIN: &str = "onestop";

/// Where somebody is, and by which name the broker's own API is called there.
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

/// Somebody with a key.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The name of the key's file, without its ending.
    pub(crate) name: String,
    pub(crate) rights: Rights,
}

/// What somebody may do.
#[derive(Debug, Clone)]
pub(crate) enum Rights {
    /// Everything in the account.
    All,
    Only {
        publish: Vec<String>,
        /// Of these, what it may not publish all the same.
        but_not: Vec<String>,
        subscribe: Vec<String>,
        answers: Answers,
    },
}

/// Whether somebody may answer whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Yes,
    No,
}

/// Everybody at the hub.
pub(crate) fn hub() -> Vec<Member> {
    let main = known_service("main");
    let mut members = vec![
        Member {
            name: OPERATOR.to_owned(),
            rights: Rights::All,
        },
        desk(DESK, &main),
        desk(GATEWAY, &main),
    ];
    let services = services::all().into_iter();
    members.extend(services.map(|entry| member(&entry, At::Hub)));
    members
}

/// Everybody at a site with a broker of its own: intake, and the window.
pub(crate) fn at_site(site: &ServiceName) -> Vec<Member> {
    vec![
        desk(DESK, site),
        desk(GATEWAY, site),
        member(&services::intake(), At::Site(site)),
    ]
}

/// What may cross the link between a site and the hub: `publish` upwards, `subscribe` downwards.
pub(crate) fn link(site: &ServiceName) -> Member {
    let intake = services::intake();
    let Rights::Only { mut publish, .. } = member(&intake, At::Site(site)).rights else {
        unreachable!("a service may do only what its work needs")
    };
    // What the window asks of anybody but its own intake; and answers to whoever asks that intake.
    for entry in services::all() {
        if entry.name != intake.name {
            publish.push(format!("cmd.{}.*", entry.name));
            publish.push(format!("qry.{}.*", entry.name));
        }
    }
    publish.push("_INBOX.>".to_owned());
    // A link passes only what the other side listens to as a whole, which for events is all of them. What
    // the site's own broker permits is its own; here, at least no other service's may pass.
    publish.retain(|subject| !subject.starts_with("evt."));
    publish.push(subject::ALL_EVENTS.to_owned());
    let others = services::all().into_iter().map(|entry| entry.name);
    let others = others.filter(|service| *service != intake.name);
    let mut but_not: Vec<String> = others.map(|service| subject::events_of(&service)).collect();
    but_not.push(subject::events_from(&source(
        &intake.name,
        &known_service("main"),
    )));
    let own = source(&intake.name, site);
    let subscribe = vec![
        subject::command_at(&own, "*"),
        subject::query_at(&own, "*"),
        format!("{}.>", inbox(&intake.name, site)),
        format!("{}.>", inbox(&known_service(DESK), site)),
        format!("{}.>", inbox(&known_service(GATEWAY), site)),
    ];
    Member {
        name: format!("site-{site}"),
        rights: Rights::Only {
            publish,
            but_not,
            subscribe,
            answers: Answers::No,
        },
    }
}

/// What the broker must provide for all of them.
pub(crate) fn plan(sites: &[ServiceName], replicas: usize) -> Plan {
    let main = known_service("main");
    let services = services::all().into_iter();
    let at_hub = services.map(|entry| (source(&entry.name, &main), entry.hears));
    let intake = services::intake();
    let at_sites = sites
        .iter()
        .map(|site| (source(&intake.name, site), intake.hears.clone()));
    Plan {
        listeners: at_hub.chain(at_sites).collect(),
        replicas,
    }
}

fn source(service: &ServiceName, instance: &ServiceName) -> Source {
    Source {
        service: service.clone(),
        instance: instance.clone(),
    }
}

fn member(entry: &Entry, at: At<'_>) -> Member {
    let (instance, api) = (&at.instance(), at.api());
    let own = source(&entry.name, instance);
    let mut publish = entry.sends.clone();
    if entry.publishing == Publishing::Events {
        let events = subject::events_from(&own);
        // Its own newest event, to see what the broker still holds.
        publish.push(format!("{api}.DIRECT.GET.{BROKER_STREAM}.{events}"));
        publish.push(events);
    }
    for from in &entry.hears {
        let consumer = durable_name(&own, from);
        publish.extend([
            format!("{api}.CONSUMER.INFO.{BROKER_STREAM}.{consumer}"),
            format!("{api}.CONSUMER.MSG.NEXT.{BROKER_STREAM}.{consumer}"),
            format!("$JS.ACK.{BROKER_STREAM}.{consumer}.>"),
            // The form that newer servers announce.
            format!("$JS.ACK.*.*.{BROKER_STREAM}.{consumer}.>"),
            format!("qry.{from}.*.log"),
        ]);
    }
    let service = &entry.name;
    let mut subscribe = vec![
        format!("{}.>", inbox(service, instance)),
        subject::command(service, "*"),
        subject::query(service, "*"),
        subject::command_at(&own, "*"),
        subject::query_at(&own, "*"),
    ];
    for verb in ["PING", "INFO", "STATS"] {
        subscribe.push(format!("$SRV.{verb}"));
        subscribe.push(format!("$SRV.{verb}.onestop-{service}"));
        subscribe.push(format!("$SRV.{verb}.onestop-{service}.*"));
    }
    Member {
        name: service.to_string(),
        rights: Rights::Only {
            publish,
            but_not: Vec::new(),
            subscribe,
            answers: Answers::Yes,
        },
    }
}

/// One that asks for people: commands and questions to everybody, and every event.
fn desk(name: &'static str, instance: &ServiceName) -> Member {
    let all = |what: &str| format!("{what}.>");
    Member {
        name: name.to_owned(),
        rights: Rights::Only {
            publish: vec![all("cmd"), all("qry"), all("$SRV")],
            but_not: Vec::new(),
            subscribe: vec![
                format!("{}.>", inbox(&known_service(name), instance)),
                all("evt"),
            ],
            answers: Answers::No,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(members: &[Member], name: &str) -> (Vec<String>, Vec<String>) {
        let member = members.iter().find(|member| member.name == name).unwrap();
        match &member.rights {
            Rights::Only {
                publish, subscribe, ..
            } => (publish.clone(), subscribe.clone()),
            Rights::All => panic!("{name} may do everything"),
        }
    }

    #[test]
    fn only_the_operator_may_do_everything() {
        let all = hub().into_iter();
        let mighty: Vec<String> = all
            .filter(|member| matches!(member.rights, Rights::All))
            .map(|member| member.name)
            .collect();
        assert_eq!(mighty, [OPERATOR]);
    }

    #[test]
    fn a_service_publishes_its_own_events_alone() {
        let (publish, _) = rights(&hub(), "legal-aid");
        let events: Vec<_> = publish
            .iter()
            .filter(|subject| subject.starts_with("evt"))
            .collect();
        assert_eq!(events, ["evt.legal-aid.*.*.*.*.*.*.*.main"]);
        let (publish, _) = rights(&hub(), "journal");
        assert!(!publish.iter().any(|subject| subject.starts_with("evt")));
    }

    #[test]
    fn nobody_but_the_operator_makes_streams_or_consumers() {
        let forbidden = ["CREATE", "DELETE", "UPDATE", "PURGE", "STREAM"];
        for member in hub().iter().chain(&at_site(&known_service("town"))) {
            let Rights::Only { publish, .. } = &member.rights else {
                continue;
            };
            for subject in publish {
                let api = subject.split_once("API.").map_or("", |(_, api)| api);
                assert!(
                    !forbidden.iter().any(|verb| api.contains(verb)),
                    "{}: {subject}",
                    member.name
                );
            }
        }
    }

    #[test]
    fn a_site_sends_up_events_of_no_other_service_and_not_those_of_the_hub() {
        let site = known_service("town");
        let Rights::Only {
            publish, but_not, ..
        } = link(&site).rights
        else {
            panic!("a site may do everything")
        };
        for events in ["evt.referral.>", "evt.intake.*.*.*.*.*.*.*.main"] {
            assert!(but_not.iter().any(|subject| subject == events), "{events}");
        }
        assert!(!publish.iter().any(|subject| subject == "cmd.intake.*"));
        let (publish, _) = rights(&at_site(&site), "intake");
        let events: Vec<_> = publish
            .iter()
            .filter(|subject| subject.starts_with("evt"))
            .collect();
        assert_eq!(events, ["evt.intake.*.*.*.*.*.*.*.town"]);
    }
}
