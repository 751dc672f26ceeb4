//! A matter as its events leave it.

use std::any::Any;

use onestop_proto::{
    acting_person::ActingPerson,
    clock::{Clock, ClockBook, ClockEvent},
    division::DivisionCode,
    envelope::EventType,
    free_text::TextKey,
    ids::{CaseId, HandoffId, Topic, UnitId},
    matter::{
        AwaitedPapers, CriticalDateEvent, CriticalDates, HandedBack, Objected, OpposingPartyNoted,
        OtherSideEngaged, Received, Rejection, SupplementReceived, SupplementRequested,
    },
    numbers::{LicenceNumber, number_key},
    specialist::Describe,
    time::Timestamp,
};

use super::SpecialistRules;

/// The work of one unit on one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter<L: SpecialistRules> {
    /// The handoff that brought the case.
    pub handoff: HandoffId,
    pub unit: UnitId,
    pub division: DivisionCode,
    pub topic: Topic,
    pub step: L::Step,
    /// The papers that were requested and have not come; `None` before the one notice.
    pub missing: Option<Vec<Topic>>,
    /// The same with what the notice says of each, while the unit waits for them.
    pub papers: Option<AwaitedPapers>,
    /// One clock at a time, for the step that the law limits, and those beside it.
    pub clocks: ClockBook,
    pub custody: Custody,
    pub critical_dates: CriticalDates,
    /// The bureau to which an objection went.
    pub bureau: Option<Bureau>,
    /// The cases of the other side.
    pub opposing: Vec<CaseId>,
    /// The people who act, or acted, in them, in whatever service.
    pub other_side: Vec<ActingPerson>,
    /// The licences of the people who act, or acted, as they are compared; the latest last.
    pub acted: Vec<String>,
    /// The numbers of papers that were given in it.
    pub given: Vec<GivenNumber>,
    /// When the unit received the case; nothing in matters from before that was kept.
    pub received_at: Option<Timestamp>,
    /// When the latest thing happened that a clock counts from; what is entered afterwards is not before it.
    pub counted_from: Option<Timestamp>,
    /// To which key texts about the case are sealed; nothing for cases from before there was one.
    pub text_key: Option<TextKey>,
    /// What only these rules know.
    pub details: L::Details,
}

/// The number of a paper that a unit gives once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenNumber {
    pub unit: UnitId,
    /// As it is compared.
    pub number: String,
}

/// A justice bureau that decides on what a unit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bureau {
    pub unit: UnitId,
    pub division: DivisionCode,
}

impl Bureau {
    /// The bureau that an objection went to; nothing where that was not kept.
    pub(super) fn of(objected: &Objected) -> Option<Self> {
        let (unit, division) = objected.bureau.clone().zip(objected.bureau_division)?;
        Some(Self { unit, division })
    }
}

/// Whether the unit whose matter it is still has the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custody {
    WithUnit,
    /// The unit gave the case back with a result, and what remains to be done is its own; or custody was decided
    /// otherwise.
    Gone,
}

/// The matter after one more event: the events of all specialists here, the others by their rules. A result gives
/// the case back.
pub fn evolve<L: SpecialistRules>(
    matter: Option<Matter<L>>,
    event: &L::Event,
) -> Option<Matter<L>> {
    let payload = event.payload();
    if let Some(received) = payload.downcast_ref::<Received>() {
        return Some(received_again(matter, received));
    }
    let mut matter = matter?;
    if let Some(event) = ClockEvent::of(event) {
        // The first clock runs from the receipt.
        if let (ClockEvent::Started(started), None) = (&event, matter.received_at)
            && matter.step == L::INITIAL_STEP
        {
            matter.received_at = started.at;
        }
        matter.counted_from = matter.counted_from.max(counts_from(&event));
        matter.clocks.apply(&event);
        return Some(matter);
    }
    if let Some(event) = CriticalDateEvent::of(event) {
        matter.critical_dates.apply(&event);
        return Some(matter);
    }
    matter.note_papers(payload);
    if let Some(objected) = payload.downcast_ref::<Objected>() {
        matter.bureau = Bureau::of(objected);
    }
    if let Some(noted) = payload.downcast_ref::<OpposingPartyNoted>() {
        matter.opposing.push(noted.case);
    }
    if let Some(engaged) = payload.downcast_ref::<OtherSideEngaged>() {
        matter.other_side.push(engaged.person.clone());
    }
    matter.note_numbers(event);
    if payload.is::<HandedBack>() {
        matter.step = L::HANDED_BACK_STEP;
        matter.custody = Custody::Gone;
    }
    let mut matter = L::evolve(matter, event);
    if event.describe().outcome.is_some() {
        matter.custody = Custody::Gone;
    }
    Some(matter)
}

