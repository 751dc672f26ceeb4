//! Critical dates (关键期限): recorded with kind and day, corrected with a reason, closed with what was done. The unit is
//! warned before the last day, and the supervisor is notified on it. A lawyer cannot complete the work before each date is
//! closed; what ends the work otherwise names those that are open.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    clock::{Certainty, Due},
    division::DivisionCode,
    matter::{
        CloseCriticalDate, CorrectCriticalDate, CriticalDate, CriticalDateClosed,
        CriticalDateCorrected, CriticalDateCorrection, CriticalDateEvent, CriticalDateKind,
        CriticalDateNear, CriticalDateOutcome, CriticalDateSet, CriticalDateSupervised,
        ReckonedFrom, Rejection, SetCriticalDate,
    },
    time::Timestamp,
};

use super::{
    Context, Custody, Matter, SpecialistRules, parties::supervised_place, require_day,
    require_past_day,
};

/// Keeps a critical date. One whose last day is over is kept as well: that it was missed is closed by name.
///
/// # Errors
/// If the last day is neither named nor can be reckoned, or the date is kept already.
pub fn set_critical_date<L: SpecialistRules>(
    matter: &Matter<L>,
    set: &SetCriticalDate,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let LastDay { due, reckoned } =
        last_day(set.kind, (set.runs_from, set.day), matter.division, context)?;
    refuse_kept(matter, set.kind, due.day)?;
    let set = CriticalDateSet {
        kind: set.kind,
        basis: set.basis,
        due,
        reckoned,
    };
    let event = L::critical_date(CriticalDateEvent::Set(set));
    Ok(event.into_iter().collect())
}

/// Corrects a critical date that is open. Where a limitation begins again (民法典 art. 195), it is reckoned from the new day.
///
/// # Errors
/// If it is not open, or the new last day is neither named nor can be reckoned, or is kept already.
pub fn correct_critical_date<L: SpecialistRules>(
    matter: &Matter<L>,
    correct: &CorrectCriticalDate,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let former = find(matter, correct.kind, correct.was)?;
    let was = former.due.day;
    if let (CriticalDateCorrection::Interrupted, Some(anew)) = (correct.reason, correct.runs_from) {
        require_past_day(anew, began(former), context)?;
    }
    let named = (correct.runs_from, correct.day);
    let LastDay { due, reckoned } = last_day(correct.kind, named, matter.division, context)?;
    refuse_kept(matter, correct.kind, due.day)?;
    let corrected = CriticalDateCorrected {
        kind: correct.kind,
        was,
        due,
        reckoned,
        reason: correct.reason,
    };
    let event = L::critical_date(CriticalDateEvent::Corrected(corrected));
    Ok(event.into_iter().collect())
}

/// Closes a critical date. What was done after the last day was not done by it: the date was missed.
///
/// # Errors
/// If it is not open, or the day on which it is said to have been closed does not fit.
pub fn close_critical_date<L: SpecialistRules>(
    matter: &Matter<L>,
    close: &CloseCriticalDate,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let (kind, on) = (close.kind, close.on);
    let open = find(matter, kind, close.day)?;
    let due = open.due.day;
    require_past_day(on, began(open), context)?;
    let day = due.to_string();
    match close.outcome {
        CriticalDateOutcome::Filed
        | CriticalDateOutcome::NotPursued
        | CriticalDateOutcome::ClientInformed
        | CriticalDateOutcome::Ceased => {
            if on > due {
                let on = on.to_string();
                return Err(Rejection::CriticalDateMissed { kind, day, on }.into());
            }
        }
        CriticalDateOutcome::Missed => {
            if on <= due {
                return Err(Rejection::CriticalDateRuns { kind, day }.into());
            }
        }
    }
    let closed = CriticalDateClosed {
        kind,
        day: due,
        outcome: close.outcome,
        on,
    };
    let event = L::critical_date(CriticalDateEvent::Closed(closed));
    Ok(event.into_iter().collect())
}

