//! Events that a village's link publishes in the name of others, and a site's log with events of other divisions:
//! services refuse them, count each with its reason, and `doctor` says what mends it.

use async_nats::{Client as Nats, HeaderMap};
use futures::StreamExt;
use onestop_chassis::{
    clock::SystemClock,
    identity::{HEADER, Issuer},
};
use onestop_eventlog::{Hash, Labels, Record};
use onestop_proto::{
    actor::ServiceName,
    envelope::{Envelope, Source},
    ids::CaseId,
    query::{LogPage, LogQuery, Response},
    raw_json::RawJson,
    replication::{Refusal, RefusedEvents, ReplicationState, Sources},
    subject,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, found, until},
    invariants::assert_logs,
    journeys::{CLERK, COUNTY, accept, open_by, request},
    site_keys::{Thief, issuer},
    sites::{SITE, Site},
    test_user::{TestUser, unit},
};

/// A clerk in another county than the site's.
const ELSEWHERE: &str = "clerk/yang@530822";
/// Those that take in events of intake by rules of their own, and the journal.
const LISTENERS: [&str; 2] = ["referral", "journal"];

async fn sources(user: &TestUser, by: &str) -> Sources {
    let by: ServiceName = by.parse().unwrap();
    user.ask(&by, "sources", Value::Null).await.unwrap()
}

/// Waits until both listeners have refused events for a reason, and returns what each has counted.
async fn refused(user: &TestUser, why: Refusal) -> Vec<RefusedEvents> {
    let mut all = Vec::new();
    for by in LISTENERS {
        let what = format!("{by} refuses {why:?}");
        let counted = found(&what, async || {
            let mut refused = sources(user, by).await.refused.into_iter();
            refused.find(|refused| refused.why == why)
        });
        all.push(counted.await);
    }
    all
}

/// Waits until referral's state of the site fits.
async fn wait_for_state(user: &TestUser, fits: impl Fn(&ReplicationState) -> bool) {
    until("referral's state of the site", async || {
        let mut states = sources(user, "referral").await.sources.into_iter();
        states.any(|state| state.source == Site::source() && fits(&state.state))
    })
    .await;
}

async fn log_of_site(user: &TestUser) -> LogPage {
    let query = LogQuery {
        from: 0,
        limit: 400,
    };
    let site = Site::source();
    let asked = user.client.ask_instance(&site, None, &query);
    asked.await.unwrap()
}

/// An event that continues the site's log, of a new case that was opened in another county.
fn opened_elsewhere(opened: &Envelope, last: &Envelope) -> Envelope {
    let case = CaseId::from_uuid(SystemClock.uuid());
    let mut data: Value = opened.data.parse().unwrap();
    data["window"] = json!(unit("530822"));
    Envelope {
        id: SystemClock.command().event(0),
        subject: case,
        correlationid: case,
        unit: unit("530822"),
        division: "530822".parse().unwrap(),
        data: RawJson::of(&data).unwrap(),
        ..behind(last, opened)
    }
}

/// The event at the place behind another.
fn behind(last: &Envelope, event: &Envelope) -> Envelope {
    Envelope {
        sequence: (last.position().unwrap() + 1).to_string(),
        epoch: last.epoch,
        prevhash: last.hash.clone(),
        source: last.source.clone(),
        ..event.clone()
    }
}

/// Gives an event the hash that fits it, and the header that goes with it.
fn hashed(event: &mut Envelope) -> String {
    let digits = event.prevhash.as_bytes().chunks(2);
    let previous: Vec<u8> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let payload = serde_json::to_vec(&event.recorded()).unwrap();
    let record = Record {
        position: event.position().unwrap(),
        stream: format!("case/{}", event.subject).parse().unwrap(),
        revision: 0,
        id: event.id.uuid(),
        labels: Labels::NONE,
        payload_hash: Hash::of_payload(&payload),
        payload: payload.into(),
        previous: Hash::from_bytes(previous.try_into().unwrap()),
        hash: Hash::ZERO,
    };
    event.hash = Hash::of_record(&record.canonical_bytes()).to_string();
    format!("0 {} case/{}", event.id, event.subject)
}

/// Publishes an event that fits its hash, on its subject or on another.
async fn publish(nats: &Nats, mut event: Envelope, on: Option<String>, signer: Option<&Issuer>) {
    let mut headers = HeaderMap::new();
    headers.insert("Onestop-Record", hashed(&mut event));
    let payload = serde_json::to_vec(&event).unwrap();
    let subject = on.unwrap_or_else(|| event.wire_subject());
    if let Some(signer) = signer {
        headers.insert(HEADER, signer.token(&subject, &payload, None).unwrap());
    }
    let sent = nats.publish_with_headers(subject, headers, payload.into());
    sent.await.unwrap();
    nats.flush().await.unwrap();
}

