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
        "clock-extended" => extended(step, &data(event)?),
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

/// Until when there is time now, and why.
fn extended(step: Words, extended: &ClockExtended) -> Words {
    let until = due(step, &extended.due);
    let reason = (&extended.reason).into();
    message(
        "clock-extended",
        &[("until", until.into()), ("reason", reason)],
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

#[cfg(test)]
mod tests {
    use onestop_proto::{clock::Certainty, time::Timestamp};

    use super::*;

    #[test]
    fn more_time_says_why() {
        let day = "2026-03-05".parse().unwrap();
        let more = ClockExtended {
            step: "referral.accept".parse().unwrap(),
            due: Due {
                day,
                at: Timestamp::end_of_china_day(day),
                certainty: Certainty::Firm,
            },
            approved_by: "he-jun".parse().unwrap(),
            reason: "须向村委会核实".to_owned(),
        };
        let told = extended(Words::untranslated("转办签收"), &more);
        for part in ["转办签收", "2026年3月5日", "须向村委会核实"] {
            assert!(told.zh.contains(part), "{part}: {}", told.zh);
        }
    }
}
