//! The clocks of a matter: one runs at a time, for the step that the law limits; what else is owed by a day has a clock beside
//! it ([`SpecialistRules::CLOCKS_BESIDE`]).

use jiff::civil::Date;
use onestop_directory::{Directory, StepPlaces};
use onestop_proto::{
    clock::{
        Clock, ClockBook, ClockEvent, ClockPaused, ClockResumed, ClockStopped, DayKind, Due,
        ExtensionDenied, Limit, PauseReason, RunState, Step, Stop,
    },
    division::DivisionCode,
    ids::StaffId,
    matter::Rejection,
    time::Timestamp,
};

use super::{
    Context, Matter, SpecialistRules, awaited_bureau, critical_dates, parties::supervised_place,
    require_texts,
};

/// Starts the clock of a step, as `<item>.<step>` in the directory's standards.
pub fn start<L: SpecialistRules>(
    step: &str,
    matter: &Matter<L>,
    context: &Context<'_>,
) -> L::Event {
    start_at::<L>(step, matter.division, context)
}

/// Starts the clock of a step of another body, where that is.
pub fn start_at<L: SpecialistRules>(
    step: &str,
    place: DivisionCode,
    context: &Context<'_>,
) -> L::Event {
    let step: Step = match step.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("rules name their steps as <item>.<step>"),
    };
    let directory = context.directory;
    directory
        .start_clock(step, place, context.happened_at)
        .into()
}

/// Stops the clock, if there is one.
pub fn stop<L: SpecialistRules>(matter: &Matter<L>, why: Stop) -> Option<L::Event> {
    let step = matter.clock()?.step.clone();
    Some(ClockStopped { step, why }.into())
}

/// Stops the clock that runs beside that of the step, if there is one of this name.
pub fn stop_beside<L: SpecialistRules>(
    name: &str,
    matter: &Matter<L>,
    why: Stop,
) -> Option<L::Event> {
    let mut clocks = matter.clocks.iter();
    let step = clocks
        .find(|clock| clock.step.as_str() == name)?
        .step
        .clone();
    Some(ClockStopped { step, why }.into())
}

/// Stops every clock.
pub(super) fn stop_all<L: SpecialistRules>(
    matter: &Matter<L>,
    why: Stop,
) -> impl Iterator<Item = L::Event> {
    matter.clocks.iter().map(move |clock| {
        let step = clock.step.clone();
        ClockStopped { step, why }.into()
    })
}

/// Pauses the clock, if one runs, its limit allows a pause for that reason, and it is not over by the moment of the record:
/// who is late cannot mend it by standing still.
pub fn pause<L: SpecialistRules>(
    matter: &Matter<L>,
    reason: PauseReason,
    context: &Context<'_>,
) -> Option<L::Event> {
    paused(matter, reason, context).map(L::Event::from)
}

/// Pauses the clock as [`pause`] does, up to and with a day, or with the next working day where that is a day off (民法典
/// art. 203). Then it runs again, whatever has come of what was asked.
pub fn pause_until<L: SpecialistRules>(
    matter: &Matter<L>,
    reason: PauseReason,
    last_day: Date,
    context: &Context<'_>,
) -> Option<L::Event> {
    let last = last_of_wait(last_day, matter, context.directory).day;
    let paused = paused(matter, reason, context)?;
    let until = Some(Timestamp::start_of_china_day(last));
    Some(ClockPaused { until, ..paused }.into())
}

/// The end of a time that was set for what comes from elsewhere: a last day that is a day off gives way (民法典 art. 203).
pub fn last_of_wait<L: SpecialistRules>(
    last_day: Date,
    matter: &Matter<L>,
    directory: &Directory,
) -> Due {
    let limit = Limit {
        place: Some(matter.division),
        ..Limit::plain(0, DayKind::Calendar, "民法典第二百零三条")
    };
    let begins = Timestamp::start_of_china_day(last_day);
    directory.due(&limit, begins)
}

fn paused<L: SpecialistRules>(
    matter: &Matter<L>,
    reason: PauseReason,
    context: &Context<'_>,
) -> Option<ClockPaused> {
    let clock = matter.clock()?;
    let may_pause = clock.motion == RunState::Running
        && clock.limit.pauses.contains(&reason)
        && context.now < clock.due.at;
    let paused = ClockPaused {
        step: clock.step.clone(),
        basis: format!("{}（{}）", reason.text().zh, clock.limit.basis),
        at: context.happened_at,
        until: None,
    };
    may_pause.then_some(paused)
}

