use onestop_directory::{COVERAGE_COLUMNS, PLAN_COLUMNS};

use super::*;

#[test]
fn every_column_has_a_word_of_its_own() {
    for cell in COVERAGE_COLUMNS.map(CoverageCell::State) {
        assert_eq!(cell_of(cell_word(cell)).unwrap(), cell);
    }
    assert_eq!(cell_of("all").unwrap(), CoverageCell::All);
    for cell in PLAN_COLUMNS.map(CoverageCell::Plan) {
        assert_eq!(cell_of(cell_word(cell)).unwrap(), cell);
    }
    assert!(cell_of("burnt-down").is_err());
    for tier in Tier::ALL {
        assert_eq!(tier_of(&tier.to_string()).unwrap(), tier);
    }
    assert!(tier_of("").is_err());
}
