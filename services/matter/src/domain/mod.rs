//! The rules that all specialists share. Pure: time and the directory come in with the [`Context`].

mod clocks;
mod custody;
mod papers;
mod state;

use std::fmt::{Debug, Display};

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    clock::{
        Alarm, Clock, ClockCorrected, ClockDueSoon, ClockExtended, ClockOverdue, ClockPaused,
        ClockResumed, ClockStarted, ClockStopped, ClockSupervised,
    },
    command::CommandType,
    envelope::{Address, EventType, event_name},
    ids::ServiceItem,
    matter::{HandedBack, Received, Rejection, SupplementReceived, SupplementRequested},
    rejection::Explain,
    specialist::Describe,
    text::Text,
    time::Timestamp,
};

pub use clocks::{alarms, correct, extend, next_alarm_at, pause, resume, start, stop, told_by_now};
pub use custody::{Heard, decide_heard};
pub use papers::{receive_supplement, request_supplement};
pub use state::{Custody, Matter, evolve};

/// What a decision rests on besides the matter itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Who acts.
    pub actor: &'a Actor,
    /// The standards (time limits) and the calendar.
    pub directory: &'a Directory,
}

/// The events that every specialist has among its own.
pub trait MatterEvent:
    Describe
    + From<Received>
    + From<SupplementRequested>
    + From<SupplementReceived>
    + From<HandedBack>
    + From<ClockStarted>
    + From<ClockPaused>
    + From<ClockResumed>
    + From<ClockStopped>
    + From<ClockExtended>
    + From<ClockCorrected>
    + From<ClockDueSoon>
    + From<ClockOverdue>
    + From<ClockSupervised>
{
}

impl<E> MatterEvent for E where
    E: Describe
        + From<Received>
        + From<SupplementRequested>
        + From<SupplementReceived>
        + From<HandedBack>
        + From<ClockStarted>
        + From<ClockPaused>
        + From<ClockResumed>
        + From<ClockStopped>
        + From<ClockExtended>
        + From<ClockCorrected>
        + From<ClockDueSoon>
        + From<ClockOverdue>
        + From<ClockSupervised>
{
}

/// What one specialist's law brings. A marker type stands for it.
pub trait Law: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Where a matter can stand.
    type Step: Copy + PartialEq + Debug + Display + Send + Sync;
    /// What a matter holds besides what all do.
    type Details: Clone + Default + PartialEq + Debug + Send + Sync;
    /// What can happen.
    type Event: MatterEvent;
    /// What can be asked for.
    type Command: CommandType;
    /// What is refused.
    type Rejection: Explain + From<Rejection>;

    /// Where a matter begins.
    const FIRST: Self::Step;
    /// Where it waits for papers; when they are there, it goes back to [`Law::FIRST`].
    const SUPPLEMENT: Self::Step;
    /// The clock that runs from the beginning, as `<item>.<step>` in the directory's standards.
    const FIRST_CLOCK: &'static str;

    /// The service.
    fn service() -> ServiceName;

    /// The item that it works.
    fn item() -> ServiceItem;

    /// A step in words.
    fn words(step: Self::Step) -> Text;

    /// What the unit can do at a step, as names of commands: the same list that decisions go by and
    /// that a screen offers. Nothing, when the matter is over.
    fn possible(step: Self::Step) -> &'static [&'static str];

    /// What one more event makes of a matter. Total: an event that came to be is never refused.
    fn evolve(matter: Option<Matter<Self>>, event: &Self::Event) -> Option<Matter<Self>>;

    /// Decides a command of the unit whose matter it is.
    ///
    /// # Errors
    /// The rejection; nothing happens then.
    fn decide(
        matter: &Matter<Self>,
        command: &Self::Command,
        context: &Context<'_>,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;
}

/// Decides a command that somebody sent.
///
/// # Errors
/// The rejection; nothing happens then.
pub fn decide<L: Law>(
    matter: Option<&Matter<L>>,
    command: &L::Command,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let matter = matter.ok_or(Rejection::NoMatter {})?;
    if context.actor.unit != matter.unit {
        let (holder, unit) = (matter.unit.clone(), context.actor.unit.clone());
        return Err(Rejection::NotYourMatter { holder, unit }.into());
    }
    L::decide(matter, command, context)
}

/// Whom an event concerns: the unit whose matter it is; what is supervised, the supervisor.
#[must_use]
pub fn address<L: Law>(matter: &Matter<L>, event: &L::Event) -> Address {
    let item = Some(L::item());
    match &matter.clock {
        Some(Clock {
            alarm: Alarm::Supervised { by, division },
            ..
        }) if event_name(event.event_type()) == SUPERVISED => Address {
            unit: by.clone(),
            division: *division,
            item,
        },
        Some(_) | None => Address {
            unit: matter.unit.clone(),
            division: matter.division,
            item,
        },
    }
}

/// What happened when a supervisor was told, in every specialist's events.
const SUPERVISED: &str = "clock-supervised";
