//! The rules that all specialists share. Pure: time and the directory come in with the [`Context`].

mod approval;
mod case_days;
mod clocks;
mod critical_dates;
mod effective_time;
mod matter_event;
mod parties;
mod required;
mod state;
mod step_commands;
mod supplement;
mod triggers;

use std::fmt::{Debug, Display};

use onestop_directory::Directory;
use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    actor::{Actor, ServiceName},
    clock::{ClockEvent, Stop},
    command::CommandType,
    division::DivisionCode,
    envelope::{Address, EventType},
    ids::{CaseId, ServiceItem, StaffId, UnitId},
    late_entry::LateEntry,
    matter::{CriticalDateEvent, Received, Rejection},
    query::RecordedPerson,
    referral::ApplicantsCorrected,
    rejection::Explain,
    text::Text,
    time::Timestamp,
};

pub use approval::{
    Approvable, DecisionCommands, Draft, DraftStep, approve_decision, decide_alone, draft_decision,
    draft_lapsed, fits_approval, require_alone, send_back_decision,
};
pub use case_days::{require_day, require_past_day};
pub use clocks::{
    announcements, extend_approved, last_of_wait, needs_correction, next_moment, pause,
    pause_until, resume, start, start_at, stop, stop_beside,
};
pub use critical_dates::{
    close_critical_date, correct_critical_date, fits_critical_dates, require_dates_closed,
    set_critical_date,
};
pub use effective_time::check_receipt;
pub use matter_event::MatterEvent;
pub use parties::{
    Party, available, available_late, awaited_bureau, deciding_bureau, may_see, possible,
    possible_late,
};
pub use required::{incomplete, require_any, require_document_numbers, require_texts};
pub use state::{Bureau, Custody, GivenNumber, Matter, evolve};
pub use supplement::{receive_supplement, request_supplement};
pub use triggers::{Trigger, first_clock, react};

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
    /// The licences of the people who act, or acted, in another matter here, as they are compared.
    pub acted_in: &'a dyn Fn(CaseId) -> Vec<String>,
    /// Whether a unit gave the number of a paper in another matter, as it is compared.
    pub given_elsewhere: &'a dyn Fn(&UnitId, &str) -> bool,
    /// The standards (time limits) and the calendar.
    pub directory: &'a Directory,
}

impl<'a> Context<'a> {
    /// Of something that is recorded as it happens.
    pub const fn at(now: Timestamp, actor: &'a Actor, directory: &'a Directory) -> Self {
        Self {
            now,
            happened_at: now,
            latest_act: None,
            late_entry: None,
            actor,
            acted_in: &|_| Vec::new(),
            given_elsewhere: &|_, _| false,
            directory,
        }
    }
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
    /// Whether missing papers are requested at a step.
    fn requests_papers(step: Self::Step) -> bool {
        step == Self::INITIAL_STEP
    }

    /// Whether a matter waits for papers at a step.
    fn awaits_papers(step: Self::Step) -> bool {
        step == Self::SUPPLEMENT_STEP
    }

