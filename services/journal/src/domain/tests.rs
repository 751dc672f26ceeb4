//! Causal order with clocks that differ and in any order of arrival; custody and clocks at
//! each step; what had happened, and what was known.

use std::sync::LazyLock;

use onestop_directory::Directory;
use onestop_proto::{
    case,
    envelope::{Address, Envelope, EventType, LogPosition, RawEvent, RecordPlace, RecordedEvent},
    ids::{CommandId, UnitId},
    journal::Replay,
    raw_json::RawJson,
    referral::{self, Accepted, CustodyTaken},
    time::Timestamp,
    trace::TraceParent,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Entry, NewEntry, found_elsewhere, missing_causes, part, replay};

const CASE: &str = "019ab0c4-8000-7000-8000-0000000000aa";
const WINDOW: &str = "s4k2m9qxa.window";
const AGENCY: &str = "s7777777a.legal-aid";

fn command(number: u64) -> CommandId {
    format!("019ab0c4-8000-7000-8000-{number:012x}")
        .parse()
        .unwrap()
}

fn moment(second: i64) -> Timestamp {
    let start: Timestamp = "2026-03-02 10:00:00".parse().unwrap();
    start.plus_seconds(second)
}

/// An event of a service, the `position`th of its log, caused by another event or by its own command.
fn entry<E: EventType>(
    event: &E,
    source: &str,
    position: u64,
    cause: Option<Uuid>,
    happened: i64,
    received: i64,
) -> Entry {
    let command = command(position + source.len() as u64 * 1_000);
    let unit: UnitId = WINDOW.parse().unwrap();
    let recorded = RecordedEvent {
        id: command.event(0),
        event: RawEvent::from_event(event).unwrap(),
        time: moment(happened),
        recordedtime: moment(happened),
        case: CASE.parse().unwrap(),
        causationid: cause.unwrap_or(command.uuid()),
        command,
        commandhash: String::new(),
        actor: format!("clerk/zhang-li@{unit}").parse().unwrap(),
        issuer: None,
        tokenid: None,
        latereason: None,
        lateapprover: None,
        lateissuer: None,
        latetokenid: None,
        address: Address {
            unit,
            division: "530821".parse().unwrap(),
            item: None,
        },
        traceparent: TraceParent::start(command),
    };
    let at = LogPosition {
        source: source.parse().unwrap(),
        epoch: Uuid::nil(),
        position,
    };
    let place = RecordPlace {
        at,
        prevhash: String::new(),
        hash: String::new(),
    };
    Entry {
        heard_at: moment(received),
        unreadable: None,
        event: Envelope::new(recorded, place),
    }
}

fn opened() -> case::Event {
    case::Event::from(case::Opened {
        text_key: None,
        people: None,
        respondents: None,
        number: "s4k2m9qxa-260302-001".parse().unwrap(),
        site: "s4k2m9qxa".parse().unwrap(),
        window: WINDOW.parse().unwrap(),
        window_division: "530821".parse().unwrap(),
        item: "legal-aid".parse().unwrap(),
        topic: "labour-pay".parse().unwrap(),
        place: "530821".parse().unwrap(),
        channel: case::Channel::Window,
        applicant: case::Ciphertext(String::new()),
        urgent: false,
        opposed_to: None,
        notice: None,
        related: Vec::new(),
        needs: case::Needs::default(),
        query_code: None,
        short_code: None,
        warnings: Vec::new(),
    })
}

fn taken() -> referral::Event {
    referral::Event::from(CustodyTaken {
        text_key: None,
        by: WINDOW.parse().unwrap(),
        division: "530821".parse().unwrap(),
        number: "s4k2m9qxa-260302-001".parse().unwrap(),
        at: moment(0),
    })
}

fn accepted(from: &str, to: &str) -> referral::Event {
    referral::Event::from(Accepted {
        text_key: None,
        respondents: None,
        people: None,
        other_side: Vec::new(),
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        to_division: "530821".parse().unwrap(),
        item: "legal-aid".parse().unwrap(),
        topic: "labour-pay".parse().unwrap(),
        place: "530821".parse().unwrap(),
        number: "s4k2m9qxa-260302-001".parse().unwrap(),
        requested_at: None,
        received_at: None,
        opposing: Vec::new(),
        notice: None,
        given: None,
        at: moment(0),
    })
}

const INTAKE: &str = "/onestop/intake/main";
const REFERRAL: &str = "/onestop/referral/main";

/// Requested at the window; referral's clock is a minute behind.
fn story() -> Vec<Entry> {
    let archived = case::Event::from(case::Archived {});
    let first = entry(&opened(), INTAKE, 0, None, 60, 61);
    let second = entry(&taken(), REFERRAL, 0, Some(first.event.id.uuid()), 1, 62);
    let third = entry(&accepted(WINDOW, AGENCY), REFERRAL, 1, None, 2, 63);
    let fourth = entry(&archived, INTAKE, 1, Some(third.event.id.uuid()), 63, 120);
    vec![first, second, third, fourth]
}

/// Loaded once: reading sixteen thousand divisions takes longer than any test here.
fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());
    &DIRECTORY
}

fn ids(replay: &Replay) -> Vec<Uuid> {
    replay
        .steps
        .iter()
        .map(|step| step.event.id.uuid())
        .collect()
}

#[test]
fn causes_come_before_effects_though_the_clocks_disagree() {
    let story = story();
    let expected: Vec<Uuid> = story.iter().map(|entry| entry.event.id.uuid()).collect();
    let replayed = replay(CASE.parse().unwrap(), story, None, None, directory());
    assert_eq!(ids(&replayed), expected);
    assert_eq!(replayed.findings, []);
    let custody: Vec<_> = replayed
        .steps
        .iter()
        .map(|step| step.custody.as_ref().map(UnitId::as_str))
        .collect();
    let held = [WINDOW, WINDOW, AGENCY, AGENCY].map(Some);
    assert_eq!(custody, held);
}

