//! A matter as its events leave it.

use onestop_proto::{
    clock::{
        Alarm, Clock, ClockCorrected, ClockExtended, ClockPaused, ClockResumed, ClockStarted,
        ClockSupervised,
    },
    division::DivisionCode,
    ids::{HandoffId, Topic, UnitId},
    matter::{Received, Rejection, SupplementReceived, SupplementRequested},
    specialist::Describe,
};

use super::Law;

/// The work of one unit on one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter<L: Law> {
    /// The handoff that brought the case.
    pub handoff: HandoffId,
    /// The unit.
    pub unit: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// Where the matter stands.
    pub step: L::Step,
    /// What the applicant was told is missing and has not come; nothing before the one notice.
    pub missing: Option<Vec<Topic>>,
    /// The clock that runs or stands still.
    pub clock: Option<Clock>,
    /// Whether the unit still has the case.
    pub custody: Custody,
    /// What only this law knows.
    pub details: L::Details,
}

/// Whether the unit whose matter it is still has the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custody {
    /// It has it.
    WithUnit,
    /// It no longer has it: it gave the case back with a result, and what remains to be done is its own;
    /// or custody was decided otherwise.
    Gone,
}

/// The matter after one more event: what its law makes of it, and that a result gives the case back.
#[must_use]
pub fn evolve<L: Law>(matter: Option<Matter<L>>, event: &L::Event) -> Option<Matter<L>> {
    let matter = L::evolve(matter, event)?;
    Some(match event.describe().outcome {
        Some(_) => Matter {
            custody: Custody::Gone,
            ..matter
        },
        None => matter,
    })
}

impl<L: Law> Matter<L> {
    /// A matter at its beginning.
    #[must_use]
    pub fn received(received: &Received) -> Self {
        Self {
            handoff: received.handoff,
            unit: received.unit.clone(),
            division: received.division,
            step: L::FIRST,
            missing: None,
            clock: None,
            custody: Custody::WithUnit,
            details: L::Details::default(),
        }
    }

    /// The matter at another step.
    #[must_use]
    pub fn at(self, step: L::Step) -> Self {
        Self { step, ..self }
    }

    /// The matter after its case left, by decision of custody.
    #[must_use]
    pub fn left(self, step: L::Step) -> Self {
        let custody = Custody::Gone;
        Self { custody, ..self }.at(step)
    }

    /// The matter with other details.
    #[must_use]
    pub fn with(self, details: L::Details) -> Self {
        Self { details, ..self }
    }

    /// The matter waiting for papers.
    #[must_use]
    pub fn waiting(self, requested: &SupplementRequested) -> Self {
        let missing = Some(requested.missing.clone());
        Self { missing, ..self }.at(L::SUPPLEMENT)
    }

    /// The matter after papers came.
    #[must_use]
    pub fn supplied(self, received: &SupplementReceived) -> Self {
        let step = if received.missing.is_empty() {
            L::FIRST
        } else {
            L::SUPPLEMENT
        };
        let missing = Some(received.missing.clone());
        Self { missing, ..self }.at(step)
    }

    /// The matter with a clock that began to run.
    #[must_use]
    pub fn clock_started(self, started: &ClockStarted) -> Self {
        let clock = Some(Clock::started(started));
        Self { clock, ..self }
    }

    /// The matter with its clock standing still.
    #[must_use]
    pub fn clock_paused(self, paused: &ClockPaused) -> Self {
        let clock = self.clock.map(|clock| clock.paused(paused));
        Self { clock, ..self }
    }

    /// The matter with its clock running again.
    #[must_use]
    pub fn clock_resumed(self, resumed: &ClockResumed) -> Self {
        let clock = self.clock.map(|clock| clock.resumed(resumed));
        Self { clock, ..self }
    }

    /// The matter with more time.
    #[must_use]
    pub fn clock_extended(self, extended: &ClockExtended) -> Self {
        let clock = self.clock.map(|clock| clock.extended(extended));
        Self { clock, ..self }
    }

    /// The matter with its clock counted anew.
    #[must_use]
    pub fn clock_corrected(self, corrected: &ClockCorrected) -> Self {
        let clock = self.clock.map(|clock| clock.corrected(corrected));
        Self { clock, ..self }
    }

    /// The matter after something was told of its clock's end.
    #[must_use]
    pub fn clock_told(self, alarm: Alarm) -> Self {
        let clock = self.clock.map(|clock| clock.alarmed(alarm));
        Self { clock, ..self }
    }

    /// The matter after its supervisor was told.
    #[must_use]
    pub fn clock_supervised(self, supervised: &ClockSupervised) -> Self {
        self.clock_told(Alarm::Supervised {
            by: supervised.supervisor.clone(),
            division: supervised.division,
        })
    }

    /// The matter without a clock.
    #[must_use]
    pub fn clock_stopped(self) -> Self {
        let clock = None;
        Self { clock, ..self }
    }

    /// Whether nothing further happens to it.
    #[must_use]
    pub fn ended(&self) -> bool {
        L::possible(self.step).is_empty()
    }

    /// The rejection of what cannot be done at this step.
    #[must_use]
    pub fn not_now(&self) -> Rejection {
        Rejection::NotNow {
            standing: L::words(self.step).into(),
            possible: L::possible(self.step).join(", "),
        }
    }
}
