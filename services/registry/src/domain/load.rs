//! Which unit is full until when.

use jiff::{ToSpan, civil::Date};
use onestop_directory::{RecordKind, SiteChanges, Unit};
use onestop_proto::registry::{
    Event, MarkFree, MarkFull, ProposedChange, Rejection, UnitFilled, UnitFreed,
};

use super::{
    Context, Decision, check_period, evolve, first_day, known_unit,
    permission::check_keeper,
    proposal::decided_or_proposed,
    wider::{binds_more, refuse_decided},
};

pub(super) fn mark_full(
    changes: Option<&SiteChanges>,
    command: &MarkFull,
    context: &Context<'_>,
) -> Decision {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let from = first_day(command.from, unit.division, context)?;
    let until = command.until;
    check_period(from, Some(until))?;
    check_length((from, until), unit, context)?;
    let known = changes.and_then(|changes| changes.filled(&unit.id, from));
    let same = known.filter(|known| known.until == until);
    if same.is_some_and(|same| !binds_more(same.decided_by, context)) {
        return Err(Rejection::NothingChanges {});
    }
    let filled = UnitFilled {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
        until,
        decided_by: context.own_division(),
    };
    let change = ProposedChange::UnitFilled(filled);
    let events = decided_or_proposed(changes, (RecordKind::MarkFull, change), unit, context)?;
    check_wider(changes, (&events, from), unit, context)?;
    Ok(events)
}

pub(super) fn mark_free(
    changes: Option<&SiteChanges>,
    command: &MarkFree,
    context: &Context<'_>,
) -> Decision {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let from = first_day(command.from, unit.division, context)?;
    let known = changes.and_then(|changes| changes.full_until(&unit.id, from));
    if known.is_none() {
        return Err(Rejection::NothingChanges {});
    }
    let freed = UnitFreed {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
        decided_by: context.own_division(),
    };
    let change = ProposedChange::UnitFreed(freed);
    let events = decided_or_proposed(changes, (RecordKind::MarkFree, change), unit, context)?;
    check_wider(changes, (&events, from), unit, context)?;
    Ok(events)
}

/// Refuses what would not hold, because a wider bureau has marked the unit as full for longer. A proposal is checked when a bureau
/// approves it.
fn check_wider(
    changes: Option<&SiteChanges>,
    (events, from): (&[Event], Date),
    unit: &Unit,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let wanted = if let [Event::UnitFilled(filled)] = events {
        Some(filled.until)
    } else if let [Event::UnitFreed(_)] = events {
        None
    } else {
        return Ok(());
    };
    let after = events.iter().fold(changes.cloned(), evolve);
    let filled = after
        .as_ref()
        .and_then(|after| after.filled(&unit.id, from));
    let longer = filled.filter(|filled| Some(filled.until) != wanted);
    refuse_decided(longer.and_then(|longer| longer.decided_by), context)
}

/// Refuses a period that is longer than the directory allows: no unit is full for ever.
fn check_length(
    (from, until): (Date, Date),
    unit: &Unit,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(most_days) = context.directory.most_full_days(unit.division) else {
        return Ok(());
    };
    // The first day is one of them.
    let last_day = from.saturating_add((i64::from(most_days) - 1).days());
    if until <= last_day {
        return Ok(());
    }
    Err(Rejection::FullTooLong {
        most_days,
        last_day,
    })
}
