//! Appending: order, expectations, repeats, atomicity, limits.

use futures::future::join_all;
use onestop_eventlog::{
    Append, AppendError, CloseReason, Direction, ExpectedRevision, Head, Outcome, ReadError,
};
use uuid::Uuid;

use crate::support::{event, everything, fill, one, open, run, stream};

use ExpectedRevision::{Any, Exact, NoStream};

#[test]
fn positions_and_revisions_are_gapless_and_chained() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    assert_eq!(log.head(), Head::EMPTY);
    fill(&log, "a", 0..3);
    let events = [event(10, "x"), event(11, "y")];
    let appended = run(log.append(Append::to(stream("b"), NoStream, events))).unwrap();
    assert_eq!((appended.first, appended.last), (3, 4));
    assert_eq!(appended.revisions, [(stream("b"), 1)]);
    assert_eq!(appended.outcome, Outcome::Written);

    let records = everything(&log);
    let mut previous = Head::EMPTY.hash;
    for (position, record) in (0..).zip(&records) {
        assert_eq!((record.position, record.previous), (position, previous));
        assert_eq!(
            record.hash,
            onestop_eventlog::Hash::of_record(&record.canonical_bytes())
        );
        assert_eq!(log.record(position).unwrap().as_ref(), Some(record));
        assert_eq!(log.find(record.id).unwrap(), Some(position));
        previous = record.hash;
    }
    assert_eq!(
        log.head(),
        Head {
            count: 5,
            hash: previous
        }
    );
    assert_eq!(log.record(5).unwrap(), None);
    let verified = log.verify(&mut |_, _| {}).unwrap();
    assert_eq!((verified.count, verified.hash), (5, previous));
}

#[test]
fn reads_go_both_ways_and_stop_at_the_ends() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for id in 0..10 {
        fill(&log, if id % 2 == 0 { "even" } else { "odd" }, id..id + 1);
    }
    let all = |from, direction, limit| -> Vec<u64> {
        let records = log.read_all(from, direction, limit).unwrap();
        records.iter().map(|record| record.position).collect()
    };
    let odd = |from, direction, limit| -> Vec<u64> {
        let records = log
            .read_stream(&stream("odd"), from, direction, limit)
            .unwrap();
        records.iter().map(|record| record.revision).collect()
    };
    assert_eq!(all(8, Direction::Forward, 5), [8, 9]);
    assert_eq!(all(10, Direction::Forward, 5), [0; 0]);
    assert_eq!(all(u64::MAX, Direction::Backward, 3), [9, 8, 7]);
    assert_eq!(all(1, Direction::Backward, 5), [1, 0]);
    assert_eq!(odd(3, Direction::Forward, 5), [3, 4]);
    assert_eq!(odd(u64::MAX, Direction::Forward, 5), [0; 0]);
    assert_eq!(odd(u64::MAX, Direction::Backward, 2), [4, 3]);
    assert_eq!(odd(0, Direction::Backward, 2), [0]);
    assert!(
        log.read_stream(&stream("none"), 0, Direction::Backward, 9)
            .unwrap()
            .is_empty()
    );
    assert_eq!(log.stream_revision(&stream("odd")).unwrap(), Some(4));
    assert_eq!(log.stream_revision(&stream("none")).unwrap(), None);
    assert_eq!(log.streams("o").unwrap(), [stream("odd")]);
    assert_eq!(log.streams("").unwrap(), [stream("even"), stream("odd")]);
}

#[test]
fn a_wrong_expectation_names_the_actual_revision() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let refused = |append, wanted: Option<u64>| {
        let error = run(log.append(append)).unwrap_err();
        let AppendError::WrongRevision { actual, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(actual, wanted);
    };
    refused(one("a", Exact(0), 1), None);
    run(log.append(one("a", NoStream, 1))).unwrap();
    refused(one("a", NoStream, 2), Some(0));
    refused(one("a", Exact(1), 2), Some(0));
    run(log.append(one("a", Exact(0), 2))).unwrap();
    assert_eq!(log.head().count, 2);
}

#[test]
fn a_conflict_fails_its_own_request_and_no_other_of_the_batch() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    // All are queued while the first is being committed, so most share one batch.
    let appends = (0..60).map(|id| match id % 3 {
        0 => one("contested", NoStream, id),
        1 => one(&format!("own/{id}"), NoStream, id),
        _ => one("shared", Any, id),
    });
    let answers = run(join_all(appends.map(|append| log.append(append))));
    let mut winners = 0;
    for (id, answer) in answers.into_iter().enumerate() {
        match answer {
            Ok(_) if id % 3 == 0 => winners += 1,
            Ok(appended) => {
                let found = log.find(Uuid::from_u128(id as u128)).unwrap();
                assert_eq!(found, Some(appended.first));
            }
            Err(AppendError::WrongRevision {
                actual: Some(0), ..
            }) => assert_eq!(id % 3, 0),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(log.head().count, 41);
    assert_eq!(log.stream_revision(&stream("shared")).unwrap(), Some(19));
}

#[test]
fn a_repeat_gets_its_first_answer_before_any_expectation_is_checked() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let append = Append::to(stream("a"), NoStream, [event(1, "x"), event(2, "y")]).and_to(
        stream("b"),
        NoStream,
        [event(3, "z")],
    );
    let first = run(log.append(append.clone())).unwrap();
    fill(&log, "a", 100..103);
    let again = run(log.append(append.with_cursor("source", 7))).unwrap();
    assert_eq!(again.outcome, Outcome::AlreadyThere);
    assert_eq!((again.first, again.last), (first.first, first.last));
    assert_eq!(again.revisions, first.revisions);
    assert_eq!(log.cursor("source"), Some(7), "cursors of a repeat are set");
    assert_eq!(log.head().count, 6);

    // Also when the original is in the same batch.
    let answers = run(join_all(
        (0..20).map(|_| log.append(one("c", NoStream, 50))),
    ));
    assert!(answers.into_iter().all(|answer| answer.unwrap().first == 6));
}

