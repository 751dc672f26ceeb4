//! 逐级督办: what is overdue is told to the county, then to the prefecture, then to the province, each once and each within
//! its own limit, which is data.

use onestop_directory::{Directory, StepPlaces};
use onestop_proto::{
    clock::{ClockBook, ClockEvent, Step},
    division::DivisionCode,
    referral::Event,
};

use crate::{built_in, code, folder::Folder, moment};

const COUNTY: &str = "530821";

/// The clock of a work of five working days that began on Monday 2 March 2026: due on the 9th.
fn at_work(directory: &Directory) -> ClockBook {
    let step: Step = "referral.work".parse().unwrap();
    let started = directory.start_clock(step, code(COUNTY), moment("2026-03-02 10:00:00"));
    let mut book = ClockBook::default();
    book.apply(&ClockEvent::Started(started));
    book
}

/// Where the supervisors are that are told by a moment.
fn told(directory: &Directory, book: &mut ClockBook, now: &str) -> Vec<DivisionCode> {
    let place = |_: &Step| StepPlaces::of(code(COUNTY));
    let events: Vec<Event> = directory.clock_announcements(book, moment(now), place);
    events.iter().for_each(|event| book.apply_event(event));
    let divisions = events.into_iter().filter_map(|event| {
        if let Event::ClockSupervised(supervised) = event {
            Some(supervised.division)
        } else {
            None
        }
    });
    divisions.collect()
}

#[test]
fn each_rung_is_told_once_and_after_the_one_below() {
    let directory = built_in();
    let mut book = at_work(directory);
    let mut course = Vec::new();
    for (now, next) in [
        ("2026-03-10 23:59:59", Some("2026-03-11 00:00:00")),
        // One working day after the last day.
        ("2026-03-11 00:00:00", Some("2026-03-18 00:00:00")),
        ("2026-03-17 23:59:59", Some("2026-03-18 00:00:00")),
        // Five more.
        ("2026-03-18 00:00:00", Some("2026-04-01 00:00:00")),
        // Ten more.
        ("2026-04-01 00:00:00", None),
        ("2026-12-01 00:00:00", None),
    ] {
        course.push(told(directory, &mut book, now));
        let awaited = directory.next_announcement(&book, |_| StepPlaces::of(code(COUNTY)));
        assert_eq!(awaited, next.map(moment), "at {now}");
    }
    let (county, prefecture, province) = (code(COUNTY), code("5308"), code("53"));
    let rungs = [
        vec![],
        vec![county],
        vec![],
        vec![prefecture],
        vec![province],
        vec![],
    ];
    assert_eq!(course, rungs);
}

#[test]
fn what_was_missed_is_told_from_below() {
    let directory = built_in();
    let mut book = at_work(directory);
    let all = told(directory, &mut book, "2026-12-01 00:00:00");
    assert_eq!(all, [code(COUNTY), code("5308"), code("53")]);
}

/// Where the first supervisor is a prefecture's, what a county would have been given is not waited for.
#[test]
fn the_ladder_begins_at_the_first_supervisor() {
    let directory = built_in();
    let mut book = at_work(directory);
    let place = |_: &Step| StepPlaces::of(code("5308"));
    let now = moment("2026-03-25 00:00:00");
    let events: Vec<Event> = directory.clock_announcements(&book, now, place);
    events.iter().for_each(|event| book.apply_event(event));
    let told = events
        .iter()
        .filter(|event| matches!(event, Event::ClockSupervised(_)));
    // The prefecture on 11 March, and the province ten working days later.
    assert_eq!(told.count(), 2);
}

/// A folder of before knows one rung, and keeps to it.
#[test]
fn without_rungs_the_first_supervisor_alone_is_told() {
    let shipped = include_str!("../../../../deploy/directory/standards.toml");
    let begin = shipped.find("\n[[rung]]").unwrap() + 1;
    let end = shipped[begin..].find("[[standard]]").unwrap() + begin;
    // Rules of single places are of places that are not here.
    let samples = shipped.find("# Samples").unwrap();
    let old = [&shipped[..begin], &shipped[end..samples]].concat();
    let directory = Folder::small()
        .write("standards.toml", &old)
        .load()
        .unwrap();
    let mut book = at_work(&directory);
    let all = told(&directory, &mut book, "2026-12-01 00:00:00");
    assert_eq!(all, [code(COUNTY)]);
}