/// Whether a command fits the critical dates: what is corrected or closed is open.
pub fn fits_critical_dates<L: SpecialistRules>(matter: &Matter<L>, command: &str) -> bool {
    let is_about_open_date = matches!(command, "correct-critical-date" | "close-critical-date");
    !is_about_open_date || matter.critical_dates.first().is_some()
}

/// Refuses what ends the work in the regular way while a critical date is open.
///
/// # Errors
/// That names the nearest one.
pub fn require_dates_closed<L: SpecialistRules>(matter: &Matter<L>) -> Result<(), Rejection> {
    match matter.critical_dates.first() {
        Some(open) => Err(Rejection::CriticalDateOpen {
            kind: open.kind,
            day: open.due.day.to_string(),
        }),
        None => Ok(()),
    }
}

/// What is announced by now: last days that a new calendar moves, then warnings and, from the last day on, rung by rung, the
/// supervisors (逐级督办), each once.
pub(super) fn announcements<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<L::Event> {
    if matter.custody == Custody::Gone {
        return Vec::new();
    }
    let (directory, now) = (context.directory, context.now);
    let mut dates = matter.critical_dates.clone();
    let mut events = corrections(matter, directory);
    for event in &events {
        dates.apply(event);
    }
    for date in &dates {
        events.extend(warning(date, now, directory));
        let mut told = date.told;
        while let Some((at, next)) = supervision(matter, date, told, directory)
            && at <= now
        {
            told = Some(next.division);
            events.push(CriticalDateEvent::Supervised(next));
        }
    }
    events.into_iter().filter_map(L::critical_date).collect()
}

/// The next moment at which something is announced, corrections aside.
pub(super) fn next_moment<L: SpecialistRules>(
    matter: &Matter<L>,
    directory: &Directory,
) -> Option<Timestamp> {
    if matter.custody == Custody::Gone {
        return None;
    }
    let warnings = matter.critical_dates.iter().flat_map(|date| {
        let before = warnings_left(date, directory);
        before.map(move |before| warned_at(date, before))
    });
    let supervisions = matter.critical_dates.iter();
    let supervisions = supervisions.filter_map(|date| {
        let (at, _) = supervision(matter, date, date.told, directory)?;
        Some(at)
    });
    warnings.chain(supervisions).min()
}

/// The last days that a new calendar moves. A date before a court is not the unit's to keep: one that is provisional moves
/// either way, and one that is firm moves later alone.
pub(super) fn corrections<L: SpecialistRules>(
    matter: &Matter<L>,
    directory: &Directory,
) -> Vec<CriticalDateEvent> {
    if matter.custody == Custody::Gone {
        return Vec::new();
    }
    let moved = matter.critical_dates.iter().filter_map(|date| {
        let reckoned = date.reckoned.as_ref()?;
        let limit = directory.counted_at(&reckoned.limit, matter.division);
        let due = directory.due(&limit, start_of(reckoned.day));
        let is_moved = match date.due.certainty {
            Certainty::Firm => due.day > date.due.day,
            Certainty::Provisional => due != date.due,
        };
        is_moved.then(|| {
            let day = reckoned.day;
            CriticalDateEvent::Corrected(CriticalDateCorrected {
                kind: date.kind,
                was: date.due.day,
                due,
                reckoned: Some(ReckonedFrom { day, limit }),
                reason: CriticalDateCorrection::Calendar,
            })
        })
    });
    moved.collect()
}

/// The warning that has come and was not given; of several, the one nearest to the last day.
fn warning(
    date: &CriticalDate,
    now: Timestamp,
    directory: &Directory,
) -> Option<CriticalDateEvent> {
    let come = |before: &u32| warned_at(date, *before) <= now;
    let before = warnings_left(date, directory).filter(come).min()?;
    Some(CriticalDateEvent::Near(CriticalDateNear {
        kind: date.kind,
        day: date.due.day,
        before,
    }))
}

/// The days before the last one on which the unit is still to be warned.
fn warnings_left(date: &CriticalDate, directory: &Directory) -> impl Iterator<Item = u32> {
    let given = date.warned;
    let days = directory.critical_date_warnings().iter().copied();
    days.filter(move |before| given.is_none_or(|given| *before < given))
}

