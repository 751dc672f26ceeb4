//! 审批: what one person drafts another approves, where the directory says so. The law has the agency decide on refusal
//! (法律援助法 art. 43), termination (art. 48) and subsidy (art. 52); 西盟 asks for two people.

use std::collections::BTreeSet;

use onestop_matter::domain::{SpecialistRules, available};
use onestop_proto::{
    command::CommandType,
    legal_aid::{
        Approval, ApproveDecision, DraftArchive, DraftRefusal, DraftTermination, SendBackDecision,
    },
    permission,
};

use super::{state_diagram::samples, *};

const DRAFTER: &str = "specialist/wang@530829.legal-aid";
const APPROVER: &str = "specialist/li@530829.legal-aid";
const NOON: &str = "2026-03-03 12:00:00";

/// An agency of a place where another person approves.
fn ximeng() -> World {
    let mut world = world();
    world.officer = world.actor(DRAFTER);
    world
}

fn draft() -> DraftRefusal {
    let reason = RefusalReason::NotProven;
    DraftRefusal { reason }
}

/// A draft that can be decided: the papers were asked for.
fn drafted() -> Vec<Command> {
    papers_brought()
        .into_iter()
        .chain([draft().into()])
        .collect()
}

fn refuse() -> Refuse {
    let reason = RefusalReason::NotProven;
    Refuse { reason }
}

fn end() -> DraftTermination {
    let reason = TerminationReason::MeansChanged;
    DraftTermination { reason }
}

fn send_back(why: &str) -> SendBackDecision {
    let why = why.to_owned();
    SendBackDecision { why }
}

