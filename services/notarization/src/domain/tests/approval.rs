//! 审批: the notary who drafts that a matter is not handled, or ended, does not decide it; the head of the office approves
//! (公证程序规则 art. 49, 51). 西盟 asks for two people.

use onestop_matter::domain::possible;
use onestop_proto::notarization::{Approval, ExtensionApproved};

use super::*;
use crate::domain::Decision;

const NOON: &str = "2026-03-03 12:00:00";

fn actor(who: &str) -> Actor {
    let directory = Directory::built_in().unwrap();
    let office = directory
        .unit_at("530829".parse().unwrap(), &"notarization".parse().unwrap())
        .unwrap();
    format!("specialist/{who}@{}", office.id).parse().unwrap()
}

/// An office of a place where another person approves.
fn ximeng() -> World {
    World {
        notary: actor("wang"),
        ..world()
    }
}

fn refusal() -> Command {
    let reason = RefusalReason::NotProven;
    DraftRefusal { reason }.into()
}

fn termination() -> Command {
    let reason = TerminationReason::Withdrawn;
    DraftTermination { reason }.into()
}

fn by_head(world: &World, history: &[Event], command: impl Into<Command>) -> Decision {
    let head = actor("li");
    let context = Context::at(at(NOON), &head, &world.directory);
    decide(state(history).as_ref(), &command.into(), &context)
}

#[test]
fn one_notary_does_not_refuse_alone() {
    let world = ximeng();
    let reason = RefusalReason::NotProven;
    let alone = world.when(&world.received(), NOON, Refuse { reason });
    let Err(Rejection::Matter(matter::Rejection::ApprovalRequired { draft, basis })) = alone else {
        panic!("{alone:?}")
    };
    assert_eq!(draft, "draft-refusal");
    assert!(basis.contains("第四十九条"), "{basis}");
}

/// Before acceptance as after it; the clock ends with the approval, and both people are named.
#[test]
fn the_approval_of_the_head_refuses_and_names_both() {
    let world = ximeng();
    for before in [vec![], accepted().to_vec()] {
        let history = world.after(&[before, vec![refusal()]].concat());
        assert!(state(&history).unwrap().clock().is_some());
        let own = world.when(&history, NOON, ApproveDecision {}).unwrap_err();
        let staff = world.notary.staff.clone();
        assert_eq!(own, matter::Rejection::OwnDraft { staff }.into());
        let approved = by_head(&world, &history, ApproveDecision {}).unwrap();
        let [Event::Refused(refused), Event::ClockStopped(_)] = &approved[..] else {
            panic!("{approved:?}")
        };
        let approval = Approval {
            drafted_by: world.notary.staff.clone(),
            approved_by: actor("li").staff,
            unit: world.notary.unit.clone(),
        };
        assert_eq!(refused.approval, Some(approval));
        let after = state(&[history, approved].concat()).unwrap();
        assert_eq!((after.step, after.details.draft), (Step::Refused, None));
    }
}

#[test]
fn a_termination_is_sent_back_drafted_again_and_approved() {
    let world = ximeng();
    let mut history = world.after(&[termination()]);
    let why = "请附当事人撤销申请书".to_owned();
    history.extend(by_head(&world, &history, SendBackDecision { why }).unwrap());
    let nothing = by_head(&world, &history, ApproveDecision {});
    assert_eq!(nothing.unwrap_err(), matter::Rejection::NoDraft {}.into());
    history.extend(world.when(&history, NOON, termination()).unwrap());
    let ended = by_head(&world, &history, ApproveDecision {}).unwrap();
    assert!(
        matches!(&ended[0], Event::Terminated(ended) if ended.approval.is_some()),
        "{ended:?}"
    );
}

#[test]
fn a_draft_falls_away_in_sight_when_the_application_is_accepted() {
    let world = ximeng();
    let history = world.after(&[TellConsequences {}.into(), refusal()]);
    let accepted = world.when(&history, NOON, AcceptApplication {}).unwrap();
    assert!(
        matches!(accepted.last(), Some(Event::DraftLapsed(_))),
        "{accepted:?}"
    );
}

#[test]
fn elsewhere_one_notary_decides_and_drafts_nothing() {
    let world = world();
    let drafted = world.when(&world.received(), NOON, refusal());
    assert_eq!(
        drafted.unwrap_err(),
        matter::Rejection::NoApprovalNeeded {}.into()
    );
    let matter = state(&world.received()).unwrap();
    let offered = possible(&matter, &world.context(NOON));
    assert!(offered.contains(&"refuse") && !offered.contains(&"draft-refusal"));
    let there = ximeng();
    let matter = state(&there.received()).unwrap();
    let offered = possible(&matter, &there.context(NOON));
    assert!(!offered.contains(&"refuse") && offered.contains(&"draft-refusal"));
}

