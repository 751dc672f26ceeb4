//! What event-sourcing libraries ask of their recorders, in our own words.

use std::thread;

use futures::TryStreamExt;
use uuid::Uuid;

use crate::recorders::{
    Notification, Recorder, RecorderError, Selection, StoredEvent, Tracking, Versions,
};
use crate::support::{open, run};

const FIRST: Uuid = Uuid::from_u128(0xa1);
const SECOND: Uuid = Uuid::from_u128(0xa2);

fn recorder() -> (tempfile::TempDir, Recorder) {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    (directory, Recorder(log))
}

fn stored(originator: Uuid, version: u64, topic: &str) -> StoredEvent {
    StoredEvent {
        originator,
        version,
        topic: topic.to_owned(),
        state: format!("state {version}").into_bytes(),
    }
}

fn versions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.version).collect()
}

fn ids(notifications: &[Notification]) -> Vec<u64> {
    notifications.iter().map(|it| it.id).collect()
}

fn tracking(application: &str, notification: u64) -> Tracking {
    Tracking {
        application: application.to_owned(),
        notification,
    }
}

fn is_conflict<T>(result: &Result<T, RecorderError>) -> bool {
    matches!(result, Err(RecorderError::Integrity))
}

#[test]
fn aggregates_keep_their_events_by_version() {
    let (_directory, recorder) = recorder();
    let select = |originator, versions| recorder.select_events(originator, versions).unwrap();
    assert_eq!(recorder.insert_events(&[], None).unwrap(), [0; 0]);
    assert!(select(FIRST, Versions::default()).is_empty());
    let all: Vec<StoredEvent> = (1..=3)
        .map(|version| stored(FIRST, version, "a:A.Changed"))
        .collect();
    recorder.insert_events(&all[..1], None).unwrap();
    assert!(
        is_conflict(&recorder.insert_events(&all[..1], None)),
        "the same again"
    );
    recorder.insert_events(&all[1..], None).unwrap();
    assert_eq!(select(FIRST, Versions::default()), all);

    // All or nothing: the fourth is new, the third is not.
    let fourth = stored(FIRST, 4, "a:A.Changed");
    assert!(is_conflict(
        &recorder.insert_events(&[fourth, all[2].clone()], None)
    ));
    let others = [stored(SECOND, 1, "b:B.Created"), all[0].clone()];
    assert!(is_conflict(&recorder.insert_events(&others, None)));
    assert_eq!(select(FIRST, Versions::default()), all);
    assert!(select(SECOND, Versions::default()).is_empty());
    assert!(
        is_conflict(&recorder.insert_events(&[stored(SECOND, 2, "b:B.Created")], None)),
        "a gap"
    );
    assert!(is_conflict(
        &recorder.insert_events(&[stored(SECOND, 0, "b:B.Created")], None)
    ));

    for (gt, lte, desc, limit, expected) in [
        (None, None, true, None, vec![3, 2, 1]),
        (None, None, true, Some(1), vec![3]),
        (Some(1), None, false, None, vec![2, 3]),
        (None, Some(2), false, None, vec![1, 2]),
        (None, Some(2), true, Some(1), vec![2]),
        (Some(1), Some(2), false, None, vec![2]),
        (Some(1), Some(2), true, None, vec![2]),
        (Some(3), None, false, None, vec![]),
        (Some(0), Some(9), false, Some(2), vec![1, 2]),
        (None, Some(0), true, None, vec![]),
        (Some(2), Some(2), false, Some(1), vec![]),
    ] {
        let wanted = Versions {
            gt,
            lte,
            desc,
            limit,
        };
        assert_eq!(versions(&select(FIRST, wanted)), expected, "{wanted:?}");
    }
}

