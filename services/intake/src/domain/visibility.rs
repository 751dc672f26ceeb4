//! Who may see a case, open its personal data (查阅), and see who opened it.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    personal::Rejection,
    typed::says_nothing,
};

use super::Case;

/// Whether the actor's unit took the case or has custody.
pub(super) fn is_own_case(case: &Case, actor: &Actor) -> bool {
    actor.unit == case.opened.window || actor.unit == *case.holder()
}

/// Whether the case's window, or the unit that has custody, lies in the division of the actor's unit.
pub(super) fn lies_in_division_of(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    directory.oversees(actor, case.opened.window_division)
        || directory.oversees(actor, case.holder_division())
}

/// Whether the actor may see the case: staff of its units, supervisors and auditors of a division that it
/// lies in.
pub(crate) fn may_know(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    let units = [&case.opened.window, case.holder()];
    let divisions = [case.opened.window_division, case.holder_division()];
    directory.may_see_any(actor, units, divisions)
}

/// Whether the actor may learn that the case exists. A window answers for its whole division: so the county's
/// window finds a case that a village opened, and the township's can take material that is missing.
pub(crate) fn may_hear_of(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    match actor.role {
        Role::System => false,
        Role::Clerk
        | Role::Specialist
        | Role::UnitAdministrator
        | Role::Supervisor
        | Role::Auditor => is_own_case(case, actor) || lies_in_division_of(case, actor, directory),
    }
}

/// Allows staff of the case's window and of the unit that has custody to open its personal data, and
/// supervisors and auditors of their division who give a reason.
///
/// # Errors
/// Who may open it instead, that a reason is missing, or that the data was erased.
pub(crate) fn may_open(
    case: &Case,
    actor: &Actor,
    reason: Option<&str>,
    directory: &Directory,
) -> Result<(), Rejection> {
    let refused = || Rejection::MayNotOpen {
        unit: actor.unit.clone(),
        window: case.opened.window.clone(),
        holder: case.holder().clone(),
    };
    match actor.role {
        Role::Clerk | Role::Specialist if is_own_case(case, actor) => {}
        Role::Supervisor | Role::Auditor if lies_in_division_of(case, actor, directory) => {
            if reason.is_none_or(says_nothing) {
                return Err(Rejection::ReasonMissing {});
            }
        }
        Role::Clerk
        | Role::Specialist
        | Role::Supervisor
        | Role::Auditor
        | Role::UnitAdministrator
        | Role::System => return Err(refused()),
    }
    match case.erased {
        Some(basis) => Err(Rejection::Erased { basis }),
        None => Ok(()),
    }
}

/// Allows the case's own units, and supervisors and auditors of their division, to see who opened its personal
/// data.
///
/// # Errors
/// Whose case it is.
pub(crate) fn may_see_readings(
    case: &Case,
    actor: &Actor,
    directory: &Directory,
) -> Result<(), Rejection> {
    let may = match actor.role {
        Role::Clerk | Role::Specialist | Role::UnitAdministrator => is_own_case(case, actor),
        Role::Supervisor | Role::Auditor => lies_in_division_of(case, actor, directory),
        Role::System => false,
    };
    if may {
        return Ok(());
    }
    Err(Rejection::NotYourDivision {
        unit: actor.unit.clone(),
        window: case.opened.window.clone(),
        holder: case.holder().clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{evolve, test_support::*};

    const SUPERVISOR: &str = "supervisor/he-jun@530821";

    #[test]
    fn the_window_and_the_holder_open_personal_data_without_a_reason() {
        let world = world();
        let case = world.referred();
        let open = |by: &str| may_open(&case, &world.actor(by), None, &world.directory);
        assert_eq!(open("clerk/li-na@530821101"), Ok(()));
        assert_eq!(open("specialist/wang-min@530821.legal-aid"), Ok(()));
    }

    #[test]
    fn other_actors_do_not_open_personal_data() {
        let world = world();
        let case = world.referred();
        for by in [
            "clerk/zhao@530821",
            "clerk/zhao@530822101",
            "specialist/yang@530802.legal-aid",
            "unit-administrator/li-na@530821101",
            "supervisor/he-jun@530822",
            "auditor/wu-lin@530802",
            "system/intake@530821101",
        ] {
            let why = Some("a good reason");
            let refused = may_open(&case, &world.actor(by), why, &world.directory).unwrap_err();
            assert!(
                matches!(refused, Rejection::MayNotOpen { .. }),
                "{by}: {refused}"
            );
        }
    }

    #[test]
    fn supervisors_and_auditors_of_the_division_need_a_reason() {
        let world = world();
        let case = world.referred();
        for by in [SUPERVISOR, "supervisor/he-jun@5308", "auditor/wu-lin@5308"] {
            let open = |why| may_open(&case, &world.actor(by), why, &world.directory);
            assert_eq!(open(Some("投诉核查")), Ok(()));
            for nothing in [None, Some("  ")] {
                assert_eq!(open(nothing), Err(Rejection::ReasonMissing {}), "{by}");
            }
        }
    }

    #[test]
    fn a_unit_that_completed_the_case_no_longer_opens_personal_data() {
        let world = world();
        let result = json!({ "unit": world.unit("530821.legal-aid"), "outcome": "granted" });
        let case = evolve(Some(world.referred()), &event("result-noted", &result)).unwrap();
        let agency = world.actor("specialist/wang-min@530821.legal-aid");
        assert!(may_open(&case, &agency, None, &world.directory).is_err());
    }

    #[test]
    fn access_records_are_shown_to_its_units_and_their_supervisors() {
        let world = world();
        let case = world.referred();
        let see = |by: &str| may_see_readings(&case, &world.actor(by), &world.directory).is_ok();
        assert!(see("clerk/li-na@530821101") && see(SUPERVISOR) && see("auditor/wu-lin@5308"));
        assert!(see("unit-administrator/li-na@530821101"));
        assert!(!see("clerk/zhao@530821") && !see("supervisor/he-jun@530822"));
    }

    #[test]
    fn a_case_is_visible_to_its_units_and_known_to_windows_above() {
        let world = world();
        let case = world.referred();
        let know = |by: &str| may_know(&case, &world.actor(by), &world.directory);
        assert!(know("clerk/li-na@530821101") && know("specialist/wang-min@530821.legal-aid"));
        assert!(know(SUPERVISOR) && !know("clerk/zhao@530821") && !know("clerk/zhao@530822"));
        // The window of the county learns that the town was first.
        let compare = |by: &str| may_hear_of(&case, &world.actor(by), &world.directory);
        assert!(compare("clerk/zhao@530821") && !compare("clerk/zhao@530822"));
    }
}
