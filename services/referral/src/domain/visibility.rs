//! Who may see a case.

use onestop_directory::Directory;
use onestop_proto::actor::Actor;

use super::custody::Custody;

/// Whether a case is visible to an actor: staff of its window, of its holder, of a unit that has, had or was offered
/// a part; the bureaus above the divisions of these; the supervisor that is to decide on it.
pub fn may_see(custody: &Custody, actor: &Actor, directory: &Directory) -> bool {
    let arbiter = custody.arbiter().map(|arbiter| arbiter.supervisor);
    let extension = custody.extension.as_ref();
    let approver = extension.map(|pending| &pending.supervisor);
    if arbiter
        .iter()
        .chain(approver)
        .any(|unit| *unit == actor.unit)
    {
        return true;
    }
    let participants = custody.participants.iter();
    let units = [&custody.window, custody.holder()]
        .into_iter()
        .chain(participants.clone())
        .chain(&custody.approached)
        .chain(custody.co_units.iter().map(|co| &co.unit));
    let known = participants.filter_map(|unit| Some(directory.unit(unit)?.division));
    let divisions = [custody.window_division, custody.holder_division()]
        .into_iter()
        .chain(known);
    directory.may_see_any(actor, units, divisions)
}
