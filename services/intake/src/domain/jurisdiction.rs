//! Whose case it is: its window's, the holder's, and that of those who answer for their division.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
};

use super::{Case, Standing};

/// Whether the actor's unit took the case or has custody.
pub(super) fn is_theirs(case: &Case, actor: &Actor) -> bool {
    actor.unit == case.opened.window || actor.unit == *case.holder()
}

/// Whether the case's window, or the unit that has custody, lies in the division of the actor's unit.
pub(super) fn lies_below(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    let own = directory.unit(&actor.unit).map(|unit| unit.division);
    own.is_some_and(|own| {
        own.contains(case.opened.window_division) || own.contains(holder_division(case))
    })
}

/// Where the unit is that has custody.
#[must_use]
pub fn holder_division(case: &Case) -> DivisionCode {
    match &case.standing {
        Standing::Referred { division, .. } => *division,
        Standing::AtWindow
        | Standing::ResultBack
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Closed
        | Standing::Archived
        | Standing::Merged { .. } => case.opened.window_division,
    }
}

/// Whether somebody may know the case: staff of its units, supervisors and auditors of a division that it
/// lies in.
#[must_use]
pub fn may_know(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    let units = [&case.opened.window, case.holder()];
    let divisions = [case.opened.window_division, holder_division(case)];
    directory.may_be_told(actor, units, divisions)
}

/// Whether somebody may hear that there is such a case. A window answers for its whole division: that is how the
/// county hears that the village was first, and how what is missing can be brought to the township.
#[must_use]
pub fn may_hear_of(case: &Case, actor: &Actor, directory: &Directory) -> bool {
    match actor.role {
        Role::System => false,
        Role::Clerk
        | Role::Specialist
        | Role::UnitAdministrator
        | Role::Supervisor
        | Role::Auditor => is_theirs(case, actor) || lies_below(case, actor, directory),
    }
}