/// Received, for the first time or again, after another unit or a correction: who acted before did so for this side, and the
/// last days of the law go on.
fn received_again<L: SpecialistRules>(before: Option<Matter<L>>, received: &Received) -> Matter<L> {
    let (acted, given, critical_dates) = before.map_or_else(Default::default, |before| {
        let dates = before.critical_dates.taken_over();
        (before.acted, before.given, dates)
    });
    Matter {
        acted,
        given,
        critical_dates,
        ..Matter::received(received)
    }
}

/// The moment that a clock counts from after an event; nothing where the event has none.
fn counts_from(event: &ClockEvent) -> Option<Timestamp> {
    match event {
        ClockEvent::Started(started) => started.at,
        ClockEvent::Paused(paused) => Some(paused.at),
        ClockEvent::Resumed(resumed) => resumed.at,
        ClockEvent::Extended(_)
        | ClockEvent::Corrected(_)
        | ClockEvent::DueSoon(_)
        | ClockEvent::Overdue(_)
        | ClockEvent::Supervised(_)
        | ClockEvent::Stopped(_) => None,
    }
}

impl<L: SpecialistRules> Matter<L> {
    /// A matter at its initial step.
    pub fn received(received: &Received) -> Self {
        Self {
            handoff: received.handoff,
            unit: received.unit.clone(),
            division: received.division,
            topic: received.topic.clone(),
            step: L::INITIAL_STEP,
            missing: None,
            papers: None,
            clocks: ClockBook::default(),
            custody: Custody::WithUnit,
            critical_dates: CriticalDates::default(),
            bureau: None,
            opposing: Vec::new(),
            other_side: received.other_side.clone(),
            acted: Vec::new(),
            given: Vec::new(),
            received_at: None,
            counted_from: received.taken_at,
            text_key: received.text_key,
            details: L::initial_details(received),
        }
    }

    /// Which papers are missing, and the step that waits for them.
    fn note_papers(&mut self, payload: &dyn Any) {
        if let Some(requested) = payload.downcast_ref::<SupplementRequested>() {
            self.missing = Some(requested.missing.clone());
            self.papers = AwaitedPapers::of(requested);
            self.step = L::SUPPLEMENT_STEP;
        }
        if let Some(received) = payload.downcast_ref::<SupplementReceived>() {
            self.missing = Some(received.missing.clone());
            let awaited = self.papers.take();
            self.papers = awaited.and_then(|papers| papers.left(&received.missing));
            self.step = if received.missing.is_empty() {
                L::INITIAL_STEP
            } else {
                L::SUPPLEMENT_STEP
            };
        }
    }

    /// Who acts from an event on, and the number of a paper that it gives, as they are compared.
    fn note_numbers(&mut self, event: &L::Event) {
        if let Some(licence) = L::licence(event) {
            let licence = LicenceNumber::key(licence);
            self.acted.retain(|known| *known != licence);
            self.acted.push(licence);
        }
        if let Some(number) = L::given_number(event) {
            let unit = self.unit.clone();
            let number = number_key(number);
            self.given.push(GivenNumber { unit, number });
        }
    }

    #[must_use]
    pub fn at(self, step: L::Step) -> Self {
        Self { step, ..self }
    }

    /// The matter with other details.
    #[must_use]
    pub fn with(self, details: L::Details) -> Self {
        Self { details, ..self }
    }

    /// The clock of the step, which runs or is paused.
    pub fn clock(&self) -> Option<&Clock> {
        let beside = |clock: &&Clock| L::CLOCKS_BESIDE.contains(&clock.step.as_str());
        self.clocks.iter().find(|clock| !beside(clock))
    }

    /// Whether no command is possible any more.
    pub fn has_ended(&self) -> bool {
        L::possible(self.step).is_empty()
    }

    /// The rejection of what is not possible at this step.
    pub fn not_now(&self) -> Rejection {
        Rejection::NotNow {
            standing: L::label(self.step).into(),
            possible: L::possible(self.step).join(", "),
        }
    }
}
