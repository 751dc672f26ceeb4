//! 审批: where the directory says so, more time is drafted by one person and approved by another.

use onestop_proto::mediation::{ApproveDecision, DraftExtension, ExtensionApproved};

use super::*;

const DRAFTER: &str = "specialist/yan-na@530829101.mediation";
const APPROVER: &str = "specialist/chen-gang@530829101.mediation";
const NOON: &str = "2026-03-04 12:00:00";

/// A committee of a place where another person approves.
fn ximeng() -> World {
    let world = world();
    World {
        mediator: actor(&world, DRAFTER),
        ..world
    }
}

fn actor(world: &World, text: &str) -> Actor {
    let (who, division) = text.split_once('@').unwrap();
    let division = division.split('.').next().unwrap();
    let kind = "mediation".parse().unwrap();
    let unit = world.directory.unit_at(division.parse().unwrap(), &kind);
    format!("{who}@{}", unit.unwrap().id).parse().unwrap()
}

fn draft() -> Command {
    let reason = "双方同意再谈一次".to_owned();
    DraftExtension { reason }.into()
}

fn at_once() -> Command {
    Command::from(Extend {
        reason: "双方同意再谈一次".to_owned(),
        approved_by: "chen-gang".parse().unwrap(),
    })
}

#[test]
fn one_person_does_not_extend_and_a_draft_moves_no_day() {
    let world = ximeng();
    let mut history = world.after(seated());
    let alone = world.when(&history, NOON, at_once()).unwrap_err();
    let Rejection::Matter(matter::Rejection::ApprovalRequired { draft: how, .. }) = alone else {
        panic!("{alone:?}")
    };
    assert_eq!(how, "draft-extension");
    let due = state(&history).unwrap().clock().unwrap().due.clone();
    history.extend(world.when(&history, NOON, draft()).unwrap());
    assert_eq!(state(&history).unwrap().clock().unwrap().due, due);
    let own = world.when(&history, NOON, ApproveDecision {}).unwrap_err();
    let staff = world.mediator.staff.clone();
    assert_eq!(own, matter::Rejection::OwnDraft { staff }.into());
}

#[test]
fn the_approval_by_another_person_extends_and_names_both() {
    let world = ximeng();
    let history = world.after(seated_and([draft()]));
    let approver = actor(&world, APPROVER);
    let context = Context::at(at(NOON), &approver, &world.directory);
    let command = ApproveDecision {}.into();
    let approved = decide(state(&history).as_ref(), &command, &context).unwrap();
    let [Event::ExtensionApproved(names), Event::ClockExtended(more)] = &approved[..] else {
        panic!("{approved:?}")
    };
    let named = ExtensionApproved {
        drafted_by: world.mediator.staff.clone(),
        approved_by: approver.staff.clone(),
        unit: world.mediator.unit.clone(),
    };
    assert_eq!((names, &more.approved_by), (&named, &approver.staff));
    let after = state(&[history, approved].concat()).unwrap();
    assert_eq!(after.details.draft, None);
    // Thirty days more than 3 April: 3 May, which is Labour Day's; worked again from the 6th.
    assert_eq!(after.clock().unwrap().due.day.to_string(), "2026-05-06");
}

/// The moment of the approval decides whether it is late: what was drafted in time and lay is late.
#[test]
fn a_draft_that_lay_until_the_month_was_over_extends_nothing() {
    let world = ximeng();
    let history = world.after(seated_and([draft()]));
    let approver = actor(&world, APPROVER);
    let context = Context::at(at("2026-04-07 09:00:00"), &approver, &world.directory);
    let command = ApproveDecision {}.into();
    let late = decide(state(&history).as_ref(), &command, &context).unwrap_err();
    assert!(
        matches!(
            late,
            Rejection::Matter(matter::Rejection::ExtensionLate { .. })
        ),
        "{late:?}"
    );
}

#[test]
fn a_draft_falls_away_in_sight_when_the_parties_agree_before() {
    let world = ximeng();
    let history = world.after(seated_and([draft()]));
    let agreed = world.when(&history, NOON, written()).unwrap();
    assert!(
        matches!(agreed.last(), Some(Event::DraftLapsed(_))),
        "{agreed:?}"
    );
}

/// A name that the one who asks types is no approval, of a colleague or of a person who does not exist, in any place.
#[test]
fn no_name_that_is_typed_gives_more_time() {
    for world in [world(), ximeng()] {
        let history = world.after(seated());
        for name in ["chen-gang", "ghost-x", world.mediator.staff.as_str()] {
            let typed = Extend {
                reason: "双方同意再谈一次".to_owned(),
                approved_by: name.parse().unwrap(),
            };
            let refused = world.when(&history, NOON, typed).unwrap_err();
            assert!(
                matches!(
                    &refused,
                    Rejection::Matter(matter::Rejection::ApprovalRequired { draft, .. })
                        if draft == "draft-extension"
                ),
                "{name}: {refused:?}"
            );
        }
    }
}
