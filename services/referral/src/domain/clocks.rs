//! The clocks of referral itself (时限): the answer to an offer, the work on an item that has no law of its own, a
//! designation, the answer to an instruction.

use onestop_directory::Directory;
use onestop_proto::{
    clock::{ClockStarted, ClockStopped, Step, Stop},
    division::DivisionCode,
    referral::{Event, accept_step, designate_step, work_step},
    specialist,
    time::Timestamp,
};

use super::{Context, custody::Custody};

pub(super) fn start(step: Step, place: DivisionCode, context: &Context<'_>) -> ClockStarted {
    context.directory.start_clock(step, place, context.now)
}

/// Stops the clock of a step, if it runs.
pub(super) fn stop(custody: &Custody, step: Step, why: Stop) -> Option<Event> {
    custody.clock(&step)?;
    Some(Event::from(ClockStopped { step, why }))
}

/// Starts the clock of the unit's work, unless the item has a service, and so clocks, of its own.
pub(super) fn start_work(
    custody: &Custody,
    place: DivisionCode,
    context: &Context<'_>,
) -> Option<Event> {
    let item = &custody.subject.as_ref()?.item;
    let mut specialists = specialist::ALL.iter();
    let has_own_clocks = specialists.any(|one| one.service == item.as_str());
    (!has_own_clocks).then(|| Event::from(start(work_step(), place, context)))
}

/// What the clocks announce by now.
pub(super) fn announcements(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let place_of = |step: &Step| supervised_place(custody, step);
    let directory = context.directory;
    directory.clock_announcements(&custody.clocks, context.now, place_of)
}

/// The next moment at which a clock announces something, or an offer expires.
#[must_use]
pub fn next_moment(custody: &Custody, directory: &Directory) -> Option<Timestamp> {
    let place_of = |step: &Step| supervised_place(custody, step);
    let announced = directory.next_announcement(&custody.clocks, place_of);
    let offer = custody
        .offer()
        .filter(|offer| offer.designated_by.is_none());
    let expires = offer.map(|offer| offer.until);
    announced.into_iter().chain(expires).min()
}

/// Whether a new calendar moves a last day.
#[must_use]
pub fn needs_correction(custody: &Custody, directory: &Directory) -> bool {
    !directory.clock_corrections(&custody.clocks).is_empty()
}

/// The division whose supervisor sees to a step that is overdue: above a supervisor, the next one up.
fn supervised_place(custody: &Custody, step: &Step) -> Option<DivisionCode> {
    if let Some(dispute) = custody.dispute()
        && *step == designate_step()
    {
        return dispute.supervisor_division.parent();
    }
    let offer = custody.offer().filter(|_| *step == accept_step());
    Some(offer.map_or_else(|| custody.holder_division(), |offer| offer.to_division))
}
