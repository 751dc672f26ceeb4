//! 群体性事项: the supervisor is notified of ten people and more who ask together, once.

use onestop_proto::case::{
    Applicant, Correct, CorrectionReason, Event, GroupReported, Merge, MergeReason, Merged, Opened,
    Person,
};

use super::*;
use crate::domain::{Applicants, Case, Joined, Reference, address, evolve};

fn people(count: usize) -> Applicant {
    let mut applicant = Applicant::named("岩温");
    let others = (1..count).map(|_| Person::named("玉香"));
    applicant.people.extend(others);
    applicant
}

fn opened_by(world: &World, count: usize) -> Vec<Event> {
    let mut open = open("legal-aid", "labour-pay", TOWN);
    open.applicant = people(count);
    world.after(&[]).when(open).unwrap()
}

fn corrected_to(world: &World, history: &[Event], count: usize) -> Vec<Event> {
    let correct = Correct {
        reason: CorrectionReason::CitizenAsked,
        applicant: Some(people(count)),
        ..correction()
    };
    let given = world.after(history).with(Reference::EventOfCase);
    given.when(correct).unwrap()
}

fn told(events: &[Event]) -> Vec<&GroupReported> {
    let told = events.iter().filter_map(|event| {
        if let Event::GroupReported(told) = event {
            Some(told)
        } else {
            None
        }
    });
    told.collect()
}

/// The case as these events leave it.
fn case(history: &[Event]) -> Case {
    history.iter().fold(None, evolve).unwrap()
}

/// 民事诉讼法解释 art. 75: many are ten and more. The number is the directory's.
#[test]
fn nine_are_none_and_ten_are_told_with_their_count() {
    let world = world();
    assert_eq!(told(&opened_by(&world, 9)), Vec::<&GroupReported>::new());
    let events = opened_by(&world, 10);
    let [told] = told(&events)[..] else {
        panic!("{events:?}")
    };
    assert_eq!((told.people, told.least), (10, 10));
    assert!(told.basis.contains("第七十五条"));
    let bureau = "bureau".parse().unwrap();
    let county = world.directory.unit_at("530821".parse().unwrap(), &bureau);
    assert_eq!(Some(&told.supervisor), county.map(|unit| &unit.id));
    // It is the supervisor's to hear of, and changes nothing for who works on it.
    let case = case(&events);
    let address = address(&case, &Event::from(told.clone()));
    assert_eq!(address.unit, told.supervisor);
    assert_eq!(case.holder_and_division().0, &world.window);
}

#[test]
fn people_who_are_added_are_counted_and_told_of_once() {
    let world = world();
    let mut history = opened_by(&world, 8);
    history.extend(corrected_to(&world, &history, 9));
    assert!(told(&history).is_empty());
    history.extend(corrected_to(&world, &history, 12));
    let counts: Vec<u32> = told(&history).iter().map(|told| told.people).collect();
    assert_eq!(counts, [12]);
    history.extend(corrected_to(&world, &history, 30));
    assert_eq!(told(&history).len(), 1, "they were told");
    // A case of before that was a group's already is reported at its next correction.
    let mut before = opened_by(&world, 11);
    before.retain(|event| !matches!(event, Event::GroupReported(_)));
    assert_eq!(told(&corrected_to(&world, &before, 11)).len(), 1);
}

const OURS: &str = "019ab0c4-8000-7000-8000-0000000000c1";

/// What happens when a case is merged into another one.
fn merged(
    world: &World,
    ours: &[Event],
    theirs: &[Event],
    (reason, joined): (MergeReason, Joined),
) -> Vec<Event> {
    let reference = Reference::Case {
        other: Box::new(case(theirs)),
        is_earlier: true,
        ours: OURS.parse().unwrap(),
        applicants: Applicants::Same,
    };
    let into = HANDOFF.parse().unwrap();
    let scenario = world.after(ours).with(reference).joined_by(joined);
    scenario.when(Merge { into, reason }).unwrap()
}

/// 民事诉讼法解释 art. 75: whether they come in one case or in several that go on as one, ten people are many.
#[test]
fn people_who_come_together_by_a_merger_are_counted_and_told_of_once() {
    let world = world();
    // At the window: a case that was referred is not merged.
    let of = |count| {
        let mut events = opened_by(&world, count);
        events.retain(|event| !matches!(event, Event::ReferralRequested(_)));
        events
    };
    let counts = |ours: usize, theirs: usize, joined: Joined| -> Vec<u32> {
        let (ours, theirs) = (of(ours), of(theirs));
        let events = merged(&world, &ours, &theirs, (MergeReason::SameMatter, joined));
        told(&events).iter().map(|told| told.people).collect()
    };
    let none = Joined::default();
    assert!(counts(4, 5, none).is_empty());
    assert_eq!(counts(4, 6, none), [10]);
    // With those that were merged before.
    let three = Joined {
        people: 3,
        reported: false,
    };
    assert_eq!(counts(3, 4, three), [10]);
    let reported = Joined {
        reported: true,
        ..three
    };
    assert!(counts(3, 4, reported).is_empty());
    // One of the two was a group's, and the supervisor knows of it.
    assert!(counts(2, 11, none).is_empty() && counts(11, 2, none).is_empty());
    // Those of a duplicate ask in the other case already.
    let (ours, theirs) = (of(6), of(6));
    let twice = merged(&world, &ours, &theirs, (MergeReason::Duplicate, none));
    assert!(told(&twice).is_empty());
}

/// The supervisor of the window where the matter goes on hears of it.
#[test]
fn a_person_more_makes_a_group_of_merged_cases() {
    let world = world();
    let history = opened_by(&world, 4);
    let joined = Joined {
        people: 5,
        reported: false,
    };
    let correct = Correct {
        reason: CorrectionReason::CitizenAsked,
        applicant: Some(people(5)),
        ..correction()
    };
    let given = world.after(&history).with(Reference::EventOfCase);
    let events = given.joined_by(joined).when(correct).unwrap();
    let counts: Vec<u32> = told(&events).iter().map(|told| told.people).collect();
    assert_eq!(counts, [10]);
}

/// Who was merged into a case, by the states of those cases.
#[test]
fn the_people_of_merged_cases_are_those_of_other_people() {
    let world = world();
    let merged = |count: usize, reason: MergeReason| {
        let mut history = opened_by(&world, count);
        let into = HANDOFF.parse().unwrap();
        let number = world.number.clone();
        history.push(Event::from(Merged {
            into,
            number,
            reason,
        }));
        case(&history)
    };
    let both = Joined::default()
        .with(&merged(3, MergeReason::SameMatter))
        .with(&merged(5, MergeReason::Duplicate))
        .with(&merged(4, MergeReason::SameMatter));
    assert_eq!((both.people, both.reported), (7, false));
    assert!(both.with(&merged(12, MergeReason::SameMatter)).reported);
}

/// An event from before they were counted is of one person at least, and says of no case that it is of one person alone.
#[test]
fn an_old_case_is_of_one_person_at_least() {
    let history = opened_by(&world(), 3);
    let Some(Event::Opened(opened)) = history.first() else {
        panic!("{history:?}")
    };
    assert_eq!(opened.people, Some(3));
    let old = Opened {
        people: None,
        ..opened.clone()
    };
    let case = case(&[Event::from(old)]);
    assert_eq!((case.people, case.known_people()), (None, 1));
}
