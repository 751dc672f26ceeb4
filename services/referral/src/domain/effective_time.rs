//! The bounds of effective time (补录): an act on custody is entered when it happens, or afterwards from paper, and then
//! neither before what it rests on nor so late that it can no longer be checked.

use onestop_directory::{DatedAct, LateEntryScope};
use onestop_proto::{
    referral::{Rejection, SERVICE},
    time::Timestamp,
};

use super::{Context, Custody};

/// Refuses a moment that an act cannot have, or that its author may not give it. A kind of unit may have limits of its own.
///
/// # Errors
/// That it is in the future, before what it rests on, or entered too late; that it says no reason, or that no other
/// person approved it.
pub(super) fn check(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
    let unit = context.directory.unit(&context.actor.unit);
    let act = DatedAct {
        occurred: context.happened_at(),
        now: context.now,
        basis: latest(custody).max(context.dated.latest_act),
        actor: context.actor,
        entry: context.dated.late_entry,
    };
    let scope = LateEntryScope {
        service: SERVICE,
        kind: unit.map(|unit| unit.kind.as_str()),
        place: unit.map_or(custody.window_division, |unit| unit.division),
    };
    context.directory.check_dated(&act, scope)?;
    Ok(())
}

/// When the latest thing happened that an act on custody can rest on: that the holder took it, the offer, the dispute, the
/// instruction.
fn latest(custody: &Custody) -> Option<Timestamp> {
    let clocks = custody.clocks.iter();
    let begun = clocks.filter_map(|clock| Some(clock.history.as_ref()?.since));
    begun.chain([custody.since()]).max()
}
