//! What a wider tier has closed.

use onestop_directory::SiteChanges;
use onestop_proto::registry::{Rejection, SiteState, StateSet};

use super::Context;

/// Refuses to open a site that a wider tier has closed by then: only that tier, or one above it, lifts it.
pub(super) fn check_wider(
    changes: Option<&SiteChanges>,
    set: &StateSet,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if !set.state.is_open() {
        return Ok(());
    }
    let after = SiteChanges::evolve(changes.cloned(), &set.clone().into());
    let counts = after.state(set.from);
    let closed = counts.filter(|one| one.state == SiteState::Suspended);
    let by = closed.and_then(|closed| closed.decided_by);
    match by.and_then(|by| context.directory.supervisor_of(by)) {
        Some(bureau) => Err(Rejection::WiderTierDecides {
            yours: context.actor.unit.clone(),
            bureau: bureau.id.clone(),
        }),
        None => Ok(()),
    }
}
