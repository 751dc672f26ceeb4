//! What `onestop keys init` enrols.

use std::path::Path;

use onestop_chassis::identity::{Enrolled, Issuer, Issuers, KeyState, ROSTER_FILE, SpeaksFor};
use onestop_proto::{
    actor::Actor,
    case::TrackQuery,
    query::{CommonQuestion, CustodyQuery, MatterQuery, QuestionType as _},
};
use tempfile::TempDir;

use super::{changes, mark_as_training, read, write, write_division};
use crate::cli::WhichKeys;

const TOWN: &str = "site-town-530821101";

/// The folder of a hub that knows one site.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(TOWN)).unwrap();
    write(folder.path()).unwrap();
    folder
}

fn roster(folder: &Path) -> Issuers {
    read(&folder.join(ROSTER_FILE)).unwrap()
}

fn entries(folder: &Path, issuer: &str) -> Vec<Enrolled> {
    let all = roster(folder).issuers.into_iter();
    all.filter(|it| it.issuer.as_str() == issuer).collect()
}

fn entry(folder: &Path, issuer: &str) -> Enrolled {
    let [entry] = &entries(folder, issuer)[..] else {
        panic!("{issuer} has one key");
    };
    entry.clone()
}

fn public(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    Issuer::parse(&text).unwrap().public().unwrap()
}

#[test]
fn every_program_has_a_key_that_stays() {
    let folder = folder();
    let path = folder.path();
    let first = roster(path);
    write(path).unwrap();
    assert_eq!(roster(path), first);
    let gateway = entry(path, "gateway/main");
    assert_eq!(gateway.key, public(&path.join("gateway.issuer")));
    assert_eq!(gateway.within, None);
    for service in onestop_proto::contract::service_names() {
        let entry = entry(path, &format!("service/{service}/main"));
        let copies = (service == "journal").then_some("root");
        let asks: Vec<&str> = ["log", "sources"].into_iter().chain(copies).collect();
        assert_eq!(entry.asks, asks, "{service}");
        let passes_on = entry.speaks_for == SpeaksFor::Everyone;
        assert_eq!(passes_on, service == "intake", "{service}");
    }
}

/// Without these the page of a citizen shows neither the papers that are missing nor the status that staff see.
#[test]
fn a_gateway_asks_what_the_page_of_a_citizen_shows() {
    let folder = folder();
    let asks = entry(folder.path(), "gateway/main").asks;
    for question in [TrackQuery::NAME, MatterQuery::NAME, CustodyQuery::NAME] {
        assert!(asks.iter().any(|asked| asked == question), "{question}");
    }
}

/// Without these a site's workbench shows no photograph, no progress, and the directory of its files for ever.
#[test]
fn a_gateway_of_a_site_asks_the_hub_what_public_pages_show_and_for_the_registrys_log() {
    let folder = folder();
    let asks = entry(folder.path(), "gateway/town-530821101").asks;
    assert_eq!(
        asks,
        ["registry.log", "track", "matter", "custody", "evidence"]
    );
}

#[test]
fn a_site_speaks_for_its_division_and_asks_for_logs_at_home_alone() {
    let folder = folder();
    let (hub, site) = (folder.path(), folder.path().join(TOWN));
    for issuer in ["gateway/town-530821101", "operator/town-530821101"] {
        let (above, home) = (entry(hub, issuer), entry(&site, issuer));
        assert_eq!(above.within, Some("530821101".parse().unwrap()));
        assert_eq!(above.within, home.within);
        let about_logs = above
            .asks
            .iter()
            .any(|asks| CommonQuestion::NAMES.contains(&&**asks));
        assert!(!about_logs, "{issuer}: {:?}", above.asks);
        assert!(!home.asks.is_empty(), "{issuer}");
    }
    assert!(entry(hub, "operator/town-530821101").asks.is_empty());
    // At the site, the hub's services are known, and no other site.
    entry(&site, "service/journal/main");
    let other = hub.join("site-other");
    std::fs::create_dir(&other).unwrap();
    write_division(&other, "530822".parse().unwrap()).unwrap();
    write(hub).unwrap();
    entry(hub, "gateway/other");
    assert!(entries(&site, "gateway/other").is_empty());
}

#[test]
fn the_operator_acts_for_others_in_training_alone() {
    let folder = folder();
    let path = folder.path();
    let nobody = SpeaksFor::Persons(Vec::new());
    assert_eq!(entry(path, "operator/main").speaks_for, nobody);
    let clerk: Actor = "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap();
    changes::enrol_operator(path, &clerk).unwrap();
    let own = entry(path, "operator/zhang-li");
    assert_eq!(own.speaks_for, SpeaksFor::Persons(vec![clerk]));
    assert_eq!(own.key, public(&path.join("operator-zhang-li.issuer")));
    mark_as_training(path).unwrap();
    write(path).unwrap();
    assert_eq!(entry(path, "operator/main").speaks_for, SpeaksFor::Everyone);
    assert_eq!(entry(path, "operator/zhang-li"), own);
    let main: Actor = "clerk/main@s4k2m9qxa.window".parse().unwrap();
    assert!(changes::enrol_operator(path, &main).is_err());
}

#[test]
fn a_key_is_rotated_and_the_former_revoked() {
    let folder = folder();
    let (hub, site) = (folder.path(), folder.path().join(TOWN));
    let issuer = "gateway/town-530821101";
    let name = issuer.parse().unwrap();
    let former = entry(hub, issuer).key;
    let file = changes::rotate(hub, &name).unwrap();
    assert_eq!(file, site.join("gateway.issuer"));
    let states = |folder: &Path| -> Vec<_> {
        let keys = entries(folder, issuer).into_iter();
        keys.map(|it| (it.key, it.state)).collect()
    };
    let new = public(&file);
    let both = [
        (former.clone(), KeyState::Active),
        (new.clone(), KeyState::Active),
    ];
    assert_eq!(states(hub), both);
    assert_eq!(states(&site), both);
    assert_eq!(changes::revoke(hub, &name, WhichKeys::Former).unwrap(), 1);
    let one = [(former, KeyState::Revoked), (new, KeyState::Active)];
    assert_eq!(states(hub), one);
    assert_eq!(states(&site), one);
    changes::revoke(hub, &name, WhichKeys::All).unwrap();
    write(hub).unwrap();
    for folder in [hub, &site] {
        let states = states(folder);
        assert!(states.iter().all(|(_, state)| *state == KeyState::Revoked));
    }
    let stranger = "gateway/elsewhere".parse().unwrap();
    assert!(changes::revoke(hub, &stranger, WhichKeys::All).is_err());
}
