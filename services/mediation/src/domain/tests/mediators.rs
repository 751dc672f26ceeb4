//! Mediators are people of the committee's roster, and are recused where they must be (人民调解法 art. 8, 10, 13, 19).

use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    legal_aid,
    mediation::{self, ChallengeGround, ChallengeMediator},
    notarization, referral,
};

use super::*;

const NOON: &str = "2026-03-03 12:00:00";
const VILLAGE: &str = "530829101201";

pub(super) fn challenged(mediator: &str) -> Command {
    Command::from(ChallengeMediator {
        mediator: mediator.parse().unwrap(),
        challenge: ChallengeGround::Kin,
    })
}

fn named(people: &[&str]) -> Command {
    Command::from(NameMediators {
        mediators: people.iter().map(|one| one.parse().unwrap()).collect(),
        named_by: NamedBy::Parties,
    })
}

/// Art. 8: a village has a committee of its own, and its roster is kept.
fn village() -> World {
    let world = world();
    let committee = world
        .directory
        .unit_at(VILLAGE.parse().unwrap(), &"mediation".parse().unwrap())
        .unwrap();
    let mediator = format!("specialist/yan-na@{}", committee.id);
    World {
        mediator: mediator.parse().unwrap(),
        ..world
    }
}

fn accepted() -> [Command; 2] {
    [consent(), Accept {}.into()]
}

#[test]
fn a_village_committee_names_people_of_its_roster() {
    let world = village();
    let history = world.after(accepted());
    assert!(
        world
            .when(&history, NOON, named(&["yan-na", "li-shan"]))
            .is_ok()
    );
    let stranger = world.when(&history, NOON, named(&["yan-na", "yang-mei"]));
    let mediator = "yang-mei".parse().unwrap();
    let unit = world.mediator.unit.clone();
    assert_eq!(
        stranger.unwrap_err(),
        Rejection::NotOnRoster { mediator, unit }
    );
}

/// A committee that keeps no roster names its own people, and no mediator of another committee.
#[test]
fn nobody_of_another_committees_roster_mediates() {
    let world = world();
    let history = world.after(accepted());
    let theirs = world.when(&history, NOON, named(&["yan-na"]));
    let mediator = "yan-na".parse().unwrap();
    let unit = world.mediator.unit.clone();
    assert_eq!(
        theirs.unwrap_err(),
        Rejection::NotOnRoster { mediator, unit }
    );
}

/// Art. 10: a term of office ends after three years.
#[test]
fn whose_term_is_over_does_not_mediate() {
    let world = village();
    let history = world.after(accepted());
    let former = world.when(&history, NOON, named(&["zhao-gui"]));
    let mediator = "zhao-gui".parse().unwrap();
    let day = "2026-03-03".to_owned();
    assert_eq!(
        former.unwrap_err(),
        Rejection::RosterPeriod { mediator, day }
    );
}

#[test]
fn nobody_is_named_twice() {
    let world = world();
    let history = world.after(accepted());
    let twice = world.when(&history, NOON, named(&["yang-mei", "yang-mei"]));
    let mediator = "yang-mei".parse().unwrap();
    assert_eq!(twice.unwrap_err(), Rejection::MediatorTwice { mediator });
}

/// Art. 19: the parties choose; a mediator who is kin to one of them is recused, and with none left others are named.
#[test]
fn who_stands_back_does_so_for_the_whole_dispute() {
    let world = world();
    let mut history = world.after(accepted());
    for command in [named(&["yang-mei"]), challenged("yang-mei")] {
        history.extend(world.when(&history, NOON, command).unwrap());
    }
    assert_eq!(step(&history), Step::Accepted);
    let again = world.when(&history, NOON, named(&["yang-mei"]));
    let mediator = "yang-mei".parse().unwrap();
    assert_eq!(
        again.unwrap_err(),
        Rejection::MediatorStandsBack { mediator }
    );
    assert!(world.when(&history, NOON, named(&["li-hua"])).is_ok());
    // Of two, the other goes on.
    let mut two = world.after(seated());
    two.extend(world.when(&two, NOON, challenged("li-hua")).unwrap());
    assert_eq!(step(&two), Step::Mediating);
}

/// 律师法 art. 39: who acts for the other side in another service does not mediate here, by the licence or by the id; that the committee
/// mediates between both is no conflict.
#[test]
fn who_acts_for_the_other_side_elsewhere_is_no_mediator() {
    let world = world();
    let lawyer = ActingPerson {
        staff: Some("yang-mei".parse().unwrap()),
        ..ActingPerson::licensed(legal_aid::service(), "15308202610000001")
    };
    let known = |service, role| ActingPerson::known(service, role, "yang-mei".parse().unwrap());
    let notary = known(notarization::service(), ActingRole::Impartial);
    let adviser = known(referral::service(), ActingRole::ForParty);
    let mediator = known(mediation::service(), ActingRole::Impartial);
    for (person, refused) in [
        (lawyer, true),
        (notary, true),
        (adviser, true),
        (mediator, false),
    ] {
        let mut history = world.after(accepted());
        let heard = Trigger::OtherSideEngaged(person.clone());
        let context = world.context(NOON);
        history.extend(react(state(&history).as_ref(), &heard, &context).unwrap());
        let tried = world.when(&history, NOON, named(&["yang-mei"]));
        let staff = "yang-mei".parse().unwrap();
        let other_side = matter::Rejection::ActsForOtherSide { staff };
        let expected = refused.then(|| Rejection::from(other_side));
        assert_eq!(tried.err(), expected, "{person:?}");
        assert!(world.when(&history, NOON, named(&["li-hua"])).is_ok());
    }
}
