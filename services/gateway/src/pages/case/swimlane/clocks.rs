//! The clocks of the swimlane: a thin bar each, hatched while it is paused, red past its last day. Pure.

use onestop_proto::{
    journal::{ClockState, Replay},
    time::Timestamp,
};

use super::{Bar, axis::Axis, lane_count, merged};
use crate::pages::{case::history::clock_name, shell::Page};

/// The height of a clock's row.
pub(super) const HEIGHT: u32 = 26;

pub(in crate::pages::case) struct ClockLane {
    pub(in crate::pages::case) name: String,
    pub(in crate::pages::case) bars: Vec<Bar>,
}

/// Where the rows begin, and until when the last step's clocks have run.
pub(super) struct Extent {
    pub(super) top: u32,
    pub(super) until: Timestamp,
}

/// A row for each clock, in the order in which they began. A step that is not shown counts with the one shown before.
pub(super) fn draw(
    replay: &Replay,
    axis: &Axis<'_>,
    extent: &Extent,
    page: &Page<'_>,
) -> Vec<ClockLane> {
    let columns: Vec<(usize, u32)> = axis.steps().collect();
    let mut rows: Vec<(&str, Vec<Bar>)> = Vec::new();
    for (place, (column, _)) in columns.iter().enumerate() {
        let next = columns.get(place + 1);
        let upto = next.map_or(replay.steps.len(), |(_, next)| {
            replay.steps.partition_point(|step| step.number < *next)
        });
        let Some(last) = upto.checked_sub(1).and_then(|last| replay.steps.get(last)) else {
            continue;
        };
        let then = replay.steps.get(upto);
        let then = then.map_or(extent.until, |step| step.happened_at);
        let x = axis.middle(*column);
        let end = next.map_or(axis.width, |(next, _)| axis.middle(*next));
        for (step, state) in &last.clocks {
            let row = row_of(step, &mut rows);
            let bar = Bar {
                x,
                y: extent.top + lane_count(row) * HEIGHT + HEIGHT / 2,
                width: end - x,
                class: class(state, then),
            };
            if let Some((_, bars)) = rows.get_mut(row) {
                bars.push(bar);
            }
        }
    }
    let drawn = rows.into_iter().map(|(step, bars)| ClockLane {
        name: clock_name(step, page),
        bars: merged(bars),
    });
    drawn.collect()
}

fn row_of<'s>(step: &'s str, rows: &mut Vec<(&'s str, Vec<Bar>)>) -> usize {
    let known = rows.iter().position(|(known, _)| *known == step);
    known.unwrap_or_else(|| {
        rows.push((step, Vec::new()));
        rows.len() - 1
    })
}

/// How a clock stood until `then`.
fn class(state: &ClockState, then: Timestamp) -> &'static str {
    match state {
        ClockState::Paused { .. } => "paused",
        ClockState::Running { due } if then >= due.at => "over",
        ClockState::Running { .. } => "runs",
    }
}
