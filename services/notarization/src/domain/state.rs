//! A matter as its events leave it, and what can be done at each step.

use onestop_proto::{
    clock::Clock,
    division::DivisionCode,
    envelope::Address,
    ids::{HandoffId, ServiceItem, Topic, UnitId},
    notarization::{Event, Step},
};

/// A notarial matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The handoff that brought the case.
    pub handoff: HandoffId,
    /// The office.
    pub office: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// Where the matter stands.
    pub step: Step,
    /// What the applicant was told is missing and has not come; nothing before the one notice.
    pub missing: Option<Vec<Topic>>,
    /// The clock that runs or stands still.
    pub clock: Option<Clock>,
}

impl Matter {
    /// Whether nothing further happens to it.
    #[must_use]
    pub fn ended(&self) -> bool {
        possible(self.step).is_empty()
    }
}

/// What the office can do at a step, as names of commands: the same list that `decide` goes by and
/// that a screen offers.
#[must_use]
pub const fn possible(step: Step) -> &'static [&'static str] {
    match step {
        Step::Examination => &["request-supplement", "accept", "refuse"],
        Step::Supplement => &["receive-supplement", "refuse"],
        Step::Accepted => &["issue", "refuse"],
        Step::Refused | Step::Issued | Step::HandedBack => &[],
    }
}

/// The matter after one more event. Total: an event that came to be is never refused.
#[must_use]
pub fn evolve(matter: Option<Matter>, event: &Event) -> Option<Matter> {
    if let Event::Received(received) = event {
        return Some(Matter {
            handoff: received.handoff,
            office: received.office.clone(),
            division: received.division,
            step: Step::Examination,
            missing: None,
            clock: None,
        });
    }
    let matter = matter?;
    Some(match event {
        Event::Received(_) => matter,
        Event::SupplementRequested(requested) => Matter {
            step: Step::Supplement,
            missing: Some(requested.missing.clone()),
            ..matter
        },
        Event::SupplementReceived(received) => {
            let step = if received.missing.is_empty() {
                Step::Examination
            } else {
                Step::Supplement
            };
            Matter {
                step,
                missing: Some(received.missing.clone()),
                ..matter
            }
        }
        Event::Accepted(_) => Matter {
            step: Step::Accepted,
            ..matter
        },
        Event::Issued(_) => Matter {
            step: Step::Issued,
            ..matter
        },
        Event::Refused(_) => Matter {
            step: Step::Refused,
            ..matter
        },
        Event::HandedBack(_) => Matter {
            step: Step::HandedBack,
            ..matter
        },
        Event::ClockStarted(started) => Matter {
            clock: Some(Clock::started(started)),
            ..matter
        },
        Event::ClockPaused(paused) => Matter {
            clock: matter.clock.map(|clock| clock.paused(paused)),
            ..matter
        },
        Event::ClockResumed(resumed) => Matter {
            clock: matter.clock.map(|clock| clock.resumed(resumed)),
            ..matter
        },
        Event::ClockStopped(_) => Matter {
            clock: None,
            ..matter
        },
    })
}

/// Whom an event concerns: the office.
#[must_use]
pub fn address(matter: &Matter, _: &Event) -> Address {
    Address {
        unit: matter.office.clone(),
        division: matter.division,
        item: Some(ServiceItem::notarization()),
    }
}
