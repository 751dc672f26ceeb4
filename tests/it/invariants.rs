//! What must hold whatever happened: nothing missing, doubled or out of order, and custody unbroken.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    actor::ServiceName,
    case, contract,
    envelope::{Envelope, Source},
    ids::{CaseId, UnitId},
    journal::{self, Replay},
    personal,
    query::{LogPage, LogQuery, ProgressQuery, Verification},
    registry,
    replication::{ReplicationState, Sources},
};

use crate::{
    harness::until,
    test_user::{TestUser, name},
};

/// Every service but the journal, which publishes nothing.
pub(crate) fn publishing_services() -> Vec<ServiceName> {
    let mut services = contract::services();
    services.retain(|service| *service != journal::service());
    services
}

/// How long the log of each service is that publishes.
async fn heads(user: &TestUser) -> BTreeMap<String, u64> {
    let mut heads = BTreeMap::new();
    for service in publishing_services() {
        let query = LogQuery { from: 0, limit: 0 };
        let page: LogPage = user.ask(&service, "log", query).await.unwrap();
        heads.insert(service.to_string(), page.head);
    }
    heads
}

/// Whether every service has read the logs that it follows at this node up to these heads.
async fn has_heard(user: &TestUser, heads: &BTreeMap<String, u64>) -> bool {
    for service in contract::services() {
        let none = serde_json::Value::Null;
        let heard: Sources = user.ask(&service, "sources", none).await.unwrap();
        let followed = heard.sources.iter().filter(|state| {
            let main = Source::main(state.source.service.clone());
            state.source == main && state.state == ReplicationState::Synced {}
        });
        for state in followed {
            let head = heads.get(state.source.service.as_str());
            if head.is_some_and(|head| state.next < *head) {
                return false;
            }
        }
    }
    true
}

/// Waits until every service has heard all that the others wrote, and none writes more because of it.
pub(crate) async fn all_is_heard(user: &TestUser) {
    until("all that was written is heard", async || {
        let before = heads(user).await;
        has_heard(user, &before).await && heads(user).await == before
    })
    .await;
}

/// Waits until the lists of the journal hold all that was written.
pub(crate) async fn lists_are_current(user: &TestUser) {
    all_is_heard(user).await;
    until("the lists hold what was heard", async || {
        let progress = user.client.ask(QuestionMeta::default(), &ProgressQuery);
        progress.await.is_ok_and(|it| it.position >= it.head)
    })
    .await;
}

/// Every log reads from its first position to its last without a gap, each record holds the hash of
/// the one before, no event occurs twice, and the journal has heard every one of them exactly once.
///
/// `sites` are windows of sites with an intake of their own.
pub(crate) async fn assert_logs(user: &TestUser, sites: &[&TestUser]) -> LogSummary {
    assert_logs_with(user, sites, &[]).await
}

/// The same; `unreadable` are cases of which only an unreadable event is known.
pub(crate) async fn assert_logs_with(
    user: &TestUser,
    sites: &[&TestUser],
    unreadable: &[CaseId],
) -> LogSummary {
    all_is_heard(user).await;
    let mut written = BTreeSet::new();
    let mut cases: BTreeSet<CaseId> = BTreeSet::new();
    let main = publishing_services()
        .into_iter()
        .map(|service| (user, service));
    let sites = sites.iter().map(|site| (*site, case::service()));
    for (asked, service) in main.chain(sites) {
        let events = asked.log(&service).await;
        assert_chain(&service, &events);
        for event in &events {
            assert!(
                written.insert(event.id),
                "{} stands twice in {service}",
                event.id
            );
            cases.insert(event.subject);
        }
        let none = serde_json::Value::Null;
        let verdict: Verification = asked.ask(&service, "verify", none).await.unwrap();
        assert!(
            matches!(verdict, Verification::Intact { events: count, .. } if count == events.len() as u64),
            "{service}: read {} events, and {verdict:?}",
            events.len()
        );
        if let Some(last) = events.last() {
            journal_hears(user, &last.source, events.len() as u64).await;
        }
    }
    let mut replayed = Vec::new();
    let told = LogSummary {
        cases: cases.len(),
        events: written.len(),
    };
    for case in cases {
        let replay = user.replay(case).await.unwrap();
        if unreadable.contains(&case) {
            assert_unreadable(&replay);
        } else if !is_of_no_case(&replay) {
            assert_replay(&replay);
        }
        replayed.extend(replay.steps.iter().map(|step| step.event.id));
    }
    assert_eq!(
        replayed.len(),
        written.len(),
        "the journal has other events than the logs"
    );
    assert_eq!(replayed.into_iter().collect::<BTreeSet<_>>(), written);
    told
}

