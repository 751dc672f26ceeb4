//! What an append may expect: cursors, the head, streams that were read, and labels.

use futures::future::join_all;
use futures::{StreamExt, TryStreamExt};
use onestop_eventlog::{
    Append, AppendError, CloseReason, Condition, Direction, EventLog, ExpectedCursor,
    ExpectedRevision, Filter, Label, MAX_TAGS, NewEvent, Options, Outcome, ReadError, Record,
};
use uuid::Uuid;

use crate::support::{EPOCH, event, everything, fill, one, open, run, stream};

use ExpectedRevision::{Any, Exact, NoStream};

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn labelled(id: u128, event_type: &str, tags: &[&str]) -> NewEvent {
    event(id, &id.to_string()).labelled(Some(label(event_type)), tags.iter().map(|tag| label(tag)))
}

fn positions(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.position).collect()
}

#[test]
fn what_a_refusal_rests_on_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for round in 0..100_u128 {
        let (name, cursor) = (format!("raced/{round}"), format!("raced/{round}"));
        let race = (0..8).map(|racer| {
            let (log, name, cursor) = (log.clone(), name.clone(), cursor.clone());
            async move {
                let append = one(&name, NoStream, round * 100 + racer);
                let append = append.with_cursor_if(&cursor, 7, ExpectedCursor::Unset);
                match log.append(append).await {
                    Ok(_) => 1,
                    Err(AppendError::WrongRevision { actual, .. }) => {
                        assert_eq!(log.stream_revision(&stream(&name)).unwrap(), actual);
                        0
                    }
                    Err(AppendError::WrongCursor { actual, .. }) => {
                        assert_eq!(log.cursor(&cursor), actual);
                        0
                    }
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
        assert_eq!(run(join_all(race)).into_iter().sum::<u32>(), 1);
    }
}

#[test]
fn a_cursor_is_compared_and_set() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let set = |value, expected| {
        let append = Append::default().with_cursor_if("source/a", value, expected);
        run(log.append(append))
    };
    let refused = |value, expected, wanted: Option<u64>| {
        let error = set(value, expected).unwrap_err();
        let AppendError::WrongCursor { actual, name, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!((actual, name.as_str()), (wanted, "source/a"));
    };
    refused(1, ExpectedCursor::Exact(0), None);
    set(5, ExpectedCursor::Unset).unwrap();
    refused(6, ExpectedCursor::Unset, Some(5));
    refused(6, ExpectedCursor::Exact(4), Some(5));
    refused(5, ExpectedCursor::Lower, Some(5));
    set(6, ExpectedCursor::Exact(5)).unwrap();
    set(8, ExpectedCursor::Lower).unwrap();
    assert_eq!(log.cursor("source/a"), Some(8));

    // Of many that all read the same, one wins.
    let race = (0..20).map(|value| {
        let append = one("won", Any, value);
        log.append(append.with_cursor_if("source/a", 100, ExpectedCursor::Exact(8)))
    });
    let answers = run(join_all(race));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!((log.head().count, log.cursor("source/a")), (1, Some(100)));
}

#[test]
fn a_repeated_append_never_sets_a_cursor_back() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    // The second says something about the first: they are set together or not at all.
    let first = one("a", Any, 1)
        .with_cursor("heard", 10)
        .with_cursor("mark", 999);
    run(log.append(first.clone())).unwrap();
    let later = Append::cursor("heard", 20).with_cursor("mark", 5);
    run(log.append(later)).unwrap();
    let again = run(log.append(first)).unwrap();
    assert_eq!(again.outcome, Outcome::AlreadyThere);
    let cursors = |log: &EventLog| (log.cursor("heard"), log.cursor("mark"));
    assert_eq!(cursors(&log), (Some(20), Some(5)));
    let forward = one("a", Any, 1)
        .with_cursor("heard", 21)
        .with_cursor("mark", 1);
    run(log.append(forward)).unwrap();
    assert_eq!(cursors(&log), (Some(21), Some(1)));
    let unexpected = one("a", Any, 1).with_cursor_if("heard", 30, ExpectedCursor::Exact(7));
    assert!(run(log.append(unexpected)).is_ok(), "the events are there");
    assert_eq!(cursors(&log), (Some(21), Some(1)));
}

#[test]
fn an_append_depends_on_the_head_and_on_streams_that_it_does_not_write() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "account/1", 0..3);
    fill(&log, "account/2", 10..12);
    let at = |name: &str, expected| Condition::Stream {
        stream: stream(name),
        expected,
    };
    let transfer = |id, one_at, two_at| {
        one("transfer", Any, id)
            .only_if(at("account/1", one_at))
            .only_if(at("account/2", two_at))
    };
    run(log.append(transfer(100, Exact(2), Exact(1)))).unwrap();
    fill(&log, "account/2", 12..13);
    let refused = run(log.append(transfer(101, Exact(2), Exact(1)))).unwrap_err();
    let AppendError::WrongRevision { stream, actual, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((stream.as_str(), actual), ("account/2", Some(2)));
    run(log.append(transfer(101, Exact(2), Exact(2)).only_if(at("account/3", NoStream)))).unwrap();

    let head = log.head().count;
    let on_head = |id, count| one("any", Any, id).only_if(Condition::Head(count));
    let answers = run(join_all(
        (0..10).map(|id| log.append(on_head(200 + id, head))),
    ));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = run(log.append(on_head(300, head))).unwrap_err();
    assert!(
        matches!(refused, AppendError::WrongHead { expected, actual } if (expected, actual) == (head, head + 1)),
        "{refused:?}"
    );
}

#[test]
fn streams_come_in_any_order_and_more_than_once() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let append = Append::to(stream("a"), NoStream, [event(1, "x")])
        .and_to(stream("b"), NoStream, [event(2, "x")])
        .and_to(stream("a"), Exact(0), [event(3, "x"), event(4, "x")])
        .and_to(stream("b"), Any, [event(5, "x")]);
    let appended = run(log.append(append.clone())).unwrap();
    let revisions: Vec<u64> = appended.revisions.iter().map(|(_, last)| *last).collect();
    assert_eq!(revisions, [0, 0, 2, 1]);
    let names: Vec<String> = everything(&log)
        .iter()
        .map(|record| format!("{}{}", record.stream, record.revision))
        .collect();
    assert_eq!(names, ["a0", "b0", "a1", "a2", "b1"]);
    let again = run(log.append(append)).unwrap();
    assert_eq!(again.revisions, appended.revisions);
    let refused = Append::to(stream("c"), NoStream, [event(6, "x")]).and_to(
        stream("c"),
        NoStream,
        [event(7, "x")],
    );
    assert!(matches!(
        run(log.append(refused)),
        Err(AppendError::WrongRevision {
            actual: Some(0),
            ..
        })
    ));
}

