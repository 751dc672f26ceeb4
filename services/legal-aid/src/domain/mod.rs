//! The rules of a legal aid matter. Pure: time and the directory come in with the [`Context`].

mod decision;
mod papers;
mod state;

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    clock::{ClockStarted, ClockStopped, DayKind, Limit, Step as ClockStep, Stop},
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, Topic, UnitId},
    legal_aid::{Command, Event, HandedBack, Received, Rejection, Step},
    time::Timestamp,
};

pub use state::{Matter, address, evolve, possible};

/// What a decision rests on besides the matter itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Who acts.
    pub actor: &'a Actor,
    /// The standards (time limits) and the calendar.
    pub directory: &'a Directory,
}

/// What is heard from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The agency accepted the case.
    Accepted {
        /// The handoff.
        handoff: HandoffId,
        /// The agency.
        agency: UnitId,
        /// Where it is.
        division: DivisionCode,
        /// What it is about.
        topic: Topic,
        /// The number on the receipt.
        number: CaseNumber,
    },
    /// The case left the agency, by decision of custody.
    Left {
        /// The handoff that ended.
        handoff: HandoffId,
    },
    /// A window took in material.
    Material {
        /// What came.
        materials: Vec<Topic>,
    },
}

/// Decides a command that somebody sent.
///
/// # Errors
/// The rejection; nothing happens then.
pub fn decide(
    matter: Option<&Matter>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let matter = matter.ok_or(Rejection::NoMatter {})?;
    if context.actor.unit != matter.agency {
        let (agency, unit) = (matter.agency.clone(), context.actor.unit.clone());
        return Err(Rejection::NotYourMatter { agency, unit });
    }
    match command {
        Command::DetermineMeans(determine) => decision::determine_means(matter, determine),
        Command::RequestSupplement(request) => papers::request(matter, request, context),
        Command::ReceiveSupplement(receive) => papers::receive(matter, &receive.materials, context),
        Command::Grant(_) => decision::grant(matter, context),
        Command::Refuse(refuse) => decision::refuse(matter, refuse),
        Command::Assign(assign) => decision::assign(matter, assign),
        Command::Conclude(_) => decision::conclude(matter),
    }
}

/// Decides what follows from something heard. What does not concern the matter decides on nothing.
///
/// # Errors
/// The rejection, if the matter has gone past it.
pub fn decide_heard(
    matter: Option<&Matter>,
    heard: &Heard,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match (heard, matter) {
        (
            Heard::Accepted {
                handoff,
                agency,
                division,
                topic,
                number,
            },
            _,
        ) => {
            let received = Received {
                handoff: *handoff,
                agency: agency.clone(),
                division: *division,
                topic: topic.clone(),
                number: number.clone(),
            };
            let review = start_clock(review_clock(), *division, context);
            Ok(vec![Event::from(received), Event::from(review)])
        }
        (Heard::Left { handoff }, Some(matter))
            if matter.handoff == *handoff && !matter.ended() =>
        {
            let mut events = vec![Event::from(HandedBack { handoff: *handoff })];
            events.extend(matter.stop_clock(Stop::Left));
            Ok(events)
        }
        (Heard::Material { materials }, Some(matter)) if matter.step == Step::Supplement => {
            papers::receive(matter, materials, context)
        }
        (Heard::Left { .. } | Heard::Material { .. }, _) => Ok(Vec::new()),
    }
}

/// The review of an application: 7 days, 法律援助法 art. 43.
fn review_clock() -> ClockStep {
    known_step("legal-aid.review")
}

/// From the grant to the assignment: 3 days, 法律援助法 art. 43.
fn assignment_clock() -> ClockStep {
    known_step("legal-aid.assign")
}

fn known_step(name: &str) -> ClockStep {
    match name.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("the steps in this crate are steps"),
    }
}

fn start_clock(step: ClockStep, at: DivisionCode, context: &Context<'_>) -> ClockStarted {
    let today = context.now.china_date();
    // Without a standard the step is due today: better early than for ever.
    let limit = context.directory.limit(&step, at, today).unwrap_or(Limit {
        days: 0,
        kind: DayKind::Calendar,
        basis: "目录未规定期限 / no standard in the directory".to_owned(),
    });
    let due = context.directory.due(&limit, context.now);
    ClockStarted { step, limit, due }
}

impl Matter {
    fn stop_clock(&self, why: Stop) -> Option<Event> {
        let clock = self.clock.as_ref()?;
        Some(Event::from(ClockStopped {
            step: clock.step.clone(),
            why,
        }))
    }

    fn not_now(&self) -> Rejection {
        Rejection::NotNow {
            step: self.step,
            possible: possible(self.step).join(", "),
        }
    }
}

#[cfg(test)]
mod tests;
