//! A year's curves: what was received, what was closed, and what was overdue at the end of each month. Lengths are in
//! pixels at a letter of 16 pixels. Pure.

use onestop_proto::ledger::{CountedAs, TimelinessFigures};

use super::{Month, Span};
use crate::pages::shell::Page;

const WIDTH: u32 = 880;
const HEIGHT: u32 = 240;
/// Room for the numbers on the left, and for the months below.
const LEFT: u32 = 56;
const BELOW: u32 = 48;
const ABOVE: u32 = 16;

pub(in crate::pages::timeliness) struct Chart {
    pub(in crate::pages::timeliness) lines: Vec<GridLine>,
    pub(in crate::pages::timeliness) months: Vec<MonthName>,
    pub(in crate::pages::timeliness) curves: Vec<Curve>,
}

/// A line across, and its number.
pub(in crate::pages::timeliness) struct GridLine {
    pub(in crate::pages::timeliness) y: u32,
    pub(in crate::pages::timeliness) value: u64,
}

pub(in crate::pages::timeliness) struct MonthName {
    pub(in crate::pages::timeliness) x: u32,
    pub(in crate::pages::timeliness) name: String,
    /// The year, below the first month and each January.
    pub(in crate::pages::timeliness) year: Option<String>,
}

pub(in crate::pages::timeliness) struct Curve {
    /// A class of the style sheet.
    pub(in crate::pages::timeliness) class: &'static str,
    pub(in crate::pages::timeliness) name: &'static str,
    pub(in crate::pages::timeliness) path: String,
    pub(in crate::pages::timeliness) points: Vec<Point>,
}

pub(in crate::pages::timeliness) struct Point {
    pub(in crate::pages::timeliness) x: u32,
    pub(in crate::pages::timeliness) y: u32,
    pub(in crate::pages::timeliness) value: u64,
    /// The cases behind it.
    pub(in crate::pages::timeliness) link: String,
    /// Month, name and number.
    pub(in crate::pages::timeliness) label: String,
}

/// What a curve shows.
struct Counted {
    class: &'static str,
    /// The id of its name.
    name: &'static str,
    counted: CountedAs,
    count: fn(&TimelinessFigures) -> u64,
}

const COUNTED: [Counted; 3] = [
    Counted {
        class: "received",
        name: "timeliness-received",
        counted: CountedAs::Received,
        count: |figures| figures.received,
    },
    Counted {
        class: "closed",
        name: "timeliness-closed",
        counted: CountedAs::Closed,
        count: |figures| figures.closed,
    },
    Counted {
        class: "overdue",
        name: "timeliness-overdue",
        counted: CountedAs::StepOverdue,
        count: |figures| figures.overdue,
    },
];

impl Chart {
    pub(super) fn draw(months: &[Month], span: Span, page: &Page<'_>) -> Self {
        let counts = months.iter().flat_map(|month| {
            let total = &month.answer.total;
            COUNTED.iter().map(|one| (one.count)(total))
        });
        let top = round_up(counts.max().unwrap_or_default());
        let grid = [0, top / 2, top];
        let names = months.iter().enumerate().map(|(index, month)| {
            let from = &month.report.from;
            let year = from.year().to_string();
            MonthName {
                x: x_of(index, months.len()),
                name: span.short_name(*from, page),
                year: (index == 0 || (span == Span::Month && from.month() == 1))
                    .then(|| page.i18n.t1("year-short", "year", year)),
            }
        });
        let curve = |one: &Counted| {
            let point = |(index, month): (usize, &Month)| {
                let value = (one.count)(&month.answer.total);
                let what = page.i18n.t(one.name);
                Point {
                    x: x_of(index, months.len()),
                    y: y_of(value, top),
                    value,
                    link: month.cases(one.counted),
                    label: format!("{} {what} {value}", span.name(&month.report.from, page)),
                }
            };
            let points: Vec<Point> = months.iter().enumerate().map(point).collect();
            Curve {
                class: one.class,
                name: one.name,
                path: path(&points),
                points,
            }
        };
        Self {
            lines: grid
                .map(|value| GridLine {
                    y: y_of(value, top),
                    value,
                })
                .into(),
            months: names.collect(),
            curves: COUNTED.iter().map(curve).collect(),
        }
    }
}

fn path(points: &[Point]) -> String {
    let places: Vec<String> = points
        .iter()
        .map(|point| format!("{} {}", point.x, point.y))
        .collect();
    format!("M{}", places.join("L"))
}

/// The next even number of one digit and zeros: the line on top, which is halved.
fn round_up(most: u64) -> u64 {
    let mut unit = 1;
    while unit * 10 < most {
        unit *= 10;
    }
    most.max(1).div_ceil(2 * unit) * 2 * unit
}

fn x_of(index: usize, count: usize) -> u32 {
    let column = (WIDTH - LEFT) / u32::try_from(count.max(1)).unwrap_or(1);
    LEFT + column * u32::try_from(index).unwrap_or_default() + column / 2
}

fn y_of(value: u64, top: u64) -> u32 {
    let room = u64::from(HEIGHT - ABOVE - BELOW);
    let up = u32::try_from(room * value.min(top) / top.max(1)).unwrap_or_default();
    HEIGHT - BELOW - up
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_on_top_is_even_and_not_below_the_highest_point() {
        for (most, top) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (10, 10),
            (11, 20),
            (137, 200),
            (999, 1_000),
            (1_001, 2_000),
        ] {
            assert_eq!(round_up(most), top, "{most}");
        }
    }

    #[test]
    fn more_is_higher() {
        assert_eq!(y_of(0, 10), HEIGHT - BELOW);
        assert_eq!(y_of(10, 10), ABOVE);
        assert!(y_of(4, 10) > y_of(5, 10));
    }
}
