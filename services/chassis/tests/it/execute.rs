//! `Store::execute`.

use std::time::Duration;

use onestop_chassis::{
    Failure,
    clock::Clock,
    replication::SourceTracker,
    store::{Cursor, EventMeta, SourcePosition, recorded},
};
use onestop_eventlog::{Append, Direction, ExpectedRevision, NewEvent};
use onestop_proto::{
    command::Execution,
    envelope::{RecordedEvent, Source},
    rejection::Rejected,
};
use onestop_testing::{TempStore, TestClock};
use tokio::runtime::Handle;

use crate::support::{Added, Count, RULES, TooMuch, add, meta, new_subject, stream};

fn rejected<T: std::fmt::Debug>(result: Result<T, Failure>) -> Rejected {
    match result.unwrap_err() {
        Failure::Rejected(rejected) => *rejected,
        Failure::Internal(error) => panic!("{error:#}"),
    }
}

fn events(temp: &TempStore) -> u64 {
    temp.store.log().head().count
}

#[tokio::test]
async fn a_command_appends_its_events_and_folds_them() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let first = meta(temp.store.clock().command(), subject, 2);
    let second = meta(temp.store.clock().command(), subject, 3);

    add(&temp.store, &first, None, 2).await.unwrap();
    let (accepted, count) = add(&temp.store, &second, None, 3).await.unwrap();

    assert_eq!(count, Count { sum: 5 });
    assert_eq!((accepted.revision, accepted.at.position), (1, 1));
    assert_eq!(accepted.answer, Execution::First);
    let loaded = temp.store.load(&stream(subject), &RULES).unwrap();
    assert_eq!(loaded, Some((Count { sum: 5 }, 1)));
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_answer_and_appends_nothing() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let first = meta(temp.store.clock().command(), subject, 2);
    let (accepted, _) = add(&temp.store, &first, None, 2).await.unwrap();
    let later = meta(temp.store.clock().command(), subject, 3);
    add(&temp.store, &later, None, 3).await.unwrap();

    let temp = temp.reopen();
    let (repeated, count) = add(&temp.store, &first, None, 2).await.unwrap();

    assert_eq!(repeated.answer, Execution::Repeated);
    assert_eq!(repeated.events, accepted.events);
    assert_eq!(repeated.at, accepted.at);
    assert_eq!(count, Count { sum: 5 });
    assert_eq!(events(&temp), 2);
    assert!(temp.store.was_executed(first.command).unwrap());
}

/// Writes what version 0.1.0 wrote for a command: the ids of event and record followed from the key alone.
async fn write_as_0_1_0(temp: &TempStore, meta: &EventMeta, by: u32) {
    let other = TempStore::new("referral");
    add(&other.store, meta, None, by).await.unwrap();
    let record = other
        .store
        .log()
        .read_all(0, Direction::Forward, 1)
        .unwrap();
    let id = meta.command.event(0);
    let written = RecordedEvent {
        id,
        ..recorded(&record[0]).unwrap()
    };
    let payload = serde_json::to_vec(&written).unwrap();
    let event = NewEvent::new(id.uuid(), payload);
    let stream = record[0].stream.clone();
    let append = Append::to(stream, ExpectedRevision::NoStream, [event]);
    temp.store.log().append(append).await.unwrap();
}

#[tokio::test]
async fn a_key_of_version_0_1_0_still_finds_its_events() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let old = meta(temp.store.clock().command(), subject, 2);
    write_as_0_1_0(&temp, &old, 2).await;

    let (repeated, count) = add(&temp.store, &old, None, 2).await.unwrap();
    assert_eq!(repeated.answer, Execution::Repeated);
    assert_eq!(repeated.events[0].id, old.command.event(0));
    assert_eq!((count, events(&temp)), (Count { sum: 2 }, 1));
    let reused = add(&temp.store, &meta(old.command, subject, 3), None, 3).await;
    assert_eq!(rejected(reused).code, "key-reused");

    // What is written now is found after a restart as well.
    let new = meta(temp.store.clock().command(), subject, 3);
    add(&temp.store, &new, None, 3).await.unwrap();
    let temp = temp.reopen();
    for (known, by) in [(&old, 2), (&new, 3)] {
        let (repeated, _) = add(&temp.store, known, None, by).await.unwrap();
        assert_eq!(repeated.answer, Execution::Repeated);
    }
    assert_eq!(events(&temp), 2);
}

#[tokio::test]
async fn an_event_has_an_id_of_its_service_and_of_the_time_when_it_was_written() {
    let clock = TestClock::starting_at("2026-03-02 09:00:00".parse().unwrap());
    let referral = TempStore::with_clock("referral", clock.clone());
    let intake = TempStore::with_clock("intake", clock.clone());
    let subject = new_subject(&clock);
    let command = meta(clock.command(), subject, 1);
    let (one, _) = add(&referral.store, &command, None, 1).await.unwrap();
    clock.advance(Duration::from_secs(3_600));
    let (other, _) = add(&intake.store, &command, None, 1).await.unwrap();
    // One key, two services: two events, in the order of their writing.
    assert!(one.events[0].id < other.events[0].id);
}

