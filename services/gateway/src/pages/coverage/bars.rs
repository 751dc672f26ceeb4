//! The pictures of `/coverage`: for each place a bar, divided by the states of its sites, or by what has come of their
//! plans.

use onestop_directory::{COVERAGE_COLUMNS, Coverage, CoverageRow, PlanColumn, SiteState};

use super::state_word;
use crate::pages::shell::Page;

/// The left end of all bars, behind the names.
const LEFT: usize = 288;
/// The length of a bar, whatever it counts: the picture shows shares.
const LENGTH: usize = 544;
/// The shortest part of a bar that can still be seen.
const SHORTEST: usize = 4;
/// From one bar to the next.
const STEP: usize = 32;

pub(super) struct Bar {
    pub(super) name: String,
    pub(super) y: usize,
    /// The baseline of its name and number.
    pub(super) baseline: usize,
    pub(super) total: usize,
    pub(super) parts: Vec<Part>,
}

/// The part of a bar that is in one state.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) x: usize,
    pub(super) width: usize,
}

pub(super) const fn height(bars: usize) -> usize {
    bars * STEP
}

/// What a bar is divided into: classes with their numbers.
type Counted = Vec<(&'static str, usize)>;

/// The states; of the open sites apart those whose record is not confirmed, or shows nothing of the standard.
pub(super) fn by_state(row: &CoverageRow) -> Counted {
    let unverified = row.against(PlanColumn::Unverified);
    let counted = COVERAGE_COLUMNS.map(|state| match state {
        Some(SiteState::Operating) => {
            let verified = row.of(state).saturating_sub(unverified);
            vec![(state_word(state), verified), ("unverified", unverified)]
        }
        Some(SiteState::Planned | SiteState::Pilot | SiteState::Suspended) | None => {
            vec![(state_word(state), row.of(state))]
        }
    });
    counted.concat()
}

/// The sites that were to be open by the day: those that are open, and those that are late.
pub(super) fn by_plan(row: &CoverageRow) -> Counted {
    let late = row.against(PlanColumn::Late);
    let kept = row.against(PlanColumn::Due).saturating_sub(late);
    vec![("operating", kept), ("suspended", late)]
}

/// The sites by their entries: those confirmed in time, and those that were not for long.
pub(super) fn by_report(row: &CoverageRow) -> Counted {
    let stale = row.against(PlanColumn::Stale);
    let sites = row.total().saturating_sub(row.of(None));
    vec![
        ("operating", sites.saturating_sub(stale)),
        ("suspended", stale),
    ]
}

pub(super) fn draw(
    coverage: &Coverage,
    page: &Page<'_>,
    count: fn(&CoverageRow) -> Counted,
) -> Vec<Bar> {
    let rows = coverage.rows.iter().enumerate();
    let bars = rows.map(|(at, row)| {
        let division = page.app.directory.division(row.place);
        let counted = count(row);
        Bar {
            name: division.map_or_else(String::new, |division| division.name.clone()),
            y: at * STEP + 4,
            baseline: at * STEP + 21,
            total: counted.iter().map(|(_, count)| count).sum(),
            parts: parts(counted),
        }
    });
    bars.collect()
}

/// The parts of a bar: each as long as its share, but long enough to be seen at the cost of the longest.
fn parts(counted: Counted) -> Vec<Part> {
    let total = counted.iter().map(|(_, count)| count).sum::<usize>().max(1);
    let counted = counted.into_iter().filter(|(_, count)| *count > 0);
    let mut parts: Vec<Part> = counted
        .map(|(class, count)| Part {
            class,
            x: 0,
            width: (count * LENGTH / total).max(SHORTEST),
        })
        .collect();
    let drawn: usize = parts.iter().map(|part| part.width).sum();
    if let Some(longest) = parts.iter_mut().max_by_key(|part| part.width) {
        longest.width = (longest.width + LENGTH).saturating_sub(drawn);
    }
    let mut x = LEFT;
    for part in &mut parts {
        part.x = x;
        x += part.width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;

    use super::*;

    #[test]
    fn parts_fill_the_bar_and_the_smallest_is_seen() {
        let directory = Directory::built_in().unwrap();
        let (within, on) = ("53".parse().unwrap(), "2026-11-28".parse().unwrap());
        let coverage = directory.coverage(within, on).unwrap();
        for row in coverage.rows.iter().chain([&coverage.total]) {
            let parts = parts(by_state(row));
            let length: usize = parts.iter().map(|part| part.width).sum();
            assert_eq!(length, LENGTH);
            assert!(parts.iter().all(|part| part.width >= SHORTEST));
            let ends = parts.iter().map(|part| part.x + part.width);
            assert_eq!(ends.max(), Some(LEFT + LENGTH));
        }
        // Nothing was to be open, so there is nothing to draw.
        assert!(parts(by_plan(&coverage.total)).is_empty());
        // No entry of the shipped files was ever confirmed: nothing of that picture is green.
        let classes = parts(by_report(&coverage.total)).into_iter();
        let classes: Vec<_> = classes.map(|part| part.class).collect();
        assert_eq!(classes, ["suspended"]);
        assert_eq!(parts(vec![("operating", 3), ("suspended", 1)]).len(), 2);
        // One planned township and one on trial among 16,495 divisions.
        let classes: Vec<_> = parts(by_state(&coverage.total))
            .into_iter()
            .map(|part| part.class)
            .collect();
        // No unit has confirmed what is recorded of the others: none is shown as simply open.
        assert_eq!(classes, ["planned", "pilot", "unverified"]);
    }
}
