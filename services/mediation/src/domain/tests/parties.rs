//! More than two parties: each agrees or refuses for itself, by its place in the case's file (人民调解法 art. 3, 17).

use onestop_proto::{
    mediation::{Consented, CountRespondents, RespondentDeclined, RespondentsCounted},
    referral::ApplicantsCorrected,
};

use onestop_matter::domain::possible;

use super::{terms::pay, *};
use crate::domain::consent::recorded;

impl World {
    /// Received with so many other parties in the case's file.
    fn received(&self, respondents: Option<u32>) -> Vec<Event> {
        let Trigger::CaseAccepted(accepted) = self.accepted() else {
            panic!("the case was accepted")
        };
        let accepted = Trigger::CaseAccepted(Received {
            respondents,
            ..accepted
        });
        let context = self.context("2026-03-02 10:00:00");
        react::<MediationRules>(None, &accepted, &context).unwrap()
    }
}

const NOON: &str = "2026-03-03 12:00:00";

pub(super) fn count(count: u32) -> Command {
    CountRespondents { count }.into()
}

pub(super) fn consent_of(person: u32) -> Command {
    let (party, person) = (Party::Respondent, Some(person));
    Consent { party, person }.into()
}

pub(super) fn refusal_of(person: u32) -> Command {
    let (party, person) = (Party::Respondent, Some(person));
    RefuseByParty { party, person }.into()
}

/// The window took down who they are: mediation asks each of them, and not how many there are.
#[test]
fn the_number_of_other_parties_comes_with_the_case() {
    let world = world();
    let mut history = world.received(Some(2));
    let whose = world.when(&history, NOON, consent());
    assert_eq!(whose.unwrap_err(), Rejection::WhichRespondent { count: 2 });
    assert!(world.when(&history, NOON, count(2)).unwrap().is_empty());
    history.extend(world.when(&history, NOON, consent_of(1)).unwrap());
    let early = world.when(&history, NOON, Accept {});
    assert_eq!(early.unwrap_err(), Rejection::ConsentFirst {});
    history.extend(world.when(&history, NOON, consent_of(2)).unwrap());
    assert!(world.when(&history, NOON, Accept {}).is_ok());
    // Nothing is known of them, or it is an event of before: there is one at least.
    for unknown in [None, Some(0)] {
        let history = world.received(unknown);
        assert!(world.when(&history, NOON, consent()).is_ok(), "{unknown:?}");
    }
}

/// A form asks those who have not answered, and no party for its consent twice.
#[test]
fn who_has_answered_is_told_to_the_form() {
    let world = world();
    let told = |history: &[Event]| {
        let details = state(history).unwrap().details;
        let recorded = recorded(&details).into_iter();
        recorded
            .map(|one| (one.command, one.person))
            .collect::<Vec<_>>()
    };
    let offers = |history: &[Event]| {
        possible(&state(history).unwrap(), &world.context(NOON)).contains(&"consent")
    };
    let mut history = world.after([count(3), consent_of(2)]);
    assert_eq!(told(&history), [("consent".to_owned(), 2)]);
    history.extend(world.when(&history, NOON, refusal_of(3)).unwrap());
    let both = [("consent".to_owned(), 2), ("refuse-by-party".to_owned(), 3)];
    assert_eq!(told(&history), both);
    for person in [1, 3] {
        assert!(offers(&history));
        history.extend(world.when(&history, NOON, consent_of(person)).unwrap());
    }
    assert!(!offers(&history));
}

