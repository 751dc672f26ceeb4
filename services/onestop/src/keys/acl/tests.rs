//! Who may publish and hear what.

use super::*;

fn rights(all: &[Grantee], name: &str) -> (Vec<String>, Vec<String>) {
    let grantee = all.iter().find(|grantee| grantee.name == name).unwrap();
    match &grantee.rights {
        Rights::Only {
            publish, subscribe, ..
        } => (publish.clone(), subscribe.clone()),
        Rights::All => panic!("{name} may do everything"),
    }
}

#[test]
fn only_the_operator_may_do_everything() {
    let all = hub().into_iter();
    let unlimited: Vec<String> = all
        .filter(|grantee| matches!(grantee.rights, Rights::All))
        .map(|grantee| grantee.name)
        .collect();
    assert_eq!(unlimited, [OPERATOR]);
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

/// What a grantee answers is kept at the broker until it is answered, unless its right to publish comes from elsewhere.
#[test]
fn deliveries_are_acknowledged_as_answers() {
    let site = known_service("town");
    for grantee in hub().iter().chain(&at_site(&site)) {
        let Rights::Only { publish, .. } = &grantee.rights else {
            continue;
        };
        let by_subject = publish
            .iter()
            .find(|subject| subject.starts_with("$JS.ACK"));
        assert_eq!(by_subject, None, "{}", grantee.name);
    }
    let Rights::Only { publish, .. } = link(&site).rights else {
        panic!("a site may do everything")
    };
    let passed_on = "$JS.ACK.ONESTOP.intake-town-from-referral.>".to_owned();
    assert!(publish.contains(&passed_on), "{publish:?}");
}

/// What is asked there is a whole log.
#[test]
fn a_log_travels_to_its_standby_alone() {
    let subjects = |all: &[String]| -> Vec<String> {
        let of_standbys = all.iter().filter(|subject| subject.starts_with("standby"));
        of_standbys.cloned().collect()
    };
    for name in ["referral", "intake", GATEWAY] {
        let (publish, subscribe) = rights(&hub(), name);
        let own = [format!("standby.{name}.main")];
        assert_eq!(
            (subjects(&publish), subjects(&subscribe)),
            (own.to_vec(), own.to_vec())
        );
    }
    let (publish, subscribe) = rights(&hub(), CLI);
    assert_eq!(subjects(&[publish, subscribe].concat()), [""; 0]);
    for name in ["intake", GATEWAY] {
        let (publish, subscribe) = rights(&at_site(&known_service("town")), name);
        assert_eq!(subjects(&[publish, subscribe].concat()), [""; 0], "{name}");
    }
}

/// It hears every event with the inbox where its publisher waits for the acknowledgement.
#[test]
fn the_gateway_answers_its_standby_and_acknowledges_nothing_of_others() {
    let all = hub();
    let gateway = all.iter().find(|grantee| grantee.name == GATEWAY).unwrap();
    let Rights::Only { answers, .. } = &gateway.rights else {
        panic!("it may do everything")
    };
    assert_eq!(*answers, Answers::No);
    assert!(may_publish(gateway, "_INBOX.gateway-main.x.1"));
    assert!(!may_publish(gateway, "_INBOX.intake-main.x.1"));
    assert!(may_publish(gateway, "lease.gateway.main"));
    assert!(!may_publish(gateway, "lease.intake.main"));
}

/// A copied folder is started with the key that is in it: it reads who answers, and finds the other process.
#[test]
fn the_gateway_of_a_site_keeps_its_own_lease_over_the_link() {
    let site = known_service("town");
    let keys = at_site(&site);
    let gateway = keys.iter().find(|key| key.name == GATEWAY).unwrap();
    let (link, plan) = (link(&site), plan(&[site], None));
    let read = format!("$JS.{DOMAIN}.API.DIRECT.GET.{LEASES_STREAM}.lease.gateway.town");
    for subject in ["lease.gateway.town", &read] {
        assert!(may_publish(gateway, subject), "{subject}");
        assert!(may_publish(&link, subject), "{subject}");
    }
    assert!(!may_publish(&link, "lease.gateway.main"));
    assert!(may_publish(gateway, "qry.gateway.town.sources"));
    let (_, heard) = rights(&keys, GATEWAY);
    assert!(heard.contains(&"qry.gateway.town.sources".to_owned()));
    let mut instances = plan.listeners.iter().map(|(own, _)| own.to_string());
    assert!(instances.any(|own| own == "/onestop/gateway/town"));
}

#[test]
fn nobody_but_the_operator_makes_streams_or_consumers() {
    let forbidden = ["CREATE", "DELETE", "UPDATE", "PURGE", "STREAM"];
    for grantee in hub().iter().chain(&at_site(&known_service("town"))) {
        let Rights::Only { publish, .. } = &grantee.rights else {
            continue;
        };
        for subject in publish {
            let api = subject.split_once("API.").map_or("", |(_, api)| api);
            assert!(
                !forbidden.iter().any(|verb| api.contains(verb)),
                "{}: {subject}",
                grantee.name
            );
        }
    }
}

#[test]
fn a_site_sends_up_events_of_no_other_service_and_not_those_of_the_hub() {
    let site = known_service("town");
    let Rights::Only { publish, deny, .. } = link(&site).rights else {
        panic!("a site may do everything")
    };
    for events in ["evt.referral.>", "evt.intake.*.*.*.*.*.*.*.main"] {
        assert!(deny.iter().any(|subject| subject == events), "{events}");
    }
    assert!(!publish.iter().any(|subject| subject == "cmd.intake.*"));
    let (publish, _) = rights(&at_site(&site), "intake");
    let events: Vec<_> = publish
        .iter()
        .filter(|subject| subject.starts_with("evt"))
        .collect();
    assert_eq!(events, ["evt.intake.*.*.*.*.*.*.*.town"]);
}

/// Whether a pattern of a permission covers a subject.
fn covers(pattern: &str, subject: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('.'), subject.split('.'));
    loop {
        match (wanted.next(), given.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some(part), Some(segment)) if part == "*" || part == segment => {}
            (_, _) => return false,
        }
    }
}

