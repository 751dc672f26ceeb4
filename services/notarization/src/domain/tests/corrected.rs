//! 公证程序规则 art. 11: whom the window adds to the case's file, or takes out of it, counts for who has to come.

use onestop_proto::referral::ApplicantsCorrected;

use super::*;

const NOON: &str = "2026-03-03 12:00:00";

/// A will of so many people, of whom these came.
fn will(people: Option<u32>, came: &[Option<u32>]) -> (World, Vec<Event>) {
    let world = World {
        topic: "will",
        ..world()
    };
    let Trigger::CaseAccepted(received) = world.accepted() else {
        panic!("the case was accepted")
    };
    let accepted = Trigger::CaseAccepted(matter::Received { people, ..received });
    let context = world.context("2026-03-02 10:00:00");
    let mut history = react::<NotarizationRules>(None, &accepted, &context).unwrap();
    history.extend(world.when(&history, NOON, TellConsequences {}).unwrap());
    for person in came {
        let appear = AppearInPerson { person: *person };
        history.extend(world.when(&history, NOON, appear).unwrap());
    }
    (world, history)
}

fn corrected(world: &World, history: &[Event], people: u32) -> Vec<Event> {
    let corrected = Trigger::ApplicantsCorrected(ApplicantsCorrected {
        people: Some(people),
        respondents: None,
    });
    let context = world.context(NOON);
    let counted = react(state(history).as_ref(), &corrected, &context).unwrap();
    [history.to_vec(), counted].concat()
}

fn absent(decided: Result<Vec<Event>, Rejection>) -> Option<u32> {
    match decided {
        Ok(_) => None,
        Err(Rejection::NotEveryoneCame { person, .. }) => Some(person),
        Err(Rejection::InPerson { .. }) => Some(1),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn who_is_added_to_the_file_comes_before_the_application_is_accepted() {
    for (people, came, now, missing) in [
        (Some(1), &[None][..], 2, Some(2)),
        (Some(1), &[Some(1)][..], 2, Some(2)),
        (Some(2), &[Some(1), Some(2)][..], 3, Some(3)),
        (Some(2), &[Some(1)][..], 2, Some(2)),
        // Which one fell away the count does not say, unless all had come.
        (Some(3), &[Some(1), Some(3)][..], 2, Some(1)),
        (Some(3), &[None][..], 2, None),
        (Some(3), &[Some(1), Some(2), Some(3)][..], 2, None),
        // How many there were was not known, so that all of them came says nothing of how many.
        (None, &[None][..], 2, Some(1)),
    ] {
        let (world, history) = will(people, came);
        let history = corrected(&world, &history, now);
        let accepted = world.when(&history, NOON, AcceptApplication {});
        assert_eq!(absent(accepted), missing, "{people:?} {came:?} {now}");
    }
}

/// Three came, one fell away, and another was added: that one has not come.
#[test]
fn who_takes_the_place_of_one_who_fell_away_comes_too() {
    let (world, history) = will(Some(3), &[None]);
    let fewer = corrected(&world, &history, 2);
    let again = corrected(&world, &fewer, 3);
    let accepted = world.when(&again, NOON, AcceptApplication {});
    assert_eq!(absent(accepted), Some(3));
}

/// Also after the office accepted the application: no certificate is issued while one of them has not come.
#[test]
fn who_is_added_after_the_acceptance_comes_before_the_certificate() {
    let (world, mut history) = will(Some(1), &[None]);
    let accepted = world.when(&history, NOON, AcceptApplication {});
    history.extend(accepted.unwrap());
    let offered = |history: &[Event]| {
        possible(&state(history).unwrap(), &world.context(NOON)).contains(&"issue")
    };
    assert!(offered(&history) && world.when(&history, NOON, certificate()).is_ok());
    let mut history = corrected(&world, &history, 2);
    assert!(!offered(&history));
    let early = world.when(&history, NOON, certificate());
    assert_eq!(absent(early), Some(2));
    let came = AppearInPerson { person: Some(2) };
    history.extend(world.when(&history, NOON, came).unwrap());
    assert!(offered(&history) && world.when(&history, NOON, certificate()).is_ok());
}

/// A correction of something else, or to the same number, says nothing.
#[test]
fn the_same_number_is_no_news() {
    let (world, history) = will(Some(2), &[Some(1)]);
    assert_eq!(corrected(&world, &history, 2), history);
    let uncounted = Trigger::ApplicantsCorrected(ApplicantsCorrected {
        people: None,
        respondents: None,
    });
    let context = world.context(NOON);
    let nothing = react(state(&history).as_ref(), &uncounted, &context);
    assert_eq!(nothing.unwrap(), []);
}

/// 到场 is offered as long as an applicant who has to come is not recorded.
#[test]
fn nobody_is_asked_to_appear_once_everyone_is_recorded() {
    for (people, came, offered) in [
        (Some(2), &[][..], true),
        (Some(2), &[Some(1)][..], true),
        (Some(2), &[Some(2), Some(1)][..], false),
        (Some(2), &[None][..], false),
        (Some(1), &[Some(1)][..], false),
        // How many there are is not known.
        (None, &[Some(1)][..], true),
    ] {
        let (world, history) = will(people, came);
        let matter = state(&history).unwrap();
        let possible = possible(&matter, &world.context(NOON));
        assert_eq!(
            possible.contains(&"appear-in-person"),
            offered,
            "{people:?} {came:?}"
        );
    }
}
