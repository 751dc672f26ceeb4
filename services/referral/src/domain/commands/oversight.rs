//! A supervisor's instruction to the holder of a case (督办), and its answer (督办反馈).

use onestop_directory::Unit;
use onestop_proto::{
    clock::{Alarm, Stop},
    division::DivisionCode,
    referral::{
        AnswerSupervision, Event, Rejection, Supervise, SupervisionAnswered, SupervisionOrdered,
        report_step,
    },
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{require_holder, require_supervisor, required_text},
    clocks,
    custody::Custody,
};

/// The division whose supervisors may order: that of the holder; while an answer is overdue, the one above the bureau that waits
/// for it (逐级督办).
fn ordering_division(custody: &Custody) -> Option<DivisionCode> {
    let Some(open) = &custody.instruction else {
        return Some(custody.holder_division());
    };
    let clock = custody.clock(&report_step());
    let is_overdue = clock.is_some_and(|clock| clock.alarm >= Alarm::Overdue);
    open.by_division.parent().filter(|_| is_overdue)
}

/// The actor's bureau, if it may order.
fn ordering_bureau<'a>(custody: &Custody, context: &Context<'a>) -> Result<&'a Unit, Rejection> {
    let Some(open) = &custody.instruction else {
        return require_supervisor(custody.holder_division(), context);
    };
    let above = ordering_division(custody).map(|above| require_supervisor(above, context));
    if let Some(Ok(bureau)) = above {
        return Ok(bureau);
    }
    require_supervisor(custody.holder_division(), context)?;
    let by = open.by.clone();
    Err(Rejection::SupervisedAlready { by })
}

impl Action for Supervise {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        Some(Party::Supervisors(vec![ordering_division(custody)?]))
    }

    /// A unit that has not answered goes on owing the answer, to the bureau above and wherever the case has gone.
    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let bureau = ordering_bureau(custody, context)?;
        let instruction = required_text("instruction", &self.instruction)?;
        let (supervised, division) = match &custody.instruction {
            Some(open) => (&open.supervised, open.supervised_division),
            None => (custody.holder(), custody.holder_division()),
        };
        let clock = clocks::start(report_step(), division, context);
        let ordered = SupervisionOrdered {
            by: bureau.id.clone(),
            staff: Some(context.actor.staff.clone()),
            by_division: bureau.division,
            holder: supervised.clone(),
            instruction,
            until: clock.due.at,
        };
        let overdue = clocks::stop(custody, report_step(), Stop::Left);
        let overdue = overdue.into_iter();
        Ok(overdue.chain([ordered.into(), clock.into()]).collect())
    }
}

impl Action for AnswerSupervision {
    /// The unit that was supervised, also where it has returned the case since; and who has the case now, for it may have
    /// nothing left of it there.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        let open = custody.instruction.as_ref()?;
        let all = [&open.supervised, custody.holder()];
        Party::any_of(all.into_iter())
    }

    /// One person may supervise the unit in one post and work for it in another.
    fn check_sender(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
        let open = custody.instruction.as_ref();
        let ordered_by = open.and_then(|open| open.staff.as_ref());
        if ordered_by == Some(&context.actor.staff) {
            let staff = context.actor.staff.clone();
            return Err(Rejection::OwnInstruction { staff });
        }
        Ok(())
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let Some(open) = &custody.instruction else {
            let holder = custody.holder().clone();
            return Err(Rejection::NotSupervised { holder });
        };
        if context.actor.unit != open.supervised {
            require_holder(custody, context)?;
        }
        Self::check_sender(custody, context)?;
        let answered = SupervisionAnswered {
            supervisor: open.by.clone(),
            supervisor_division: open.by_division,
            by: context.actor.unit.clone(),
            answer: required_text("answer", &self.answer)?,
        };
        let stopped = clocks::stop(custody, report_step(), Stop::Done);
        Ok(std::iter::once(Event::from(answered))
            .chain(stopped)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]
    use super::*;
    use crate::domain::test_support::*;

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
    fn the_holder_of_the_moment_answers_an_instruction() {
        let world = world();
        let mut events = world.accepted();
        let (agency, bureau) = (world.agency(COUNTY), world.bureau(PREFECTURE));
        let scenario = world.scenario(&events).by_supervisor(&bureau);
        events.extend(scenario.sends(supervise()).unwrap());
        assert!(state(&events).clock(&report_step()).is_some());
        let twice = world
            .scenario(&events)
            .by_supervisor(&bureau)
            .sends(supervise());
        assert!(matches!(twice, Err(Rejection::SupervisedAlready { .. })));
        let other = world.scenario(&events).sends(answer()).unwrap_err();
        assert!(matches!(other, Rejection::NotHolder { .. }));

        // Custody moves, and the instruction with it.
        let give_back = Return {
            reason: ReturnReason::WrongItem,
            belongs_to: None,
        };
        let scenario = world.scenario(&events).by(&agency).with_handoff(handoff(2));
        events.extend(scenario.sends(give_back).unwrap());
        events.extend(world.scenario(&events).sends(answer()).unwrap());
        let custody = state(&events);
        assert_eq!(custody.instruction, None);
        assert!(custody.clock(&report_step()).is_none());
        let again = world.scenario(&events).sends(answer()).unwrap_err();
        assert!(matches!(again, Rejection::NotSupervised { .. }));
    }

    /// Who was urged says what came of it: giving the case back does not leave that to the window.
    #[test]
    fn a_unit_that_returned_the_case_answers_for_itself() {
        let world = world();
        let mut events = world.accepted();
        let (agency, bureau) = (world.agency(COUNTY), world.bureau(PREFECTURE));
        let scenario = world.scenario(&events).by_supervisor(&bureau);
        events.extend(scenario.sends(supervise()).unwrap());
        let give_back = Return {
            reason: ReturnReason::WrongItem,
            belongs_to: None,
        };
        let scenario = world.scenario(&events).by(&agency).with_handoff(handoff(2));
        events.extend(scenario.sends(give_back).unwrap());
        assert_ne!(holder(&events), agency);

        let answered = world.scenario(&events).by(&agency).sends(answer());
        events.extend(answered.unwrap());
        let by = events.iter().find_map(|event| match event {
            Event::SupervisionAnswered(answered) => Some(answered.by.clone()),
            _ => None,
        });
        assert_eq!(by, Some(agency));
        assert_eq!(state(&events).instruction, None);
        assert!(state(&events).clock(&report_step()).is_none());

        let stranger = world.agency(SIMAO);
        let mut events = world.accepted();
        let scenario = world.scenario(&events).by_supervisor(&bureau);
        events.extend(scenario.sends(supervise()).unwrap());
        let refused = world.scenario(&events).by(&stranger).sends(answer());
        assert!(matches!(refused, Err(Rejection::NotHolder { .. })));
    }

    #[test]
    fn an_instruction_needs_a_supervisor_of_the_division_and_a_text() {
        let world = world();
        let events = world.accepted();
        let elsewhere = world.scenario(&events).by_supervisor(&world.bureau(SIMAO));
        assert!(matches!(
            elsewhere.sends(supervise()),
            Err(Rejection::NotSupervisor { .. })
        ));
        let empty = Supervise {
            instruction: "  ".to_owned(),
        };
        let refused = world.scenario(&events).by_supervisor(&world.bureau(COUNTY));
        assert!(matches!(
            refused.sends(empty),
            Err(Rejection::Unsaid { .. })
        ));
    }
}
