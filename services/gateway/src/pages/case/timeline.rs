//! The time line of a case: its steps, the newest first. Readings of personal data (查阅) that follow each other are one line,
//! so that the last steps stay in sight. Pure.

use onestop_proto::{envelope::event_name, journal::ReplayStep};

use super::step_text::StepText;

/// The event of a reading.
const READING: &str = "personal-data-opened";

/// A line.
pub(super) enum Entry {
    Step(Box<StepText>),
    Readings(Readings),
}

/// Readings that follow each other.
pub(super) struct Readings {
    /// The newest first; at least one.
    pub(super) steps: Vec<StepText>,
    /// The number of the newest.
    pub(super) number: u32,
    pub(super) has_selected: bool,
    /// Days of a long wait before them.
    pub(super) idle: Option<i64>,
}

/// Whether a step is a reading of personal data.
pub(super) fn is_reading(step: &ReplayStep) -> bool {
    event_name(&step.event_type) == READING
}

/// The lines of steps, of which each says whether it is a reading.
pub(super) fn fold(told: impl Iterator<Item = (StepText, bool)>, selected: u32) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (step, is_reading) in told {
        if !is_reading {
            entries.push(Entry::Step(Box::new(step)));
            continue;
        }
        let is_selected = step.number == selected;
        if let Some(Entry::Readings(run)) = entries.last_mut() {
            run.has_selected |= is_selected;
            run.idle = step.idle;
            run.steps.push(step);
        } else {
            entries.push(Entry::Readings(Readings {
                number: step.number,
                has_selected: is_selected,
                idle: step.idle,
                steps: vec![step],
            }));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(number: u32) -> StepText {
        StepText {
            number,
            title: String::new(),
            facts: String::new(),
            when: String::new(),
            received: None,
            late: None,
            who: String::new(),
            unit: String::new(),
            custody: String::new(),
            clocks: Vec::new(),
            idle: None,
            place: String::new(),
            hash: String::new(),
            raw: String::new(),
            label: String::new(),
        }
    }

    fn lines(entries: &[Entry]) -> Vec<(u32, usize)> {
        let line = |entry: &Entry| match entry {
            Entry::Step(step) => (step.number, 0),
            Entry::Readings(readings) => (readings.number, readings.steps.len()),
        };
        entries.iter().map(line).collect()
    }

    #[test]
    fn readings_that_follow_each_other_are_one_line() {
        let told = [
            (7, true),
            (6, true),
            (5, true),
            (4, false),
            (3, true),
            (2, false),
        ];
        let told = told.map(|(number, is_reading)| (step(number), is_reading));
        let entries = fold(told.into_iter(), 6);
        assert_eq!(lines(&entries), [(7, 3), (4, 0), (3, 1), (2, 0)]);
        let selected = entries
            .iter()
            .filter(|entry| matches!(entry, Entry::Readings(readings) if readings.has_selected));
        assert_eq!(selected.count(), 1);
    }
}
