//! The swimlane: the handoff lanes as a picture. Custody is a filled bar in the lane of its unit, a handoff an arrow
//! with its answer, a clock a thin bar below, hatched while it is paused. Lengths are in pixels at a letter of 16
//! pixels, and grow with the letter. Pure.

mod axis;
mod clocks;

use onestop_proto::{
    actor::Role,
    ids::UnitId,
    journal::{Replay, ReplayStep},
    time::Timestamp,
};

use self::{
    axis::Axis,
    clocks::{ClockLane, Extent},
};
use super::{
    handoff::{self, Answer},
    lanes::{Column, Lanes},
};
use crate::pages::shell::Page;

/// The days and the numbers of the steps.
const HEAD: u32 = 66;
const LANE: u32 = 44;
/// Lanes and clocks are apart by this.
const GAP: u32 = 8;
/// The letters of days and of answers, and where a day's name begins behind its line.
const LARGE: u32 = 14;
const SMALL: u32 = 12;
const DAY_INSET: u32 = 4;
/// As wide is the picture on a sheet of A4 beside the names of the lanes.
const PAPER: u32 = 484;

pub(super) struct Swimlane {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) days: Vec<DayName>,
    pub(super) steps: Vec<StepBox>,
    pub(super) waits: Vec<Wait>,
    pub(super) lanes: Vec<LaneBand>,
    pub(super) bars: Vec<Bar>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) marks: Vec<Mark>,
    pub(super) clocks: Vec<ClockLane>,
    /// What one sheet of paper is wide enough for, one below the other.
    pub(super) pieces: Vec<Piece>,
}

/// A part of the picture, from a column to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) x: u32,
    pub(super) width: u32,
}

impl Piece {
    pub(super) fn width_in_letters(self) -> String {
        in_letters(self.width)
    }
}

pub(super) struct DayName {
    pub(super) x: u32,
    pub(super) name: String,
}

/// The link to a step, over its number.
pub(super) struct StepBox {
    pub(super) number: u32,
    pub(super) x: u32,
    pub(super) middle: u32,
    /// What happened, for a screen reader.
    pub(super) label: String,
    pub(super) now: bool,
    pub(super) later: bool,
}

pub(super) struct Wait {
    pub(super) x: u32,
    pub(super) middle: u32,
    pub(super) days: i64,
}

/// The ground of a lane. Tiers differ in shade.
pub(super) struct LaneBand {
    pub(super) y: u32,
    pub(super) class: &'static str,
}

pub(super) struct Bar {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    /// A class of the style sheet.
    pub(super) class: &'static str,
}

pub(super) struct Arrow {
    pub(super) x: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) class: &'static str,
    /// Where the middle of its answer is: inside the picture.
    pub(super) answer_x: u32,
    pub(super) middle: u32,
    pub(super) answer: String,
}

pub(super) struct Mark {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Act,
    /// A supervisor acts.
    Supervision,
}

impl Swimlane {
    /// `until`: the moment that the page shows.
    pub(super) fn draw(replay: &Replay, lanes: &Lanes, until: Timestamp, page: &Page<'_>) -> Self {
        let axis = Axis::of(&lanes.columns);
        let find = |number: u32| {
            let found = replay
                .steps
                .binary_search_by_key(&number, |step| step.number);
            found.ok().and_then(|index| replay.steps.get(index))
        };
        let top = lane_top(lanes.lanes.len()) + GAP;
        let clocks = clocks::draw(replay, &axis, &Extent { top, until }, page);
        let days = days(lanes, &axis);
        let mut arrows = arrows(lanes, &axis, find, page);
        let width = width(axis.width, &days, &arrows);
        for arrow in &mut arrows {
            let half = text_width(&arrow.answer, SMALL).div_ceil(2);
            arrow.answer_x = arrow.x.clamp(half, width - half);
        }
        Self {
            width,
            height: top + lane_count(clocks.len()) * clocks::HEIGHT,
            days,
            steps: step_boxes(&axis, find, page),
            waits: waits(&axis),
            lanes: bands(lanes),
            bars: custody(lanes, &axis),
            arrows,
            marks: marks(lanes, &axis, find),
            pieces: pieces(&axis, width),
            clocks,
        }
    }

    pub(super) fn width_in_letters(&self) -> String {
        in_letters(self.width)
    }

    pub(super) fn height_in_letters(&self) -> String {
        in_letters(self.height)
    }
}

