//! 群体性事项: the supervisor is notified of ten people and more who ask together, once.

use onestop_proto::case::{Applicant, Correct, CorrectionReason, Event, GroupReported, Person};

use super::*;
use crate::domain::{Case, Reference, address, evolve};

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
        event: HANDOFF.parse().unwrap(),
        reason: CorrectionReason::CitizenAsked,
        applicant: Some(people(count)),
        needs: None,
        place: None,
        topic: None,
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
