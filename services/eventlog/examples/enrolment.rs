//! Students enrol in courses: a place to start from.
//!
//!     cargo run -p onestop-eventlog --example enrolment
//!
//! Two rules are kept without locks and without a database: a course is never overbooked, however many students
//! enrol at the same moment; and a list of attendance, which follows the log, counts each enrolment once, also
//! when it is stopped at any moment.

#![allow(clippy::print_stdout, reason = "a program that shows what it does")]

use std::collections::BTreeMap;
use std::path::Path;

use onestop_eventlog::{
    Append, AppendError, Condition, Direction, EventLog, ExpectedCursor, ExpectedRevision, Filter,
    Label, NewEvent, Options, StreamName,
};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

/// Places in every course.
const PLACES: usize = 2;
/// How far the list of attendance has come.
const CURSOR: &str = "attendance";
/// How often an enrolment is decided anew when others were faster.
const ATTEMPTS: usize = 100;

/// What came of asking for a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Enrolled,
    /// There is none left.
    Full,
}

fn enrolments(course: &str) -> Result<Filter, Failure> {
    let tags = [Label::new(&format!("course:{course}"))?];
    Ok(Filter::of_types([Label::new("enrolled")?]).and_tags(tags))
}

/// Reads, decides, and appends if nothing that the decision rests on has changed; else once more.
pub(crate) async fn enrol(
    log: &EventLog,
    id: Uuid,
    student: &str,
    course: &str,
) -> Result<Answer, Failure> {
    if log.find(id)?.is_some() {
        return Ok(Answer::Enrolled);
    }
    let filter = enrolments(course)?;
    for _ in 0..ATTEMPTS {
        let head = log.head().count;
        let wanted = filter.clone();
        let taken = log
            .read_async(move |log| log.read_matching(&wanted, 0, Direction::Forward, PLACES))
            .await?;
        if taken.len() == PLACES {
            return Ok(Answer::Full);
        }
        let tags = [
            Label::new(&format!("course:{course}"))?,
            Label::new(&format!("student:{student}"))?,
        ];
        // The id comes from the caller: a repeated request enrols once.
        let event = NewEvent::new(id, format!("{student} enrols in {course}"))
            .labelled(Some(Label::new("enrolled")?), tags);
        let stream = StreamName::new(&format!("student/{student}"))?;
        let append =
            Append::to(stream, ExpectedRevision::Any, [event]).only_if(Condition::NoneMatching {
                filter: filter.clone(),
                from: head,
            });
        match log.append(append).await {
            Ok(_) => return Ok(Answer::Enrolled),
            Err(AppendError::Conflicting { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err("others were always faster".into())
}

/// Brings the list of attendance up to the log. What it writes and how far it has come are one append, so
/// nothing is listed twice or left out, whenever it is stopped.
pub(crate) async fn list_attendance(log: &EventLog) -> Result<(), Failure> {
    loop {
        let begin = log.cursor(CURSOR).unwrap_or(0);
        let enrolled = Filter::of_types([Label::new("enrolled")?]);
        let page = log
            .read_async(move |log| log.read_matching(&enrolled, begin, Direction::Forward, 100))
            .await?;
        if page.is_empty() {
            return Ok(());
        }
        for record in page {
            // The same enrolment gives the same id: listing it again is a repeat, and no second line.
            let id = Uuid::from_u128(!record.id.as_u128());
            let listed = NewEvent::new(id, record.payload.clone());
            let stream = StreamName::new("attendance")?;
            let append = Append::to(stream, ExpectedRevision::Any, [listed]);
            let next = record.position + 1;
            let append = append.with_cursor_if(CURSOR, next, ExpectedCursor::Lower);
            log.append(append).await?;
        }
    }
}

/// Who is listed, by course.
pub(crate) fn attendance(log: &EventLog) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let listed = StreamName::new("attendance")?;
    let mut courses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in log.read_stream(&listed, 0, Direction::Forward, usize::MAX)? {
        let line = String::from_utf8(record.payload.to_vec())?;
        if let Some((student, course)) = line.split_once(" enrols in ") {
            let students = courses.entry(course.to_owned()).or_default();
            students.push(student.to_owned());
        }
    }
    Ok(courses)
}

/// Enrols, lists, stops, and goes on.
pub(crate) async fn run(path: &Path) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    // The epoch of a new log: choose it at random.
    let options = Options::new(
        path,
        Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
    );
    let log = EventLog::open(options.clone())?;
    let mut enrolled = 0;
    for (number, student) in (0u128..).zip(["ana", "bo", "chen", "dimo"]) {
        let id = Uuid::from_u128(number * 2 + 1);
        for _ in 0..2 {
            // A caller that got no answer asks again with the same id.
            if enrol(&log, id, student, "algebra").await? == Answer::Enrolled {
                enrolled += 1;
            }
        }
        enrol(
            &log,
            Uuid::from_u128(number * 2 + 2),
            student,
            &format!("seminar-{number}"),
        )
        .await?;
    }
    println!("enrolled in algebra, repeats included: {enrolled}");
    list_attendance(&log).await?;
    log.close()?;

    let log = EventLog::open(options)?;
    list_attendance(&log).await?;
    let attendance = attendance(&log)?;
    for (course, students) in &attendance {
        println!("{course}: {}", students.join(", "));
    }
    let verified = log.verify(&mut |_, _| {})?;
    println!(
        "{} records verify; their Merkle root is {}",
        verified.count, verified.root
    );
    log.close()?;
    Ok(attendance)
}

fn main() -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("enrolment-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let done = runtime.block_on(run(&folder));
    std::fs::remove_dir_all(&folder)?;
    done.map(|_| ())
}
