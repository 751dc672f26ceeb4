//! How many other parties there are is taken down once, and goes with the case to the unit; their names stay sealed.

use onestop_proto::case::{Applicant, Correct, Event, Open, Opened, RequestReferral, Respondent};

use super::*;
use crate::domain::Reference;

fn naming(names: &[&str]) -> Applicant {
    let mut applicant = Applicant::named("岩温");
    let respondents = names.iter().map(|name| Respondent {
        name: (*name).to_owned(),
        phone: None,
        address: None,
    });
    applicant.respondents = respondents.collect();
    applicant
}

fn opening(names: &[&str]) -> Vec<Event> {
    let opening = Open {
        applicant: naming(names),
        ..open("mediation", "land", TOWN)
    };
    world().after(&[]).when(opening).unwrap()
}

fn referred(events: &[Event]) -> Option<u32> {
    let found = events.iter().find_map(|event| {
        let Event::ReferralRequested(requested) = event else {
            return None;
        };
        Some(requested.subject.respondents)
    });
    found.unwrap()
}

#[test]
fn the_count_goes_with_the_first_referral() {
    assert_eq!(referred(&opening(&["李岩", "王五", "赵六"])), Some(3));
    // Where none is named, nothing is said of them.
    assert_eq!(referred(&opening(&[])), None);
}

#[test]
fn a_later_referral_has_the_count_as_last_corrected() {
    let world = world();
    let mut history = opening(&["李岩", "王五"]);
    history.truncate(1);
    let refer = || RequestReferral {
        place: None,
        other: None,
    };
    let before = world.after(&history).when(refer()).unwrap();
    assert_eq!(referred(&before), Some(2));
    let correct = |applicant: Option<Applicant>, place: Option<&str>| Correct {
        applicant,
        place: place.map(|place| place.parse().unwrap()),
        ..correction()
    };
    let joined = correct(Some(naming(&["李岩", "王五", "赵六"])), None);
    let given = world.after(&history).with(Reference::EventOfCase);
    history.extend(given.when(joined).unwrap());
    let after = world.after(&history).when(refer()).unwrap();
    assert_eq!(referred(&after), Some(3));
    // A correction of something else leaves it as it was.
    let elsewhere = correct(None, Some("530821"));
    let given = world.after(&history).with(Reference::EventOfCase);
    history.extend(given.when(elsewhere).unwrap());
    let after = world.after(&history).when(refer()).unwrap();
    assert_eq!(referred(&after), Some(3));
}

/// An event from before the count was kept says nothing of it, and is read as before.
#[test]
fn an_old_event_says_nothing_of_them() {
    let mut history = opening(&["李岩"]);
    history.truncate(1);
    let Some(Event::Opened(opened)) = history.first() else {
        panic!("{history:?}")
    };
    let mut old = serde_json::to_value(opened).unwrap();
    assert_eq!(old["respondents"], 1);
    old.as_object_mut().unwrap().remove("respondents");
    let old: Opened = serde_json::from_value(old).unwrap();
    assert_eq!(old.respondents, None);
}