/// Art. 17: who has not agreed is not mediated, also where another one has.
#[test]
fn every_other_party_agrees_before_the_dispute_is_accepted() {
    let world = world();
    let offers = |history: &[Event], command: &str| {
        possible(&state(history).unwrap(), &world.context(NOON)).contains(&command)
    };
    let history = world.after([count(2), consent_of(1)]);
    let early = world.when(&history, NOON, Accept {});
    assert_eq!(early.unwrap_err(), Rejection::ConsentFirst {});
    assert!(!offers(&history, "accept"));
    let history = world.after([count(2), consent_of(1), consent_of(2)]);
    assert!(world.when(&history, NOON, Accept {}).is_ok());
    assert!(offers(&history, "accept"));
    // No critical date is kept, so that none can be corrected or closed.
    assert!(offers(&history, "set-critical-date"));
    assert!(!offers(&history, "close-critical-date"));
    assert!(!offers(&history, "correct-critical-date"));
}

#[test]
fn an_answer_says_whose_it_is_where_there_are_several() {
    let world = world();
    let history = world.after([count(3)]);
    let whose = world.when(&history, NOON, consent());
    assert_eq!(whose.unwrap_err(), Rejection::WhichRespondent { count: 3 });
    let nobody = world.when(&history, NOON, consent_of(4));
    let (person, count) = (4, 3);
    assert_eq!(
        nobody.unwrap_err(),
        Rejection::NoSuchParty { person, count }
    );
    // The only one need not be named.
    let alone = world.when(&world.after([]), NOON, consent()).unwrap();
    let (party, person) = (Party::Respondent, None);
    assert_eq!(alone, [Event::from(Consented { party, person })]);
}

/// Art. 17: no mediation against a clear refusal, of the one who refuses. The others may go on; no agreement binds the first.
#[test]
fn one_of_several_refuses_and_the_others_go_on_without_it() {
    let world = world();
    let mut history = world.after([count(2), consent_of(1)]);
    let declined = world.when(&history, NOON, refusal_of(2)).unwrap();
    assert_eq!(declined, [Event::from(RespondentDeclined { person: 2 })]);
    history.extend(declined);
    for command in [Accept {}.into(), mediators(), written()] {
        history.extend(world.when(&history, NOON, command).unwrap());
    }
    let bound = world.when(&history, NOON, pay(2, "500"));
    assert_eq!(bound.unwrap_err(), Rejection::PartyDeclined { person: 2 });
    assert!(world.when(&history, NOON, pay(1, "500")).is_ok());
}

#[test]
fn the_refusal_of_the_last_one_ends_mediation_and_its_clock() {
    let world = world();
    let history = world.after([count(2), refusal_of(1), refusal_of(2)]);
    assert_eq!(step(&history), Step::Refused);
    assert!(state(&history).unwrap().clock().is_none());
    // As does that of the whole side.
    let history = world.after([count(2), consent_of(1), refuse()]);
    assert_eq!(step(&history), Step::Refused);
}

#[test]
fn a_party_that_joins_later_is_asked_and_none_is_left_out() {
    let world = world();
    let mut history = world.after(seated());
    history.extend(world.when(&history, NOON, count(2)).unwrap());
    let unasked = world.when(&history, NOON, written());
    assert_eq!(unasked.unwrap_err(), Rejection::ConsentFirst {});
    history.extend(world.when(&history, NOON, consent_of(2)).unwrap());
    assert!(world.when(&history, NOON, written()).is_ok());
    let fewer = world.when(&history, NOON, count(1));
    assert_eq!(fewer.unwrap_err(), Rejection::FewerRespondents { count: 2 });
    assert!(world.when(&history, NOON, count(2)).unwrap().is_empty());
}

/// What becomes of the answers where the window corrects whom the file names.
fn corrected(world: &World, history: &[Event], respondents: Option<u32>) -> Vec<Event> {
    let corrected = Trigger::ApplicantsCorrected(ApplicantsCorrected {
        people: Some(1),
        respondents,
    });
    let context = world.context(NOON);
    let counted = react(state(history).as_ref(), &corrected, &context).unwrap();
    [history.to_vec(), counted].concat()
}

