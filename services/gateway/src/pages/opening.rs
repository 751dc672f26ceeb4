//! Who may register a case (新登记): a clerk of a window, as intake decides.

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{actor::Role, case, ids::UnitId, permission};

use crate::identity::session::Session;

/// The command that registers a case.
const OPEN: &str = "open";

/// Whether the user may register a case for their unit.
pub(super) fn may_open(session: &Session, directory: &Directory) -> bool {
    may_open_for(session.staff.role, &session.staff.unit, directory)
}

fn may_open_for(role: Role, unit: &UnitId, directory: &Directory) -> bool {
    let unit = directory.unit(unit);
    let is_window = unit.is_some_and(|unit| unit.kind.as_str() == WINDOW);
    is_window && permission::permits(role, case::SERVICE, OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_of_a_window_registers_and_nobody_else() {
        let directory = Directory::built_in().unwrap();
        let county = "530821".parse().unwrap();
        let unit = |kind: &str| {
            let found = directory.unit_at(county, &kind.parse().unwrap());
            found.unwrap().id.clone()
        };
        let may = |role, kind: &str| may_open_for(role, &unit(kind), &directory);
        assert!(may(Role::Clerk, WINDOW));
        assert!(!may(Role::Clerk, "legal-aid"));
        assert!(!may(Role::Specialist, WINDOW));
    }
}