fn may_publish(grantee: &Grantee, subject: &str) -> bool {
    let Rights::Only { publish, deny, .. } = &grantee.rights else {
        return true;
    };
    let any = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, subject));
    any(publish) && !any(deny)
}

/// Every subject that a site could ask the hub for a log on, tried with each of the site's keys.
#[test]
fn no_key_of_a_site_asks_the_hub_for_its_logs() {
    let site = known_service("town");
    let keys = at_site(&site);
    let people = keys
        .iter()
        .filter(|key| [CLI, GATEWAY].contains(&&*key.name));
    let link = link(&site);
    let (mut tried, mut passed) = (0, Vec::new());
    for service in services::names() {
        if service == services::intake().name {
            continue;
        }
        for name in CommonQuestion::NAMES {
            let subjects = [
                subject::query(&service, name),
                subject::query_at(&source(&service, &known_service("main")), name),
            ];
            for subject in subjects {
                for key in people.clone() {
                    // The workbench makes its directory of the registry's log.
                    let is_directory = key.name == GATEWAY && subject == "qry.registry.main.log";
                    let asked = may_publish(key, &subject);
                    assert_eq!(asked, is_directory, "{}: {subject}", key.name);
                }
                tried += 1;
                if may_publish(&link, &subject) {
                    passed.push(subject);
                }
            }
        }
    }
    assert_eq!(tried, 6 * CommonQuestion::NAMES.len() * 2);
    // What its intake asks, with a key of its own: what it missed, and how far its subscribers are.
    let wanted = [
        "qry.referral.main.log",
        "qry.registry.main.log",
        "qry.referral.main.sources",
        "qry.journal.main.sources",
    ];
    for subject in wanted {
        assert!(passed.iter().any(|it| it == subject), "{subject}");
    }
    assert!(
        passed
            .iter()
            .all(|it| it.ends_with(".main.log") || it.ends_with(".main.sources")),
        "{passed:?}"
    );
    // The ordinary questions of people go on.
    for key in people {
        assert!(may_publish(key, "qry.referral.worklist"));
        assert!(may_publish(key, "qry.intake.log"), "of their own node");
    }
}
