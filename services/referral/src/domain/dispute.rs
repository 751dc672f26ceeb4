//! Disputes about who is responsible (争议), and designation (指定): the supervisor above all who dispute
//! decides; a designated unit may not send the case away again.

use onestop_directory::{Directory, Unit};
use onestop_proto::{
    clock::Stop,
    division::{DivisionCode, Tier},
    ids::UnitId,
    referral::{
        Designate, Designated, Dispute, DisputeWithdrawn, Disputed, Event, Offered, RecallReason,
        Rejection, accept_step, designate_step,
    },
};

use super::{
    Context, Custody, Errand, Holding, Search, clocks,
    outside::{is_outside, outside_body},
    route, said,
    supervision::{highest_above, supervises, supervisor_of},
    unknown_unit,
};

/// The unit that is asked disputes the offer; or the window, a case that nobody takes.
pub(super) fn dispute(
    custody: &Custody,
    dispute: &Dispute,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let unit = &context.actor.unit;
    let not_disputable = || Rejection::NotDisputable {
        holder: custody.holder().clone(),
        unit: unit.clone(),
    };
    let handoff = match &custody.holding {
        Holding::Offered {
            to,
            handoff,
            until,
            designated_by,
            ..
        } if to == unit => {
            if let Some(by) = designated_by {
                return Err(Rejection::DesignatedMayNotDecline { by: by.clone() });
            }
            if *until <= context.now {
                return Err(Rejection::OfferOver {
                    until: *until,
                    holder: custody.holder().clone(),
                });
            }
            Some(*handoff)
        }
        Holding::Window {
            search: Search::InVain,
            ..
        } if custody.window == *unit => None,
        Holding::Disputed { dispute, .. } => {
            let supervisor = dispute.supervisor.clone();
            return Err(Rejection::InDispute { supervisor });
        }
        Holding::Offered { .. } | Holding::Window { .. } | Holding::Unit { .. } => {
            return Err(not_disputable());
        }
    };
    let errand = custody.errand.as_ref().ok_or_else(not_disputable)?;
    let mut between = errand.sent_away.clone();
    if handoff.is_some() && !between.contains(unit) {
        between.push(unit.clone());
    }
    let supervisor = arbiter(&between, errand, context.directory).ok_or_else(|| {
        let between = listed(&between);
        Rejection::NoSupervisor { between }
    })?;
    let disputed = Disputed {
        dispute: context.handoff,
        by: unit.clone(),
        holder: custody.holder().clone(),
        handoff,
        reason: dispute.reason,
        why: said("why", &dispute.why)?,
        between,
        supervisor: supervisor.id.clone(),
        supervisor_division: supervisor.division,
        at: context.now,
    };
    let clock = clocks::start(designate_step(), supervisor.division, context);
    let stopped = clocks::stop(custody, accept_step(), Stop::Left);
    Ok(std::iter::once(Event::from(disputed))
        .chain(stopped)
        .chain([Event::from(clock)])
        .collect())
}

/// The bureau above all who dispute; where none stands above them, the highest above the responsible place.
fn arbiter<'a>(between: &[UnitId], errand: &Errand, directory: &'a Directory) -> Option<&'a Unit> {
    let divisions = between
        .iter()
        .filter_map(|unit| directory.unit(unit))
        .map(|unit| unit.division);
    let common = divisions.reduce(|one, other| {
        let mut above = one.chain();
        above.find(|code| code.contains(other)).unwrap_or(one)
    });
    supervisor_of(common.unwrap_or(errand.place), directory)
        .or_else(|| highest_above(errand.place, directory))
}

