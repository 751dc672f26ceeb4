//! The clock of a matter: one runs at a time, for the step that the law limits.

use onestop_proto::clock::{ClockStarted, ClockStopped, DayKind, Limit, Step, Stop};

use super::{Context, Law, Matter};

/// Starts the clock of a step, as `<item>.<step>` in the directory's standards. Without a standard the
/// step is due today: better early than for ever.
#[must_use]
pub fn start<L: Law>(step: &str, matter: &Matter<L>, context: &Context<'_>) -> L::Event {
    let step: Step = match step.parse() {
        Ok(step) => step,
        Err(_) => unreachable!("a law names its steps as <item>.<step>"),
    };
    let directory = context.directory;
    let today = context.now.china_date();
    let standard = directory.limit(&step, matter.division, today);
    let limit = standard.unwrap_or_else(|| Limit {
        days: 0,
        kind: DayKind::Calendar,
        basis: "目录未规定期限 / no standard in the directory".to_owned(),
    });
    let due = directory.due(&limit, context.now);
    ClockStarted { step, limit, due }.into()
}

/// Stops the clock, if there is one.
#[must_use]
pub fn stop<L: Law>(matter: &Matter<L>, why: Stop) -> Option<L::Event> {
    let step = matter.clock.as_ref()?.step.clone();
    Some(ClockStopped { step, why }.into())
}
