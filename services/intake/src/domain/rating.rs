//! The citizen's rating (好差评), the redo that follows a bad one (差评整改) with its clock, and the call
//! back (回访).

use onestop_directory::Directory;
use onestop_proto::{
    case::{Event, FollowUp, FollowedUp, Rate, Rated, Redo, Redone, Rejection},
    clock::{
        Alarm, Clock, ClockDueSoon, ClockOverdue, ClockStarted, ClockStopped, ClockSupervised,
        DayKind, Limit, Step, Stop,
    },
    division::DivisionCode,
    ids::UnitKind,
    time::Timestamp,
};

use super::{Case, Context, Rating, applicant::incomplete, evolve};

/// The step that a bad rating begins, in the directory's standards.
pub(super) const REDO: &str = "intake.redo";
/// The unit kind that supervises a division (司法局).
const SUPERVISOR: &str = "bureau";

/// A service is rated once, and once more after a bad rating was put right.
pub(super) fn rate(
    case: &Case,
    rate: &Rate,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let first = match case.rating {
        Rating::None => true,
        Rating::Redone { .. } => false,
        Rating::Given { grade } | Rating::Redo { grade, .. } => {
            return Err(Rejection::AlreadyRated { grade });
        }
    };
    let mut events = vec![Event::from(Rated { grade: rate.grade })];
    if first && rate.grade.is_bad() {
        events.push(Event::from(start(case, context)));
    }
    Ok(events)
}

/// Without a standard the redo is due today: better early than for ever.
fn start(case: &Case, context: &Context<'_>) -> ClockStarted {
    let step = redo_step();
    let directory = context.directory;
    let today = context.now.china_date();
    let standard = directory.limit(&step, case.opened.window_division, today);
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
}

pub(super) fn redo(
    case: &Case,
    redo: &Redo,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return Err(Rejection::NothingToRedo {});
    };
    if redo.measure.0.trim().is_empty() {
        return Err(incomplete("measure", "写明整改措施 / what was done"));
    }
    Ok(vec![
        Event::from(Redone {
            measure: context.sealed.clone(),
        }),
        Event::from(ClockStopped {
            step: clock.step.clone(),
            why: Stop::Done,
        }),
    ])
}

/// The clock stops because the case goes on elsewhere.
pub(super) fn stopped_by_leaving(case: &Case) -> Option<Event> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return None;
    };
    Some(Event::from(ClockStopped {
        step: clock.step.clone(),
        why: Stop::Left,
    }))
}

/// Nothing is laid aside while a bad rating waits.
pub(super) fn settled(case: &Case) -> Result<(), Rejection> {
    match &case.rating {
        Rating::Redo { clock, .. } => Err(Rejection::RedoPending {
            day: clock.due.day.to_string(),
        }),
        Rating::None | Rating::Given { .. } | Rating::Redone { .. } => Ok(()),
    }
}

pub(super) fn follow_up(follow_up: &FollowUp, context: &Context<'_>) -> Vec<Event> {
    let note = follow_up.note.as_ref().map(|_| context.sealed.clone());
    vec![Event::from(FollowedUp {
        result: follow_up.result,
        note,
    })]
}

/// What is to be said of the redo by now: that its last day is another, since a calendar was announced, and
/// then what is to be told of its end.
#[must_use]
pub fn told_by_now(case: &Case, now: Timestamp, directory: &Directory) -> Vec<Event> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return Vec::new();
    };
    let Some(corrected) = directory.corrected(clock).map(Event::from) else {
        return alarms(case, now, directory);
    };
    let after = evolve(Some(case.clone()), &corrected);
    let alarms = after.map_or_else(Vec::new, |case| alarms(&case, now, directory));
    std::iter::once(corrected).chain(alarms).collect()
}

/// What is to be told of the redo's end by now, in order, also what should have been told while nobody
/// was there to tell it.
fn alarms(case: &Case, now: Timestamp, directory: &Directory) -> Vec<Event> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return Vec::new();
    };
    let division = case.opened.window_division;
    let mut told = Vec::new();
    let mut alarm = clock.alarm.clone();
    while let Some((at, next)) = next_alarm(clock, &alarm, division, directory)
        && at <= now
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

/// When something is to be told of a clock next, and what; nothing if all was told.
#[must_use]
pub fn next_alarm(
    clock: &Clock,
    told: &Alarm,
    division: DivisionCode,
    directory: &Directory,
) -> Option<(Timestamp, Alarm)> {
    match told {
        Alarm::Quiet => Some((directory.due_soon_at(&clock.due), Alarm::DueSoon)),
        Alarm::DueSoon => Some((clock.due.at, Alarm::Overdue)),
        Alarm::Overdue => {
            let kind: UnitKind = SUPERVISOR.parse().ok()?;
            let mut tiers = division.chain();
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

pub(super) fn redo_step() -> Step {
    match REDO.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("a step is written <item>.<step>"),
    }
}