/// Resumes the clock, if it is paused.
pub fn resume<L: SpecialistRules>(matter: &Matter<L>, context: &Context<'_>) -> Option<L::Event> {
    let clock = matter.clock()?;
    if clock.motion == RunState::Running {
        return None;
    }
    Some(running_again(clock, context.happened_at, context.directory).into())
}

/// A paused clock runs again at a moment, or when its limit ends the pause, if that was before.
fn running_again(clock: &Clock, at: Timestamp, directory: &Directory) -> ClockResumed {
    let at = clock.pause_ends().map_or(at, |ends| ends.min(at));
    ClockResumed {
        step: clock.step.clone(),
        due: directory.running_again(clock, at),
        at: Some(at),
    }
}

/// The clocks that run again by `now`, because their pause ends.
fn pauses_over(book: &ClockBook, now: Timestamp, directory: &Directory) -> Vec<ClockResumed> {
    let over = book
        .iter()
        .filter(|clock| clock.pause_ends().is_some_and(|ends| ends <= now));
    over.map(|clock| running_again(clock, now, directory))
        .collect()
}

/// Gives the clock more time that another person approved, as its limit allows. Whether it is over is decided by the moment
/// at which the approval is recorded: who is late cannot mend it by a date.
///
/// # Errors
/// If there is none, its limit cannot be extended or not again, or it is over.
pub fn extend_approved<L: SpecialistRules>(
    matter: &Matter<L>,
    reason: &str,
    approved_by: &StaffId,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let Some(clock) = matter.clock() else {
        return Err(matter.not_now().into());
    };
    let denied = |denied| {
        let step = clock.step.clone();
        let step_name = context.directory.step_label(&step);
        match denied {
            ExtensionDenied::NotExtensible => Rejection::NotExtensible { step, step_name },
            ExtensionDenied::Exhausted { times } => Rejection::ExtendedBefore {
                step,
                step_name,
                times,
            },
            ExtensionDenied::Overdue { day } => Rejection::ExtensionLate {
                step,
                step_name,
                day: day.to_string(),
            },
        }
    };
    clock.extension(context.now).map_err(denied)?;
    require_texts(&[("reason", reason)])?;
    let (by, reason) = (approved_by.clone(), reason.to_owned());
    let extended = context.directory.extend_clock(clock, by, reason);
    Ok(extended.into_iter().map(L::Event::from).collect())
}

/// What the clock announces by now: that it runs again because a pause has lasted its months, that a new calendar moves its last
/// day, then what has come of its end; and what there is to be said of critical dates.
pub fn announcements<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<L::Event> {
    let place_of = |_: &Step| places_of(matter);
    let directory = context.directory;
    let mut book = matter.clocks.clone();
    let mut events: Vec<L::Event> = Vec::new();
    for resumed in pauses_over(&matter.clocks, context.now, directory) {
        book.apply(&ClockEvent::Resumed(resumed.clone()));
        events.push(resumed.into());
    }
    let announced: Vec<L::Event> = directory.clock_announcements(&book, context.now, place_of);
    events.extend(announced);
    events.extend(critical_dates::announcements(matter, context));
    events
}

/// The next moment at which something is announced, corrections aside.
pub fn next_moment<L: SpecialistRules>(
    matter: &Matter<L>,
    directory: &Directory,
) -> Option<Timestamp> {
    let clocks = directory.next_announcement(&matter.clocks, |_| places_of(matter));
    let dates = critical_dates::next_moment(matter, directory);
    let pauses = matter.clocks.iter().filter_map(Clock::pause_ends);
    clocks.into_iter().chain(dates).chain(pauses).min()
}

/// Whether a new calendar moves a last day.
pub fn needs_correction<L: SpecialistRules>(matter: &Matter<L>, directory: &Directory) -> bool {
    let corrections = directory.clock_corrections(&matter.clocks, |_| places_of(matter));
    !corrections.is_empty() || !critical_dates::corrections(matter, directory).is_empty()
}

/// Where the matter is worked on: at the bureau, while its decision is waited for.
fn places_of<L: SpecialistRules>(matter: &Matter<L>) -> StepPlaces {
    StepPlaces {
        worked_at: awaited_bureau(matter).map_or(matter.division, |bureau| bureau.division),
        supervised_at: supervised_place(matter),
    }
}