#[test]
fn notifications_are_numbered_without_gaps_across_aggregates() {
    let (_directory, recorder) = recorder();
    assert_eq!(recorder.max_notification_id(), None);
    let insert = |events: &[StoredEvent]| recorder.insert_events(events, None).unwrap();
    assert_eq!(
        insert(&[stored(FIRST, 1, "a:Opened"), stored(FIRST, 2, "a:Noted")]),
        [1, 2]
    );
    // Aggregates take turns within one insert.
    let turns = [
        stored(SECOND, 1, "b:Opened"),
        stored(FIRST, 3, "a:Noted"),
        stored(SECOND, 2, "b:Noted"),
    ];
    assert_eq!(insert(&turns), [3, 4, 5]);
    assert!(is_conflict(&recorder.insert_events(&turns, None)));
    assert_eq!(
        recorder.max_notification_id(),
        Some(5),
        "a conflict leaves no gap"
    );
    assert_eq!(insert(&[stored(SECOND, 3, "b:Noted")]), [6]);

    let select = |start, stop, topics: &[&str], is_after_start, limit| {
        let selection = Selection {
            start,
            stop,
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            is_after_start,
        };
        ids(&recorder.select_notifications(&selection, limit).unwrap())
    };
    assert_eq!(select(None, None, &[], false, 10), [1, 2, 3, 4, 5, 6]);
    assert_eq!(select(Some(1), None, &[], false, 2), [1, 2]);
    assert_eq!(select(Some(3), None, &[], false, 2), [3, 4]);
    assert_eq!(select(Some(3), None, &[], true, 2), [4, 5]);
    assert_eq!(select(Some(2), Some(4), &[], false, 10), [2, 3, 4]);
    assert_eq!(select(Some(6), None, &[], true, 10), [0; 0]);
    assert_eq!(select(Some(9), None, &[], false, 10), [0; 0]);
    assert_eq!(select(Some(1), None, &["a:Noted"], false, 10), [2, 4]);
    assert_eq!(
        select(Some(3), None, &["a:Noted", "b:Opened"], false, 10),
        [3, 4]
    );
    assert_eq!(select(Some(1), Some(4), &["b:Noted"], false, 10), [0; 0]);
    assert_eq!(select(Some(1), None, &["b:Noted"], false, 1), [5]);
}

/// A reader beside many writers never sees a number before all lower ones are there.
#[test]
fn readers_see_every_notification_in_order_while_many_write() {
    const WRITERS: u128 = 6;
    const EACH: u64 = 30;
    let (_directory, recorder) = recorder();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let recorder = recorder.clone();
            thread::spawn(move || {
                let originator = Uuid::from_u128(0xf00 + writer);
                for version in 1..=EACH {
                    let event = stored(originator, version, "a:Changed");
                    recorder.insert_events(&[event], None).unwrap();
                }
            })
        })
        .collect();
    let total = WRITERS as u64 * EACH;
    let mut seen = Vec::new();
    while (seen.len() as u64) < total {
        let selection = Selection {
            start: seen.last().copied(),
            is_after_start: !seen.is_empty(),
            ..Selection::default()
        };
        seen.extend(ids(&recorder.select_notifications(&selection, 7).unwrap()));
    }
    assert_eq!(seen, (1..=total).collect::<Vec<_>>());
    for writer in writers {
        writer.join().unwrap();
    }
}

/// Many add the same version at once: one of them does.
#[test]
fn one_of_many_that_record_the_same_version_wins() {
    let (_directory, recorder) = recorder();
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let recorder = recorder.clone();
            thread::spawn(move || {
                let mut won = 0;
                for version in 1..=20 {
                    let event = stored(FIRST, version, "a:Changed");
                    won += u64::from(recorder.insert_events(&[event], None).is_ok());
                }
                won
            })
        })
        .collect();
    let won: u64 = racers.into_iter().map(|racer| racer.join().unwrap()).sum();
    let all = recorder.select_events(FIRST, Versions::default()).unwrap();
    assert_eq!((won, recorder.max_notification_id()), (20, Some(20)));
    assert_eq!(versions(&all), (1..=20).collect::<Vec<_>>());
}

