//! The clock of a matter: one runs at a time, for the step that the law limits.

use onestop_proto::{
    clock::{
        Alarm, Clock, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused, ClockResumed,
        ClockStarted, ClockStopped, ClockSupervised, DayKind, Limit, PauseReason, RunState, Step,
        Stop,
    },
    ids::UnitKind,
    matter::{Extend, Rejection},
    time::Timestamp,
};

use super::{Context, Law, Matter, evolve};

/// Starts the clock of a step, as `<item>.<step>` in the directory's standards. Without a standard the
/// step is due today: better early than for ever.
#[must_use]
pub fn start<L: Law>(step: &str, matter: &Matter<L>, context: &Context<'_>) -> L::Event {
    let step: Step = match step.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("a law names its steps as <item>.<step>"),
    };
    let directory = context.directory;
    let today = context.now.china_date();
    let standard = directory.limit(&step, matter.division, today);
    let limit = standard.unwrap_or_else(|| {
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
    .into()
}

/// Stops the clock, if there is one.
#[must_use]
pub fn stop<L: Law>(matter: &Matter<L>, why: Stop) -> Option<L::Event> {
    let step = matter.clock.as_ref()?.step.clone();
    Some(ClockStopped { step, why }.into())
}

/// Lets the clock stand still, if one runs and its limit has that reason among its own.
#[must_use]
pub fn pause<L: Law>(
    matter: &Matter<L>,
    reason: PauseReason,
    context: &Context<'_>,
) -> Option<L::Event> {
    let clock = matter.clock.as_ref()?;
    let stands_still = clock.motion == RunState::Running && clock.limit.pauses.contains(&reason);
    let paused = ClockPaused {
        step: clock.step.clone(),
        basis: format!("{}（{}）", reason.text().zh, clock.limit.basis),
        at: context.now,
    };
    stands_still.then(|| paused.into())
}

/// Lets the clock run again, if it stands still.
#[must_use]
pub fn resume<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Option<L::Event> {
    let clock = matter.clock.as_ref()?;
    if clock.motion == RunState::Running {
        return None;
    }
    let due = context.directory.running_again(clock, context.now);
    let resumed = ClockResumed {
        step: clock.step.clone(),
        due,
        at: Some(context.now),
    };
    Some(resumed.into())
}

/// Gives the clock more time, as its limit allows.
///
/// # Errors
/// If there is none, its limit cannot be extended or not again, or it is over.
pub fn extend<L: Law>(
    matter: &Matter<L>,
    extend: &Extend,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let Some(clock) = &matter.clock else {
        return Err(matter.not_now().into());
    };
    let step = || clock.step.clone();
    let Some(allowed) = &clock.limit.extension else {
        return Err(Rejection::NotExtensible { step: step() }.into());
    };
    if clock.extended >= allowed.times {
        let times = allowed.times;
        return Err(Rejection::ExtendedBefore {
            step: step(),
            times,
        }
        .into());
    }
    if context.now >= clock.due.at {
        let day = clock.due.day.to_string();
        return Err(Rejection::ExtensionLate { step: step(), day }.into());
    }
    if extend.reason.trim().is_empty() {
        let field = "reason".to_owned();
        return Err(Rejection::Incomplete { field }.into());
    }
    let due = context.directory.extended(&clock.limit, &clock.due);
    let extended = due.map(|due| ClockExtended {
        step: step(),
        due,
        approved_by: extend.approved_by.clone(),
        reason: extend.reason.clone(),
    });
    Ok(extended.into_iter().map(L::Event::from).collect())
}

/// Counts a provisional last day anew, if the calendar says more by now; nothing if it says the same.
#[must_use]
pub fn correct<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Option<L::Event> {
    let corrected = context.directory.corrected(matter.clock.as_ref()?)?;
    Some(corrected.into())
}

/// What is to be said of a clock by now: that its last day is another, and then what is to be told of it.
#[must_use]
pub fn told_by_now<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Vec<L::Event> {
    let Some(corrected) = correct(matter, context) else {
        return alarms(matter, context);
    };
    let after = evolve(Some(matter.clone()), &corrected);
    let alarms = after.map_or_else(Vec::new, |matter| alarms(&matter, context));
    std::iter::once(corrected).chain(alarms).collect()
}

/// The unit kind that supervises a division (司法局).
const SUPERVISOR: &str = "bureau";

/// What is to be told of a clock's end by now, in order, also what should have been told while nobody
/// was there to tell it.
#[must_use]
pub fn alarms<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Vec<L::Event> {
    let Some(clock) = &matter.clock else {
        return Vec::new();
    };
    let mut told = Vec::new();
    let mut alarm = clock.alarm.clone();
    while let Some((at, next)) = next_alarm(clock, &alarm, matter, context)
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
    told
}

/// The moment of the next alarm of a running clock; nothing if all was told, or it stands still.
#[must_use]
pub fn next_alarm_at<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Option<Timestamp> {
    let clock = matter.clock.as_ref()?;
    next_alarm(clock, &clock.alarm, matter, context).map(|(at, _)| at)
}

fn next_alarm<L: Law>(
    clock: &Clock,
    told: &Alarm,
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Option<(Timestamp, Alarm)> {
    if clock.motion != RunState::Running {
        return None;
    }
    let directory = context.directory;
    match told {
        Alarm::Quiet => Some((directory.due_soon_at(&clock.due), Alarm::DueSoon)),
        Alarm::DueSoon => Some((clock.due.at, Alarm::Overdue)),
        Alarm::Overdue => {
            let kind: UnitKind = SUPERVISOR.parse().ok()?;
            let mut tiers = matter.division.chain();
            let supervisor = tiers.find_map(|code| directory.unit_at(code, &kind))?;
            let supervised = Alarm::Supervised {
                by: supervisor.id.clone(),
                division: supervisor.division,
            };
            Some((directory.supervised_at(&clock.due), supervised))
        }
        Alarm::Supervised { .. } => None,
    }
}
