//! A last day that was counted on a year without a notice is corrected once the notice is there, by one event,
//! and what ends with it ends then.

use onestop_directory::RegistryChanges;
use onestop_proto::{
    clock::{Certainty, ClockCorrected},
    ids::SiteId,
    referral::{Supervise, accept_step, report_step},
    registry::DaysOffDeclared,
};
use onestop_testing::NEW_YEAR_2027;

use crate::domain::{needs_correction, test_support::*};

/// The shipped directory, with the notice in its calendar.
fn announced() -> Directory {
    Directory::built_in_with("calendar.toml", NEW_YEAR_2027).unwrap()
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

/// Before the notice, and after it.
fn worlds() -> (World, World) {
    let before = world();
    let after = World {
        directory: announced(),
        window: before.window.clone(),
    };
    (before, after)
}

impl World {
    /// Offered on the second last day of the year: two working days.
    fn offered_at_the_end_of_the_year(&self) -> Vec<Event> {
        let mut events = self.begun();
        let scenario = self.scenario(&events).at(at("2026-12-30 10:00:00"));
        events.extend(scenario.reacts_to(&Self::request()).unwrap());
        events
    }

    /// The announcements of that moment, added to the history.
    fn tells(&self, events: &mut Vec<Event>, moment: &str) -> Vec<&'static str> {
        let scenario = self
            .scenario(events)
            .at(at(moment))
            .with_handoff(handoff(2));
        let told = scenario.reacts_to(&Trigger::TimerFired).unwrap();
        let names = event_names(&told);
        events.extend(told);
        names
    }
}

/// The last day of a step, whether it is firm, and when the offer ends.
fn due(events: &[Event]) -> (String, Certainty) {
    let custody = state(events);
    let due = custody.clock(&accept_step()).unwrap().due.clone();
    assert_eq!(
        custody.offer().unwrap().until,
        due.at,
        "the offer ends with its clock"
    );
    (due.day.to_string(), due.certainty)
}

#[test]
fn an_offer_goes_by_the_corrected_day() {
    let (before, after) = worlds();
    let mut events = before.offered_at_the_end_of_the_year();
    // New Year's Day is off by law; the Monday after it is as far as is known.
    let provisional = ("2027-01-04".to_owned(), Certainty::Provisional);
    assert_eq!(due(&events), provisional);
    assert!(!needs_correction(&state(&events), &before.directory));
    assert!(needs_correction(&state(&events), &after.directory));
    assert_eq!(
        after.tells(&mut events, "2026-12-30 11:00:00"),
        ["clock-corrected"]
    );
    assert_eq!(due(&events), ("2027-01-06".to_owned(), Certainty::Firm));
    let Some(Event::ClockCorrected(ClockCorrected { was, directory, .. })) = events.last() else {
        panic!("{:?}", events.last())
    };
    assert_eq!(was.day.to_string(), "2027-01-04");
    assert_eq!(directory, after.directory.version());
    assert!(!needs_correction(&state(&events), &after.directory));
    assert!(after.tells(&mut events, "2026-12-30 12:00:00").is_empty());

    // On the old last day it can still be accepted, and on the new one.
    let agency = after.agency(COUNTY);
    let accepted = |moment| {
        let accept = Accept {
            handoff: handoff(1),
        };
        after
            .scenario(&events)
            .by(&agency)
            .at(at(moment))
            .sends(accept)
    };
    assert!(accepted("2027-01-06 17:00:00").is_ok());
    let late = accepted("2027-01-07 09:00:00").unwrap_err();
    assert!(matches!(late, Rejection::OfferOver { .. }), "{late:?}");
}

