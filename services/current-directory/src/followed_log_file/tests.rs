use onestop_proto::{
    envelope::{Address, LogPosition, RawEvent, RecordPlace, RecordedEvent},
    ids::{CaseId, CommandId},
    query::LogPage,
    registry::{Event, UnitFreed},
    trace::TraceParent,
};

use super::*;
use crate::followed_log::registry_log;

const EPOCH: &str = "019ab0c4-8000-7000-8000-0000000000e0";

/// The event at a position of the registry's log, in an incarnation of it.
fn event(position: u64, epoch: &str) -> Envelope {
    let site = "s4k2m9qxa".parse().unwrap();
    let unit: onestop_proto::ids::UnitId = "s4k2m9qxa.legal-aid".parse().unwrap();
    let division = "530821".parse().unwrap();
    let freed = Event::from(UnitFreed {
        unit: unit.clone(),
        division,
        from: "2026-12-01".parse().unwrap(),
        site,
        decided_by: None,
    });
    let now = "2026-11-28 10:00:00".parse().unwrap();
    let command: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
    let recorded = RecordedEvent {
        id: command.event(0),
        event: RawEvent::from_event(&freed).unwrap(),
        time: now,
        recordedtime: now,
        case: CaseId::of_site(freed.site()),
        causationid: command.uuid(),
        command,
        commandhash: String::new(),
        actor: "supervisor/li@s4k2m9qxa.supervision".parse().unwrap(),
        issuer: None,
        tokenid: None,
        latereason: None,
        lateapprover: None,
        lateissuer: None,
        latetokenid: None,
        address: Address {
            unit,
            division,
            item: None,
        },
        traceparent: TraceParent::start(command),
    };
    let hash = |number: u64| format!("{number:064x}");
    let at = LogPosition {
        source: registry_log(),
        epoch: epoch.parse().unwrap(),
        position,
    };
    let place = RecordPlace {
        at,
        prevhash: hash(position),
        hash: hash(position + 1),
    };
    Envelope::new(recorded, place)
}

fn line(event: &Envelope) -> Vec<u8> {
    let mut line = serde_json::to_vec(event).unwrap();
    line.push(b'\n');
    line
}

#[test]
fn what_was_heard_is_there_again_after_a_restart_and_a_torn_end_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = FollowedLogFile::new(folder.path());
    assert_eq!(file.read().unwrap().next(), 0);
    let two = [line(&event(0, EPOCH)), line(&event(1, EPOCH))].concat();
    file.write(&two, Placement::Behind).unwrap();
    let torn = line(&event(2, EPOCH));
    file.write(&torn[..torn.len() / 2], Placement::Behind)
        .unwrap();

    let followed = file.read().unwrap();
    assert_eq!((followed.next(), followed.changes().events()), (2, 2));
    assert_eq!(fs::read(file.path()).unwrap(), two);

    file.write(&torn, Placement::Behind).unwrap();
    assert_eq!(file.read().unwrap().next(), 3);
    file.write(&line(&event(0, EPOCH)), Placement::Instead)
        .unwrap();
    assert_eq!(file.read().unwrap().next(), 1);
}

#[test]
fn an_event_that_does_not_follow_is_not_taken_in() {
    let mut followed = FollowedLog::default();
    assert!(followed.take_in(&event(1, EPOCH)).is_err());
    followed.take_in(&event(0, EPOCH)).unwrap();
    assert!(followed.take_in(&event(0, EPOCH)).is_err());
    let mut forged = event(1, EPOCH);
    forged.prevhash = "f".repeat(64);
    assert!(followed.take_in(&forged).is_err());
    let mut newer = event(1, EPOCH);
    newer.event_type = "cn.onestop.registry.unit-freed.v99".to_owned();
    assert!(followed.take_in(&newer).is_err());
    assert_eq!((followed.next(), followed.changes().events()), (1, 1));
}

#[test]
fn a_log_that_was_restored_or_rolled_back_does_not_continue_what_was_heard() {
    let mut followed = FollowedLog::default();
    followed.take_in(&event(0, EPOCH)).unwrap();
    followed.take_in(&event(1, EPOCH)).unwrap();
    let page = |epoch: &str, head: u64, events: Vec<Envelope>| LogPage {
        epoch: epoch.parse().unwrap(),
        head,
        events,
    };
    let other = "019ab0c4-8000-7000-8000-0000000000e1";
    assert!(followed.continues_in(&page(EPOCH, 2, Vec::new())));
    assert!(followed.continues_in(&page(EPOCH, 3, vec![event(2, EPOCH)])));
    assert!(!followed.continues_in(&page(EPOCH, 1, Vec::new())));
    assert!(!followed.continues_in(&page(other, 2, Vec::new())));
    let mut diverged = event(2, EPOCH);
    diverged.prevhash = "f".repeat(64);
    assert!(!followed.continues_in(&page(EPOCH, 3, vec![diverged])));
}

#[test]
fn when_it_was_heard_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = FollowedLogFile::new(folder.path());
    let at: Timestamp = "2026-11-28 10:00:00".parse().unwrap();
    assert!(file.note_heard(at).is_err(), "nothing was recorded");
    assert_eq!(file.heard_at(), None);
    file.write(&line(&event(0, EPOCH)), Placement::Behind)
        .unwrap();
    file.note_heard(at).unwrap();
    let started = FollowedLogFile::new(folder.path());
    assert_eq!(started.heard_at(), Some(at));
    assert_eq!(started.read().unwrap().next(), 1);
}
