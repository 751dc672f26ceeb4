//! How values are written into the ledger's file.

use onestop_proto::{division::DivisionCode, ledger::WorklistTab};

/// A division as its twelve digits.
pub(super) fn division_number(code: DivisionCode) -> i64 {
    // Twelve digits fit; a code is nothing but digits.
    code.to_string().parse().unwrap_or(0)
}

/// The first and the last code within a division.
pub(super) fn division_range(code: DivisionCode) -> (i64, i64) {
    let first = division_number(code);
    let width = 10_i64.pow(12 - code.tier().digits() as u32);
    (first, first + width - 1)
}

/// A part of a worklist as its place in the list, from 1.
pub(super) fn tab_number(tab: WorklistTab) -> i64 {
    let place = WorklistTab::ALL.iter().position(|one| *one == tab);
    place.map_or(0, |place| place as i64 + 1)
}
