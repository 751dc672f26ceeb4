//! What custody brings and takes away, and what windows take in for the unit.

use onestop_proto::{
    clock::Stop,
    ids::{HandoffId, Topic},
    matter::{HandedBack, Received},
};

use super::{Context, Custody, Law, Matter, receive_supplement, start, stop};

/// What is heard from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A unit accepted the case.
    Accepted(Received),
    /// The case left the unit, by decision of custody.
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

/// Decides what follows from something heard. What does not concern the matter decides on nothing.
///
/// # Errors
/// The rejection, if the matter has gone past it.
pub fn decide_heard<L: Law>(
    matter: Option<&Matter<L>>,
    heard: &Heard,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    match (heard, matter) {
        (Heard::Accepted(received), _) => {
            let begun = Matter::received(received);
            let clock = start::<L>(L::FIRST_CLOCK, &begun, context);
            Ok(vec![received.clone().into(), clock])
        }
        (Heard::Left { handoff }, Some(matter))
            if matter.handoff == *handoff && matter.custody == Custody::WithUnit =>
        {
            let left = HandedBack { handoff: *handoff };
            Ok(std::iter::once(left.into())
                .chain(stop(matter, Stop::Left))
                .collect())
        }
        (Heard::Material { materials }, Some(matter)) if matter.step == L::SUPPLEMENT => {
            receive_supplement(matter, materials, context)
        }
        (Heard::Left { .. } | Heard::Material { .. }, _) => Ok(Vec::new()),
    }
}