/// The whole of it: a hub, a site with one accepted case, and a case of the hub in another county.
struct World {
    hub: Onestop,
    site: Site,
    above: TestUser,
    window: TestUser,
    elsewhere: CaseId,
    opened: Envelope,
}

impl World {
    async fn start() -> Self {
        let mut hub = Onestop::start(Deployment::Separate).await;
        let site = Site::start(&mut hub).await;
        hub.wait_until_ready().await;
        let above = TestUser::new(hub.client().await);
        let window = site.user(&hub).await;
        let there = request("legal-aid", "labour-pay", "530822");
        let elsewhere = open_by(&above, ELSEWHERE, there).await;
        above.wait_for_event(elsewhere, "referral.offered", 1).await;
        let own = open_at_site(&window).await;
        above.wait_for_event(own, "referral.offered", 1).await;
        accept(&above, COUNTY, own).await.unwrap();
        above.wait_for_event(own, "case.holder-noted", 1).await;
        let opened = above.wait_for_event(own, "case.opened", 1).await.event;
        Self {
            hub,
            site,
            above,
            window,
            elsewhere,
            opened,
        }
    }
}

async fn open_at_site(window: &TestUser) -> CaseId {
    let wages = request("legal-aid", "labour-pay", "530821101201");
    open_by(window, CLERK, wages).await
}

/// A village that is not enrolled opens a case.
async fn as_nobody(nats: &Nats, world: &World, next: &Envelope) -> CaseId {
    let case = CaseId::from_uuid(SystemClock.uuid());
    let strange = Envelope {
        id: SystemClock.command().event(0),
        subject: case,
        correlationid: case,
        source: "/onestop/intake/village-made-up".parse().unwrap(),
        sequence: "0".to_owned(),
        epoch: SystemClock.uuid(),
        prevhash: "0".repeat(64),
        ..next.clone()
    };
    publish(nats, strange, None, None).await;
    for refused in refused(&world.above, Refusal::NotEnrolled).await {
        assert_eq!(refused.source.instance.as_str(), "village-made-up");
    }
    case
}

/// What continues the site's log, with the password of its link alone: with its hash, and with another.
async fn without_a_key(nats: &Nats, world: &World, next: &Envelope) {
    publish(nats, next.clone(), None, None).await;
    refused(&world.above, Refusal::NotSigned).await;
    let mut headers = HeaderMap::new();
    headers.insert("Onestop-Record", hashed(&mut next.clone()));
    let payload = serde_json::to_vec(next).unwrap();
    let sent = nats.publish_with_headers(next.wire_subject(), headers, payload.into());
    sent.await.unwrap();
    refused(&world.above, Refusal::Altered).await;
}