/// Which supervisor is notified after the one of a division, and when: first that of the unit on the last day, then each one
/// above while the date is open; none where no supervisor is left.
fn supervision<L: SpecialistRules>(
    matter: &Matter<L>,
    date: &CriticalDate,
    told: Option<DivisionCode>,
    directory: &Directory,
) -> Option<(Timestamp, CriticalDateSupervised)> {
    let first = directory.supervisor_of(supervised_place(matter)?)?;
    let (at, supervisor) = match told {
        None => (morning_of(date), first),
        Some(told) => directory.next_supervisor(first, told, date.due.day)?,
    };
    let supervised = CriticalDateSupervised {
        kind: date.kind,
        day: date.due.day,
        supervisor: supervisor.id.clone(),
        division: supervisor.division,
    };
    Some((at, supervised))
}

/// The beginning of the day so many calendar days before the last one.
fn warned_at(date: &CriticalDate, before: u32) -> Timestamp {
    start_of(date.due.day).plus_seconds(-i64::from(before) * 24 * 60 * 60)
}

fn morning_of(date: &CriticalDate) -> Timestamp {
    start_of(date.due.day)
}

fn start_of(day: Date) -> Timestamp {
    Timestamp::end_of_china_day(day.yesterday().unwrap_or(Date::MIN))
}

/// A last day, and how it was reckoned.
struct LastDay {
    due: Due,
    reckoned: Option<ReckonedFrom>,
}

/// The last day as it is named; or reckoned by the term that the directory has of the law: the day from which it runs is
/// not counted, and a last day off gives way to the next working day (民法典 art. 201-203).
fn last_day(
    kind: CriticalDateKind,
    (runs_from, day): (Option<Date>, Option<Date>),
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<LastDay, Rejection> {
    match (runs_from, day) {
        (None, Some(day)) => {
            require_day(day, None, context)?;
            Ok(LastDay {
                due: Due {
                    day,
                    at: Timestamp::end_of_china_day(day),
                    certainty: Certainty::Firm,
                },
                reckoned: None,
            })
        }
        (Some(from), None) => {
            require_past_day(from, None, context)?;
            let step = kind.step();
            let limit = step.and_then(|step| context.directory.limit(&step, place, from));
            let limit = limit.ok_or(Rejection::NoStatutoryTerm { kind })?;
            let due = context.directory.due(&limit, start_of(from));
            let reckoned = Some(ReckonedFrom { day: from, limit });
            Ok(LastDay { due, reckoned })
        }
        (None, None) | (Some(_), Some(_)) => Err(Rejection::DayOrStart {}),
    }
}

/// The day from which it runs, where that is known: nothing was done by it before.
fn began(date: &CriticalDate) -> Option<Date> {
    date.reckoned.as_ref().map(|reckoned| reckoned.day)
}

fn refuse_kept<L: SpecialistRules>(
    matter: &Matter<L>,
    kind: CriticalDateKind,
    day: Date,
) -> Result<(), Rejection> {
    let mut kept = matter.critical_dates.iter();
    if kept.any(|date| date.kind == kind && date.due.day == day) {
        let day = day.to_string();
        return Err(Rejection::CriticalDateKept { kind, day });
    }
    Ok(())
}

/// The open date of a kind; of several, the one whose last day is named.
fn find<L: SpecialistRules>(
    matter: &Matter<L>,
    kind: CriticalDateKind,
    day: Option<Date>,
) -> Result<&CriticalDate, Rejection> {
    let dates = matter.critical_dates.iter();
    let mut found =
        dates.filter(|date| date.kind == kind && day.is_none_or(|day| date.due.day == day));
    match (found.next(), found.next()) {
        (Some(date), None) => Ok(date),
        (Some(first), Some(second)) => {
            let others = [first, second].into_iter().chain(found);
            let days: Vec<String> = others.map(|date| date.due.day.to_string()).collect();
            let days = days.join(", ");
            Err(Rejection::WhichCriticalDate { kind, days })
        }
        (None, _) => Err(Rejection::NoCriticalDate { kind }),
    }
}