#[test]
fn a_service_that_was_down_corrects_before_it_announces_and_before_it_expires() {
    let (before, after) = worlds();
    let mut events = before.offered_at_the_end_of_the_year();
    let mut old = events.clone();
    let told = before.tells(&mut old, "2027-01-05 09:00:00");
    assert!(told.contains(&"expired"), "by the old calendar: {told:?}");
    assert_eq!(
        after.tells(&mut events, "2027-01-05 09:00:00"),
        ["clock-corrected", "clock-due-soon"]
    );
    let told = after.tells(&mut events, "2027-01-07 09:00:00");
    assert_eq!(&told[..2], ["clock-overdue", "expired"]);
}

#[test]
fn an_instruction_goes_by_the_corrected_day() {
    let (before, after) = worlds();
    let mut events = before.begun();
    let instruction = Supervise {
        instruction: "查明情况".to_owned(),
    };
    let bureau = before.bureau(COUNTY);
    let scenario = before.scenario(&events).at(at("2026-12-30 10:00:00"));
    events.extend(scenario.by_supervisor(&bureau).sends(instruction).unwrap());
    assert_eq!(
        after.tells(&mut events, "2026-12-30 11:00:00"),
        ["clock-corrected"]
    );
    let custody = state(&events);
    let due = custody.clock(&report_step()).unwrap().due.clone();
    assert_eq!(
        (due.day.to_string().as_str(), due.certainty),
        ("2027-01-07", Certainty::Firm)
    );
    assert_eq!(custody.instruction.map(|open| open.until), Some(due.at));
}

/// 县庆: the registry records days off of the county while an offer and an instruction run.
#[test]
fn days_off_that_a_county_declares_move_what_runs_there() {
    let before = world();
    let county: onestop_proto::division::DivisionCode = COUNTY.parse().unwrap();
    let site = SiteId::derived(county);
    let mut changes = RegistryChanges::default();
    let declared = DaysOffDeclared {
        unit: format!("{site}.window").parse().unwrap(),
        site,
        division: county,
        holiday: "县庆".to_owned(),
        from: "2026-03-12".parse().unwrap(),
        until: "2026-03-13".parse().unwrap(),
        basis: "县政府通知".to_owned(),
    };
    changes.take_in(&declared.into());
    let after = World {
        directory: before.directory.with_changes(changes),
        window: before.window.clone(),
    };
    let mut events = before.begun();
    let scenario = before.scenario(&events).at(at("2026-03-11 10:00:00"));
    events.extend(scenario.reacts_to(&World::request()).unwrap());
    let bureau = before.bureau(COUNTY);
    let instruction = Supervise {
        instruction: "查明情况".to_owned(),
    };
    let scenario = before.scenario(&events).at(at("2026-03-11 10:30:00"));
    events.extend(scenario.by_supervisor(&bureau).sends(instruction).unwrap());
    let (told, certainty) = due(&events);
    assert_eq!((told.as_str(), certainty), ("2026-03-13", Certainty::Firm));
    assert!(needs_correction(&state(&events), &after.directory));
    assert_eq!(
        after.tells(&mut events, "2026-03-11 11:00:00"),
        ["clock-corrected", "clock-corrected"]
    );
    assert_eq!(due(&events), ("2026-03-17".to_owned(), Certainty::Firm));
    let custody = state(&events);
    let report = custody.clock(&report_step()).unwrap().due.clone();
    assert_eq!(report.day.to_string(), "2026-03-18");
    assert_eq!(
        custody.instruction.clone().map(|open| open.until),
        Some(report.at)
    );
    assert!(!needs_correction(&custody, &after.directory));
    // What was announced is not taken back with the notice.
    assert!(!needs_correction(&custody, &before.directory));
}

/// An event from before a clock's beginning was kept: its last day stays as it was told.
#[test]
fn a_clock_of_unknown_history_is_not_corrected() {
    let (before, after) = worlds();
    let mut events = before.offered_at_the_end_of_the_year();
    for event in &mut events {
        if let Event::ClockStarted(started) = event {
            started.at = None;
        }
    }
    assert!(!needs_correction(&state(&events), &after.directory));
    assert!(after.tells(&mut events, "2026-12-30 11:00:00").is_empty());
}