/// As wide as the columns, and as the names in the picture need: none is cut.
fn width(columns: u32, days: &[DayName], arrows: &[Arrow]) -> u32 {
    let days = days.iter();
    let days = days.map(|day| day.x + DAY_INSET + text_width(&day.name, LARGE));
    let arrows = arrows.iter();
    let answers = arrows.map(|arrow| text_width(&arrow.answer, SMALL));
    days.chain(answers.map(|answer| answer + 1))
        .fold(columns, u32::max)
}

/// Cuts the picture between columns, so that no piece is wider than paper has room for beside the names of the lanes.
fn pieces(axis: &Axis<'_>, width: u32) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut x, mut before) = (0, 0);
    for end in axis.starts.iter().copied().skip(1).chain([axis.width]) {
        if end - x > PAPER && before > x {
            let width = before - x;
            pieces.push(Piece { x, width });
            x = before;
        }
        before = end;
    }
    let width = width.saturating_sub(x);
    pieces.push(Piece { x, width });
    pieces
}

/// At most so wide is a text in a letter of this height: a Chinese sign is as wide as it is high, others are narrower.
fn text_width(text: &str, letter: u32) -> u32 {
    let of_sign = |sign: char| {
        if sign.is_ascii() {
            letter * 2 / 3
        } else {
            letter
        }
    };
    text.chars().map(of_sign).sum()
}

/// A length that grows with the letter.
fn in_letters(pixels: u32) -> String {
    format!("{}em", f64::from(pixels) / 16.0)
}

fn lane_count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX / LANE)
}

fn lane_top(lane: usize) -> u32 {
    HEAD + lane_count(lane) * LANE
}

fn lane_middle(lane: usize) -> u32 {
    lane_top(lane) + LANE / 2
}

fn days(lanes: &Lanes, axis: &Axis<'_>) -> Vec<DayName> {
    let mut column = 0;
    let name = |day: &super::lanes::Day| {
        let x = axis.starts.get(column).copied().unwrap_or_default();
        column += day.columns;
        DayName {
            x,
            name: day.name.clone(),
        }
    };
    let named = lanes.days.iter().map(name);
    named.filter(|day| !day.name.is_empty()).collect()
}

fn step_boxes<'s>(
    axis: &Axis<'_>,
    find: impl Fn(u32) -> Option<&'s ReplayStep>,
    page: &Page<'_>,
) -> Vec<StepBox> {
    let columns = axis.columns.iter().enumerate();
    let boxed = columns.filter_map(|(index, column)| match column {
        Column::Step {
            number,
            title,
            now,
            later,
        } => {
            let who = find(*number).map_or_else(String::new, |step| {
                let (when, unit) = (page.moment(&step.happened_at), page.unit(&step.actor.unit));
                format!("{title} {when} {unit}")
            });
            Some(StepBox {
                number: *number,
                x: *axis.starts.get(index)?,
                middle: axis.middle(index),
                label: page
                    .i18n
                    .t2("case-step-label", "number", number.to_string(), "what", who),
                now: *now,
                later: *later,
            })
        }
        Column::Idle { .. } => None,
    });
    boxed.collect()
}

fn waits(axis: &Axis<'_>) -> Vec<Wait> {
    let columns = axis.columns.iter().enumerate();
    let idle = columns.filter_map(|(index, column)| match column {
        Column::Idle { days } => Some(Wait {
            x: *axis.starts.get(index)?,
            middle: axis.middle(index),
            days: *days,
        }),
        Column::Step { .. } => None,
    });
    idle.collect()
}

/// Neighbours of one tier have one shade.
fn bands(lanes: &Lanes) -> Vec<LaneBand> {
    let mut shaded = false;
    let mut before = None;
    let band = |(index, lane): (usize, &super::lanes::Lane)| {
        if before.is_some_and(|before| before != lane.at) {
            shaded = !shaded;
        }
        before = Some(lane.at);
        LaneBand {
            y: lane_top(index),
            class: if shaded { "shade" } else { "plain" },
        }
    };
    lanes.lanes.iter().enumerate().map(band).collect()
}

/// From the step in which a unit took custody to the one in which another unit did.
fn custody(lanes: &Lanes, axis: &Axis<'_>) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (index, lane) in lanes.lanes.iter().enumerate() {
        let held = lane.cells.iter().enumerate().filter(|(_, cell)| cell.held);
        let held = held.map(|(column, cell)| Bar {
            x: axis.middle(column),
            y: lane_middle(index),
            width: axis.until(column) - axis.middle(column),
            class: if cell.later { "held later" } else { "held" },
        });
        bars.extend(merged(held.collect()));
    }
    bars
}

