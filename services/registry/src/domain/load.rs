//! Which unit is full until when.

use jiff::{ToSpan, civil::Date};
use onestop_directory::{RecordKind, SiteChanges, Unit};
use onestop_proto::registry::{
    MarkFree, MarkFull, ProposedChange, Rejection, UnitFilled, UnitFreed,
};

use super::{
    Context, Decision, check_period, first_day, known_unit, permission::check_keeper,
    proposal::decided_or_proposed,
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
    let known = changes.and_then(|changes| changes.full_until(&unit.id, from));
    if known == Some(until) {
        return Err(Rejection::NothingChanges {});
    }
    let filled = UnitFilled {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
        until,
    };
    let change = ProposedChange::UnitFilled(filled);
    decided_or_proposed(changes, (RecordKind::MarkFull, change), unit, context)
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
    };
    let change = ProposedChange::UnitFreed(freed);
    decided_or_proposed(changes, (RecordKind::MarkFree, change), unit, context)
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