#[test]
fn tracking_only_goes_forward_for_each_application() {
    let (directory, recorder) = recorder();
    assert_eq!(recorder.max_tracking_id("up"), None);
    assert!(!recorder.has_tracking_id("up", 1));
    recorder.insert_tracking(&tracking("up", 21)).unwrap();
    recorder.insert_tracking(&tracking("other", 5)).unwrap();
    assert_eq!(recorder.max_tracking_id("up"), Some(21));
    assert_eq!(recorder.max_tracking_id("other"), Some(5));
    for again in [21, 20, 0] {
        assert!(
            is_conflict(&recorder.insert_tracking(&tracking("up", again))),
            "{again}"
        );
    }
    recorder.insert_tracking(&tracking("up", 23)).unwrap();
    for (id, is_tracked) in [(20, true), (22, true), (23, true), (24, false)] {
        assert_eq!(recorder.has_tracking_id("up", id), is_tracked, "{id}");
    }
    recorder.0.close().unwrap();
    let reopened = Recorder(open(directory.path()));
    assert_eq!(reopened.max_tracking_id("up"), Some(23));
}

#[test]
fn what_was_processed_and_what_came_of_it_are_recorded_together() {
    let (_directory, recorder) = recorder();
    let one = tracking("up", 1);
    recorder
        .insert_events(&[stored(FIRST, 1, "a:Opened")], Some(&one))
        .unwrap();
    assert_eq!(recorder.max_tracking_id("up"), Some(1));
    // The events are new, what they follow from is not: nothing.
    assert!(is_conflict(
        &recorder.insert_events(&[stored(FIRST, 2, "a:Noted")], Some(&one))
    ));
    assert_eq!(recorder.max_notification_id(), Some(1));
    // The other way round: nothing either.
    let two = tracking("up", 2);
    assert!(is_conflict(
        &recorder.insert_events(&[stored(FIRST, 1, "a:Opened")], Some(&two))
    ));
    assert_eq!(recorder.max_tracking_id("up"), Some(1));
    recorder
        .insert_events(&[stored(FIRST, 2, "a:Noted")], Some(&two))
        .unwrap();
    assert_eq!(recorder.max_tracking_id("up"), Some(2));
}

/// The same notification is processed by several at once: its effect happens once.
#[test]
fn a_notification_has_its_effect_once_whoever_processes_it() {
    let (_directory, recorder) = recorder();
    let workers: Vec<_> = (0u128..6)
        .map(|worker| {
            let recorder = recorder.clone();
            thread::spawn(move || {
                for notification in 1..=25 {
                    let originator = Uuid::from_u128(worker << 64 | u128::from(notification));
                    let effect = stored(originator, 1, "a:Opened");
                    let tracking = tracking("up", notification);
                    let done = recorder.insert_events(&[effect], Some(&tracking));
                    assert!(done.is_ok() || is_conflict(&done));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    let all = recorder
        .select_notifications(&Selection::default(), 1_000)
        .unwrap();
    let processed = all.iter().map(|it| it.event.originator.as_u128() as u64);
    let processed: Vec<u64> = processed.collect();
    assert_eq!(processed.len(), 25, "an effect twice, or never");
    assert!(processed.is_sorted());
    assert_eq!(recorder.max_tracking_id("up"), Some(25));
}

#[test]
fn a_subscription_delivers_what_is_there_and_what_comes() {
    let (_directory, recorder) = recorder();
    let insert = |version, topic: &str| {
        recorder
            .insert_events(&[stored(FIRST, version, topic)], None)
            .unwrap();
    };
    insert(1, "a:Opened");
    insert(2, "a:Noted");
    insert(3, "a:Noted");
    let topics = ["a:Noted".to_owned()];
    let mut noted = recorder.subscribe(2, &topics);
    let mut all = recorder.subscribe(0, &[]);
    let next = |stream: &mut (
                         dyn futures::Stream<
        Item = Result<Notification, onestop_eventlog::ReadError>,
    > + Unpin
                     )| { run(stream.try_next()).unwrap().unwrap().id };
    assert_eq!(next(&mut noted), 3);
    insert(4, "a:Closed");
    insert(5, "a:Noted");
    assert_eq!(next(&mut noted), 5);
    assert_eq!(
        [
            next(&mut all),
            next(&mut all),
            next(&mut all),
            next(&mut all)
        ],
        [1, 2, 3, 4]
    );
}