#[test]
fn a_refusal_of_one_person_is_refused_and_says_how_it_is_drafted() {
    let world = ximeng();
    let refused = world.when(&world.received(), NOON, refuse()).unwrap_err();
    let Rejection::Matter(matter::Rejection::ApprovalRequired { draft, basis }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(draft, "draft-refusal");
    assert!(basis.contains("审批"), "{basis}");
}

#[test]
fn only_the_approval_by_another_person_has_effect_and_ends_the_clock() {
    let world = ximeng();
    let history = world.after(&drafted());
    let waiting = state(&history).unwrap();
    // The seven days of art. 43 run on.
    assert_eq!(waiting.step, Step::Review);
    assert_eq!(due(&history), due(&world.received()));
    let own = world.when(&history, NOON, ApproveDecision {}).unwrap_err();
    let staff = world.officer.staff.clone();
    assert_eq!(own, matter::Rejection::OwnDraft { staff }.into());
    let approved = world.sent_by(APPROVER, (&history, NOON), ApproveDecision {});
    let approved = approved.unwrap();
    let [Event::Refused(refused), Event::ClockStopped(_)] = &approved[..] else {
        panic!("{approved:?}")
    };
    let approval = Approval {
        drafted_by: world.officer.staff.clone(),
        approved_by: world.actor(APPROVER).staff,
        unit: world.officer.unit.clone(),
    };
    assert_eq!(refused.approval, Some(approval));
    assert_eq!(refused.reason, RefusalReason::NotProven);
    let after = state(&[history, approved].concat()).unwrap();
    assert_eq!((after.step, after.details.draft), (Step::Refused, None));
}

#[test]
fn one_draft_waits_at_a_time_and_what_is_sent_back_is_drafted_again() {
    let world = ximeng();
    let mut history = world.after(&drafted());
    let second = world.sent_by(APPROVER, (&history, NOON), draft());
    let staff = world.officer.staff.clone();
    assert_eq!(
        second.unwrap_err(),
        matter::Rejection::DraftWaits { staff }.into()
    );
    let silent = world.sent_by(APPROVER, (&history, NOON), send_back(" "));
    assert!(silent.is_err());
    let sent_back = world.sent_by(APPROVER, (&history, NOON), send_back("请写明缺少哪些材料"));
    history.extend(sent_back.unwrap());
    assert_eq!(due(&history), due(&world.received()));
    let nothing = world.sent_by(APPROVER, (&history, NOON), ApproveDecision {});
    assert_eq!(nothing.unwrap_err(), matter::Rejection::NoDraft {}.into());
    assert!(world.when(&history, NOON, draft()).is_ok());
}

/// A slip of the drafter waits for no second person: the drafter takes it back, and says why.
#[test]
fn who_drafted_takes_the_draft_back() {
    let world = ximeng();
    let mut history = world.after(&drafted());
    let taken = world.when(&history, NOON, send_back("理由写错，重新拟"));
    history.extend(taken.unwrap());
    assert_eq!(state(&history).unwrap().details.draft, None);
    assert!(world.when(&history, NOON, draft()).is_ok());
}

#[test]
fn a_draft_falls_away_in_sight_when_the_matter_moves_on() {
    let world = ximeng();
    let history = world.after(&[vec![exempt()], drafted()].concat());
    let granted = world.when(&history, NOON, Grant {}).unwrap();
    let left = Trigger::CaseLeft {
        handoff: state(&history).unwrap().handoff,
    };
    let context = world.context(at(NOON));
    let left = react(state(&history).as_ref(), &left, &context).unwrap();
    for events in [granted, left] {
        assert!(
            matches!(events.last(), Some(Event::DraftLapsed(_))),
            "{events:?}"
        );
        let after = state(&[&history[..], &events].concat()).unwrap();
        assert_eq!(after.details.draft, None);
    }
    // What leaves the step as it is leaves the draft.
    let kept = world.after(&[drafted(), vec![exempt()]].concat());
    assert!(state(&kept).unwrap().details.draft.is_some());
}

#[test]
fn a_termination_and_a_subsidy_are_approved_alike() {
    let world = ximeng();
    let granted = world.after(&[exempt(), Grant {}.into(), end().into()]);
    let approved = world.sent_by(APPROVER, (&granted, NOON), ApproveDecision {});
    let approved = approved.unwrap();
    assert!(
        matches!(&approved[0], Event::Terminated(ended) if ended.approval.is_some()),
        "{approved:?}"
    );
    let text = || "2026-17".to_owned();
    let subsidy_fen = 150_000;
    let filed = world.after(&[
        exempt(),
        Grant {}.into(),
        lawyer().into(),
        Contract { agreement: text() }.into(),
        Conclude {}.into(),
        SubmitFile { file: text() }.into(),
        DraftArchive { subsidy_fen }.into(),
    ]);
    let archived = world.sent_by(APPROVER, (&filed, NOON), ApproveDecision {});
    let archived = archived.unwrap();
    let Event::Archived(set) = &archived[0] else {
        panic!("{archived:?}")
    };
    assert_eq!(set.subsidy_fen, subsidy_fen);
    assert!(set.approval.is_some());
}

#[test]
fn where_the_data_says_so_the_bureau_approves() {
    let row = r#"
        [[approval]]
        decisions = ["legal-aid.refuse"]
        place = "530829"
        approver = "bureau"
        source = "西盟县"
        status = "local-promise"
    "#;
    let mut world = ximeng();
    world.directory = Directory::built_in_with("standards.toml", row).unwrap();
    let history = world.after(&drafted());
    let colleague = world.sent_by(APPROVER, (&history, NOON), ApproveDecision {});
    assert!(matches!(
        colleague.unwrap_err(),
        Rejection::Matter(matter::Rejection::NotYoursToDecide { .. })
    ));
    let bureau = "supervisor/he-jun@530829.bureau";
    let approved = world.sent_by(bureau, (&history, NOON), ApproveDecision {});
    assert!(matches!(approved.unwrap()[0], Event::Refused(_)));
}

#[test]
fn where_nobody_has_to_approve_nothing_is_drafted() {
    let world = world();
    let received = world.after(&papers_brought());
    let drafted = world.when(&received, NOON, draft());
    let unneeded = matter::Rejection::NoApprovalNeeded {};
    assert_eq!(drafted.unwrap_err(), unneeded.into());
    let refused = world.when(&received, NOON, refuse()).unwrap();
    // The wire form of a decision without an approval is the one of before, and says who decided.
    let Event::Refused(refused) = &refused[0] else {
        panic!("{refused:?}")
    };
    let wire = serde_json::to_string(refused).unwrap();
    assert_eq!(wire, r#"{"reason":"not-proven","decided_by":"wang"}"#);
}

/// What is listed for an actor is what can be decided, in every state that a few people can bring about: with and without
/// approval, with and without a draft.
#[test]
fn what_each_may_do_is_what_is_decided() {
    for world in [world(), ximeng()] {
        let code = world.directory.unit(&world.officer.unit).unwrap().division;
        let people = [
            "specialist/wang@CODE.legal-aid",
            "specialist/li@CODE.legal-aid",
            "supervisor/he-jun@CODE.bureau",
            "supervisor/wang@CODE.bureau",
        ];
        let people = people.map(|who| world.actor(&who.replace("CODE", &code.to_string())));
        let mut seen = BTreeSet::new();
        let begun = [world.received(), world.after(&papers_brought())];
        let mut open: Vec<_> = begun.iter().map(|one| state(one).unwrap()).collect();
        while let Some(matter) = open.pop() {
            if !seen.insert(format!("{:?} {:?}", matter.step, matter.details)) {
                continue;
            }
            for actor in &people {
                open.extend(world.compare(&matter, actor));
            }
        }
        // Review, with a draft, sent back, ended, and more.
        assert!(seen.len() > 20, "{seen:?}");
    }
}

const TWO_PEOPLE: &[&str] = &[
    "decide-objection",
    "refuse",
    "terminate",
    "archive",
    "draft-refusal",
    "draft-termination",
    "draft-archive",
    "approve-decision",
    "send-back-decision",
];

impl World {
    /// Compares what is listed for an actor with what is decided; the matters that follow.
    fn compare(&self, matter: &Matter, actor: &Actor) -> Vec<Matter> {
        let context = Context::at(at(NOON), actor, &self.directory);
        let listed = available(matter, &context);
        let mut after = Vec::new();
        for command in samples() {
            let name = command.name();
            let service = LegalAidRules::service();
            let may = permission::permits(actor.role, service.as_str(), name);
            let decided = decide(Some(matter), &command, &context);
            let told = format!("{name} by {actor} at {:?}: {decided:?}", matter.step);
            if TWO_PEOPLE.contains(&name) {
                assert_eq!(listed.contains(&name), may && decided.is_ok(), "{told}");
            } else if may && decided.is_ok() {
                assert!(listed.contains(&name), "{told}");
            }
            let events = decided.unwrap_or_default();
            if may && !events.is_empty() {
                after.extend(events.iter().fold(Some(matter.clone()), evolve));
            }
        }
        after
    }
}
