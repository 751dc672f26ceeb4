//! Who may record something: a unit is kept by its own administrator, by that of its site's window if it is the
//! bureau's, and by supervisors of its division. What needs a bureau's approval, they propose.

use onestop_directory::{Unit, WINDOW};
use onestop_proto::{actor::Role, registry::Rejection};

use super::Context;

/// Whether the actor may keep what is recorded of a unit.
pub(super) fn check_keeper(unit: &Unit, context: &Context<'_>) -> Result<(), Rejection> {
    let actor = context.actor;
    let may = match actor.role {
        Role::Supervisor => {
            context.directory.oversees(actor, unit.division) && is_of_same_time(unit, context)
        }
        Role::UnitAdministrator => actor.unit == unit.id || is_window_of(unit, context),
        Role::Clerk | Role::Specialist | Role::Auditor | Role::System => false,
    };
    if may {
        return Ok(());
    }
    Err(Rejection::NotYourSite {
        unit: unit.id.clone(),
        yours: actor.unit.clone(),
    })
}

/// Whether the actor's unit is the window of the site that houses a unit of the bureau.
fn is_window_of(unit: &Unit, context: &Context<'_>) -> bool {
    let own = context.directory.unit(&context.actor.unit);
    !unit.is_outside()
        && own.is_some_and(|own| own.site == unit.site && own.kind.as_str() == WINDOW)
}

/// Whether the actor's unit is one of now, under its present code or one of before, or of the same merged division (原区划) as
/// another. Those of a bureau that was merged finish what it has; what its successor records is for others.
fn is_of_same_time(unit: &Unit, context: &Context<'_>) -> bool {
    let own = context.directory.unit(&context.actor.unit);
    own.is_some_and(|own| !context.directory.is_merged_unit(own) || own.site == unit.site)
}

/// Whether the actor decides what a bureau decides: its supervisor, or one of a wider division. A body outside the bureau, such
/// as a court, has supervisors of its own, who decide nothing here.
pub(super) fn decides_for(bureau: &Unit, context: &Context<'_>) -> bool {
    let actor = context.actor;
    actor.role == Role::Supervisor
        && context.directory.oversees(actor, bureau.division)
        && is_of_same_time(bureau, context)
}