#[test]
fn labels_are_kept_selected_and_part_of_what_is_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let small = || Options {
        ahead_bytes: 64 << 10,
        ..Options::new(&path, EPOCH)
    };
    let log = EventLog::open(small()).unwrap();
    for id in 0..400u128 {
        let (unit, case) = (format!("unit:{}", id % 3), format!("case:{}", id % 50));
        let event_type = if id % 10 == 0 { "opened" } else { "noted" };
        let new = NewEvent::new(Uuid::from_u128(id), vec![7; 500]);
        let new = if id % 4 == 3 {
            new
        } else {
            new.labelled(Some(label(event_type)), [label(&unit), label(&case)])
        };
        run(log.append(Append::to(stream("s"), Any, [new]))).unwrap();
    }
    let selected = |log: &EventLog| {
        let opened = Filter::of_types([label("opened")]).and_tags([label("unit:1")]);
        let found = log.read_matching(&opened, 0, Direction::Forward, usize::MAX);
        let expected: Vec<u64> = (0..400)
            .filter(|id| id % 10 == 0 && id % 3 == 1 && id % 4 != 3)
            .collect();
        assert_eq!(positions(&found.unwrap()), expected);
        let newest = log.read_matching(&opened, u64::MAX, Direction::Backward, 2);
        let last: Vec<u64> = expected.iter().rev().take(2).copied().collect();
        assert_eq!(positions(&newest.unwrap()), last);
        let from = log.read_matching(&opened, expected[2], Direction::Forward, 1);
        assert_eq!(positions(&from.unwrap()), [expected[2]]);
        let mut subscription = log.subscribe_matching(opened, expected[1] + 1);
        assert_eq!(run(subscription.next()).unwrap().position, expected[2]);
    };
    selected(&log);
    let (head, records) = (log.head(), everything(&log));
    log.verify(&mut |_, _| {}).unwrap();
    let other = NewEvent::new(Uuid::from_u128(0), vec![7; 500]);
    let other = run(log.append(Append::to(stream("s"), Any, [other]))).unwrap_err();
    assert!(matches!(other, AppendError::IdReused { position: 0, .. }));
    log.close().unwrap();
    let log = EventLog::open(small()).unwrap();
    assert_eq!((log.head(), everything(&log)), (head, records));
    selected(&log);
    let tags = (0..=MAX_TAGS).map(|at| label(&format!("t{at}")));
    let many = event(9_000, "x").labelled(None, tags);
    let refused = run(log.append(Append::to(stream("s"), Any, [many]))).unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { .. }));
}

