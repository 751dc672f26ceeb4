//! The matrix of the flow: from which windows the cases of the fullest units came.

use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, UnitId},
    ledger::{UnitLoad, Workload},
};

use super::of_unit;
use crate::pages::figure_link::FigureLink;

/// The units that the matrix has columns for.
const COLUMNS: usize = 8;

pub(super) struct Flow {
    pub(super) units: Vec<UnitId>,
    pub(super) rows: Vec<FlowRow>,
}

/// What came from one place.
pub(super) struct FlowRow {
    pub(super) from: DivisionCode,
    /// A cell for each unit, in the order of the columns.
    pub(super) cells: Vec<FlowCell>,
    pub(super) total: u64,
}

pub(super) struct FlowCell {
    pub(super) cases: u64,
    pub(super) shade: &'static str,
    /// The cases behind it.
    pub(super) link: String,
}

impl Flow {
    pub(super) fn of(answer: &Workload, item: Option<&ServiceItem>) -> Self {
        let units: Vec<&UnitLoad> = columns(answer).collect();
        let origins = units.iter().flat_map(|unit| &unit.origins);
        let mut places: Vec<DivisionCode> = origins.map(|origin| origin.division).collect();
        places.sort_unstable();
        places.dedup();
        let from = |unit: &UnitLoad, place: DivisionCode| -> u64 {
            let found = unit.origins.iter().find(|one| one.division == place);
            found.map_or(0, |one| one.cases)
        };
        let counts = units.iter().flat_map(|unit| &unit.origins);
        let most = counts.map(|origin| origin.cases).max().unwrap_or(0);
        let row = |place: DivisionCode| {
            let cells = units.iter().map(|unit| {
                let cases = from(unit, place);
                FlowCell {
                    cases,
                    shade: shade(cases, most),
                    link: FigureLink {
                        counted_in: answer.within,
                        opened_in: Some(place),
                        ..of_unit(unit, item)
                    }
                    .address(),
                }
            });
            let cells: Vec<FlowCell> = cells.collect();
            FlowRow {
                from: place,
                total: cells.iter().map(|cell| cell.cases).sum(),
                cells,
            }
        };
        Self {
            rows: places.into_iter().map(row).collect(),
            units: units.iter().map(|unit| unit.unit.clone()).collect(),
        }
    }
}

/// The units that have a column.
pub(super) fn columns(answer: &Workload) -> impl Iterator<Item = &UnitLoad> {
    answer.units.iter().take(COLUMNS)
}

/// The shade of a cell says which share it has of the fullest one.
const fn shade(cases: u64, most: u64) -> &'static str {
    match cases * 4 {
        0 => "none",
        share if share > most * 3 => "full",
        share if share > most => "half",
        _ => "little",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shade_is_the_share_of_the_fullest_cell() {
        let shades = [0, 1, 25, 26, 75, 76, 100].map(|cases| shade(cases, 100));
        let expected = ["none", "little", "little", "half", "half", "full", "full"];
        assert_eq!(shades, expected);
    }
}
