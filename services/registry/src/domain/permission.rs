//! Who may record something: a unit is kept by its own administrator, by that of its site's window if it is the
//! bureau's, and by supervisors of its division; the state of a site is set by the tier above.

use onestop_directory::{Site, Unit, WINDOW};
use onestop_proto::{actor::Role, registry::Rejection};

use super::Context;

/// Whether the actor may keep what is recorded of a unit.
pub(super) fn check_keeper(unit: &Unit, context: &Context<'_>) -> Result<(), Rejection> {
    let actor = context.actor;
    let may = match actor.role {
        Role::Supervisor => context.directory.oversees(actor, unit.division),
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

/// Whether the actor may set the state of a site: a supervisor of the tier above or of a wider one. Where no bureau is
/// above, the site's own bureau sets it.
pub(super) fn check_state(
    site: &Site,
    window: &Unit,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let (directory, actor) = (context.directory, context.actor);
    let yours = actor.unit.clone();
    let not_yours = || Rejection::NotYourSite {
        unit: window.id.clone(),
        yours: yours.clone(),
    };
    let above = site.division.chain().nth(1);
    let bureau = above
        .and_then(|above| directory.supervisor_of(above))
        .or_else(|| directory.supervisor_of(site.division))
        .ok_or_else(not_yours)?;
    if actor.role == Role::Supervisor && directory.oversees(actor, bureau.division) {
        return Ok(());
    }
    if actor.role == Role::Supervisor && directory.oversees(actor, site.division) {
        let bureau = bureau.id.clone();
        return Err(Rejection::WiderTierDecides { yours, bureau });
    }
    Err(not_yours())
}