#[test]
fn other_reuse_of_ids_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let original = Append::to(stream("a"), Any, [event(1, "x"), event(2, "y")]);
    run(log.append(original)).unwrap();
    let error = |name: &str, events: Vec<_>| {
        run(log.append(Append::to(stream(name), Any, events))).unwrap_err()
    };
    let changed = error("a", vec![event(1, "changed")]);
    assert!(
        matches!(changed, AppendError::IdReused { position: 0, .. }),
        "{changed:?}"
    );
    let moved = error("b", vec![event(2, "y")]);
    assert!(
        matches!(moved, AppendError::IdReused { position: 1, .. }),
        "{moved:?}"
    );
    let overlap = error("a", vec![event(2, "y"), event(3, "z")]);
    assert!(
        matches!(overlap, AppendError::PartialOverlap { position: 1, .. }),
        "{overlap:?}"
    );
    let reordered = error("a", vec![event(2, "y"), event(1, "x")]);
    assert!(
        matches!(reordered, AppendError::PartialOverlap { .. }),
        "{reordered:?}"
    );
    let twice = error("a", vec![event(9, "x"), event(9, "x")]);
    assert!(matches!(twice, AppendError::IdRepeated { .. }), "{twice:?}");
    assert_eq!(log.head().count, 2);
}

#[test]
fn an_append_to_several_streams_is_all_or_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "taken", 0..1);
    let append = Append::to(stream("new"), NoStream, [event(1, "x")])
        .and_to(stream("taken"), NoStream, [event(2, "y")])
        .with_cursor("source", 1);
    assert!(matches!(
        run(log.append(append)),
        Err(AppendError::WrongRevision {
            actual: Some(0),
            ..
        })
    ));
    assert_eq!((log.head().count, log.cursor("source")), (1, None));
    assert_eq!(log.stream_revision(&stream("new")).unwrap(), None);
}

#[test]
fn a_cursor_is_set_to_what_is_given() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let appended = run(log.append(Append::cursor("relay", 9))).unwrap();
    assert_eq!((appended.first, appended.outcome), (0, Outcome::CursorsSet));
    run(log.append(Append::cursor("relay", 4).with_cursor("other", 1))).unwrap();
    assert_eq!(log.cursor("relay"), Some(4));
    assert_eq!(log.cursors("").len(), 2);
    assert_eq!(log.head(), Head::EMPTY);
}

#[test]
fn a_closed_log_says_so_on_every_other_handle() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..1);
    let other = log.clone();
    let mut subscription = other.subscribe(1);
    log.close().unwrap();
    let owner = |why: &CloseReason| matches!(why, CloseReason::Owner);
    let append = run(other.append(one("a", Any, 5))).unwrap_err();
    assert!(
        matches!(&append, AppendError::Closed { why } if owner(why)),
        "{append:?}"
    );
    let next = run(subscription.next()).unwrap_err();
    assert!(
        matches!(&next, ReadError::Closed { why } if owner(why)),
        "{next:?}"
    );
    let reopened = open(directory.path());
    assert_eq!(reopened.head().count, 1);
}

/// A stream that is only looked at has to be as expected, in the log and in the batch before it.
#[test]
fn an_append_holds_on_the_condition_of_other_streams() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    fill(&log, "a", 0..3);
    let append = |id, expected| one("b", Any, id).on_condition(stream("a"), expected);
    for (id, expected) in [(10, Exact(1)), (11, Exact(3)), (12, NoStream)] {
        let refused = run(log.append(append(id, expected))).unwrap_err();
        let AppendError::WrongRevision { stream, actual, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((stream.as_str(), actual), ("a", Some(2)));
    }
    let appended = run(log.append(append(13, Exact(2)))).unwrap();
    assert_eq!(appended.revisions, [(stream("b"), 0)]);
    let absent = one("c", Any, 14).on_condition(stream("nothing"), NoStream);
    run(log.append(absent)).unwrap();
    assert_eq!(log.head().count, 5);

    // The same append again gets its first answer, whatever came since.
    fill(&log, "a", 20..21);
    let again = run(log.append(append(13, Exact(2)))).unwrap();
    assert_eq!(again.outcome, Outcome::AlreadyThere);

    let only = Append::default().on_condition(stream("a"), Exact(3));
    let refused = run(log.append(only.clone())).unwrap_err();
    assert!(matches!(refused, AppendError::Empty), "{refused:?}");
    run(log.append(only.clone().with_cursor("relay", 1))).unwrap();
    fill(&log, "a", 21..22);
    let refused = run(log.append(only.with_cursor("relay", 2))).unwrap_err();
    assert!(
        matches!(refused, AppendError::WrongRevision { .. }),
        "{refused:?}"
    );
    assert_eq!(log.cursor("relay"), Some(1));
}

/// Of two appends that each hold only while the other's stream is as it was, one is made.
#[test]
fn of_two_that_look_at_each_other_one_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    for round in 0..50_u128 {
        let (left, right) = (format!("left/{round}"), format!("right/{round}"));
        let append = |own: &str, other: &str, id| {
            log.append(one(own, NoStream, id).on_condition(stream(other), NoStream))
        };
        let both = [
            append(&left, &right, 2 * round),
            append(&right, &left, 2 * round + 1),
        ];
        let made = run(join_all(both)).into_iter().filter(Result::is_ok);
        assert_eq!(made.count(), 1, "{round}");
    }
}