/// 人民调解法 art. 3, 17: each party is asked. A correction of whom the file names, of that or of anything else about the applicants, drops
/// no party whom the mediators found besides.
#[test]
fn a_correction_of_the_file_drops_nobody_whom_the_mediators_found() {
    let world = world();
    let total = |history: &[Event]| state(history).unwrap().details.respondents.total();
    let answered = |history: &[Event]| {
        let recorded = recorded(&state(history).unwrap().details).into_iter();
        recorded.map(|one| one.person).collect::<Vec<u32>>()
    };
    let mut found = world.received(Some(1));
    for command in [count(2), consent_of(1), consent_of(2)] {
        found.extend(world.when(&found, NOON, command).unwrap());
    }
    // The file goes on naming one: the second and what it answered stay.
    assert_eq!(corrected(&world, &found, Some(1)), found);
    // The file names two: whether the second is the one who was found is not known, and that one is asked.
    let two = corrected(&world, &found, Some(2));
    assert_eq!((total(&two), answered(&two)), (2, vec![1]));
    let early = world.when(&two, NOON, Accept {});
    assert_eq!(early.unwrap_err(), Rejection::ConsentFirst {});
    // It names one again, and the one who was found is still a party.
    let one = corrected(&world, &two, Some(1));
    assert_eq!(total(&one), 2);
    // Of two in the file and a third besides, one in the file fell away.
    let mut three = world.received(Some(2));
    three.extend(world.when(&three, NOON, count(3)).unwrap());
    three.extend(world.when(&three, NOON, consent_of(3)).unwrap());
    let left = corrected(&world, &three, Some(1));
    assert_eq!((total(&left), answered(&left)), (2, vec![2]));
    assert_eq!(total(&corrected(&world, &three, Some(4))), 4);
}

/// What was recorded before a correction said so is read as it was meant.
#[test]
fn counts_of_before_are_read() {
    let world = world();
    for count in [3, 1] {
        let mut history = world.received(Some(2));
        let in_file = None;
        history.push(RespondentsCounted { count, in_file }.into());
        assert_eq!(state(&history).unwrap().details.respondents.total(), count);
    }
}

/// 人民调解法 art. 3, 17: whom the window adds to the file is asked for consent, and who of several is left is asked anew where the count
/// does not say who fell away.
#[test]
fn a_correction_of_the_file_reaches_those_who_have_to_agree() {
    let world = world();
    let agreed = |respondents: Option<u32>, persons: &[u32]| {
        let mut history = world.received(respondents);
        for person in persons {
            history.extend(world.when(&history, NOON, consent_of(*person)).unwrap());
        }
        history
    };
    let accepts = |history: &[Event]| world.when(history, NOON, Accept {}).is_ok();
    let one = agreed(Some(1), &[1]);
    assert!(accepts(&one));
    assert_eq!(corrected(&world, &one, Some(1)), one, "no news");
    assert_eq!(corrected(&world, &one, None), one, "a dispute has one");
    let mut two = corrected(&world, &one, Some(2));
    assert!(!accepts(&two), "the second was not asked");
    two.extend(world.when(&two, NOON, consent_of(2)).unwrap());
    assert!(accepts(&two));
    // All agreed, and so did those who are left.
    assert!(accepts(&corrected(&world, &two, Some(1))));
    // The first of three agreed; whether that one is among the two who are left is not known.
    let fewer = corrected(&world, &agreed(Some(3), &[1]), Some(2));
    assert_eq!(recorded(&state(&fewer).unwrap().details), []);
    // While the parties sit at the table, nothing is agreed on before the new one agrees.
    let mut seated = agreed(Some(1), &[1]);
    for command in [Accept {}.into(), mediators()] {
        seated.extend(world.when(&seated, NOON, command).unwrap());
    }
    let mut seated = corrected(&world, &seated, Some(2));
    let early = world.when(&seated, NOON, written());
    assert_eq!(early.unwrap_err(), Rejection::ConsentFirst {});
    seated.extend(world.when(&seated, NOON, consent_of(2)).unwrap());
    assert!(world.when(&seated, NOON, written()).is_ok());
}
