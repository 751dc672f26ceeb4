//! Supervision (督办): who supervises whom; an instruction to the custodian, and its answer.

use onestop_directory::{Directory, Unit};
use onestop_proto::{
    actor::Role,
    clock::Stop,
    division::DivisionCode,
    ids::UnitKind,
    referral::{
        AnswerSupervision, Event, Rejection, SUPERVISOR, Supervise, SupervisionAnswered,
        SupervisionOrdered, report_step,
    },
};

use super::{Context, Custody, clocks, said};

/// The bureau that supervises a division: its own, or the nearest above.
pub(super) fn supervisor_of(division: DivisionCode, directory: &Directory) -> Option<&Unit> {
    let kind: UnitKind = SUPERVISOR.parse().ok()?;
    division
        .chain()
        .find_map(|code| directory.unit_at(code, &kind))
}

/// The highest bureau above a division.
pub(super) fn highest_above(division: DivisionCode, directory: &Directory) -> Option<&Unit> {
    let kind: UnitKind = SUPERVISOR.parse().ok()?;
    division
        .chain()
        .filter_map(|code| directory.unit_at(code, &kind))
        .last()
}

/// The bureau that acts, if it is one, and the division lies in its own.
pub(super) fn supervises<'a>(
    division: DivisionCode,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let bureau = context.directory.unit(&context.actor.unit);
    bureau
        .filter(|bureau| {
            context.actor.role == Role::Supervisor
                && bureau.kind.as_str() == SUPERVISOR
                && bureau.division.contains(division)
        })
        .ok_or_else(|| Rejection::NotSupervisor {
            division,
            unit: context.actor.unit.clone(),
        })
}

/// An instruction to whoever holds the case (督办).
pub(super) fn supervise(
    custody: &Custody,
    supervise: &Supervise,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let division = custody.holder_division();
    let bureau = supervises(division, context)?;
    if let Some(open) = &custody.instruction {
        let by = open.by.clone();
        return Err(Rejection::SupervisedAlready { by });
    }
    let instruction = said("instruction", &supervise.instruction)?;
    let clock = clocks::start(report_step(), division, context);
    let ordered = SupervisionOrdered {
        by: bureau.id.clone(),
        by_division: bureau.division,
        holder: custody.holder().clone(),
        instruction,
        until: clock.due.at,
    };
    Ok(vec![Event::from(ordered), Event::from(clock)])
}

/// The answer: of whoever holds the case by then, for custody may have moved.
pub(super) fn answer(
    custody: &Custody,
    answer: &AnswerSupervision,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let holder = custody.holder();
    let Some(open) = &custody.instruction else {
        let holder = holder.clone();
        return Err(Rejection::NotSupervised { holder });
    };
    custody.held_by(&context.actor.unit)?;
    let answered = SupervisionAnswered {
        supervisor: open.by.clone(),
        supervisor_division: open.by_division,
        by: holder.clone(),
        answer: said("answer", &answer.answer)?,
    };
    let stopped = clocks::stop(custody, report_step(), Stop::Done);
    Ok(std::iter::once(Event::from(answered))
        .chain(stopped)
        .collect())
}
