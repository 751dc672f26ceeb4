//! The clocks of referral itself (时限): the answer to an offer, the work on an item that has no law of its own, a
//! designation, the answer to an instruction.

use onestop_directory::{Application, Directory};
use onestop_proto::{
    clock::{ClockEvent, ClockStarted, ClockStopped, Step, Stop},
    division::DivisionCode,
    referral::{Event, accept_step, designate_step, report_step, work_step},
    time::Timestamp,
};

use super::{
    Context,
    application_times::ApplicationTimes,
    custody::{Custody, Holding, ReferralSubject},
};

/// Starts the clock of a step when that happened which it counts from.
pub(super) fn start(step: Step, place: DivisionCode, context: &Context<'_>) -> ClockStarted {
    let happened_at = context.happened_at();
    context.directory.start_clock(step, place, happened_at)
}

/// What is referred, and since when the law counts for it.
#[derive(Clone, Copy)]
pub(super) struct Referred<'a> {
    pub(super) subject: &'a ReferralSubject,
    pub(super) times: ApplicationTimes,
}

impl<'a> Referred<'a> {
    fn by(self, place: DivisionCode, now: Timestamp) -> Application<'a> {
        let notice = self.subject.notice.as_ref();
        Application {
            item: &self.subject.item,
            topic: &self.subject.topic,
            place,
            requested_at: self.times.requested_at,
            // The first offer is the receipt by an agency's system.
            received_at: self.times.received_at.unwrap_or(now),
            notified_on: notice.map(|notice| notice.received_on),
        }
    }
}

/// Starts the clock of the answer to an offer. An offer is made when it is recorded: before that no unit can see it. It ends
/// with the statutory clock of the case at the latest, which runs already.
pub(super) fn start_answer(
    referred: Referred<'_>,
    place: DivisionCode,
    context: &Context<'_>,
) -> ClockStarted {
    let (directory, now) = (context.directory, context.now);
    directory.start_clock_within(accept_step(), place, now, &referred.by(place, now))
}

/// Starts the supervisor's clock for designating a unit: it ends with the statutory clock of the case at the latest. `place`
/// is the supervisor's.
pub(super) fn start_designation(
    referred: Referred<'_>,
    place: DivisionCode,
    context: &Context<'_>,
) -> ClockStarted {
    let (directory, since) = (context.directory, context.happened_at());
    let application = referred.by(referred.subject.place, context.now);
    directory.start_clock_within(designate_step(), place, since, &application)
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
    custody.subject.as_ref()?;
    custody
        .specialist_item()
        .is_none()
        .then(|| Event::from(start(work_step(), place, context)))
}

/// What the clocks announce by now.
pub(super) fn announcements(custody: &Custody, context: &Context<'_>) -> Vec<Event> {
    let place_of = |step: &Step| supervised_place(custody, step);
    let directory = context.directory;
    directory.clock_announcements(&custody.clocks, context.now, place_of)
}

/// The next moment at which a clock announces something, or an offer expires.
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
pub fn needs_correction(custody: &Custody, directory: &Directory) -> bool {
    !directory.clock_corrections(&custody.clocks).is_empty()
}

/// The division whose supervisor sees to a step that is overdue: above a supervisor, the next one up; to an answer that was ordered,
/// the bureau that ordered it, wherever the case has gone since.
fn supervised_place(custody: &Custody, step: &Step) -> Option<DivisionCode> {
    if let Some(open) = &custody.instruction
        && *step == report_step()
    {
        return Some(open.by_division);
    }
    if let Some(arbiter) = custody.arbiter()
        && *step == designate_step()
    {
        return arbiter.supervisor_division.parent();
    }
    let offer = custody.offer().filter(|_| *step == accept_step());
    Some(offer.map_or_else(|| custody.holder_division(), |offer| offer.to_division))
}

impl Custody {
    /// What ends with a clock moves with it: the offer with its answer, the instruction with its report.
    pub(super) fn apply_clock(&mut self, event: &ClockEvent) {
        self.clocks.apply(event);
        self.note_receipt(event);
        match event {
            ClockEvent::Stopped(stopped) => self.drop_extension(&stopped.step),
            ClockEvent::Extended(extended) => {
                self.drop_extension(&extended.step);
                self.move_end(&extended.step, extended.due.at);
            }
            ClockEvent::Corrected(corrected) => {
                self.move_end(&corrected.step, corrected.due.at);
            }
            ClockEvent::Started(_)
            | ClockEvent::Paused(_)
            | ClockEvent::Resumed(_)
            | ClockEvent::DueSoon(_)
            | ClockEvent::Overdue(_)
            | ClockEvent::Supervised(_) => {}
        }
    }

    /// The first offer of the application is its receipt by an agency's system. Another offer, after one that was ignored,
    /// declined or taken back, is of the same application.
    fn note_receipt(&mut self, event: &ClockEvent) {
        if let ClockEvent::Started(started) = event
            && started.step == accept_step()
        {
            self.application.received_at = self.application.received_at.or(started.at);
        }
    }

    fn drop_extension(&mut self, step: &Step) {
        self.extension.take_if(|pending| pending.step == *step);
    }

    fn move_end(&mut self, step: &Step, at: Timestamp) {
        if let Holding::Offered(offer) = &mut self.holding
            && *step == accept_step()
        {
            offer.until = at;
        }
        if let Some(instruction) = &mut self.instruction
            && *step == report_step()
        {
            instruction.until = at;
        }
    }
}
