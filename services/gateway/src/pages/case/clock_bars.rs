//! The clocks in a case's head: a bar that fills with the days used. Pure.

use onestop_proto::ledger::{ClockRow, ClockStatus};

use crate::pages::{clock_badge::Badge, shell::Page};

/// The length of a full bar, in pixels at a letter of 16 pixels.
const LENGTH: u32 = 160;

pub(super) struct ClockBar {
    pub(super) name: String,
    pub(super) badge: Badge,
    /// How much of the bar is filled.
    pub(super) filled: u32,
    /// The last day, in words.
    pub(super) last_day: Option<String>,
}

/// Every clock that runs or is paused, what is due first on top.
pub(super) fn draw(clocks: &[ClockRow], page: &Page<'_>) -> Vec<ClockBar> {
    let bar = |clock: &ClockRow| ClockBar {
        name: page.step_name(&clock.step),
        badge: page.step_badge(clock),
        filled: filled(clock),
        last_day: last_day(clock, page),
    };
    clocks.iter().map(bar).collect()
}

/// Until when it runs; nothing while it is paused, since that moves with every day of the pause.
fn last_day(clock: &ClockRow, page: &Page<'_>) -> Option<String> {
    let day = || page.day_of(&clock.due, Some(clock.certainty));
    let runs = clock.pace != ClockStatus::Paused;
    runs.then(|| page.i18n.t1("clock-until", "day", day()))
}

fn filled(clock: &ClockRow) -> u32 {
    let used = clock.used.min(clock.limit);
    let share = u64::from(LENGTH) * u64::from(used) / u64::from(clock.limit.max(1));
    u32::try_from(share).unwrap_or(LENGTH)
}
