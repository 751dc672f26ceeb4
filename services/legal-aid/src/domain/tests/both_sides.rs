//! 律师法 art. 39: no lawyer acts for both sides of a dispute, and the agency's other lawyers may.

use onestop_matter::domain::{SpecialistRules, possible};
use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    ids::CaseId,
    legal_aid::{GiveHelp, HelpKind},
    mediation, notarization, referral,
    rejection::Explain,
};

use super::*;
use crate::domain::Decision;

fn theirs() -> CaseId {
    "019ab0c4-8000-7000-8000-0000000000bb".parse().unwrap()
}

/// The lawyer of the other side, as the sample of an assignment names them.
fn their_lawyer(case: CaseId) -> Vec<String> {
    if case == theirs() {
        vec![lawyer().licence]
    } else {
        Vec::new()
    }
}

impl World {
    fn against(&self, history: &[Event], command: impl Into<Command>) -> Decision {
        let context = Context {
            acted_in: &their_lawyer,
            ..self.context(at("2026-03-03 10:00:00"))
        };
        decide(state(history).as_ref(), &command.into(), &context)
    }

    /// After some commands, with the other side's case known.
    fn opposed(&self, commands: &[Command]) -> Vec<Event> {
        let mut history = self.after(commands);
        history.extend(LegalAidRules::note_opposing(theirs()));
        history
    }
}

fn both_sides() -> Rejection {
    Rejection::BothSides {
        licence: lawyer().licence,
    }
}

#[test]
fn a_lawyer_of_the_other_side_is_not_assigned() {
    let world = world();
    let granted = [exempt(), Grant {}.into()];
    let history = world.opposed(&granted);
    assert_eq!(world.against(&history, lawyer()), Err(both_sides()));
    // The number is one, however it is typed.
    for typed in [
        format!(" {} ", lawyer().licence),
        "１５３０８２０２６１００００００１".to_owned(),
        "15308202610 00000１".to_owned(),
        "执业证号：15308202610000001".to_owned(),
        "1530-8202-6100-00001\u{200b}".to_owned(),
    ] {
        let again = Assign {
            licence: typed.clone(),
            ..lawyer()
        };
        assert_eq!(world.against(&history, again), Err(both_sides()), "{typed}");
    }
    // Another one of the same agency is.
    let other = Assign {
        licence: "15308202610000002".to_owned(),
        ..lawyer()
    };
    assert!(world.against(&history, other).is_ok());
    // Where nothing is known of another side, the same licence is fine.
    assert!(world.against(&world.after(&granted), lawyer()).is_ok());
}

/// What the other side's file kept before the form was checked is compared as what it is.
#[test]
fn a_licence_that_was_kept_in_another_form_is_compared_too() {
    let world = world();
    let mut theirs = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    for event in &mut theirs {
        if let Event::Assigned(assigned) = event {
            assigned.licence = "１５３０８２０２６１０００００ ０１（云南）".to_owned();
        }
    }
    let acted = state(&theirs).unwrap().acted;
    assert_eq!(acted, [lawyer().licence]);
}

/// 律师法 art. 39: the refusal names the lawyer and no case of others.
#[test]
fn the_refusal_does_not_say_whose_case_it_is() {
    let said = both_sides().rejected();
    let told = serde_json::to_string(&said).unwrap();
    assert!(told.contains(&lawyer().licence), "{told}");
    assert!(!told.contains(&theirs().to_string()), "{told}");
}

#[test]
fn nor_named_instead_of_another_nor_given_first() {
    let world = world();
    let other = Assign {
        licence: "15308202610000002".to_owned(),
        ..lawyer()
    };
    let history = world.opposed(&[exempt(), Grant {}.into(), other.into()]);
    let again = Reassign {
        firm: lawyer().firm,
        licence: lawyer().licence,
        years: None,
        reason: ReassignReason::Unable,
    };
    assert_eq!(world.against(&history, again), Err(both_sides()));
    let received = world.opposed(&[]);
    assert_eq!(world.against(&received, at_once()), Err(both_sides()));
}

/// The other side came after the assignment: what is signed is for one side.
#[test]
fn no_agreement_is_signed_for_both() {
    let world = world();
    let assigned = [exempt(), Grant {}.into(), lawyer().into()];
    let history = world.opposed(&assigned);
    let agreement = "2026-17".to_owned();
    let contract = Contract { agreement };
    assert_eq!(world.against(&history, contract.clone()), Err(both_sides()));
    assert!(world.against(&world.after(&assigned), contract).is_ok());
    // Nor is it offered.
    let offers = |history: &[Event]| {
        let context = Context {
            acted_in: &their_lawyer,
            ..world.context(at("2026-03-03 10:00:00"))
        };
        possible(&state(history).unwrap(), &context).contains(&"contract")
    };
    assert!(!offers(&history) && offers(&world.after(&assigned)));
}

/// A case that is received again keeps who acted in it.
#[test]
fn who_acted_before_the_case_came_again_is_remembered() {
    let world = world();
    let mut history = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    history.extend(world.received());
    let matter = state(&history).unwrap();
    assert_eq!(
        (matter.step, matter.acted),
        (Step::Review, vec![lawyer().licence])
    );
}

/// 律师法 art. 39: nor a lawyer who mediates or certifies for the other side, or advised them: by assignment, at once, or on duty.
#[test]
fn nor_who_acts_for_the_other_side_in_another_service() {
    let world = world();
    let licence = Some(lawyer().licence);
    let known = |service, role| ActingPerson {
        licence: licence.clone(),
        ..ActingPerson::known(service, role, "yang-mei".parse().unwrap())
    };
    for person in [
        known(mediation::service(), ActingRole::Impartial),
        known(notarization::service(), ActingRole::Impartial),
        known(referral::service(), ActingRole::ForParty),
    ] {
        let heard = |history: &[Event]| {
            let context = world.context(at("2026-03-03 09:00:00"));
            let trigger = Trigger::OtherSideEngaged(person.clone());
            let noted = react(state(history).as_ref(), &trigger, &context).unwrap();
            [history.to_vec(), noted].concat()
        };
        let tried = |history: &[Event], command: Command| {
            world.when(&heard(history), "2026-03-03 10:00:00", command)
        };
        let granted = world.after(&[exempt(), Grant {}.into()]);
        assert_eq!(tried(&granted, lawyer().into()), Err(both_sides()));
        assert_eq!(tried(&world.received(), at_once()), Err(both_sides()));
        let help = GiveHelp {
            kinds: vec![HelpKind::Advice],
            firm: lawyer().firm,
            licence: lawyer().licence,
        };
        let asked = world.received_as("duty-lawyer-help", None);
        assert_eq!(tried(&asked, help.into()), Err(both_sides()));
        let other = Assign {
            licence: "15308202610000002".to_owned(),
            ..lawyer()
        };
        assert!(tried(&granted, other.into()).is_ok());
    }
}
