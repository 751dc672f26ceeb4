//! The clock of the redo that follows a bad rating (差评整改).

use onestop_directory::{Directory, StepPlaces};
use onestop_proto::{
    case::{Event, Rejection},
    clock::{ClockStarted, Step},
    time::Timestamp,
};

use super::{Case, Context};

/// The step that a bad rating begins, in the directory's standards.
const REDO: &str = "intake.redo";

pub(super) fn start(case: &Case, context: &Context<'_>) -> ClockStarted {
    let step: Step = match REDO.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("a step is written <item>.<step>"),
    };
    let directory = context.directory;
    directory.start_clock(step, case.opened.window_division, context.happened_at())
}

/// Refuses what has to wait for the redo.
pub(super) fn check_no_redo_pending(case: &Case) -> Result<(), Rejection> {
    match case.redo_clock() {
        Some(clock) => Err(Rejection::RedoPending {
            day: clock.due.day.to_string(),
        }),
        None => Ok(()),
    }
}

/// What the clock announces by `now`, with what a service that was down has missed.
pub(crate) fn announcements(case: &Case, now: Timestamp, directory: &Directory) -> Vec<Event> {
    let places = StepPlaces::of(case.opened.window_division);
    directory.clock_announcements(&case.clocks, now, |_| places)
}

/// When the clock calls for something: now, if a new calendar moves its last day.
pub(crate) fn next_moment(case: &Case, now: Timestamp, directory: &Directory) -> Option<Timestamp> {
    let places = StepPlaces::of(case.opened.window_division);
    let corrections = directory.clock_corrections(&case.clocks, |_| places);
    if !corrections.is_empty() {
        return Some(now);
    }
    directory.next_announcement(&case.clocks, |_| places)
}