/// With the key of the site's intake as well: a case of another county, an event in the history of one, and that event
/// in the name of the hub's own intake, on a subject that the link may use.
async fn with_the_stolen_key(nats: &Nats, world: &World, next: &Envelope) {
    let (above, stolen) = (&world.above, issuer(&world.hub, "intake"));
    publish(nats, next.clone(), None, Some(&stolen)).await;
    let refused_first = refused(above, Refusal::OtherDivision).await;
    for refused in &refused_first {
        assert_eq!(refused.source, Site::source());
    }
    let withdrawn = Envelope {
        id: SystemClock.command().event(0),
        event_type: "cn.onestop.case.withdrawn.v1".to_owned(),
        subject: world.elsewhere,
        correlationid: world.elsewhere,
        data: RawJson::of(&json!({})).unwrap(),
        ..next.clone()
    };
    publish(nats, withdrawn.clone(), None, Some(&stolen)).await;
    let counts = |refused: &[RefusedEvents]| -> Vec<u64> {
        refused.iter().map(|refused| refused.count).collect()
    };
    let before = counts(&refused_first);
    until("both refuse the second as well", async || {
        let now = counts(&refused(above, Refusal::OtherDivision).await);
        now.iter().zip(&before).all(|(now, before)| now > before)
    })
    .await;
    let as_main = Envelope {
        source: Source::main(onestop_proto::case::service()),
        ..withdrawn.clone()
    };
    let on = withdrawn.wire_subject();
    publish(nats, as_main, Some(on), Some(&stolen)).await;
    refused(above, Refusal::OtherSubject).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_believes_what_a_villages_link_forges() {
    let world = World::start().await;
    let (hub, above) = (&world.hub, &world.above);
    let thief = Thief::link(hub, &world.site).await;
    let before = above.replay(world.elsewhere).await.unwrap().steps.len();
    let page = log_of_site(above).await;
    let next = opened_elsewhere(&world.opened, page.events.last().unwrap());

    let made_up = as_nobody(&thief.nats, &world, &next).await;
    without_a_key(&thief.nats, &world, &next).await;
    with_the_stolen_key(&thief.nats, &world, &next).await;

    for case in [made_up, next.subject] {
        assert!(above.replay(case).await.is_err(), "{case} was made up");
    }
    let after = above.replay(world.elsewhere).await.unwrap().steps.len();
    assert_eq!(after, before);
    // The site goes on, and nothing was parked.
    let further = open_at_site(&world.window).await;
    above.wait_for_event(further, "referral.offered", 1).await;
    assert_followed(above).await;
    assert_told(hub);
    assert_logs(above, &[&world.window]).await;

    // Once its key is revoked, the site counts as not enrolled.
    let (keys, name) = (hub.keys(), format!("service/intake/{SITE}"));
    let words = ["keys", "revoke", &name, "--keys", keys.to_str().unwrap()];
    let revoked = tokio::task::block_in_place(|| run(Some(hub), &words));
    assert!(revoked.status.success(), "{revoked:?}");
    wait_for_state(above, |state| {
        let why = Refusal::NotEnrolled;
        matches!(state, ReplicationState::Refused { why: is, .. } if *is == why)
    })
    .await;
}

/// No service has set the site's log aside: not even a unit's service, which cannot tell of which division a case is.
async fn assert_followed(user: &TestUser) {
    for by in [
        "referral",
        "journal",
        "legal-aid",
        "notarization",
        "mediation",
    ] {
        until(&format!("{by} follows the site"), async || {
            let found = sources(user, by).await.sources;
            let site = found.iter().find(|state| state.source == Site::source());
            site.is_some_and(|site| site.state == ReplicationState::Synced {})
        })
        .await;
    }
}

/// Doctor names the instance that is not enrolled, and what mends it.
fn assert_told(hub: &Onestop) {
    let (key, url) = (hub.key("desk").display().to_string(), hub.url());
    let words = ["doctor", "--lang", "en", "--nats-key", &key, "--nats", &url];
    let doctor = tokio::task::block_in_place(|| run(Some(hub), &words));
    let said = String::from_utf8(doctor.stdout).unwrap();
    for words in [
        "/onestop/intake/village-made-up",
        "its instance is not enrolled",
        "keys init --site",
        "its case is of another division than its instance",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// Answers what is asked about the site's log in its place.
async fn answer_as_site(nats: Nats, page: LogPage) {
    let on = subject::query_at(&Site::source(), "log");
    let mut asked = nats.subscribe(on).await.unwrap();
    while let Some(message) = asked.next().await {
        let answer = Response::Answer(RawJson::of(&page).unwrap());
        let payload = serde_json::to_vec(&answer).unwrap();
        let reply = message.reply.unwrap();
        nats.publish(reply, payload.into()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_says_nothing_in_the_name_of_another() {
    let mut world = World::start().await;
    let page = log_of_site(&world.above).await;
    let last = page.events.last().unwrap().clone();
    world.site.stop_intake();
    let thief = Thief::link(&world.hub, &world.site).await;
    let mut of_main = Envelope {
        event_type: "cn.onestop.case.withdrawn.v1".to_owned(),
        subject: world.elsewhere,
        correlationid: world.elsewhere,
        data: RawJson::of(&json!({})).unwrap(),
        ..behind(&last, &world.opened)
    };
    hashed(&mut of_main);
    of_main.source = Source::main(onestop_proto::case::service());
    let forged = LogPage {
        epoch: last.epoch,
        head: page.head + 1,
        events: vec![last, of_main],
    };
    let before = world.above.replay(world.elsewhere).await.unwrap();
    let mut answering = JoinSet::new();
    answering.spawn(answer_as_site(thief.nats.clone(), forged));
    wait_for_state(&world.above, |state| {
        let why = Refusal::OtherSource;
        matches!(state, ReplicationState::Refused { why: is, .. } if *is == why)
    })
    .await;
    let after = world.above.replay(world.elsewhere).await.unwrap();
    assert_eq!(after.steps.len(), before.steps.len());

    // With its own intake back, the site is followed as before.
    answering.shutdown().await;
    world.site.run_intake(&world.hub);
    let further = open_at_site(&world.window).await;
    let above = &world.above;
    above.wait_for_event(further, "referral.offered", 1).await;
    wait_for_state(above, |state| *state == ReplicationState::Synced {}).await;
    assert_logs(above, &[&world.window]).await;
}
