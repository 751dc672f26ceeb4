//! The example runs, and keeps the rules that it is about.

#[path = "../../examples/enrolment.rs"]
#[allow(dead_code, reason = "it is a program of its own")]
mod enrolment;

use futures::future::join_all;
use onestop_eventlog::EventLog;
use uuid::Uuid;

use crate::support::{open, run};
use enrolment::Answer;

#[test]
fn the_example_runs() {
    let directory = tempfile::tempdir().unwrap();
    let attendance = run(enrolment::run(&directory.path().join("log"))).unwrap();
    assert_eq!(attendance["algebra"], ["ana", "bo"]);
    assert_eq!(attendance["seminar-3"], ["dimo"]);
    assert_eq!(attendance.len(), 5);
}

#[test]
fn no_course_gets_more_students_than_places_whoever_asks_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let log: EventLog = open(directory.path());
    let students: Vec<String> = (0..30).map(|number| format!("s{number}")).collect();
    let ask = students
        .iter()
        .zip(1u128..)
        .map(|(student, id)| enrolment::enrol(&log, Uuid::from_u128(id), student, "algebra"));
    let answers = run(join_all(ask));
    let enrolled = answers.iter().map(|answer| answer.as_ref().unwrap());
    let enrolled = enrolled.filter(|answer| **answer == Answer::Enrolled);
    assert_eq!((enrolled.count(), log.head().count), (2, 2));
    for _ in 0..2 {
        run(enrolment::list_attendance(&log)).unwrap();
        assert_eq!(enrolment::attendance(&log).unwrap()["algebra"].len(), 2);
    }
}
