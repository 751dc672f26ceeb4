//! 律师法 art. 39, 公证法 art. 23: no person acts in the other side's case and certifies in this one, whichever service has that case.

use onestop_matter::domain::available;
use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    legal_aid, mediation,
};

use super::*;

const NOON: &str = "2026-03-03 12:00:00";

fn mediator(staff: &str) -> ActingPerson {
    let staff = staff.parse().unwrap();
    ActingPerson::known(mediation::service(), ActingRole::Impartial, staff)
}

impl World {
    /// Custody says that a person acts for the other side.
    fn opposed_by(&self, history: &[Event], person: &ActingPerson) -> Vec<Event> {
        let context = self.context(NOON);
        let trigger = Trigger::OtherSideEngaged(person.clone());
        let noted = react(state(history).as_ref(), &trigger, &context).unwrap();
        [history.to_vec(), noted].concat()
    }

    fn by_staff(
        &self,
        staff: &str,
        history: &[Event],
        command: impl Into<Command>,
    ) -> Result<Vec<Event>, Rejection> {
        let actor = Actor {
            staff: staff.parse().unwrap(),
            ..self.notary.clone()
        };
        let context = Context::at(at(NOON), &actor, &self.directory);
        decide(state(history).as_ref(), &command.into(), &context)
    }
}

impl World {
    fn offers(&self, staff: &str, history: &[Event], command: &str) -> bool {
        let actor = Actor {
            staff: staff.parse().unwrap(),
            ..self.notary.clone()
        };
        let context = Context::at(at(NOON), &actor, &self.directory);
        available(&state(history).unwrap(), &context).contains(&command)
    }
}

fn for_other_side(staff: &str) -> Rejection {
    let staff = staff.parse().unwrap();
    matter::Rejection::ActsForOtherSide { staff }.into()
}

#[test]
fn a_mediator_of_the_other_side_is_no_notary_here() {
    let world = world();
    let history = world.opposed_by(&world.received(), &mediator("li"));
    let told = world.by_staff("li", &history, TellConsequences {});
    assert_eq!(told, Err(for_other_side("li")));
    assert!(!world.offers("li", &history, "tell-consequences"));
    assert!(world.offers("zhao", &history, "tell-consequences"));
    assert!(
        world
            .by_staff("zhao", &history, TellConsequences {})
            .is_ok()
    );
    // Once is noted once.
    assert_eq!(world.opposed_by(&history, &mediator("li")), history);
    // Where another explained the consequences, the certificate is not theirs either, and nor is its review.
    let mut accepted = world.received();
    for command in super::accepted() {
        let done = world.by_staff("zhao", &accepted, command);
        accepted.extend(done.unwrap());
    }
    let accepted = world.opposed_by(&accepted, &mediator("li"));
    let issued = world.by_staff("li", &accepted, certificate());
    assert_eq!(issued, Err(for_other_side("li")));
    assert!(!world.offers("li", &accepted, "issue") && world.offers("zhao", &accepted, "issue"));
    let issued = world.by_staff("zhao", &accepted, certificate()).unwrap();
    let review = AskReview {
        applicant: ReviewBy::Interested,
        known_on: at(NOON),
        reviewer: "li".parse().unwrap(),
    };
    let history = [accepted, issued].concat();
    let asked = world.by_staff("zhao", &history, review);
    assert_eq!(asked, Err(for_other_side("li")));
}

/// Who had acted before the office took the case comes with it; a notary of both sides' certificates stands between them.
#[test]
fn who_acted_before_is_known_from_the_beginning() {
    let world = world();
    let lawyer = ActingPerson {
        staff: Some("li".parse().unwrap()),
        ..ActingPerson::licensed(legal_aid::service(), "15308202610000001")
    };
    let notary = ActingPerson {
        service: onestop_proto::notarization::service(),
        ..mediator("li")
    };
    for (person, refused) in [(lawyer, true), (notary, false)] {
        let Trigger::CaseAccepted(received) = world.accepted() else {
            panic!("the case was accepted")
        };
        let accepted = Trigger::CaseAccepted(matter::Received {
            other_side: vec![person],
            ..received
        });
        let context = world.context("2026-03-02 10:00:00");
        let history = react::<NotarizationRules>(None, &accepted, &context).unwrap();
        let told = world.by_staff("li", &history, TellConsequences {});
        assert_eq!(told.is_err(), refused, "{told:?}");
    }
}
