//! The bureau that designates a unit (指定): above all the units of a dispute, or of a search that found none.

use onestop_directory::{Directory, Unit};
use onestop_proto::{
    division::DivisionCode,
    ids::{UnitId, UnitKind},
    referral::SUPERVISOR,
};

/// The bureau above all these units; where there is none, the highest above the responsible place.
pub(super) fn arbiter<'a>(
    between: &[UnitId],
    place: DivisionCode,
    directory: &'a Directory,
) -> Option<&'a Unit> {
    let divisions = between
        .iter()
        .filter_map(|unit| directory.unit(unit))
        .map(|unit| unit.division);
    let common = divisions.reduce(|one, other| {
        let mut above = one.chain();
        above.find(|code| code.contains(other)).unwrap_or(one)
    });
    directory
        .supervisor_of(common.unwrap_or(place))
        .or_else(|| highest_supervisor(place, directory))
}

/// The highest bureau above a division.
fn highest_supervisor(division: DivisionCode, directory: &Directory) -> Option<&Unit> {
    let kind: UnitKind = SUPERVISOR.parse().ok()?;
    let present = directory.present_division(division);
    present
        .chain()
        .filter_map(|code| directory.unit_at(code, &kind))
        .last()
}