/// How much the logs hold.
#[derive(Debug)]
pub(crate) struct LogSummary {
    pub(crate) cases: usize,
    pub(crate) events: usize,
}

fn assert_chain(service: &ServiceName, events: &[Envelope]) {
    let mut previous: Option<String> = None;
    for (position, event) in (0..).zip(events) {
        assert_eq!(event.position(), Some(position), "a gap in {service}");
        if let Some(previous) = previous {
            assert_eq!(
                event.prevhash, previous,
                "{service} is not chained at {position}"
            );
        }
        previous = Some(event.hash.clone());
    }
}

/// Waits until the journal has heard so many events of a source.
pub(crate) async fn journal_hears(user: &TestUser, source: &Source, head: u64) {
    until(
        &format!("the journal hears {head} of {source}"),
        async || {
            let none = serde_json::Value::Null;
            let sources: Sources = user
                .ask(&journal::service(), "sources", none)
                .await
                .unwrap();
            let mut sources = sources.sources.iter();
            let of = sources.find(|state| {
                state.source == *source && !matches!(state.state, ReplicationState::Superseded {})
            });
            of.map_or(0, |state| state.next) == head
        },
    )
    .await;
}

/// Whether it is of a search for a person that found nothing, or of a site whose record the registry keeps.
fn is_of_no_case(replay: &Replay) -> bool {
    replay.steps.iter().all(|step| {
        if step.event.source.service == registry::service() {
            return true;
        }
        let event = step.event.raw().parse_if::<personal::Event>();
        match event.unwrap() {
            Some(personal::Event::PersonalDataAccessed(opened)) => opened.is_of_no_case(),
            Some(personal::Event::VolumeExceeded(_)) => true,
            None => false,
        }
    })
}

/// The first step is the unreadable event; the others are the parking by each service, once.
fn assert_unreadable(replay: &Replay) {
    let (first, words) = replay.steps.split_first().unwrap();
    assert!(first.unreadable.is_some(), "{first:?}");
    let by: BTreeSet<String> = words
        .iter()
        .map(|step| step.at.source.to_string())
        .collect();
    assert_eq!(by.len(), words.len(), "a service set it aside twice");
    assert!(
        words
            .iter()
            .all(|step| name(step) == "parking.event-parked")
    );
    assert_eq!(replay.findings.len(), 1, "{:?}", replay.findings);
}

/// Every step comes after its cause, every service's events in its own order, and custody passes
/// from holder to holder: each transfer names the previous holder.
pub(crate) fn assert_replay(replay: &Replay) {
    assert_eq!(replay.findings, []);
    // A cause that the journal has, and this case has not, is of the other party's case.
    let own: HashSet<_> = replay
        .steps
        .iter()
        .map(|step| step.event.id.uuid())
        .collect();
    let mut seen = HashSet::new();
    let mut positions: BTreeMap<String, u64> = BTreeMap::new();
    for (number, step) in (1..).zip(&replay.steps) {
        let event = &step.event;
        assert_eq!(step.number, number);
        assert!(
            event.causationid == event.command.uuid()
                || seen.contains(&event.causationid)
                || !own.contains(&event.causationid),
            "step {number} stands before its cause"
        );
        assert!(
            seen.insert(event.id.uuid()),
            "step {number} stands there twice"
        );
        let last = positions.insert(step.at.source.to_string(), step.at.position);
        assert!(
            last.is_none_or(|last| last < step.at.position),
            "step {number} is out of order"
        );
        assert!(
            step.custody.is_some(),
            "at step {number} nobody has custody"
        );
    }
}

/// What happened, service by service, in the order of its log.
pub(crate) fn by_service(replay: &Replay) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for step in &replay.steps {
        let (thing, happened) = name(step)
            .split_once('.')
            .map(|(thing, happened)| (thing.to_owned(), happened.to_owned()))
            .unwrap();
        told.entry(thing).or_default().push(happened);
    }
    told
}

/// Who had custody, in turn.
pub(crate) fn custody(replay: &Replay) -> Vec<UnitId> {
    let mut held: Vec<UnitId> = replay
        .steps
        .iter()
        .filter_map(|step| step.custody.clone())
        .collect();
    held.dedup();
    held
}
