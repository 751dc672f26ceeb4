//! How values are written into the ledger's file.

use onestop_proto::{division::DivisionCode, ids::CaseNumber, ledger::WorklistTab};

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

/// A case number as it is sorted: the count at its end as a number, so that the 1000th case of a day sorts behind the
/// 999th.
pub(super) fn sorted_number(number: &CaseNumber) -> String {
    let number = number.as_str();
    let parts = number.rsplit_once('-');
    parts.map_or_else(
        || number.to_owned(),
        |(series, count)| format!("{series}-{count:0>9}"),
    )
}

/// A part of a worklist as its place in the list, from 1.
pub(super) fn tab_number(tab: WorklistTab) -> i64 {
    let place = WorklistTab::ALL.iter().position(|one| *one == tab);
    place.map_or(0, |place| place as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::sorted_number;

    #[test]
    fn numbers_are_sorted_by_their_count() {
        let sorted = |text: &str| sorted_number(&text.parse().unwrap());
        assert!(sorted("s4k2m9qxa-261123-999") < sorted("s4k2m9qxa-261123-1000"));
        assert!(sorted("s4k2m9qxa-261123-1000") < sorted("s4k2m9qxa-261124-001"));
    }
}
