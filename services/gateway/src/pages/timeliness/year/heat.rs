//! The heat table: the share of steps done in time, by division and month. A cell's shade says what its number says.
//! Pure.

use onestop_proto::{
    division::DivisionCode,
    ledger::{CountedAs, TimelinessFigures, TimelinessRow},
};

use super::Month;

pub(in crate::pages::timeliness) struct HeatRow {
    pub(in crate::pages::timeliness) division: DivisionCode,
    pub(in crate::pages::timeliness) cells: Vec<HeatCell>,
}

pub(in crate::pages::timeliness) struct HeatCell {
    /// None: no step was done.
    pub(in crate::pages::timeliness) percent: Option<u32>,
    /// A class of the style sheet.
    pub(in crate::pages::timeliness) shade: &'static str,
    /// The cases of which steps were done.
    pub(in crate::pages::timeliness) link: String,
}

/// A row for each division that has anything to show in one of the months, by code.
pub(super) fn rows(months: &[Month]) -> Vec<HeatRow> {
    let all = months.iter().flat_map(|month| &month.answer.rows);
    let mut divisions: Vec<DivisionCode> = all.map(|row| row.division).collect();
    divisions.sort_unstable();
    divisions.dedup();
    let row = |division: DivisionCode| HeatRow {
        division,
        cells: months.iter().map(|month| cell(month, division)).collect(),
    };
    divisions.into_iter().map(row).collect()
}

fn cell(month: &Month, division: DivisionCode) -> HeatCell {
    let is_its = |row: &&TimelinessRow| row.division == division;
    let figures = month.answer.rows.iter().find(is_its);
    let percent = figures.and_then(|row| percent(&row.figures));
    HeatCell {
        percent,
        shade: shade(percent),
        link: month.cases_in(CountedAs::StepDone, division),
    }
}

/// Rounded down: a hundred is all of them.
fn percent(figures: &TimelinessFigures) -> Option<u32> {
    let percent = (figures.in_time * 100).checked_div(figures.steps)?;
    u32::try_from(percent).ok()
}

fn shade(percent: Option<u32>) -> &'static str {
    match percent {
        None => "none",
        Some(100..) => "all",
        Some(95..) => "most",
        Some(80..) => "some",
        Some(_) => "few",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_is_all_of_them() {
        let figures = |in_time, steps| TimelinessFigures {
            in_time,
            steps,
            ..TimelinessFigures::default()
        };
        assert_eq!(percent(&figures(999, 1_000)), Some(99));
        assert_eq!(percent(&figures(7, 7)), Some(100));
        assert_eq!(percent(&figures(0, 0)), None);
        let shades = [None, Some(100), Some(99), Some(94), Some(79), Some(0)].map(shade);
        assert_eq!(shades, ["none", "all", "most", "some", "few", "few"]);
    }
}
