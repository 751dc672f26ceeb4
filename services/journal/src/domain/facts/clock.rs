//! The facts of clock events. They have one form whichever service they come from.

use onestop_directory::Directory;
use onestop_proto::{
    clock::{ClockCorrected, ClockExtended, ClockResumed, ClockStarted, Due, Step},
    envelope::{Envelope, event_name},
    text::Words,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::words;

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
        "clock-started" => started(&step, &data(event)?),
        "clock-resumed" => due(&step, &data::<ClockResumed>(event)?.due),
        "clock-extended" => due(&step, &data::<ClockExtended>(event)?.due),
        "clock-corrected" => {
            let moved = data::<ClockCorrected>(event)?.words();
            words(
                format!("{}，{}", step.zh, moved.zh),
                format!("{}, {}", step.en, moved.en),
            )
        }
        _ => step,
    })
}

fn data<T: DeserializeOwned>(event: &Envelope) -> Option<T> {
    event.data.parse().ok()
}

fn started(step: &Words, started: &ClockStarted) -> Words {
    let (limit, day) = (&started.limit, started.due.day);
    let (days, kind, basis) = (limit.days, limit.kind.text(), &limit.basis);
    words(
        format!("{}，{days} {}，{day} 到期（{basis}）", step.zh, kind.zh),
        format!("{}, {days} {}, due {day} ({basis})", step.en, kind.en),
    )
}

fn due(step: &Words, due: &Due) -> Words {
    let (day, certainty) = (due.day, due.certainty.text());
    words(
        format!("{}，{day} 到期（{}）", step.zh, certainty.zh),
        format!("{}, due {day} ({})", step.en, certainty.en),
    )
}