fn arrows<'s>(
    lanes: &Lanes,
    axis: &Axis<'_>,
    find: impl Fn(u32) -> Option<&'s ReplayStep>,
    page: &Page<'_>,
) -> Vec<Arrow> {
    let lane_of = |unit: &UnitId| lanes.lanes.iter().position(|lane| lane.id == *unit);
    let arrow = |(column, number): (usize, u32)| {
        let step = find(number)?;
        let handoff = handoff::of(step)?;
        let (from, to) = (lane_of(&handoff.from)?, lane_of(&handoff.to)?);
        let (from, to) = (lane_middle(from), lane_middle(to));
        Some(Arrow {
            x: axis.middle(column),
            from,
            // The head of the arrow ends beside the lane's bar.
            to: if from < to { to - 12 } else { to + 12 },
            class: match handoff.answer {
                Answer::Open => "open",
                Answer::Moved => "moved",
                Answer::Refused => "refused",
            },
            answer_x: axis.middle(column),
            middle: from.midpoint(to) + 4,
            answer: page.i18n.words(&step.title).to_owned(),
        })
    };
    axis.steps().filter_map(arrow).collect()
}

fn marks<'s>(
    lanes: &Lanes,
    axis: &Axis<'_>,
    find: impl Fn(u32) -> Option<&'s ReplayStep>,
) -> Vec<Mark> {
    let mark = |(column, number): (usize, u32)| {
        let step = find(number)?;
        let unit = &step.actor.unit;
        let lane = lanes.lanes.iter().position(|lane| lane.id == *unit)?;
        Some(Mark {
            x: axis.middle(column),
            y: lane_middle(lane),
            shape: match step.actor.role {
                Role::Supervisor => Shape::Supervision,
                Role::Clerk
                | Role::Specialist
                | Role::UnitAdministrator
                | Role::Auditor
                | Role::System => Shape::Act,
            },
        })
    };
    axis.steps().filter_map(mark).collect()
}

/// Neighbours of one kind are one bar.
fn merged(bars: Vec<Bar>) -> Vec<Bar> {
    let mut merged: Vec<Bar> = Vec::new();
    for bar in bars {
        match merged.last_mut() {
            Some(last) if last.class == bar.class && last.x + last.width == bar.x => {
                last.width += bar.width;
            }
            Some(_) | None => merged.push(bar),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(x: u32, width: u32, class: &'static str) -> Bar {
        Bar {
            x,
            y: 0,
            width,
            class,
        }
    }

    /// The answer of the last column is wider than the column.
    #[test]
    fn no_name_is_cut_at_the_edge() {
        let arrow = |answer: &str| Arrow {
            x: 66,
            from: 0,
            to: 44,
            class: "moved",
            answer_x: 66,
            middle: 22,
            answer: answer.to_owned(),
        };
        assert_eq!(text_width("办毕反馈", SMALL), 48);
        assert_eq!(width(88, &[], &[arrow("办毕反馈")]), 88);
        assert_eq!(width(44, &[], &[arrow("办毕反馈")]), 49);
        let day = DayName {
            x: 44,
            name: "11月29日".to_owned(),
        };
        assert!(width(88, &[day], &[]) > 88);
    }

    /// 64 steps are six pieces, one below the other: each as wide as a sheet at most, none cuts a column, and nothing is lost.
    #[test]
    fn a_long_picture_is_cut_between_columns_for_paper() {
        let step = |number| Column::Step {
            number,
            title: String::new(),
            now: false,
            later: false,
        };
        let long: Vec<Column> = (1..=64).map(step).collect();
        let axis = Axis::of(&long);
        let cut = pieces(&axis, axis.width);
        assert_eq!(cut.len(), 6);
        let mut x = 0;
        for piece in &cut {
            assert_eq!(piece.x, x);
            assert!(piece.width <= PAPER && piece.width.is_multiple_of(44));
            x += piece.width;
        }
        assert_eq!(x, axis.width);
        let short = [step(1), Column::Idle { days: 3 }];
        let whole = Piece { x: 0, width: 140 };
        assert_eq!(pieces(&Axis::of(&short), 140), [whole]);
    }

    #[test]
    fn neighbours_of_one_kind_are_one_bar() {
        let bars = vec![
            bar(0, 44, "runs"),
            bar(44, 44, "runs"),
            bar(88, 44, "paused"),
            bar(176, 44, "paused"),
        ];
        let merged: Vec<_> = merged(bars)
            .iter()
            .map(|bar| (bar.x, bar.width, bar.class))
            .collect();
        assert_eq!(
            merged,
            [(0, 88, "runs"), (88, 44, "paused"), (176, 44, "paused")]
        );
    }
}
