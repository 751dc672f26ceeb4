//! The units that may have something to do for a case.

use std::collections::BTreeSet;

use onestop_proto::{clock::Alarm, ids::UnitId};

use crate::domain::{Custody, Holding};

/// Every unit on whose worklist the case may be; perhaps more.
pub(super) fn task_units(custody: &Custody) -> BTreeSet<UnitId> {
    let holding = match &custody.holding {
        Holding::Offered(offer) => Some(&offer.to),
        Holding::Disputed(dispute) => Some(&dispute.supervisor),
        Holding::Unit(_) => Some(custody.holder()),
        Holding::Unroutable => custody.search.as_ref().map(|arbiter| &arbiter.supervisor),
        Holding::Window => None,
    };
    let holds = custody.instruction.is_some() || custody.open_handovers().next().is_some();
    let holder = holds.then(|| custody.holder());
    let supervised = custody.instruction.iter().map(|open| &open.supervised);
    let co_units = custody.open_co_units().map(|co| &co.unit);
    let extension = custody.extension.iter().map(|pending| &pending.supervisor);
    let overdue = custody
        .clocks
        .iter()
        .filter_map(|clock| match &clock.alarm {
            Alarm::Supervised { by, .. } => Some(by),
            Alarm::Quiet | Alarm::DueSoon | Alarm::Overdue => None,
        });
    let units = holding.into_iter().chain(holder).chain(co_units);
    let units = units.chain(supervised).chain(extension);
    units.chain(overdue).cloned().collect()
}
