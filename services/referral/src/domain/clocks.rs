//! The clocks of referral itself (时限): the answer to an offer, the work on what has no law of its own, a
//! designation, the answer to an instruction. Told once each: that one is near its end (临期), that it is
//! over (催办), and that it still is, to the supervisor (督办).

use onestop_directory::Directory;
use onestop_proto::{
    clock::{
        Alarm, Clock, ClockDueSoon, ClockExtended, ClockOverdue, ClockStarted, ClockStopped,
        ClockSupervised, DayKind, Limit, Step, Stop,
    },
    division::DivisionCode,
    referral::{
        Event, ExtensionRefused, ExtensionRequested, RefuseExtension, Rejection, RequestExtension,
        accept_step, designate_step, work_step,
    },
    specialist,
    time::Timestamp,
};

use super::{
    Context, Custody, Holding, said,
    supervision::{supervises, supervisor_of},
};

/// Starts the clock of a step. A directory without its standard leaves time till the end of the day: what
/// had no end could leave a case waiting for ever.
pub(super) fn start(step: Step, at: DivisionCode, context: &Context<'_>) -> ClockStarted {
    let directory = context.directory;
    let limit = directory
        .limit(&step, at, context.now.china_date())
        .unwrap_or_else(|| {
            let basis = "目录未规定期限 / no standard in the directory";
            Limit::plain(0, DayKind::Calendar, basis)
        });
    let due = directory.due(&limit, context.now);
    ClockStarted {
        step,
        limit,
        due,
        at: Some(context.now),
    }
}

/// Stops the clock of a step, if it runs.
pub(super) fn stop(custody: &Custody, step: Step, why: Stop) -> Option<Event> {
    custody.clock(&step)?;
    Some(Event::from(ClockStopped { step, why }))
}

/// The clock of the unit's work, where the item has no service of its own: those have their law's clocks.
pub(super) fn of_work(
    custody: &Custody,
    division: DivisionCode,
    context: &Context<'_>,
) -> Option<Event> {
    let item = &custody.errand.as_ref()?.item;
    let own_law = |one: &specialist::Specialist| one.service == item.as_str();
    let has_own_law = specialist::ALL.iter().any(own_law);
    (!has_own_law).then(|| Event::from(start(work_step(), division, context)))
}

/// The unit that is asked, or that works, asks for more time; and which clock that is about.
fn own_clock<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<(&'a Clock, DivisionCode), Rejection> {
    let unit = &context.actor.unit;
    let own = match &custody.holding {
        Holding::Offered {
            to, to_division, ..
        } if to == unit => custody
            .clock(&accept_step())
            .map(|clock| (clock, *to_division)),
        Holding::Unit {
            unit: holder,
            division,
            finished: None,
            ..
        } if holder == unit => custody.clock(&work_step()).map(|clock| (clock, *division)),
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => None,
    };
    own.ok_or_else(|| Rejection::NotExtensible { unit: unit.clone() })
}

/// More time is asked for before the limit is over (申请延期).
pub(super) fn ask(
    custody: &Custody,
    ask: &RequestExtension,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let (clock, division) = own_clock(custody, context)?;
    let unit = &context.actor.unit;
    let step = || clock.step.clone();
    let Some(allowed) = &clock.limit.extension else {
        return Err(Rejection::NotExtensible { unit: unit.clone() });
    };
    if clock.extended >= allowed.times {
        let times = allowed.times;
        return Err(Rejection::ExtendedBefore {
            step: step(),
            times,
        });
    }
    if context.now >= clock.due.at {
        let day = clock.due.day.to_string();
        return Err(Rejection::ExtensionLate { step: step(), day });
    }
    if custody.extension.is_some() {
        return Err(Rejection::AskedBefore { step: step() });
    }
    let reason = said("reason", &ask.reason)?;
    let supervisor = supervisor_of(division, context.directory);
    let Some(supervisor) = supervisor.filter(|_| !allowed.approver.is_empty()) else {
        // Nobody approves it, or nobody is there to: it is the unit's own.
        return Ok(extended(clock, reason, context));
    };
    Ok(vec![Event::from(ExtensionRequested {
        step: step(),
        by: unit.clone(),
        reason,
        supervisor: supervisor.id.clone(),
        supervisor_division: supervisor.division,
    })])
}

