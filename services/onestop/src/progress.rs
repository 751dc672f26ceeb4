//! The progress of a long task: a bar on a terminal, a line at every tenth elsewhere.

use std::io::{self, IsTerminal, Write};

use crate::output::Output;

/// Width of the bar in characters.
const CELLS: u64 = 40;

pub(crate) struct Bar<'a> {
    about: String,
    output: &'a Output,
    last: Option<u64>,
}

impl<'a> Bar<'a> {
    pub(crate) fn new(about: &str, output: &'a Output) -> Self {
        Self {
            about: about.to_owned(),
            output,
            last: None,
        }
    }

    /// Prints to standard error: every percent on a terminal, every tenth elsewhere.
    pub(crate) fn show(&mut self, done: u64, total: u64) {
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
        let is_terminal = io::stderr().is_terminal();
        let step = if is_terminal { 1 } else { 10 };
        if self
            .last
            .is_some_and(|last| percent < last + step && percent < 100)
            || self.last == Some(100)
        {
            return;
        }
        self.last = Some(percent);
        let unit = self.output.message("unit-events");
        let about = &self.about;
        if !is_terminal {
            self.output
                .print_error(&format!("{about}: {percent} %  {done}/{total} {unit}"));
            return;
        }
        let full = usize::try_from(percent.min(100) * CELLS / 100).unwrap_or_default();
        let bar = "█".repeat(full) + &"░".repeat(CELLS as usize - full);
        let end = if percent >= 100 { "\n" } else { "" };
        // A closed standard error is no failure of the task.
        let _ = write!(
            io::stderr().lock(),
            "\r{about:<13} {bar} {percent:>3} %  {done}/{total} {unit}{end}"
        );
    }
}