#[test]
fn as_of_and_known_at_differ() {
    let directory = directory();
    let case = CASE.parse().unwrap();
    let known = replay(case, story(), None, Some(moment(63)), directory);
    assert_eq!(known.steps.len(), 3);
    let happened = replay(case, story(), Some(moment(63)), None, directory);
    assert_eq!(happened.steps.len(), 4);
    assert_eq!(
        replay(case, story(), Some(moment(2)), None, directory)
            .steps
            .len(),
        2
    );
}

#[test]
fn a_broken_chain_is_found() {
    let mut story = story();
    story[2] = entry(&accepted(AGENCY, WINDOW), REFERRAL, 1, None, 2, 63);
    let replayed = replay(CASE.parse().unwrap(), story, None, None, directory());
    assert_eq!(replayed.findings[0].step, 3);
    assert!(replayed.findings[0].what.en.contains("chain"));
}

#[test]
fn a_missing_cause_is_found() {
    let mut story = story();
    story.remove(2);
    let replayed = replay(CASE.parse().unwrap(), story, None, None, directory());
    assert_eq!(replayed.findings.len(), 1);
    assert!(replayed.findings[0].what.en.contains("has not reached"));
}

/// What happens to one party's case causes something in the other's.
#[test]
fn a_cause_in_another_case_is_no_finding() {
    let mut story = story();
    story.remove(2);
    let mut replayed = replay(CASE.parse().unwrap(), story, None, None, directory());
    let missing = missing_causes(&replayed);
    let [(step, cause)] = missing[..] else {
        panic!("{missing:?}")
    };
    let of_step = replayed.steps.iter().find(|found| found.number == step);
    assert_eq!(of_step.unwrap().event.causationid, cause);
    found_elsewhere(&mut replayed, step + 1);
    assert_eq!(replayed.findings.len(), 1);
    found_elsewhere(&mut replayed, step);
    assert_eq!(replayed.findings, []);
}

/// A withdrawal whose data is not what the contract says.
fn without_data(position: u64) -> Entry {
    let archived = case::Event::from(case::Archived {});
    let mut entry = entry(&archived, INTAKE, position, None, 64, 130);
    entry.event.event_type = "cn.onestop.case.withdrawn.v1".to_owned();
    entry.event.data = RawJson::of(&serde_json::json!({})).unwrap();
    entry
}

#[test]
fn a_step_that_cannot_be_read_is_shown_as_such_and_the_replay_goes_on() {
    let mut story = story();
    story.insert(3, without_data(7));
    let replayed = replay(CASE.parse().unwrap(), story, None, None, directory());
    assert_eq!(replayed.steps.len(), 5);
    let unreadable: Vec<_> = replayed
        .steps
        .iter()
        .filter(|step| step.unreadable.is_some())
        .collect();
    let [step] = &unreadable[..] else {
        panic!("{unreadable:?}")
    };
    assert_eq!(step.event_type, "cn.onestop.case.withdrawn.v1");
    assert!(
        step.facts.en.contains("does not fit the contract"),
        "{}",
        step.facts.en
    );
    let found = replayed
        .findings
        .iter()
        .find(|finding| finding.step == step.number);
    assert!(found.unwrap().what.zh.contains("不合约定"));
    assert_eq!(
        replayed.steps.last().unwrap().custody,
        Some(AGENCY.parse().unwrap())
    );
}

#[test]
fn an_event_that_does_not_fit_the_contract_is_kept_and_marked() {
    let bad = without_data(7).event;
    let kept = NewEntry::received(&bad, moment(0));
    assert_eq!(*kept.event, bad);
    assert!(kept.unreadable.unwrap().contains("missing field"));
    for entry in story() {
        let kept = NewEntry::received(&entry.event, moment(0));
        assert_eq!(kept.unreadable, None);
    }
}

#[test]
fn a_long_replay_comes_in_parts_that_make_the_whole() {
    let case = CASE.parse().unwrap();
    let whole = replay(case, story(), None, None, directory());
    let bytes = |replay: &Replay| serde_json::to_string(&replay.steps).unwrap().len();
    // Two steps fit, three do not.
    let most = bytes(&whole) * 2 / 3;
    let mut gathered: Option<Replay> = None;
    let mut from = 1;
    let mut parts = 0;
    loop {
        let next = part(whole.clone(), from, most).unwrap();
        assert!(next.steps.len() == 1 || bytes(&next) <= most + next.steps.len() + 2);
        assert_eq!((next.total, next.of), (4, 4));
        parts += 1;
        let after = next.next;
        match &mut gathered {
            Some(gathered) => gathered.extend(next),
            None => gathered = Some(next),
        }
        match after {
            Some(after) => from = after,
            None => break,
        }
    }
    assert!(parts > 1, "{parts}");
    assert_eq!(gathered.unwrap(), whole);
    // A step that is too large alone is still given.
    assert_eq!(part(whole, 2, 1).unwrap().steps.len(), 1);
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(order in Just(vec![0, 1, 2, 3]).prop_shuffle()) {
        let story = story();
        let shuffled = order.iter().map(|index: &usize| story[*index].clone()).collect();
        let case = CASE.parse().unwrap();
        let directory = directory();
        let replayed = replay(case, shuffled, None, None, directory);
        prop_assert_eq!(ids(&replayed), ids(&replay(case, story, None, None, directory)));
    }
}
