//! The facts of clock events. They have one form whichever service they come from.

use onestop_directory::Directory;
use onestop_proto::{
    clock::{ClockCorrected, ClockExtended, ClockResumed, ClockStarted, Due, Step},
    date_words::day_words,
    envelope::{Envelope, event_name},
    field_names::both_languages,
    text::Words,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::message;

/// What every clock event has.
#[derive(Deserialize)]
struct OfStep {
    step: Step,
}

pub(super) fn facts(event: &Envelope, directory: &Directory) -> Option<Words> {
    let OfStep { step } = data(event)?;
    let known = directory.step_name(&step).cloned();
    let step = known.unwrap_or_else(|| Words::untranslated(step.as_str()));
    Some(match event_name(&event.event_type) {
        "clock-started" => started(step, &data(event)?),
        "clock-resumed" => due(step, &data::<ClockResumed>(event)?.due),
        "clock-extended" => due(step, &data::<ClockExtended>(event)?.due),
        "clock-corrected" => {
            let moved = data::<ClockCorrected>(event)?.words();
            message(
                "clock-corrected",
                &[("step", step.into()), ("moved", moved.into())],
            )
        }
        _ => step,
    })
}

fn data<T: DeserializeOwned>(event: &Envelope) -> Option<T> {
    event.data.parse().ok()
}

fn started(step: Words, started: &ClockStarted) -> Words {
    let limit = &started.limit;
    message(
        "clock-started",
        &[
            ("step", step.into()),
            ("days", (&limit.days).into()),
            ("kind", limit.kind.text().into()),
            ("day", day_words(started.due.day).into()),
            ("certainty", started.due.certainty.text().into()),
            ("basis", both_languages(&limit.basis).into()),
        ],
    )
}

fn due(step: Words, due: &Due) -> Words {
    message(
        "clock-due",
        &[
            ("step", step.into()),
            ("day", day_words(due.day).into()),
            ("certainty", due.certainty.text().into()),
        ],
    )
}
