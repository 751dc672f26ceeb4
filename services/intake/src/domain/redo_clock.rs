//! The clock of the redo that follows a bad rating (差评整改).

use onestop_directory::Directory;
use onestop_proto::{
    case::{Event, Rejection},
    clock::{
        Alarm, Clock, ClockDueSoon, ClockOverdue, ClockStarted, ClockStopped, ClockSupervised,
        DayKind, Limit, Step, Stop,
    },
    division::DivisionCode,
    ids::UnitKind,
    time::Timestamp,
};

use super::{Case, Context, Rating, evolve};

/// The step that a bad rating begins, in the directory's standards.
const REDO: &str = "intake.redo";
/// The unit kind that supervises a division (司法局).
const SUPERVISOR: &str = "bureau";

/// Starts the clock. Without a standard the redo is due today.
pub(super) fn start(case: &Case, context: &Context<'_>) -> ClockStarted {
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

/// Stops the clock of a case that is merged into another.
pub(super) fn stop_on_merge(case: &Case) -> Option<Event> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return None;
    };
    Some(Event::from(ClockStopped {
        step: clock.step.clone(),
        why: Stop::Left,
    }))
}

/// Refuses what has to wait for the redo.
pub(super) fn check_no_redo_pending(case: &Case) -> Result<(), Rejection> {
    match &case.rating {
        Rating::Redo { clock, .. } => Err(Rejection::RedoPending {
            day: clock.due.day.to_string(),
        }),
        Rating::None | Rating::Settled { .. } | Rating::Redone { .. } => Ok(()),
    }
}

/// The events due by `now`: a corrected last day, where a calendar was announced since, and then the alarms.
pub(crate) fn alarms_due(case: &Case, now: Timestamp, directory: &Directory) -> Vec<Event> {
    let Rating::Redo { clock, .. } = &case.rating else {
        return Vec::new();
    };
    let Some(corrected) = directory.corrected(clock).map(Event::from) else {
        return alarms_of(case, now, directory);
    };
    let after = evolve(Some(case.clone()), &corrected);
    let alarms = after.map_or_else(Vec::new, |case| alarms_of(&case, now, directory));
    std::iter::once(corrected).chain(alarms).collect()
}

/// The alarms due by `now`, in order, with those missed while the service was down.
fn alarms_of(case: &Case, now: Timestamp, directory: &Directory) -> Vec<Event> {
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

/// The next alarm of a clock, and when it is due; none after the last.
pub(crate) fn next_alarm(
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
