//! The rules that all specialists share. Pure: time and the directory come in with the [`Context`].

mod clocks;
mod effective_time;
mod state;
mod supplement;
mod triggers;

use std::fmt::{Debug, Display};

use onestop_directory::{ClockAnnouncement, Directory};
use onestop_proto::{
    actor::{Actor, ServiceName},
    clock::{
        ClockEvent, ClockExtended, ClockPaused, ClockResumed, ClockStarted, ClockStopped, Stop,
    },
    command::CommandType,
    envelope::Address,
    ids::ServiceItem,
    late_entry::LateEntry,
    matter::{HandedBack, Received, Rejection, SupplementReceived, SupplementRequested},
    permission,
    rejection::Explain,
    specialist::Describe,
    text::Text,
    time::Timestamp,
};

pub use clocks::{
    announcements, extend, needs_correction, next_moment, pause, resume, start, stop,
};
pub use state::{Custody, Matter, evolve};
pub use supplement::{receive_supplement, request_supplement};
pub use triggers::{Trigger, react};

/// What a decision rests on besides the matter.
pub struct Context<'a> {
    /// When it is recorded; lateness is reckoned by it.
    pub now: Timestamp,
    /// When it happened: what clocks count from. It is earlier than `now` where paper is entered afterwards (补录).
    pub happened_at: Timestamp,
    /// When the latest act on the matter happened; what is entered afterwards is not before it.
    pub latest_act: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub late_entry: Option<&'a LateEntry>,
    pub actor: &'a Actor,
    /// The standards (time limits) and the calendar.
    pub directory: &'a Directory,
}

impl<'a> Context<'a> {
    /// Of something that is recorded as it happens.
    #[must_use]
    pub const fn at(now: Timestamp, actor: &'a Actor, directory: &'a Directory) -> Self {
        Self {
            now,
            happened_at: now,
            latest_act: None,
            late_entry: None,
            actor,
            directory,
        }
    }
}

/// The events that every specialist has among its own.
pub trait MatterEvent:
    Describe
    + ClockAnnouncement
    + From<Received>
    + From<SupplementRequested>
    + From<SupplementReceived>
    + From<HandedBack>
    + From<ClockStarted>
    + From<ClockPaused>
    + From<ClockResumed>
    + From<ClockStopped>
    + From<ClockExtended>
{
}

impl<E> MatterEvent for E where
    E: Describe
        + ClockAnnouncement
        + From<Received>
        + From<SupplementRequested>
        + From<SupplementReceived>
        + From<HandedBack>
        + From<ClockStarted>
        + From<ClockPaused>
        + From<ClockResumed>
        + From<ClockStopped>
        + From<ClockExtended>
{
}

/// The rules of one specialist: a marker type implements them.
pub trait SpecialistRules: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The steps of a matter.
    type Step: Copy + PartialEq + Debug + Display + Send + Sync;
    /// What a matter holds besides what all do.
    type Details: Clone + Default + PartialEq + Debug + Send + Sync;
    type Event: MatterEvent;
    type Command: CommandType;
    type Rejection: Explain + From<Rejection>;

    /// The step at which a matter begins.
    const INITIAL_STEP: Self::Step;
    /// The step at which it waits for papers; when they are there, it goes back to
    /// [`SpecialistRules::INITIAL_STEP`].
    const SUPPLEMENT_STEP: Self::Step;
    /// The step at which it ends when custody is decided otherwise.
    const HANDED_BACK_STEP: Self::Step;
    /// The clock that runs from the beginning, as `<item>.<step>` in the directory's standards.
    const INITIAL_CLOCK: &'static str;

    fn service() -> ServiceName;

    /// The item that the service works.
    fn item() -> ServiceItem;

    /// What people call a step.
    fn label(step: Self::Step) -> Text;

    /// The commands that are possible at a step: decisions go by this list, and a screen offers it. Empty when the
    /// matter has ended.
    fn possible(step: Self::Step) -> &'static [&'static str];

    /// The details of a matter that begins.
    fn initial_details(_: &Received) -> Self::Details {
        Self::Details::default()
    }

    /// What one more event of its own makes of a matter. Total: an event in the log is never refused.
    fn evolve(matter: Matter<Self>, event: &Self::Event) -> Matter<Self>;

    /// Decides a command of the unit whose matter it is, one of those that are possible at its step.
    ///
    /// # Errors
    /// The rejection; nothing happens then.
    fn decide(
        matter: &Matter<Self>,
        command: &Self::Command,
        context: &Context<'_>,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;
}

/// Decides a command.
///
/// # Errors
/// The rejection; nothing happens then.
pub fn decide<L: SpecialistRules>(
    matter: Option<&Matter<L>>,
    command: &L::Command,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let matter = matter.ok_or(Rejection::NoMatter {})?;
    if context.actor.unit != matter.unit {
        let (holder, unit) = (matter.unit.clone(), context.actor.unit.clone());
        return Err(Rejection::NotYourMatter { holder, unit }.into());
    }
    if !L::possible(matter.step).contains(&command.name()) {
        return Err(matter.not_now().into());
    }
    effective_time::check(matter, context)?;
    L::decide(matter, command, context)
}

/// Of the possible commands those that this actor may send: all of them, for the unit's specialists.
#[must_use]
pub fn available<L: SpecialistRules>(matter: &Matter<L>, actor: &Actor) -> &'static [&'static str] {
    let possible = L::possible(matter.step);
    let service = L::service();
    let permitted = |name: &&str| permission::permits(actor.role, service.as_str(), name);
    if actor.unit == matter.unit && possible.iter().all(permitted) {
        possible
    } else {
        &[]
    }
}

/// Whom an event concerns: the unit whose matter it is; what is supervised, the supervisor.
#[must_use]
pub fn address<L: SpecialistRules>(matter: &Matter<L>, event: &L::Event) -> Address {
    let (unit, division) = match ClockEvent::of(event) {
        Some(ClockEvent::Supervised(event)) => (event.supervisor, event.division),
        Some(_) | None => (matter.unit.clone(), matter.division),
    };
    Address {
        unit,
        division,
        item: Some(L::item()),
    }
}

/// The event that ends a step, and the end of the clock that measured the way to it.
pub fn end_step<L: SpecialistRules>(
    matter: &Matter<L>,
    event: impl Into<L::Event>,
) -> impl Iterator<Item = L::Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}

/// Refuses texts that were left empty: the first one is named.
///
/// # Errors
/// [`Rejection::Incomplete`].
pub fn require_texts(fields: &[(&str, &str)]) -> Result<(), Rejection> {
    let empty = fields.iter().find(|(_, text)| text.trim().is_empty());
    empty.map_or(Ok(()), |(field, _)| {
        let field = (*field).to_owned();
        Err(Rejection::Incomplete { field })
    })
}