/// The window lets the dispute drop, for the citizen or because it was a mistake.
pub(super) fn drop(
    custody: &Custody,
    dispute: &super::Dispute,
    reason: RecallReason,
    context: &Context<'_>,
) -> Vec<Event> {
    let dropped = DisputeWithdrawn {
        dispute: dispute.id,
        holder: custody.holder().clone(),
        reason,
        supervisor: dispute.supervisor.clone(),
        supervisor_division: dispute.supervisor_division,
        at: context.now,
    };
    let stopped = clocks::stop(custody, designate_step(), Stop::Left);
    std::iter::once(Event::from(dropped))
        .chain(stopped)
        .collect()
}

/// The supervisor decides which unit works the case.
pub(super) fn designate(
    custody: &Custody,
    designate: &Designate,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let nothing = || Rejection::NothingDisputed {
        holder: custody.holder().clone(),
    };
    let (dispute, errand) = match (&custody.holding, &custody.errand) {
        (Holding::Disputed { dispute, .. }, Some(errand)) => (dispute, errand),
        (
            Holding::Disputed { .. }
            | Holding::Window { .. }
            | Holding::Offered { .. }
            | Holding::Unit { .. },
            _,
        ) => return Err(nothing()),
    };
    let bureau = supervises(dispute.supervisor_division, context)?;
    let unit = designable(custody, errand, &designate.to, bureau, context)?;
    let designated = Designated {
        dispute: dispute.id,
        by: bureau.id.clone(),
        to: unit.id.clone(),
        to_division: unit.division,
        why: said("why", &designate.why)?,
        at: context.now,
    };
    let clock = clocks::start(accept_step(), unit.division, context);
    let offered = Offered {
        handoff: context.handoff,
        from: custody.window.clone(),
        to: unit.id.clone(),
        to_division: unit.division,
        item: errand.item.clone(),
        topic: errand.topic.clone(),
        place: errand.place,
        number: custody.number.clone(),
        until: clock.due.at,
        urgent: errand.urgent,
        designated_by: Some(bureau.id.clone()),
    };
    let stopped = clocks::stop(custody, designate_step(), Stop::Done);
    Ok(std::iter::once(Event::from(designated))
        .chain(stopped)
        .chain([Event::from(offered), Event::from(clock)])
        .collect())
}

/// The unit, if a bureau can designate it for this errand.
fn designable<'a>(
    custody: &Custody,
    errand: &Errand,
    unit: &UnitId,
    bureau: &Unit,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let directory = context.directory;
    let Some(found) = directory.unit(unit) else {
        return Err(unknown_unit(unit, "to"));
    };
    if !bureau.division.contains(found.division) {
        return Err(Rejection::OutsideDivision {
            unit: unit.clone(),
            division: bureau.division,
        });
    }
    if is_outside(found) {
        return Err(outside_body(unit, "to"));
    }
    let tier = found.division.tier();
    let known = directory.item(&errand.item);
    let works_it = known.is_some_and(|item| item.is_worked_by(&errand.topic, &found.kind, tier));
    let countys = known.is_some_and(|item| {
        let mut workers = item.workers(&errand.topic).iter();
        workers.any(|worker| worker.at.contains(&Tier::County))
    });
    // 潍坊市12345条例: a county may not push a department's work down to a township. A township that the
    // directory makes responsible for that very place works what is its own.
    let its_own = works_it && found.division.contains(errand.place);
    if countys && below_county(found.division) && !its_own {
        let item = errand.item.clone();
        return Err(Rejection::PushedDown {
            unit: unit.clone(),
            item,
        });
    }
    if !works_it {
        let item = errand.item.clone();
        return Err(Rejection::DoesNotWorkIt {
            unit: unit.clone(),
            item,
        });
    }
    route::unopposed(custody, unit, context)?;
    Ok(found)
}

fn below_county(division: DivisionCode) -> bool {
    match division.tier() {
        Tier::Province | Tier::Prefecture | Tier::County => false,
        Tier::Township | Tier::Village => true,
    }
}

pub(super) fn listed(units: &[UnitId]) -> String {
    let units: Vec<&str> = units.iter().map(UnitId::as_str).collect();
    units.join(", ")
}