fn extended(clock: &Clock, reason: String, context: &Context<'_>) -> Vec<Event> {
    let due = context.directory.extended(&clock.limit, &clock.due);
    let extended = due.map(|due| ClockExtended {
        step: clock.step.clone(),
        due,
        approved_by: context.actor.staff.clone(),
        reason,
    });
    extended.into_iter().map(Event::from).collect()
}

/// The supervisor approves it (批准延期).
pub(super) fn grant(custody: &Custody, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let nothing = || Rejection::NothingAsked {
        holder: custody.holder().clone(),
    };
    let asked = custody.extension.as_ref().ok_or_else(nothing)?;
    supervises(asked.supervisor_division, context)?;
    let clock = custody.clock(&asked.step).ok_or_else(nothing)?;
    Ok(extended(clock, asked.reason.clone(), context))
}

/// The supervisor does not (不予延期).
pub(super) fn refuse(
    custody: &Custody,
    refuse: &RefuseExtension,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Some(asked) = &custody.extension else {
        let holder = custody.holder().clone();
        return Err(Rejection::NothingAsked { holder });
    };
    supervises(asked.supervisor_division, context)?;
    Ok(vec![Event::from(ExtensionRefused {
        step: asked.step.clone(),
        unit: asked.by.clone(),
        why: said("why", &refuse.why)?,
    })])
}

/// Provisional last days counted anew, where the calendar says more by now (更正).
pub(super) fn correct(custody: &Custody, directory: &Directory) -> Vec<Event> {
    let corrected = custody.clocks.iter();
    let corrected = corrected.filter_map(|clock| directory.corrected(clock));
    corrected.map(Event::from).collect()
}

/// Whether the calendar says more of some last day than when it was counted.
#[must_use]
pub fn to_correct(custody: &Custody, directory: &Directory) -> bool {
    let mut clocks = custody.clocks.iter();
    clocks.any(|clock| directory.corrected(clock).is_some())
}

/// What is to be told of the clocks' ends by now, in order, also what should have been told while nobody
/// was there to tell it.
pub(super) fn alarms(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let mut told = Vec::new();
    for clock in &custody.clocks {
        let mut alarm = clock.alarm.clone();
        while let Some((at, next)) = next_alarm(custody, clock, &alarm, context.directory)
            && at <= context.now
        {
            let (step, due) = (clock.step.clone(), clock.due.clone());
            told.push(match &next {
                Alarm::Quiet => break,
                Alarm::DueSoon => ClockDueSoon { step, due }.into(),
                Alarm::Overdue => ClockOverdue { step, due }.into(),
                Alarm::Supervised { by, division } => ClockSupervised {
                    step,
                    due,
                    supervisor: by.clone(),
                    division: *division,
                }
                .into(),
            });
            alarm = next;
        }
    }
    told
}

/// The next moment at which something is to be told, or an offer ends.
#[must_use]
pub fn next_moment(custody: &Custody, directory: &Directory) -> Option<Timestamp> {
    let alarms = custody
        .clocks
        .iter()
        .filter_map(|clock| next_alarm(custody, clock, &clock.alarm, directory).map(|(at, _)| at));
    let ends = match &custody.holding {
        Holding::Offered {
            until,
            designated_by: None,
            ..
        } => Some(*until),
        Holding::Offered { .. }
        | Holding::Window { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => None,
    };
    alarms.chain(ends).min()
}

fn next_alarm(
    custody: &Custody,
    clock: &Clock,
    told: &Alarm,
    directory: &Directory,
) -> Option<(Timestamp, Alarm)> {
    match told {
        Alarm::Quiet => Some((directory.due_soon_at(&clock.due), Alarm::DueSoon)),
        Alarm::DueSoon => Some((clock.due.at, Alarm::Overdue)),
        Alarm::Overdue => {
            let supervisor = supervisor_of(whose(custody, &clock.step)?, directory)?;
            let supervised = Alarm::Supervised {
                by: supervisor.id.clone(),
                division: supervisor.division,
            };
            Some((directory.supervised_at(&clock.due), supervised))
        }
        Alarm::Supervised { .. } => None,
    }
}

/// The division whose supervisor sees to a step that is overdue; above a supervisor, the next one up.
fn whose(custody: &Custody, step: &Step) -> Option<DivisionCode> {
    match &custody.holding {
        Holding::Disputed { dispute, .. } if *step == designate_step() => {
            dispute.supervisor_division.parent()
        }
        Holding::Offered { to_division, .. } if *step == accept_step() => Some(*to_division),
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => Some(custody.holder_division()),
    }
}
