//! A case as a specialist receives it.

use onestop_proto::{division::DivisionCode, ids::UnitId, matter::Received};

/// A case of a topic that a unit has accepted, without all that is optional.
///
/// # Panics
/// If the topic is none.
pub fn received(unit: &UnitId, division: DivisionCode, topic: &str) -> Received {
    let handoff = "019ab0c4-8000-7000-8000-00000000000a".parse();
    let number = "s4k2m9qxa-260302-001".parse();
    Received {
        text_key: None,
        respondents: None,
        people: None,
        other_side: Vec::new(),
        handoff: handoff.expect("it is a handoff id"),
        unit: unit.clone(),
        division,
        topic: topic.parse().expect("it is a topic"),
        number: number.expect("it is a case number"),
        requested_at: None,
        received_at: None,
        taken_at: None,
        notice: None,
    }
}