#[tokio::test]
async fn a_key_is_not_reused_for_another_request() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let key = temp.store.clock().command();
    add(&temp.store, &meta(key, subject, 2), None, 2)
        .await
        .unwrap();

    let other = add(&temp.store, &meta(key, subject, 3), None, 3).await;

    assert_eq!(rejected(other).code, "key-reused");
    assert_eq!(events(&temp), 1);
}

#[tokio::test]
async fn a_decision_on_an_old_revision_is_rejected() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    for by in [1, 2] {
        let meta = meta(temp.store.clock().command(), subject, by);
        add(&temp.store, &meta, None, by).await.unwrap();
    }
    let expecting = |revision| EventMeta {
        expected_revision: Some(revision),
        ..meta(temp.store.clock().command(), subject, 3)
    };

    let stale = add(&temp.store, &expecting(0), None, 3).await;
    let current = add(&temp.store, &expecting(1), None, 3).await;

    assert_eq!(rejected(stale).code, "stale-revision");
    assert_eq!(current.unwrap().1, Count { sum: 6 });
}

#[tokio::test]
async fn a_rejection_writes_nothing_and_moves_no_cursor() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let source: Source = "/onestop/intake/main".parse().unwrap();
    let cursor = Cursor::new(&source, temp.store.log().epoch(), reached(7));
    let meta = meta(temp.store.clock().command(), subject, 101);

    let refused = add(&temp.store, &meta, Some(&cursor), 101).await;

    assert_eq!(rejected(refused).code, "too-much");
    assert_eq!(events(&temp), 0);
    assert!(positions(&temp).is_empty());
    let stream = stream(subject);
    let nothing = temp.store.execute(&stream, &meta, None, &RULES, |_, _| {
        Ok::<_, TooMuch>(Vec::new())
    });
    assert_eq!(rejected(nothing.await).code, "nothing-to-do");
}

#[tokio::test]
async fn the_cursor_moves_in_the_same_append() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let (source, epoch): (Source, _) = (
        "/onestop/intake/main".parse().unwrap(),
        temp.store.log().epoch(),
    );
    let cursor = Cursor::new(&source, epoch, reached(7));
    let meta = meta(temp.store.clock().command(), subject, 2);
    add(&temp.store, &meta, Some(&cursor), 2).await.unwrap();

    let temp = temp.reopen();

    assert_eq!(events(&temp), 1);
    assert_eq!(positions(&temp).get(&(source, epoch)), Some(&reached(7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_made_again_after_a_conflict() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let conflicting = std::sync::atomic::AtomicBool::new(true);
    let meta = meta(temp.store.clock().command(), subject, 2);
    let decide = |count: Option<&Count>, _| {
        if conflicting.swap(false, std::sync::atomic::Ordering::Relaxed) {
            interfere(&temp, subject);
        }
        let by = 2 + count.map_or(0, |count| count.sum);
        Ok::<_, TooMuch>(vec![Added::Added { by }])
    };

    let stream = stream(subject);
    let done = temp.store.execute(&stream, &meta, None, &RULES, decide);

    // The second decision saw the 1 that was added meanwhile.
    let (accepted, count) = done.await.unwrap();
    assert_eq!((accepted.revision, count), (1, Count { sum: 4 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_fails_after_too_many_conflicts() {
    let temp = TempStore::new("referral");
    let subject = new_subject(&**temp.store.clock());
    let meta = meta(temp.store.clock().command(), subject, 2);
    let decide = |_: Option<&Count>, _| {
        interfere(&temp, subject);
        Ok::<_, TooMuch>(vec![Added::Added { by: 2 }])
    };

    let stream = stream(subject);
    let done = temp.store.execute(&stream, &meta, None, &RULES, decide);

    let Failure::Internal(error) = done.await.unwrap_err() else {
        panic!("it must not be rejected");
    };
    assert!(error.to_string().contains("changed 32 times"), "{error:#}");
    assert!(!temp.store.was_executed(meta.command).unwrap());
}

#[tokio::test]
async fn events_are_stamped_by_the_clock_and_say_when_they_happened() {
    let clock = TestClock::starting_at("2026-03-02 09:00:00".parse().unwrap());
    let temp = TempStore::with_clock("referral", clock.clone());
    let subject = new_subject(&clock);
    let happened = clock.now();
    clock.advance(Duration::from_secs(3_600));
    let backdated = EventMeta {
        occurred_at: Some(happened),
        ..meta(clock.command(), subject, 1)
    };
    add(&temp.store, &backdated, None, 1).await.unwrap();

    let log = temp.store.log();
    let records = log.read_all(0, Direction::Forward, 10).unwrap();

    let event = recorded(&records[0]).unwrap();
    assert_eq!((event.time, event.recordedtime), (happened, clock.now()));
    assert_eq!(event.case, subject);
}

fn reached(next: u64) -> SourcePosition {
    SourcePosition {
        next,
        hash_prefix: None,
    }
}

fn positions(temp: &TempStore) -> onestop_chassis::store::SourcePositions {
    let tracker = SourceTracker::of(&temp.store);
    tracker.watch_positions().borrow().clone()
}

/// Another writer appends to the stream.
fn interfere(temp: &TempStore, subject: onestop_proto::ids::CaseId) {
    let meta = meta(temp.store.clock().command(), subject, 1);
    tokio::task::block_in_place(|| {
        Handle::current()
            .block_on(add(&temp.store, &meta, None, 1))
            .unwrap();
    });
}