const WHY: &str = "向登记机构核对档案";

fn more_time() -> Command {
    let reason = WHY.to_owned();
    DraftExtension { reason }.into()
}

fn at_once(approved_by: &str) -> Command {
    Command::from(Extend {
        reason: WHY.to_owned(),
        approved_by: approved_by.parse().unwrap(),
    })
}

fn last_day(history: &[Event]) -> String {
    state(history).unwrap().clock().unwrap().due.day.to_string()
}

/// The office's own promise of three working days is given three more, by two people; the draft alone moves no day.
#[test]
fn more_time_for_the_examination_is_drafted_by_one_and_approved_by_another() {
    let world = ximeng();
    let mut history = world.received();
    assert_eq!(last_day(&history), "2026-03-05");
    let alone = world.when(&history, NOON, at_once("li")).unwrap_err();
    assert!(
        matches!(
            &alone,
            Rejection::Matter(matter::Rejection::ApprovalRequired { draft, .. })
                if draft == "draft-extension"
        ),
        "{alone:?}"
    );
    history.extend(world.when(&history, NOON, more_time()).unwrap());
    assert_eq!(last_day(&history), "2026-03-05");
    let own = world.when(&history, NOON, ApproveDecision {}).unwrap_err();
    let staff = world.notary.staff.clone();
    assert_eq!(own, matter::Rejection::OwnDraft { staff }.into());
    let approved = by_head(&world, &history, ApproveDecision {}).unwrap();
    let [Event::ExtensionApproved(names), Event::ClockExtended(_)] = &approved[..] else {
        panic!("{approved:?}")
    };
    let named = ExtensionApproved {
        drafted_by: world.notary.staff.clone(),
        approved_by: actor("li").staff,
        unit: world.notary.unit.clone(),
    };
    assert_eq!(names, &named);
    history.extend(approved);
    assert_eq!(state(&history).unwrap().details.draft, None);
    // Friday, Monday and Tuesday.
    assert_eq!(last_day(&history), "2026-03-10");
    // Once: another draft is refused.
    let again = world.when(&history, NOON, more_time()).unwrap_err();
    assert!(
        matches!(
            again,
            Rejection::Matter(matter::Rejection::ExtendedBefore { times: 1, .. })
        ),
        "{again:?}"
    );
}

/// 公证法 art. 30: fifteen working days from acceptance, in which supplement, verification and force majeure are not counted.
/// Nothing extends them.
#[test]
fn the_fifteen_working_days_of_the_law_are_not_extended() {
    for world in [ximeng(), world()] {
        let history = world.after(&accepted());
        for command in [more_time(), at_once("zhao")] {
            let refused = world.when(&history, NOON, command).unwrap_err();
            assert!(
                matches!(refused, Rejection::Matter(matter::Rejection::NotNow { .. })),
                "{refused:?}"
            );
        }
    }
}

/// Where the directory has no rule of approval too: a name that the notary types is no approval, of a colleague or of a person
/// who does not exist. Another person of the office approves by an act of their own.
#[test]
fn elsewhere_too_more_time_is_approved_by_an_act_of_another_person() {
    let world = world();
    let mut history = world.received();
    for name in ["li", "zhao", "ghost-head"] {
        let refused = world.when(&history, NOON, at_once(name)).unwrap_err();
        assert!(
            matches!(
                &refused,
                Rejection::Matter(matter::Rejection::ApprovalRequired { draft, .. })
                    if draft == "draft-extension"
            ),
            "{name}: {refused:?}"
        );
    }
    history.extend(world.when(&history, NOON, more_time()).unwrap());
    let own = world.when(&history, NOON, ApproveDecision {}).unwrap_err();
    let staff = world.notary.staff.clone();
    assert_eq!(own, matter::Rejection::OwnDraft { staff }.into());
    let head = Actor {
        staff: "zhao".parse().unwrap(),
        ..world.notary.clone()
    };
    let context = Context::at(at(NOON), &head, &world.directory);
    let approved = decide(
        state(&history).as_ref(),
        &ApproveDecision {}.into(),
        &context,
    );
    history.extend(approved.unwrap());
    assert_eq!(last_day(&history), "2026-03-10");
}
