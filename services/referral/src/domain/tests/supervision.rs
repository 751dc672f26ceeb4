//! Instructions of a supervisor.

use onestop_proto::referral::{AnswerSupervision, Supervise, report_step};

use super::*;

fn supervise() -> Supervise {
    Supervise {
        instruction: "三日内说明进展".to_owned(),
    }
}

fn answer() -> AnswerSupervision {
    AnswerSupervision {
        answer: "已约见双方".to_owned(),
    }
}

#[test]
fn an_instruction_is_answered_by_whoever_holds_the_case() {
    let world = world();
    let mut events = world.accepted();
    let (agency, bureau) = (world.agency(COUNTY), world.bureau(PREFECTURE));
    let given = world.given(&events).supervisor(&bureau);
    events.extend(given.told(supervise()).unwrap());
    assert!(state(&events).clock(&report_step()).is_some());
    let twice = world.given(&events).supervisor(&bureau).told(supervise());
    assert!(matches!(twice, Err(Rejection::SupervisedAlready { .. })));
    let other = world.given(&events).told(answer()).unwrap_err();
    assert!(matches!(other, Rejection::NotHolder { .. }));

    // Custody moves, and the instruction with it.
    let give_back = Return {
        reason: ReturnReason::WrongItem,
        belongs_to: None,
    };
    let given = world.given(&events).by(&agency).offering(handoff(2));
    events.extend(given.told(give_back).unwrap());
    events.extend(world.given(&events).told(answer()).unwrap());
    let custody = state(&events);
    assert_eq!(custody.instruction, None);
    assert!(custody.clock(&report_step()).is_none());
    let again = world.given(&events).told(answer()).unwrap_err();
    assert!(matches!(again, Rejection::NotSupervised { .. }));
}

#[test]
fn it_is_a_supervisors_of_the_division_and_says_something() {
    let world = world();
    let events = world.accepted();
    let elsewhere = world.given(&events).supervisor(&world.bureau(SIMAO));
    assert!(matches!(
        elsewhere.told(supervise()),
        Err(Rejection::NotSupervisor { .. })
    ));
    let empty = Supervise {
        instruction: "  ".to_owned(),
    };
    let refused = world.given(&events).supervisor(&world.bureau(COUNTY));
    assert!(matches!(refused.told(empty), Err(Rejection::Unsaid { .. })));
}