/// Two students, one place: the one who read the course before the other enrolled is refused.
#[test]
fn an_append_depends_on_no_matching_record_after_a_position() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "before", 0..50);
    let course = Filter::of_types([label("enrolled")]).and_tags([label("course:7")]);
    let enrol = |id: u128, from| {
        let tags = ["course:7", &format!("student:{id}")];
        let event = labelled(1_000 + id, "enrolled", &tags);
        let none = Condition::NoneMatching {
            filter: course.clone(),
            from,
        };
        Append::to(stream(&format!("student/{id}")), Any, [event]).only_if(none)
    };
    let answers = run(join_all((0..40).map(|id| log.append(enrol(id, 0)))));
    let won: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    assert_eq!(won.len(), 1);
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(
            matches!(refused, AppendError::Conflicting { position } if *position == won[0].first),
            "{refused:?}"
        );
    }
    // Who has seen it may go on; a repeat is a repeat, although its own event is in the way.
    let next = enrol(50, won[0].first + 1);
    let first = run(log.append(next.clone())).unwrap();
    let again = run(log.append(next)).unwrap();
    assert_eq!(
        (again.outcome, again.first),
        (Outcome::AlreadyThere, first.first)
    );
    let late = run(log.append(enrol(51, won[0].first + 1))).unwrap_err();
    assert!(matches!(late, AppendError::Conflicting { position } if position == first.first));
}

#[test]
fn a_closed_log_answers_nothing_with_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..3);
    let other = log.clone();
    let subscription = other.subscribe(0);
    log.close().unwrap();
    let closed = |error: ReadError| {
        assert!(
            matches!(
                &error,
                ReadError::Closed {
                    why: CloseReason::Owner
                }
            ),
            "{error:?}"
        );
    };
    closed(other.find(Uuid::from_u128(99)).unwrap_err());
    closed(other.find(Uuid::from_u128(1)).unwrap_err());
    closed(other.stream_revision(&stream("none")).unwrap_err());
    closed(other.streams("").unwrap_err());
    closed(other.record(99).unwrap_err());
    closed(other.read_all(99, Direction::Forward, 1).unwrap_err());
    closed(
        other
            .read_stream(&stream("none"), 0, Direction::Forward, 1)
            .unwrap_err(),
    );
    let everything = Filter::everything();
    closed(
        other
            .read_matching(&everything, 99, Direction::Forward, 1)
            .unwrap_err(),
    );
    closed(run(subscription.into_stream().try_next()).unwrap_err());
    closed(run(other.stream_all(0).try_next()).unwrap_err());
    assert_eq!(other.cursor("never"), None);
}

#[test]
fn records_come_as_streams_of_futures() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..700);
    fill(&log, "b", 1_000..1_020);
    let all = run(log.stream_all(5).try_collect::<Vec<_>>()).unwrap();
    assert_eq!(positions(&all), (5..720).collect::<Vec<_>>());
    let of_a = run(log.stream_of(&stream("a"), 690).try_collect::<Vec<_>>()).unwrap();
    assert_eq!(of_a.len(), 10);
    assert!(run(log.stream_of(&stream("none"), 0).next()).is_none());
    let mut live = log.subscribe(718).into_stream();
    assert_eq!(run(live.try_next()).unwrap().unwrap().position, 718);
    assert_eq!(run(live.try_next()).unwrap().unwrap().position, 719);
    fill(&log, "c", 2_000..2_001);
    assert_eq!(run(live.try_next()).unwrap().unwrap().position, 720);
    let newest = run(log.read_async(|log| log.read_all(u64::MAX, Direction::Backward, 1)));
    assert_eq!(newest.unwrap()[0].position, 720);
}

#[test]
fn names_that_were_stored_before_are_read_and_others_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let refused = run(log.append(Append::cursor("../x", 1))).unwrap_err();
    assert!(
        matches!(refused, AppendError::CursorName { .. }),
        "{refused:?}"
    );
}