    /// The clock that runs from the beginning, as `<item>.<step>` in the directory's standards.
    const INITIAL_CLOCK: &'static str;
    /// The clocks that run beside that of the step: of what is owed by a day, whatever else is done.
    const CLOCKS_BESIDE: &'static [&'static str] = &[];

    fn service() -> ServiceName;

    /// The item that the service works.
    fn item() -> ServiceItem;

    /// What people call a step.
    fn label(step: Self::Step) -> Text;

    /// The commands that are possible at a step: decisions go by this list, and a screen offers it. Empty when the
    /// matter has ended.
    fn possible(step: Self::Step) -> &'static [&'static str];

    /// Who may send a command.
    fn party(_command: &str) -> Party {
        Party::Unit
    }

    /// The licence of the person who acts from an event on.
    fn licence(_: &Self::Event) -> Option<&str> {
        None
    }

    /// How many other parties the dispute has; nothing where the matter is none.
    fn respondents(_: &Matter<Self>) -> Option<u32> {
        None
    }

    /// Of which persons a command is recorded, so that a form offers the others.
    fn recorded(_: &Matter<Self>) -> Vec<RecordedPerson> {
        Vec::new()
    }

    /// The number of a paper that an event gives, and that the unit gives once.
    fn given_number(_: &Self::Event) -> Option<&str> {
        None
    }

    /// Whether a command gives the number of a paper.
    fn gives_number(_: &Self::Command) -> bool {
        false
    }

    /// What is noted of a case of the other side; nothing where that binds no person here.
    fn note_opposing(_: CaseId) -> Option<Self::Event> {
        None
    }

    /// What follows where the window corrects who applies; nothing where the rules decide nothing by how many they are.
    fn applicants_corrected(_: &Matter<Self>, _: ApplicantsCorrected) -> Vec<Self::Event> {
        Vec::new()
    }

    /// What is kept of a critical date; nothing where the rules keep none.
    fn critical_date(_: CriticalDateEvent) -> Option<Self::Event> {
        None
    }

    /// The draft of a decision that waits for another person's approval; none where the rules have no drafts.
    fn draft(_: &Matter<Self>) -> Option<Draft<'_>> {
        None
    }

    /// The person whom the matter names for what is now to be done ([`Party::Named`]).
    fn named(_: &Matter<Self>) -> Option<&StaffId> {
        None
    }

    /// Whether a command that is possible at the step fits what approval the directory asks for, what draft waits, what else
    /// the matter knows, when it happens and when it is recorded; each sender alike.
    fn fits_matter(_: &Matter<Self>, _command: &str, _: &Context<'_>) -> bool {
        true
    }

    /// Whether the person who acts may send a command that fits the matter: no person judges their own decision, or acts for both
    /// sides.
    fn fits_person(_: &Matter<Self>, _command: &str, _: &Context<'_>) -> bool {
        true
    }

    /// What is recorded of a draft that the matter has left behind.
    fn draft_lapsed(_: &Draft<'_>) -> Option<Self::Event> {
        None
    }

    /// The details of a matter that begins.
    fn initial_details(_: &Received) -> Self::Details {
        Self::Details::default()
    }

    /// What follows at once from the receipt of a case: the first clock, unless the rules begin elsewhere.
    fn begin(begun: &Matter<Self>, received: &Received, context: &Context<'_>) -> Vec<Self::Event> {
        vec![first_clock(begun, received, context)]
    }

    /// What one more event of its own makes of a matter. Total: an event in the log is never refused.
    fn evolve(matter: Matter<Self>, event: &Self::Event) -> Matter<Self>;

    /// Decides a command of an actor who may send it, one of those that are possible at the matter's step.
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
    parties::check(matter, command.name(), context)?;
    if !L::possible(matter.step).contains(&command.name()) {
        // A window elsewhere does not learn the state of the matter.
        let concerned = parties::is_concerned(matter, context.actor, context.directory);
        return Err(if concerned {
            matter.not_now().into()
        } else {
            Rejection::NoMatter {}.into()
        });
    }
    effective_time::check(matter, context)?;
    let events = L::decide(matter, command, context)?;
    Ok(approval::let_drafts_lapse(matter, events))
}

/// Whom an event concerns: the unit whose matter it is; the bureau, while its decision is awaited; what is supervised, the
/// supervisor.
pub fn address<L: SpecialistRules>(matter: &Matter<L>, event: &L::Event) -> Address {
    let (unit, division) = match supervisor_told(event) {
        Some(supervisor) => supervisor,
        None => match awaited_bureau(matter) {
            Some(bureau) => (bureau.unit.clone(), bureau.division),
            None => (matter.unit.clone(), matter.division),
        },
    };
    Address {
        unit,
        division,
        item: Some(L::item()),
    }
}

/// The supervisor that an event notifies, and where that unit is.
fn supervisor_told(event: &impl EventType) -> Option<(UnitId, DivisionCode)> {
    if let Some(ClockEvent::Supervised(told)) = ClockEvent::of(event) {
        return Some((told.supervisor, told.division));
    }
    match CriticalDateEvent::of(event)? {
        CriticalDateEvent::Supervised(told) => Some((told.supervisor, told.division)),
        CriticalDateEvent::Set(_)
        | CriticalDateEvent::Corrected(_)
        | CriticalDateEvent::Closed(_)
        | CriticalDateEvent::Near(_) => None,
    }
}

/// The event that ends a step, and the end of the clock that measured the way to it.
pub fn end_step<L: SpecialistRules>(
    matter: &Matter<L>,
    event: impl Into<L::Event>,
) -> impl Iterator<Item = L::Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}

/// Whether a person acts, or acted, in a case of the other side: in this service, by what its log says of that case; in another,
/// by what was heard of it and noted in the matter. Of what is heard later, custody finds that one person acts for both.
pub fn acts_for_other_side<L: SpecialistRules>(
    matter: &Matter<L>,
    person: &ActingPerson,
    context: &Context<'_>,
) -> bool {
    let same = |other: &String| Some(other) == person.licence.as_ref();
    let mut opposing = matter.opposing.iter().copied();
    opposing.any(|case| (context.acted_in)(case).iter().any(same))
        || matter
            .other_side
            .iter()
            .any(|other| other.conflicts_with(person))
}

/// A person of the unit who is to act in the matter between the parties: not one who acts, or acted, for the other side.
///
/// # Errors
/// That the person does.
pub fn require_impartial<L: SpecialistRules>(
    matter: &Matter<L>,
    staff: &StaffId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let known = ActingPerson::known(L::service(), ActingRole::Impartial, staff.clone());
    let person = context.directory.identified(&matter.unit, known);
    if acts_for_other_side(matter, &person, context) {
        let staff = staff.clone();
        return Err(Rejection::ActsForOtherSide { staff });
    }
    Ok(())
}
