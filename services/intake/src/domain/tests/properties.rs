//! Invariants that hold for every sequence of commands and triggers.

use onestop_proto::{
    case::{
        AnswerCitizen, Applicant, Archive, Attach, Close, Command, Correct, CorrectionReason,
        Event, Grade, MediaType, Merge, MergeReason, NotifyOnce, Plaintext, Rate, Reopen,
        ReopenGround, RequestReferral, Withdraw,
    },
    envelope::EventType,
    referral::Outcome,
};
use proptest::prelude::*;

use super::*;
use crate::domain::{Applicants, Reference, Standing, Trigger, available::allowed, evolve, react};

/// A command or a trigger to try.
#[expect(clippy::large_enum_variant, reason = "one at a time is made in a test")]
enum Attempt {
    Command(Command),
    Trigger(Trigger),
}

fn attempt(number: u8, world: &World) -> Attempt {
    if let Some(trigger) = trigger(number, world) {
        return Attempt::Trigger(trigger);
    }
    let rate = |grade| Command::from(Rate { grade });
    Attempt::Command(match number {
        0 => AnswerCitizen {
            answer: "答复".to_owned(),
        }
        .into(),
        1 => RequestReferral {
            place: None,
            other: None,
        }
        .into(),
        2 => Withdraw {}.into(),
        3 => rate(Grade::VeryDissatisfied),
        4 => rate(Grade::Fair),
        5 => redo().into(),
        6 => Close {}.into(),
        7 => Reopen {
            reason: ReopenGround::NotCarriedOut,
        }
        .into(),
        8 => Archive {}.into(),
        9 => Merge {
            into: HANDOFF.parse().unwrap(),
            reason: MergeReason::SameMatter,
        }
        .into(),
        10 => NotifyOnce {
            missing: vec!["judgment".parse().unwrap()],
        }
        .into(),
        11 | 12 => attach(number),
        _ => Correct {
            reason: CorrectionReason::CitizenAsked,
            applicant: Some(Applicant::named("玉香")),
            ..correction()
        }
        .into(),
    })
}

fn attach(number: u8) -> Command {
    Command::from(Attach {
        hash: format!("{number:x}").repeat(64).parse().unwrap(),
        size: 7,
        media_type: MediaType::Png,
        kind: "judgment".parse().unwrap(),
        name: Plaintext("说明".to_owned()),
    })
}

fn trigger(number: u8, world: &World) -> Option<Trigger> {
    match number {
        14 => Some(world.accepted_by_agency()),
        15 => Some(Trigger::NoUnitAvailable),
        16 => Some(Trigger::Completed {
            unit: world.agency.clone(),
            outcome: Outcome::Granted,
        }),
        _ => None,
    }
}

/// The directory is large: it is read once.
static WORLD: std::sync::LazyLock<World> = std::sync::LazyLock::new(world);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn invariants_hold_for_every_sequence_of_commands(orders in prop::collection::vec(0_u8..17, 0..60)) {
        let world = &*WORLD;
        let earlier = Box::new(evolve(None, &world.opened()).unwrap());
        let mut history = vec![world.opened()];
        let mut case = evolve(None, &world.opened()).unwrap();
        for number in orders {
            let reference = match number {
                9 => Reference::Case {
                    other: earlier.clone(),
                    is_earlier: true,
                    ours: "019ab0c4-8000-7000-8000-0000000000c1".parse().unwrap(),
                    applicants: Applicants::Others,
                },
                13 => Reference::EventOfCase,
                _ => Reference::None,
            };
            let events = match attempt(number, world) {
                Attempt::Command(command) => world.at_case(case.clone()).with(reference).when(command),
                Attempt::Trigger(trigger) => react(Some(&case), &trigger),
            };
            let over = allowed(&case.standing).is_empty();
            let Ok(events) = events else { continue };
            prop_assert!(!over, "something was done with a case that is over: {events:?}");
            history.extend(events.iter().cloned());
            case = events.iter().fold(Some(case), evolve).unwrap();
            // One unit holds it: its window, or the agency that accepted.
            prop_assert!([&world.window, &world.agency].contains(&case.holder()));
            // A case that is over has no running clock.
            let runs = case.redo_clock().is_some();
            let ended = matches!(case.standing, Standing::Archived | Standing::Merged { .. });
            prop_assert!(!(runs && ended));
        }
        // The events, written and read again, make the same case.
        let read = history.iter().map(|event| {
            let text = serde_json::to_string(event).unwrap();
            serde_json::from_str::<Event>(&text).unwrap()
        });
        let again = read.fold(None, |case, event| evolve(case, &event)).unwrap();
        prop_assert_eq!(&again, &case);
        // A citizen is notified once between two openings, and no file is attached twice.
        let notices = |part: &[Event]| {
            let name = |event: &&Event| event.event_type().ends_with("notice-given.v1");
            part.iter().filter(name).count()
        };
        for part in history.split(|event| matches!(event, Event::Reopened(_))) {
            prop_assert!(notices(part) <= 1);
        }
        let mut hashes: Vec<_> = case.files.iter().map(|file| file.hash.as_str()).collect();
        hashes.dedup();
        prop_assert_eq!(hashes.len(), case.files.len());
    }
}
