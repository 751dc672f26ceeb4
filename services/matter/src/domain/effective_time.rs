//! The bounds of effective time: an act is entered when it happens, or afterwards from paper (补录), and then neither
//! before what it rests on nor so late that it can no longer be checked.

use onestop_directory::{DatedAct, LateEntryScope};
use onestop_proto::matter::Rejection;

use super::{Context, Matter, SpecialistRules};

/// Refuses a moment that an act cannot have, or that its author may not give it.
///
/// # Errors
/// That it is in the future, before what it rests on, or entered too late; that it says no reason, or that no other
/// person approved it.
pub(super) fn check<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let service = L::service();
    let act = DatedAct {
        occurred: context.happened_at,
        now: context.now,
        basis: matter.counted_from.max(context.latest_act),
        actor: context.actor,
        entry: context.late_entry,
    };
    let scope = LateEntryScope {
        service: service.as_str(),
        kind: None,
        place: matter.division,
    };
    context.directory.check_dated(&act, scope)?;
    Ok(())
}
